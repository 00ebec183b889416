package keyword

// scope: promotion words narrow a stop to marketing, service words to the topic; "everything" widens it again.
func (c *clause) scope() Intent {
	m, t := c.has.has(mkt), c.has.has(topic)
	switch {
	case c.has.has(except):
		return c.exceptScope()
	case m && t && c.has.has(only|keep):
		return c.keptScope()
	case m && c.has.has(msg) && c.holds(furthers), m && t, (m || t) && c.widened():
		return StopAll
	case m:
		return StopMarketing
	case t:
		return StopTopic
	}
	return StopAll
}

// keptScope: "nur Terminerinnerungen und keine Aktionen" keeps what stands behind the "only".
func (c *clause) keptScope() Intent {
	at := c.at(only | keep)
	for i := at - 1; i >= 0 && c.s.lex.final && c.items[at].classes.has(keep); i-- { // "offers theek hai": the verb stands behind
		switch k := c.items[i].classes; {
		case k.has(mkt):
			return StopTopic
		case k.has(topic):
			return StopMarketing
		}
	}
	for _, it := range c.items[at:min(at+5, len(c.items))] {
		if it.classes.has(topic) {
			return StopMarketing
		}
		if it.classes.has(mkt) && !c.items[at].classes.has(only) {
			return StopTopic
		}
	}
	return StopAll
}

// exceptScope: "alles außer Bestellinfos" keeps service messages, "everything except offers" keeps the offers.
func (c *clause) exceptScope() Intent {
	for _, it := range c.items[c.at(except):] {
		if it.classes.has(topic | order) {
			return StopMarketing
		}
		if it.classes.has(mkt) {
			return StopTopic
		}
	}
	return StopMarketing
}

// widened: "Werbung und alle Nachrichten".
func (c *clause) widened() bool {
	for i, it := range c.items {
		if it.classes.has(all) && i > 0 && c.joined(i) && (i+1 == len(c.items) || !c.items[i+1].classes.has(mkt|topic)) {
			return true // "vom Newsletter und allem anderen"
		}
		if it.classes.has(all) && i+1 < len(c.items) && c.items[i+1].classes.has(msg) &&
			(i+2 >= len(c.items) || !c.items[i+2].classes.has(mkt|topic)) && !c.items[i+1].classes.has(mkt|topic) {
			return i+2 >= len(c.items) || c.items[i+2].classes.has(light|polite|more)
		}
	}
	return false
}

// furthers: "alle Werbe- und sonstigen Nachrichten", "advertising and any other messages".
var furthers = words("sonstige sonstigen sonstiger andere anderen other otros otras demas autres altri altre outras outros overige andere inne innych diger الاخرى")

// joined: the item before is an "and".
func (c *clause) joined(i int) bool {
	switch c.s.t.words[c.items[i].from-1].s {
	case "und", "and", "y", "et", "e", "ed", "en", "ve", "i", "aur", "और":
		return true
	}
	return false
}

// butNot: "I'll take the delivery texts but not the deals".
func (c *clause) butNot() (act, bool) {
	at := c.at(except)
	if at < 1 || c.has.has(stopVerb|all|quiet|cancel|remove|how|wh) || c.question || c.s.t.words[c.items[at].from].s != "but" {
		return act{}, false
	}
	for _, it := range c.items[at+1:] {
		switch {
		case it.classes.has(mkt):
			return act{intent: StopMarketing, confidence: 0.8, matched: c.s.words(c.items[at], it)}, true
		case it.classes.has(topic):
			return act{intent: StopTopic, confidence: 0.8, matched: c.s.words(c.items[at], it)}, true
		}
	}
	return act{}, false
}

// byMatter: "text me only when it's about my repair": whatever the matter is, it is not advertising.
func (c *clause) byMatter(Input) (act, bool) {
	at := c.at(only)
	if at < 0 || !c.has.has(ifs) || !c.has.has(writes|send) || !c.holds(aboutIt) && !c.holds(matters) || c.question || c.has.has(stopVerb|quiet|mkt|topic|wh|how|they|timed|past|dontwrite) {
		return act{}, false
	}
	return act{intent: StopMarketing, confidence: 0.75, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true
}

var matters = words("geht betrifft por pour riguarda chodzi gaat ilgiliyse baare concerns concerne")

// restRefused: "nur Rechnungen schicken, sonst nix".
func (c *clause) restRefused() bool {
	ws := c.s.t.words
	for i := 0; i+1 < len(ws); i++ {
		if (ws[i].s == "sonst" || ws[i].s == "nothing") && restWords[ws[i+1].s] {
			return true
		}
	}
	return false
}

var aboutIt = words("about regarding wegen um sobre pour concernant over o dotyczace hakkinda ilgili baare bare بخصوص عن")

var restWords = words("nix nichts keine keinen kein gar else more further")

// byOnly: "nur Bestellinfos bitte" refuses the rest.
func (c *clause) byOnly(Input) (act, bool) {
	at := c.at(only)
	if a, ok := c.butNot(); ok {
		return a, true
	}
	if at >= 0 && c.near(only, order, 1, 3) && c.has.has(send|writes|get) && c.restRefused() {
		return act{intent: StopMarketing, confidence: 0.8, matched: c.s.words(c.items[at], c.items[c.at(order)])}, true
	}
	if at >= 0 && c.near(only, order|topic, 1, 4) && c.holds(rests) && c.has.has(quiet|no) && !c.has.has(stopVerb|mkt|wh|how|they|except) && !c.question {
		return act{intent: StopMarketing, confidence: 0.8, matched: c.s.words(c.items[at], c.items[len(c.items)-1])}, true // "only the order updates and not the rest"
	}
	if at >= 0 && c.near(only, order, 1, 7) && c.has.has(writes|send) && c.holds(aboutIt) && !c.has.has(stopVerb|quiet|other|wh|how) && !c.question {
		return act{intent: StopMarketing, confidence: 0.8, matched: c.s.words(c.items[at], c.items[c.at(order)])}, true // "only message me about my bookings"
	}
	if at < 0 || c.has.has(stopVerb|negdet|notwant|remove|cancel|neg|foreign|wh|how|said) || !c.has.has(topic|mkt) || c.question {
		return act{}, false
	}
	if !c.near(only, topic|mkt, 1, 5) {
		return act{}, false
	}
	if c.has.has(topic) {
		return act{intent: StopMarketing, confidence: 0.8, matched: c.s.words(c.items[at], c.items[c.at(topic)])}, true
	}
	return act{}, false
}
