package keyword

import "strings"

// act is what one clause asks for.
type act struct {
	intent     Intent
	confidence float64
	matched    string
	bare       bool // a lone keyword: other clauses may explain it away
	soft       bool // an offer refused, no more
	annoyed    bool // only an annoyance was told: what else the message is about may be its object
}

var nothing = act{intent: None, confidence: 0.9}

type rule func(*clause, Input) (act, bool)

// rules in the order they are asked: what turns a stop into something else comes first.
var rules = []rule{
	(*clause).byLeave, (*clause).byMistake, (*clause).byHow, (*clause).byReport, (*clause).byCondition,
	(*clause).byOnly, (*clause).byStopVerb, (*clause).byWeakVerb, (*clause).byNegation, (*clause).byRefusal,
	(*clause).byStart, (*clause).byHelp, (*clause).byAnnoyance,
}

// judge reads one clause.
func (c *clause) judge(in Input) act {
	for _, r := range rules {
		if a, ok := r(c, in); ok {
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

// scope: promotion words narrow a stop to marketing, service words to the topic; "everything" widens it again.
func (c *clause) scope() Intent {
	m, t := c.has.has(mkt), c.has.has(topic)
	switch {
	case c.has.has(except):
		return c.exceptScope()
	case m && t && c.has.has(only|keep):
		return c.keptScope()
	case m && t, (m || t) && c.widened():
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

// joined: the item before is an "and".
func (c *clause) joined(i int) bool {
	switch c.s.t.words[c.items[i].from-1].s {
	case "und", "and", "y", "et", "e", "ed", "en", "ve", "i", "aur", "और":
		return true
	}
	return false
}

func (c *clause) byLeave(Input) (act, bool) {
	if !c.has.has(leave) || c.question && !c.has.has(modal) || c.has.has(ifs) && c.at(ifs) < c.at(leave) && !c.has.has(neg) ||
		c.has.has(they|dontstop) && !c.has.has(me) || c.has.has(timed) && !c.has.has(more|all|halt|unsub) {
		return act{}, false
	}
	return c.stop(leave, 0.95), true
}

func (c *clause) byMistake(Input) (act, bool) {
	if !c.has.has(mistake) {
		return act{}, false
	}
	if c.has.has(startv|begin|again) && !c.has.has(quiet) {
		return act{intent: Start, confidence: 0.9, matched: c.s.words(c.items[c.at(startv|begin|again)], c.items[c.at(startv|begin|again)])}, true
	}
	return nothing, true
}

// byHow: "how do I unsubscribe?" asks for help.
func (c *clause) byHow(Input) (act, bool) {
	if c.has.has(who) {
		return act{intent: Help, confidence: 0.9, matched: c.s.words(c.items[c.at(who)], c.items[c.at(who)])}, true
	}
	if at := c.at(help); at == 0 && c.has.has(stopVerb) && !c.has.has(foreign|nohelp) {
		return act{intent: Help, confidence: 0.8, matched: c.s.words(c.items[0], c.items[0])}, true // "help me stop this"
	}
	if a, ok := c.asksTheWord(); ok {
		return a, true
	}
	at := c.at(how)
	if at < 0 || !c.has.has(stopVerb|startv|remove|revoke|weakhalt|leave|dontwrite|begin) && !(c.has.has(neg|negdet|cancel) && c.has.has(comm|sub)) && !(c.has.has(comm) && c.holds(rid)) {
		return act{}, false
	}
	if c.has.has(foreign) && !c.has.has(comm) && !(c.has.has(unsub|startv) && !c.has.has(me|they)) {
		return nothing, true // "how do I unsubscribe my son from the swimming class"
	}
	return act{intent: Help, confidence: 0.9, matched: c.s.words(c.items[at], c.items[at])}, true
}

// rid: "Wie werde ich diese Nachrichten los?"
var rid = words("los rid libero liberarmi libre debarrasser kwijt")

// asksTheWord: "Is STOP the word to send?", "Funktioniert Stopp auch?"
func (c *clause) asksTheWord() (act, bool) {
	if !c.question && !c.items[0].classes.has(wh) || !c.has.has(stopVerb) || c.has.has(foreign|me) {
		return act{}, false
	}
	for i := c.items[0].from; i < c.items[len(c.items)-1].to; i++ {
		if theWord[c.s.t.words[i].s] {
			return act{intent: Help, confidence: 0.8, matched: c.s.t.words[i].s}, true
		}
	}
	return act{}, false
}

var theWord = words("bedeutet bedeuten mean means meaning significa signifie oznacza betekent word wort befehl keyword code command mot palabra parola palavra woord slowo kelime kelimeyi كلمه كلمة funktioniert works work genugt marche funciona funziona werkt dziala")

// words is a set of normalised words.
func words(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

// byReport: what somebody else said, what happened long ago.
func (c *clause) byReport(Input) (act, bool) {
	switch {
	case c.reported:
		return nothing, true
	case c.has.has(they) && c.has.has(said|halt|haltpast|unsub) && !c.has.has(me) && !c.has.has(comm|writes|send):
		return nothing, true
	case c.has.has(they) && c.at(they) < c.at(said):
		return nothing, true
	case c.has.has(haltpast) && !c.has.has(stopVerb) && !c.has.has(modal):
		return nothing, true
	}
	return act{}, false
}

// byCondition: "wenn ich STOP schreibe" asks nothing yet; "if you don't stop texting me" does.
func (c *clause) byCondition(Input) (act, bool) {
	at := c.at(ifs)
	if at < 0 || c.has.has(ifok) {
		return act{}, false
	}
	if c.has.has(neg) && c.has.has(halt|unsub) && (c.has.has(writes|send|msg|mkt) || c.unknown == 0 && !c.has.has(foreign)) {
		return c.stop(halt|unsub, 0.8), true
	}
	for i, it := range c.items {
		if it.classes.has(stopVerb|dontwrite) && i < at && !c.has.has(foreign) {
			return act{}, false // "stop or/if …": the demand came first
		}
	}
	return nothing, true
}

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

var restWords = words("nix nichts keine keinen kein gar else more further")

// byOnly: "nur Bestellinfos bitte" refuses the rest.
func (c *clause) byOnly(Input) (act, bool) {
	at := c.at(only)
	if at >= 0 && c.near(only, order, 1, 3) && c.restRefused() {
		return act{intent: StopMarketing, confidence: 0.8, matched: c.s.words(c.items[at], c.items[c.at(order)])}, true
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
