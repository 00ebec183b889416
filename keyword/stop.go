package keyword

// byStopVerb: stop and unsubscribe, with what they are about.
func (c *clause) byStopVerb(in Input) (act, bool) {
	if c.has.has(dontstop) && !c.has.has(stopVerb|dontwrite|leave) {
		return nothing, true
	}
	if c.has.has(dontwrite) && !c.has.has(foreign) && !c.has.has(ifs|timed|wait) && !c.fewer() {
		return c.stop(dontwrite, 0.95), true
	}
	if !c.has.has(stopVerb) {
		return act{}, false
	}
	if c.negatesStop(stopVerb) {
		return nothing, true
	}
	if c.has.has(unsub) && c.has.has(past|self) && !c.has.has(foreign|timed|they|ifs|wh|how|quiet|negpast|mistake) && c.unknown == 0 && c.holds(already) && !asksFirst[c.s.t.words[c.items[0].from].s] {
		return c.stop(unsub, 0.8), true // "Ich hatte mich doch schon abgemeldet?!"
	}
	switch {
	case c.question && c.has.has(halt) && c.has.has(said) && c.has.has(past|self) && c.holds(already) && !c.has.has(foreign|they|ifs):
		return c.stop(halt, 0.85), true // "Hab schon 2x STOP geschrieben, warum kommt immer noch was?"
	case c.question && !c.has.has(modal) && !c.asksUs():
		return nothing, true
	case c.has.has(wh|exist) && !c.has.has(modal) && c.question:
		return nothing, true
	case c.has.has(past) && c.has.has(self) && !c.has.has(modal|want) && !c.has.has(comm|writes|send|said|you) && !c.near(past, halt, 0, 0):
		return nothing, true
	}
	if c.has.has(unsub) {
		return c.unsubscribes()
	}
	return c.halts()
}

// asksFirst opens a plain question: "does unsubscribing delete my points?"
var asksFirst = words("does do did will is are has have hat ist kostet bringt loscht verliere heisst")

var already = words("schon bereits langst already deja gia yet")

// asksUs: a question without "can you" is still a demand when it is all about our messages to them: "Stop messaging me?"
func (c *clause) asksUs() bool {
	return c.items[0].classes.has(halt) && len(c.items) <= 2 || c.has.has(why) && c.has.has(neg) || !asksFirst[c.s.t.words[c.items[0].from].s] && !c.has.has(you) && c.at(stopVerb) <= 1 && c.has.has(me|msg|mkt) && !c.has.has(wh|foreign)
}

func (c *clause) unsubscribes() (act, bool) {
	if c.has.has(foreign) && !c.has.has(msg|mkt|topic|list) {
		return nothing, true
	}
	if c.has.has(timed) && c.has.has(foreign) || asksFirst[c.s.t.words[c.items[0].from].s] && !c.has.has(me|you|modal|self|more) && c.unknown > 0 {
		return nothing, true
	}
	if c.unknown > 0 && !c.has.has(comm|me) && takes[c.s.t.words[c.items[c.at(unsub)].from].s] {
		return nothing, true // "Nehmt bitte den Aufkleber runter"
	}
	a := c.stop(unsub, 0.97)
	a.bare = c.onlyOf(bare|stopVerb) && !c.has.has(list|number|msg)
	return a, true
}

// takes are verbs that take anything out of anything.
var takes = words("haal haalt halen gooi cikarin cikarin cikart nehm nehme nehmt nimm nehmen nehmts rausnehmen rauszunehmen herausnehmen herauszunehmen rezygnuje zrezygnowac zrezygnuj rezygnacja schmeisst schmeiss schmeissen werft wirf holt hol haut hau streicht streich loscht losch tut tuts")

// halts: the object nearest to the verb decides.
func (c *clause) halts() (act, bool) {
	a := c.stop(halt, 0.95)
	about := c.has.has(msg|mkt|topic|list|dontwrite|leave) || c.has.has(number) && c.holds(mine) && !c.has.has(foreign|self) || c.has.has(writes) && (c.has.has(me) || c.unknown == 0) ||
		c.has.has(send) && !c.has.has(foreign) || c.has.has(get) && !c.has.has(foreign)
	switch {
	case c.has.has(wait):
		return nothing, true
	case c.threatens():
		return a, true
	case c.has.has(said) && (c.has.has(self) || c.holds(already)) && !c.has.has(ifs) && !c.s.mentions(foreign):
		return a, true // "I have said stop twice"
	case c.has.has(foreign) && !about:
		return nothing, true
	case c.has.has(foreign) && c.follows(halt, foreign, msg|mkt|topic|writes) && !c.has.has(writes|mkt|topic):
		return nothing, true
	case c.has.has(timed) && about && !c.has.has(all|more):
		return nothing, true // when to write, not whether
	case about:
		return a, true
	case c.onlyOf(bare | halt | haltpast | said | ifok | again), c.s.lex.final && c.onlyOf(bare|halt|notwant):
		a.bare = true
		return a, true
	case c.items[0].classes.has(halt) && c.unknown <= 1 && len(c.items) <= 2 && !c.question && c.items[0].to-c.items[0].from == 1 && c.s.t.words[c.items[0].from].loud:
		a.bare, a.confidence = true, 0.75 // "STOP Jawort"
		return a, true
	}
	return nothing, true
}

var mine = words("my mein meine meinem meiner mi mon mes mio meu moj moje mijn رقمي تلفوني numarami telefonumu mera mere मेरा मेरे")

// threatens: "stop or I'm calling a lawyer".
func (c *clause) threatens() bool {
	return c.items[0].classes.has(halt) && len(c.items) > 2 && !c.question && orElse[c.s.t.words[c.items[0].to].s]
}

var orElse = words("or oder sonst otherwise ou albo lub veya")

// offTheList: "kasch mi us dinere Lischte nä": whoever speaks of themselves and of "out of the list" wants out.
func (c *clause) offTheList(Input) (act, bool) {
	if !c.has.has(list) || !c.has.has(me) || c.question && !c.has.has(modal) || c.has.has(quiet|past|self|they|foreign|send|writes|get|how|wh|why|ifs|who|startv|begin) {
		return act{}, false
	}
	at := c.at(list)
	for i := c.items[0].from; i < c.items[at].from; i++ {
		if outOf[c.s.t.words[i].s] && c.items[at].from-i <= 3 {
			return c.stop(list, 0.8), true
		}
	}
	return act{}, false
}

var outOf = words("aus us usem ausm off")

// byWeakVerb: delete, cancel, revoke, switch off are stops when messages, the list or the number are their object.
func (c *clause) byWeakVerb(Input) (act, bool) {
	k := c.has & (weakhalt | remove | cancel | revoke)
	if k == 0 || c.question && !c.has.has(modal) || c.has.has(ifs) || c.negatesStop(k) {
		return act{}, false
	}
	object := msg | mkt | topic | list
	switch {
	case k.has(remove) && c.onlyOf(remove|light|polite|all|me) && c.s.mentions(who|number|msg|mkt|more):
		return act{intent: StopAll, confidence: 0.8, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true // "Woher habt ihr meine Nummer? Sofort löschen!"
	case k.has(revoke):
		object |= consent | number
	case k.has(remove):
		object |= number | sub
		if c.has.has(me) && !c.has.has(foreign) {
			object |= all // "löscht alles, was ihr von mir habt"
		}
	case k.has(cancel | weakhalt):
		object |= sub
	}
	if c.has.has(foreign) && !(c.has.has(object) && (c.follows(k, object, foreign) || c.s.lex.final && c.precedes(k, object, foreign))) {
		return nothing, k.has(remove) && c.has.has(order) && !c.has.has(me|comm|all)
	}
	if k.has(remove) && c.has.has(me) && !c.has.has(object|foreign|they|neg|wait) && c.unknown == 0 {
		return c.stop(k, 0.85), true // "Bitte entfernen Sie mich"
	}
	if k.has(weakhalt) && !c.has.has(object) && c.points() && c.unknown == 0 && (c.s.mentions(writes|msg|mkt) || c.s.mentions(quiet) && c.s.mentions(want|notwant)) && !c.s.mentions(foreign) {
		return c.stop(k, 0.75), true // "das spammt mich zu, kann man das abstellen?"
	}
	if c.has.has(past) && c.has.has(self) && !c.has.has(more) && !k.has(revoke|remove) || !c.has.has(object) && !(k.has(weakhalt) && c.near(weakhalt, writes|send, 0, 1)) {
		return act{}, false
	}
	if c.has.has(they) && !(k.has(remove) && c.has.has(number)) || c.unknown > 0 && !c.has.has(object&^sub) {
		return act{}, false // "mein Abo für die Gemüsekiste kündigen"
	}
	return c.stop(k, 0.9), true
}
