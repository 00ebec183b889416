package keyword

import "strings"

// act is what one clause asks for.
type act struct {
	intent     Intent
	confidence float64
	matched    string
	bare       bool // a lone keyword: other clauses may explain it away
	soft       bool // an offer refused, no more
	settled    bool // a rule says that nothing is asked for
	annoyed    bool // only an annoyance was told: what else the message is about may be its object
}

var nothing = act{intent: None, confidence: 0.9}

type rule func(*clause, Input) (act, bool)

// rules in the order they are asked: what turns a stop into something else comes first.
var rules = []rule{
	(*clause).byLeave, (*clause).toOthers, (*clause).newOwner, (*clause).byUnasked, (*clause).neverJoined, (*clause).byMistake, (*clause).byUndoing, (*clause).byHow, (*clause).byReport, (*clause).byThreat, (*clause).byWelcome, (*clause).byMatter, (*clause).byCondition,
	(*clause).nothingOf, (*clause).byOnly, (*clause).byStopVerb, (*clause).byWeakVerb, (*clause).offTheList, (*clause).byNegation, (*clause).byRefusal, (*clause).byPeace,
	(*clause).byBother, (*clause).byStart, (*clause).byHelp, (*clause).byAnnoyance,
}

// judge reads one clause.
func (c *clause) judge(in Input) act {
	for _, r := range rules {
		if a, ok := r(c, in); ok {
			a.settled = a.intent == None
			return a
		}
	}
	return nothing
}

const (
	stopVerb = halt | unsub
	comm     = msg | list | number | mkt | topic
	foreign  = order | other
	quiet    = neg | notwant | negdet
)

func (c *clause) stop(k class, confidence float64) act {
	at := max(0, c.at(k))
	end := at
	for j := at + 1; j < len(c.items); j++ {
		if c.items[j].classes.has(comm | writes | send | more | consent | get) {
			end = j
		}
	}
	return act{intent: c.scope(), confidence: confidence, matched: c.s.words(c.items[at], c.items[end])}
}

func (c *clause) byLeave(Input) (act, bool) {
	if !c.has.has(leave) || c.question && !c.has.has(modal) || c.has.has(ifs) && c.at(ifs) < c.at(leave) && !c.has.has(neg) ||
		c.has.has(they|dontstop) && !c.has.has(me|wrong) || c.has.has(timed) && !c.has.has(more|all|halt|unsub) {
		return act{}, false
	}
	return c.stop(leave, 0.95), true
}

func (c *clause) byMistake(Input) (act, bool) {
	if !c.has.has(mistake) || c.refusesMore() {
		return act{}, false
	}
	if c.has.has(startv|begin|again) && !c.has.has(quiet) {
		return act{intent: Start, confidence: 0.9, matched: c.s.words(c.items[c.at(startv|begin|again)], c.items[c.at(startv|begin|again)])}, true
	}
	return nothing, true
}

// refusesMore: dictated, "i think there is a mix up i don't know you please no more messages" is one clause.
func (c *clause) refusesMore() bool {
	return c.has.has(quiet|dontwrite) && c.has.has(msg|writes|send) && c.has.has(more|dontwrite|negdet) && !c.has.has(again|startv|begin)
}

// words is a set of normalised words.
func words(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}
