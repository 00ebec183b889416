package keyword

// byPeace: "every day the same, I want my peace": who wants to be left in peace wants no messages.
func (c *clause) byPeace(Input) (act, bool) {
	if !c.has.has(want) || !c.holds(peaces) || c.question || c.unknown > 2 || c.has.has(foreign|quiet|they|ifs|past|keep|no|yes|get|comm) {
		return act{}, false
	}
	return act{intent: StopAll, confidence: 0.8, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true
}

// toOthers: "send your catalogues to somebody else": advertising sent to others is not wanted.
func (c *clause) toOthers(Input) (act, bool) {
	if !c.has.has(mkt) || !c.has.has(send|writes) || !c.holds(someoneElse) || c.question || c.has.has(number|msg|topic|quiet|ifs|again|get) {
		return act{}, false
	}
	return act{intent: StopMarketing, confidence: 0.85, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true
}

// asksAgain: "could you write me the opening hours once more?" asks for something else than messages.
func (c *clause) asksAgain() bool {
	return c.question && c.has.has(writes|send) && c.unknown > 0 && !c.has.has(comm|stopVerb|quiet) && (c.has.has(again) || c.holds(onceMore))
}

// meansWhat: "what does it mean that I should reply with STOP?"
func meansWhat(cs []clause) bool {
	asked, reply := false, false
	for i := range cs {
		c := &cs[i]
		if c.has.has(foreign|they|comm|more) || !c.question {
			return false
		}
		asked = asked || c.holds(meaning)
		reply = reply || c.holds(typing) || c.has.has(said)
	}
	return asked && reply && cs[0].s.mentions(stopVerb)
}

var (
	peaces      = words("ruhe peace paz tranquilo tranquila paix tranquille pace tranquillo tranquilla sossego quieto quieta huzur rahat spokoj rust راحتي راحه chain sukoon चैन शांति")
	someoneElse = words("anderen anderem else otro otra autre outra outro altro baskasina baskalarina innemu innym anders لغيري غيري kisi")
	onceMore    = words("nochmal nochmals again more otra nouveau novo nuovo daha jeszcze eens phir ثانيه ثاني फिर")
	meaning     = words("heisst bedeutet mean means significa signifie dire dizer anlama znaczy betekent يعني معني matlab मतलब")
)
