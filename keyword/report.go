package keyword

// neverJoined: "Ich habe mich nie bei euch angemeldet".
func (c *clause) neverJoined(Input) (act, bool) {
	if c.question || c.unknown > 1 || c.has.has(foreign|they|stopVerb|ifs|wh) || !c.has.has(self) && (!c.has.has(quiet|negpast) || !c.holds(myJoining)) || !c.holds(never) || !c.holds(joined) && !c.holds(myJoining) {
		return act{}, false
	}
	return act{intent: c.scope(), confidence: 0.8, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true
}

var (
	never  = words("nie niemals never nunca jamas jamais mai nooit nigdy hic asla kabhi कभी ابدا أبدا عمري قط")
	joined = words("angemeldet eingetragen zugestimmt eingewilligt abonniert registriert angefordert signed subscribed consented joined requested registered accepte inscrit autorise consenti demande accettato iscritto acconsentito richiesto autorizzato toestemming aangemeld gevraagd akkoord")
	// myJoining are forms that name who joined by themselves.
	myJoining = words("acepte autorice solicite suscribi apunte aceitei autorizei assinei cadastrei pedi zgadzalem zgadzalam zapisywalem zapisywalam zapisalem zapisalam prosilem prosilam vermedim istemedim kaydolmadim وافقت اشتركت سجلت طلبت")
)

// byHow: "how do I unsubscribe?" asks for help.
func (c *clause) byHow(Input) (act, bool) {
	if c.has.has(who) {
		return act{intent: Help, confidence: 0.9, matched: c.s.words(c.items[c.at(who)], c.items[c.at(who)])}, true
	}
	if at := c.at(help); at == 0 && c.has.has(stopVerb|startv) && !c.has.has(foreign|nohelp) {
		return act{intent: Help, confidence: 0.8, matched: c.s.words(c.items[0], c.items[0])}, true // "help me stop this"
	}
	if a, ok := c.asksTheWord(); ok {
		return a, true
	}
	if c.has.has(quiet|stopVerb|dontwrite) && !c.has.has(foreign|they|why) && c.asksWhat() && c.holds(purposes) && (c.has.has(writes|send|said) || c.holds(typing)) {
		return act{intent: Help, confidence: 0.8, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true // "what do I have to write so that nothing comes any more?"
	}
	if c.question && c.has.has(modal) && c.has.has(unsub|weakhalt) && c.holds(asWell) && !c.has.has(you|foreign|wait) && c.has.has(msg|mkt|self|me) {
		return act{intent: Help, confidence: 0.7, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true // "Kann ich mich auch per Mail abmelden?"
	}
	if c.asksForSomebody() || c.asksForLink() {
		return act{intent: Help, confidence: 0.8, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true
	}
	if c.question && c.holds(ways) && c.has.has(stopVerb|weakhalt|remove) && !c.has.has(foreign|they|wait|quiet) && (c.unknown <= 1 || c.has.has(comm)) {
		return act{intent: Help, confidence: 0.8, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true // "Is there any way of stopping these?"
	}
	if c.question && c.has.has(stopVerb|weakhalt|remove) && c.holds(somewhere) && !c.has.has(foreign|they|wait|quiet|me) && c.unknown <= 3 {
		return act{intent: Help, confidence: 0.8, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true // "Kann man das irgendwo abstellen?"
	}
	if c.question && c.has.has(only) && c.has.has(msg) && c.holds(some) && !c.has.has(foreign|they|quiet|stopVerb) {
		return act{intent: Help, confidence: 0.7, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true // "Is there a way to get only some messages?"
	}
	at := c.at(how)
	if at < 0 || !c.has.has(stopVerb|startv|remove|revoke|weakhalt|leave|dontwrite|begin) && !(c.has.has(neg|negdet|cancel) && c.has.has(comm|sub)) && !(c.has.has(neg) && c.has.has(writes|send) && c.holds(purposes)) && !(c.has.has(comm) && c.holds(rid)) {
		return act{}, false
	}
	if c.has.has(foreign) && !c.has.has(comm) && !(c.has.has(unsub|startv) && !c.has.has(me|they)) {
		return nothing, true // "how do I unsubscribe my son from the swimming class"
	}
	if c.has.has(halt) && c.unknown > 0 && !c.has.has(comm|me|writes|send|get|leave|unsub|sub|all) {
		return nothing, true // "how do I stop the wash cycle?"
	}
	return act{intent: Help, confidence: 0.9, matched: c.s.words(c.items[at], c.items[at])}, true
}

var (
	whats    = words("was what que quoi cosa wat co ne kya وش ايش شو ايه ماذا eh eih क्या welches which")
	purposes = words("um damit to so para pour per om zodat zeby zebyscie zebym aby abyscie dass perche che icin liye pra p عشان علشان لكي كي حتي लिए")
	typing   = words("zrobic fare faccio hacer hago faire machen tun doen yapmam karu karun kru اعمل أعمل اسوي do poner pongo tippen tippe type typing taper tape typen wpisac napisac wyslac yazmam yazmaliyim likhna likhu likhun bhejna escribir escrever scrivere digitar digitare اكتب أكتب ارسل أرسل ابعت लिखना लिखूं antworten reply schrijven sturen schreiben schicken napisac ecrire envoyer likhna repondre responder rispondere antworten antwoorden")
	asWell   = words("auch also just only nur aussi tambien anche ook tez")
)

// ways are what there may be to stop something.
var ways = words("way ways possibility option moglichkeit weg manera forma modo moyen facon maniere jeito maneira sistema yolu yontemi sposob manier mogelijkheid طريقه سبيل tarika tareeka तरीका उपाय")

var somewhere = words("irgendwo wo somewhere anywhere sitio lugar parte quelque algum qualche yerden yerde gdzies ergens مكان kahin kahi कहीं")

var some = words("some certain manche einige bestimmte algunos ciertos certains quelques algumas certas alcuni certi bazi niektore sommige bepaalde بعض kuch kuchh कुछ")

// asksWhat: the question word stands first, or where the verb stands last, anywhere.
func (c *clause) asksWhat() bool {
	if c.s.lex.final {
		return c.holds(whats)
	}
	for _, it := range c.items {
		if whats[c.s.t.words[it.from].s] || it.to-it.from > 1 && whats[c.s.t.words[it.to-1].s] {
			return true
		}
		if !it.classes.has(greet|polite) || it.classes.has(modal) {
			return false
		}
	}
	return false
}

// rid: "Wie werde ich diese Nachrichten los?"
var rid = words("los rid libero liberarmi libre debarrasser kwijt")

// asksTheWord: "Is STOP the word to send?", "Funktioniert Stopp auch?"
func (c *clause) asksTheWord() (act, bool) {
	if c.question && c.items[0].from == 0 && c.has.has(stopVerb) && c.holds(musts) && (c.holds(typing) || c.has.has(writes)) && !c.has.has(foreign|they|comm|more|said|you) {
		return act{intent: Help, confidence: 0.7, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true // "Moet ik STOP schrijven?"
	}
	if !c.question && !c.items[0].classes.has(wh) || !c.has.has(stopVerb) || c.has.has(foreign|me) {
		return act{}, false
	}
	for i := c.items[0].from; i < c.items[len(c.items)-1].to; i++ {
		if w := c.s.t.words[i].s; theWord[w] && !(w == "word" && c.s.lex.lang == "nl") { // Dutch "word" is "become"
			return act{intent: Help, confidence: 0.8, matched: c.s.t.words[i].s}, true
		}
	}
	return act{}, false
}

var theWord = words("bedeutet bedeuten mean means meaning significa signifie oznacza betekent word wort befehl keyword code command mot palabra parola palavra woord slowo kelime kelimeyi znaczy oznacza demek matlab مطلب يعني معني كلمه كلمة funktioniert works work genugt marche funciona funziona werkt dziala")

var musts = words("moet moeten muss musste soll must have need should devo dovrei debo tengo dois faut musze mam lazim gerek hal preciso tenho")

// byReport: what somebody else said, what happened long ago.
func (c *clause) byReport(Input) (act, bool) {
	switch {
	case c.reported || c.thinkNot():
		return nothing, true
	case c.has.has(they) && c.has.has(said|halt|haltpast|unsub) && !c.has.has(me) && !c.has.has(comm|writes|send):
		return nothing, true
	case !c.question && c.near(said, neg|negpast, 3, 0) && c.has.has(self|me) && c.has.has(stopVerb|cancel) && !c.has.has(more|msg|writes):
		return nothing, true // "I never told you that I wanted to cancel"
	case c.has.has(they) && c.at(they) < c.at(said):
		return nothing, true
	case c.has.has(haltpast) && !c.has.has(stopVerb) && !c.has.has(modal):
		return nothing, true
	}
	return act{}, false
}

// thinkNot: "no crean que ya no quiero los avisos", "don't think I don't want them": what is not to be thought is not so.
func (c *clause) thinkNot() bool {
	if !c.has.has(quiet | no | dontwrite) {
		return false
	}
	for i := c.items[0].from; i < c.items[len(c.items)-1].to; i++ {
		w := c.s.t.words[i].s
		if !thinks[w] {
			continue
		}
		near := false
		for k := max(c.items[0].from, i-2); k <= min(i+2, len(c.s.t.words)-1); k++ {
			near = near || nots[c.s.t.words[k].s]
		}
		return near && (c.at(self) < 0 || c.items[c.at(self)].from > i)
	}
	return false
}

var (
	thinks = words("think believe denkt glaubt denken glauben crean piensen creais penseis pienses creas croyez pensez croie pense pensate pensare crediate pensem achem denk denken myslcie mysl myslec sadzcie sanmayin dusunmeyin zannetmeyin تظنوا تفتكروا تعتقدوا sochna sochiye samajhna सोचना समझना")
	nots   = words("dont not nicht no ne pas non nao niet nie mat nahi لا ما मत नहीं sanmayin dusunmeyin zannetmeyin")
)

// byCondition: "wenn ich STOP schreibe" asks nothing yet; "if you don't stop texting me" does.
func (c *clause) byCondition(Input) (act, bool) {
	at := c.at(ifs)
	if at < 0 || c.has.has(ifok) || c.tellsMe() {
		return act{}, false
	}
	if c.has.has(said) && c.has.has(stopVerb) && c.has.has(msg|mkt|writes) && c.holds(still) && !c.has.has(they|foreign) {
		return c.stop(stopVerb, 0.85), true // "why am I still getting messages after I said STOP"
	}
	if c.has.has(neg) && c.has.has(halt|unsub) && (c.has.has(writes|send|msg|mkt) || (c.unknown == 0 || c.holds(threats)) && !c.has.has(foreign)) {
		return c.stop(halt|unsub, 0.8), true
	}
	for i, it := range c.items {
		if it.classes.has(stopVerb|dontwrite) && i < at && !c.has.has(foreign) {
			return act{}, false // "stop or/if …": the demand came first
		}
	}
	return nothing, true
}

var still = words("still immer noch trotzdem encore toujours todavia sigo ancora ainda nog nadal hala")
