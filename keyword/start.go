package keyword

import "strings"

// byStart: subscribe, resume, "I want to get your offers".
func (c *clause) byStart(in Input) (act, bool) {
	if c.holds(rests) && c.s.mentions(mkt) && !c.has.has(again|startv|begin) {
		return act{}, false // "leave out the coupons, we like to read the rest"
	}
	if c.hides || c.annoys || c.has.has(quiet|how|haltpast|negpast|hesitate|exist|wait) || c.has.has(ifs) && !c.has.has(ifok) && !c.tellsMe() || c.has.has(they) && !c.has.has(self|me) {
		return act{}, false
	}
	if c.asksAgain() {
		return act{}, false
	}
	if c.meToo() || c.afterAll() {
		return act{intent: Start, confidence: 0.8, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true
	}
	if c.question && !c.has.has(modal) || c.has.has(cancel|remove) && !c.has.has(again) {
		return act{}, false
	}
	if c.has.has(begin) && c.s.holds(without) && !c.s.mentions(comm) {
		return act{}, false // "looking for parking, start without me"
	}
	k := class(0)
	switch {
	case c.has.has(startv) && !c.joinedBefore() && (!c.has.has(foreign) || c.has.has(mkt|msg|topic|list)) && (!c.has.has(past) || c.has.has(again)):
		k = startv
	case c.has.has(begin) && !c.has.has(foreign|wh) && (c.has.has(msg|mkt|topic|again|send|writes) || c.onlyOf(bare|begin|yes|again)):
		k = begin
	case c.has.has(list) && c.has.has(again) && c.has.has(me|modal|want) && !c.has.has(foreign|past|they|stopVerb|remove|how|wh|why):
		k = list | again
	case c.has.has(list) && c.holds(backs) && c.has.has(want|modal|self) && !c.has.has(foreign|they|stopVerb|remove|how|wh|why):
		k = list
	case c.wants():
		k = want | get | send | again | writes
	default:
		return act{}, false
	}
	at := c.at(k)
	return act{intent: Start, confidence: 0.92, matched: c.s.words(c.items[at], c.items[len(c.items)-1])}, true
}

// joinedBefore: "je m'étais inscrite l'an dernier" tells of earlier.
func (c *clause) joinedBefore() bool {
	return c.holds(pluperfect) && c.has.has(self|me) && !c.has.has(want|again|modal|polite) && !c.holds(backs)
}

var without = words("without ohne sin sans sem senza zonder bez beze bensiz bina بدون بدوني बिना")

var informing = words("benachrichtigen informieren notify informing update avisarme avisar informarme prevenir informer avisarem informar avvisarmi informarmi bilgilendirir informowac powiadamiac informeren تبلغوني تخبروني")

// allowed are permissions: "you may", "ihr dürft".
var allowed = words("allowed may welcome durft duerft darfst durfen duerfen konnt koennt konnen pueden podeis puedes puede podem pode podes pouvez peux potete puoi yazabilirsiniz yazabilirsin mozecie moga mozesz mogen mag تقدرون تقدروا يمكنكم ممكن بامكانكم sakte sakti सकते sakta")

var informed = words("informiert benachrichtigt informado informada informe informee informato informata geinformeerd informowany informowana bilgilendirilmek haberdar inform informed notified اعلامي مطلع")

// tellsMe: in "sí, apúntame" the first word is a yes, not an if: an imperative follows.
func (c *clause) tellsMe() bool {
	at := c.at(startv)
	return at > 0 && c.items[0].classes.has(yes) && strings.HasSuffix(c.s.t.words[c.items[at].from].s, "me")
}

// wants: a wish for messages, or for having them again.
func (c *clause) wants() bool {
	if c.has.has(foreign|past|getind|wh|why|only|wrotepast) && !(c.has.has(mkt) && c.has.has(get) && c.has.has(want)) {
		return false
	}
	switch {
	case c.s.lex.lang == "ar" && c.unknown > 0 && c.near(want, get|send, 0, 2) && c.at(want)+1 < len(c.items) && c.items[c.at(want)+1].classes == 0:
		return false // "عايز ابطل استقبل": the verb between says what is wished
	case c.has.has(want) && c.has.has(get) && c.has.has(msg|mkt|topic):
		return true
	case c.has.has(want|send|get) && c.has.has(again) && c.has.has(msg|mkt|topic|list):
		return true
	case c.has.has(writes) && c.has.has(again) && !c.has.has(more&^again|timed|dontwrite|stopVerb|neg) && c.holds(allowed) && !c.question && c.unknown <= 2:
		return true // "you may write to me again"
	case c.has.has(modal) && c.has.has(again) && c.has.has(me) && c.holds(informing) && !c.has.has(ifs|writes|send|timed) && c.unknown <= 2:
		return true // "könnten Sie mich bitte wieder benachrichtigen?"
	case c.has.has(want) && c.has.has(again) && c.holds(informed) && c.unknown <= 1:
		return true // "ich möchte gern wieder informiert werden"
	case c.has.has(want) && c.has.has(mkt|msg) && c.has.has(self|me) && !c.has.has(send|writes) && c.unknown == 0:
		return true
	case c.has.has(yes) && c.has.has(get|send|want) && c.has.has(msg|mkt|topic):
		return true
	case c.has.has(send) && c.has.has(mkt) && c.onlyOf(send|mkt|polite|light|yes|greet|again|all):
		return true // "schickt die Angebote!"
	case c.has.has(send|writes) && c.has.has(me) && !c.bothers() && (c.has.has(mkt) || c.has.has(again) && c.has.has(writes)):
		return true
	}
	return false
}

func (c *clause) byHelp(Input) (act, bool) {
	at := c.at(help)
	if at < 0 || c.has.has(nohelp|foreign|past|negpast|negdet|notwant) || c.has.has(they) && !c.question || c.near(help, neg, 4, 0) {
		return act{}, false
	}
	return act{intent: Help, confidence: 0.9, matched: c.s.words(c.items[at], c.items[at])}, true
}

// byUndoing: "undo my opt-out please" takes a stop back.
func (c *clause) byUndoing(Input) (act, bool) {
	if !c.has.has(stopVerb) || !c.holds(undo) || c.has.has(quiet|they|how|foreign|consent|startv|all|list) || c.holds(andWords) || c.question && !c.has.has(modal) {
		return act{}, false
	}
	return act{intent: Start, confidence: 0.85, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true
}

// andWords keep "undo this and unsubscribe me" a stop.
var andWords = words("und and y et e ed en ve i oraz aur sowie plus then dann")
