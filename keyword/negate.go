package keyword

// negatesStop: "bitte nicht stoppen", "don't unsubscribe me", "I never want to stop these".
func (c *clause) negatesStop(stops class) bool {
	if c.has.has(dontstop) {
		return true
	}
	at := c.at(stops)
	for j := at - 1; j >= 0; j-- {
		k := c.items[j].classes
		if k.has(negpast) && (c.has.has(want) || c.holds(tries)) {
			return true // "I didn't want to unsubscribe"
		}
		if k.has(notwant) && c.s.lex.final {
			continue // "ye sab nahi chahiye band karo": the verb stands last, what was refused is over
		}
		if k.has(neg|notwant) && !k.has(wrong|leave) {
			if c.question && c.has.has(modal) && !k.has(notwant) && c.s.t.words[c.items[j].from].s != "bitte" && c.has.has(me) {
				return false // "wollt ihr nicht endlich aufhören, mir zu schreiben?"
			}
			return !c.endsBetween(j, at)
		}
		if at-j > 4 || k.has(writes|send|msg|mkt|other|order) {
			break
		}
	}
	if c.s.lex.final && at >= 0 && c.near(remove|unsub|cancel, neg, 1, 0) && !c.has.has(send|writes|dontwrite|want|notwant|get) {
		return true // "लिस्ट से मत हटाइए"
	}
	if c.s.lex.before || at < 0 {
		return false
	}
	return c.negatedBehind(at)
}

// endsBetween: in "nicht mehr, stop" and "no more, stop" the negation is over before the stop.
func (c *clause) endsBetween(from, to int) bool {
	for j := from + 1; j < to; j++ {
		if c.items[j].classes.has(more|writes|send|get) && !c.items[j].classes.has(want|modal) {
			return true
		}
		if c.items[j].classes.has(polite) && j > from+1 {
			return true // dictated: "ich möchte den Dienst nicht mehr nutzen bitte melden Sie mich ab"
		}
	}
	return false
}

// negatedBehind: German "meldet mich bitte nicht ab", unless what is negated is the writing.
func (c *clause) negatedBehind(at int) bool {
	for j := at + 1; j < len(c.items); j++ {
		switch k := c.items[j].classes; {
		case k.has(writes | send | get | more | msg | mkt | topic | want | except):
			return false
		case k.has(neg) && !k.has(more) && j == at+1 && j+1 < len(c.items) && !c.items[j+1].classes.has(writes|send):
			return true
		case k.has(neg) && j-at <= 4:
			return !c.behindWrites(j)
		}
	}
	return false
}

func (c *clause) behindWrites(j int) bool {
	for _, it := range c.items[j+1:] {
		if it.classes.has(writes | send | get | more) {
			return true
		}
	}
	return false
}

var tries = words("trying try tried intending versucht versuche versuchen intentaba intento essayais essaye tentando tentava cercavo cercando proberen probeerde probeer probowalem probowalam calismiyordum calismadim احاول koshish कोशिश")
