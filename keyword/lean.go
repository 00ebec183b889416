package keyword

// lean reads what no rule knows: a refusal beside our messages, and nothing else it could be about, asks for an end of them.
func lean(cs []clause, acts []act) act {
	at := -1
	var all class
	for i := range cs {
		c := &cs[i]
		if acts[i].settled || c.question && !c.has.has(modal) {
			return nothing
		}
		all |= c.has
		if at < 0 && c.leans() {
			at = i
		}
	}
	if at < 0 || all.has(foreign|startv|begin|again|yes&^keep|hesitate|mistake|wait|exist|ifs|how|why|wh|they|dontstop|getind|negpast) {
		return nothing
	}
	c := &cs[at]
	return act{intent: c.scope(), confidence: 0.65, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}
}

// leans: the clause refuses, and names messages, the list, the number, or writing to the person.
func (c *clause) leans() bool {
	if !c.has.has(quiet|stopVerb|weakhalt|remove|revoke) || c.fewer() || c.has.has(timed|past|wrotepast|said) && !c.has.has(more|all) {
		return false
	}
	if c.has.has(neg) && (c.has.has(stopVerb|weakhalt|remove|revoke) || !c.has.has(more|negdet|notwant)) {
		return false
	}
	if !c.has.has(notwant|stopVerb|weakhalt|remove|revoke) && !c.has.has(me|you|polite|all|more|want) {
		return false // "no group", "no message yet"
	}
	if c.has.has(self) && c.has.has(neg|negdet) && !c.has.has(want|notwant|more|stopVerb|weakhalt|remove|revoke) {
		return false
	}
	return c.has.has(msg|mkt|topic|list) || c.has.has(number) && c.has.has(stopVerb|remove|weakhalt|revoke) || c.has.has(writes|send) && c.has.has(me) && c.unknown <= 2
}
