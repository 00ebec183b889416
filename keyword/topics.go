package keyword

import "strings"

// joinTopics makes "infos zu meiner Bestellung", "notificaciones de envío", "kargo bildirimleri" one topic: the order is what the
// messages are about.
func (s *sentence) joinTopics() {
	for i := 0; i+1 < len(s.items); i++ {
		s.sending(i)
		if s.orderFirst(i) {
			continue
		}
		it := &s.items[i]
		if it.to-it.from != 1 || !it.classes.has(msg|topic) && !tellings[s.t.words[it.from].s] || it.classes.has(foreign|mkt) {
			continue
		}
		j := i + 1
		if !about[s.t.words[s.items[j].from].s] && s.lex.lang != "ar" || s.items[j].classes.has(order) && s.lex.lang != "ar" {
			continue
		}
		for j < len(s.items) && j < i+5 && s.items[j].clause == it.clause && (s.items[j].classes.has(me|light|you) && !s.items[j].classes.has(msg|order) || states[s.t.words[s.items[j].from].s]) {
			j++
		}
		if s.lex.lang != "ar" && j == i+1 {
			j++ // the preposition is no word of the lexicon
		}
		if j < len(s.items) && s.items[j].clause == it.clause && (s.items[j].classes.has(order) || it.classes == topic && s.items[j].classes == other) {
			it.classes = topic
			s.items[j].classes = light
		}
	}
}

// sending: in "el envío de publicidad" nothing is delivered but advertising.
func (s *sentence) sending(i int) {
	if !sendings[s.t.words[s.items[i].from].s] {
		return
	}
	for j := i + 1; j < len(s.items) && j <= i+3 && s.items[j].clause == s.items[i].clause; j++ {
		if s.items[j].classes.has(mkt | msg) {
			s.items[i].classes = send
			return
		}
	}
}

var sendings = words("envio envoi envois invio versand zusendung verzending versturen wysylka wysylke wysylki wysylanie gonderim gonderimi gonderimini")

// orderFirst: "order pings", "Versand-Updates", "kargo bildirimleri", "delivery ke updates".
func (s *sentence) orderFirst(i int) bool {
	it, next := &s.items[i], &s.items[i+1]
	head := it.classes == 0 && aboutOrders[s.t.words[it.from].s] && (s.lex.lang == "de" || s.lex.lang == "nl") // "Liefer-SMS"
	if it.classes != order && !head || it.to-it.from != 1 || next.clause != it.clause {
		return false
	}
	if ofWords[s.t.words[next.from].s] && i+2 < len(s.items) && next.to-next.from == 1 {
		if next = &s.items[i+2]; next.clause != it.clause {
			return false
		}
	} else if w := s.t.words[next.to-1].s; !strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "en") && !s.lex.final && !head {
		return false
	}
	if !next.classes.has(msg) && !(next.classes.has(topic) && s.lex.final) && !tellings[s.t.words[next.from].s] || next.classes.has(foreign) || next.to-next.from > 1 || bySMS[s.t.words[next.from].s] {
		return false
	}
	it.classes, next.classes = light, topic
	return true
}

var (
	// states stand between messages and the order they are about: "messages about the status of my order".
	states = words("status statuts statut estado stato stan stanie statusie etat durumu stand حاله lieferstatus")
	about  = words("zu zur zum uber wegen bzgl betreffend about on regarding re for concerning sobre sur concernant su sul sulla sull sui over o dotyczace " +
		"de del d des du da do dos das di dell della dello dei delle degli van von vom z od voor fur fuer for pour para per por po")
	ofWords = words("ke ki ka wale wali wala pe par के की का वाले वाली वाला")
	bySMS   = words("whatsapp mail email whatsapps")
	// tellings say something without being messages by themselves: only with an order they are a kind of message.
	tellings = words("info infos informacion informaciones informacoes informacao informazioni informazione informations information informatie bilgi bilgileri " +
		"bilgilerini bilgisi aggiornamenti aggiornamento actualizaciones actualizacion atualizacoes atualizacao aktualizacje aktualizacji guncellemeleri guncellemelerini " +
		"guncellemesi update updates status statuts statut estado stato stan statusu rastreo rastreio tracking jankari jaankari जानकारी अपडेट تحديثات معلومات المعلومات اخبار")
)

// compound reads German and Dutch words by their parts: "Versandupdates", "Terminerinnerungs-SMS", "bezorgmeldingen".
func (l *lexicon) compound(w string) class {
	for i := 4; i+3 <= len(w); i++ {
		tail := w[i:]
		n := l.root[tail]
		if (n == nil || !n.classes.has(msg|topic) || n.classes.has(list)) && !tails[tail] {
			continue
		}
		head := strings.TrimSuffix(w[:i], "s")
		if aboutOrders[head] {
			return topic
		}
		if aboutOffers[head] {
			return mkt
		}
	}
	return 0
}

var (
	tails = words("info infos update updates status hinweis hinweise sms mail mails ping pings erinnerung erinnerungen erinnerungsnachrichten bestatigung bestatigungen bestaetigungen benachrichtigung meldung " +
		"mitteilung nachricht bericht berichten melding meldingen herinnering herinneringen reminder reminders bevestiging bevestigingen informatie informationen alarm alerts alert sachen kram zeug")
	aboutOrders = words("versand liefer lieferung bestell bestellung paket sendung auftrag termin buchung rechnung zahlung zustell zustellung tracking abhol " +
		"einkauf einkaufs warenkorb kauf geburtstag kalender vorsorge zahnarzt arzt training winkelmandje " +
		"service wartung storung stoerung konto reise flug kurs rezept reservierung order ruckgabe retouren reparatur impf " +
		"verzend verzending bezorg bezorging bestel bestelling lever levering pakket afspraak afspraken zending factuur betaling retour boeking reservering track")
	aboutOffers = words("aktion angebot gutschein coupon kampagnen produkt sonder schnappchen schnaeppchen verkauf rabatt werbe sale promo korting aanbieding aanbiedingen actie")
)
