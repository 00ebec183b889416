package keyword

// postponed: "Stop, wrong size, don't send it yet": a slip with an order is told of, and what shall wait is a parcel.
func postponed(cs []clause, acts []act) bool {
	slip, holds := false, false
	for i := range cs {
		c := &cs[i]
		switch {
		case c.has.has(msg | mkt | topic | list | number | leave | wrong | consent | startv | unsub):
			return false
		case acts[i].intent.Stops() && !acts[i].bare && !c.sendsOnly():
			return false
		}
		slip = slip || c.holds(picked) && !c.question || c.has.has(order) && acts[0].bare && i > 0
		holds = holds || acts[i].intent.Stops() || c.notYet()
	}
	return slip && holds
}

// sendsOnly: what shall not be done is sending, and nobody says to whom or what.
func (c *clause) sendsOnly() bool {
	if c.has.has(me) || c.has.has(more) && !c.holds(yets) {
		return false
	}
	for i := c.items[0].from; i < c.items[len(c.items)-1].to; i++ {
		if ships[c.s.t.words[i].s] {
			return true
		}
	}
	return false
}

// notYet: "noch nicht losschicken", "abhi mat bhejna": what is not to be sent yet is to be sent later.
func (c *clause) notYet() bool {
	return c.has.has(quiet|negpast|dontwrite) && c.holds(yets) && c.sendsOnly()
}

var (
	yets  = words("yet still noch jetzt todavia aun encore ainda ancora daha henuz simdi jeszcze nog الان الآن بعد abhi अभी now")
	ships = words(`send ship dispatch post losschicken abschicken verschicken versenden rausschicken schicken schickt enviar envien envieis envies manden mandeis manda envia enviem mandem mandar
		envoyez envoyer expediez expedier spedite spedire mandate inviate gondermeyin gonderme yollamayin kargolamayin wysylajcie wysylac wysylaj nadawajcie
		opsturen versturen sturen stuur verzenden ترسلوه ترسلوها ترسلوا ترسل تبعتوه تبعتوها تشحنوه تشحنوا bhejna bhejo bhejiye भेजना भेजिए भेजें`)
	picked = words(`size grosse groesse talla taille tamanho taglia beden bedeni rozmiar maat المقاس مقاس size साइज saiz color colour farbe couleur cor colore renk kolor kleur اللون لون rang रंग
		falsch falsche falschen falsches wrong equivoque equivocado equivocada trompe trompee errei errado errada sbagliato sbagliata yanlis pomylilem pomylilam verkeerd verkeerde الغلط غلط خطا galat गलत`)
)
