package keyword

// asksForSomebody: "is there someone I can talk to?", "kann ich jemanden sprechen?"
func (c *clause) asksForSomebody() bool {
	if c.has.has(quiet|stopVerb|past|negpast|msg|mkt|foreign|ifs|said|dontwrite) || !c.holds(persons) || !c.holds(talking) {
		return false
	}
	return c.question && (c.has.has(exist|modal) || c.has.has(self)) || c.has.has(want|modal) && c.has.has(self|want|me)
}

// asksForLink: "gibt's da nen Link zum Abmelden", "unsubscribe karne ka link hai kya".
func (c *clause) asksForLink() bool {
	return c.has.has(unsub) && c.holds(links) && (c.question || c.has.has(exist) || c.holds(asks)) && !c.has.has(they|foreign|negpast|quiet|me)
}

var (
	links = words("link lien enlace collegamento button knopf bouton boton botao pulsante przycisk knop رابط زر लिंक बटन adres adresse address")
	asks  = words("gibts gibt kya var mi hay existe tem c'e ce jest er هل في فيه क्या y")
)

var (
	persons = words(`someone somebody anyone anybody human person agent jemand jemanden jemandem mensch menschen mitarbeiter berater persona alguien agente asesor quelqu un conseiller personne humain
		alguem pessoa atendente qualcuno operatore biri birisi biriyle yetkili yetkiliyle insan kims czlowiekiem kimis konsultantem doradca iemand mens medewerker حد شخص موظف احد kisi insaan insan किसी इंसान`)
	talking = words(`talk speak chat call telefonieren sprechen reden anrufen quatschen hablar comunicarme parler joindre discuter falar conversar parlare sentire gorusmek gorusebilir konusmak konusabilir
		rozmawiac porozmawiac skontaktowac spreken praten bellen اكلم اتكلم التحدث اتحدث baat बात`)
)
