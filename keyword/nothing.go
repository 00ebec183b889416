package keyword

import "strings"

// nothingOf: "Schickt mir nichts Scharfes", "don't send me anything spicy": what is not to come is a thing with that quality, no message.
func (c *clause) nothingOf(Input) (act, bool) {
	if c.unknown == 0 || !c.has.has(send|dontwrite|get) || c.has.has(stopVerb|more|consent|leave|unsub) || c.annoys || c.unasked {
		return act{}, false
	}
	for _, it := range c.items {
		if it.classes.has(comm|all) && !(it.to-it.from == 1 && c.s.anything(it.from)) {
			return act{}, false
		}
	}
	for i, it := range c.items {
		if it.classes != 0 || it.to-it.from != 1 || likeIt[c.s.t.words[it.from].s] {
			continue
		}
		if i > 0 && c.s.anything(it.from-1) || i > 0 && linking[c.s.t.words[it.from-1].s] && it.from > 1 && c.s.anything(it.from-2) {
			return nothing, true
		}
		if c.s.lex.lang == "tr" && !hither[c.s.t.words[it.from].s] && it.to+1 < len(c.s.t.words) && c.s.t.words[it.to].s == "bir" && c.s.t.words[it.to+1].s == "sey" {
			return nothing, true
		}
	}
	return act{}, false
}

// anything: word i says nothing or anything.
func (s *sentence) anything(i int) bool { return i >= 0 && anythings[s.t.words[i].s] }

var (
	anythings = words("nichts nix nothing anything nada rien niente niks niets nic شيءا شييا شي kuch कुछ")
	hither    = words("buraya bana bize buradan oraya ona hicbir baska")
	linking   = words("de di d zu too so")
	likeIt    = words("dergleichen derartiges derart solches weiteres whatsoever similar such sort like parecido similaire simile parecido dergelijks podobnego aisa ऐसा كهذا else other another baska otra otro autre altro outro anders innego aur और غير بعد ثاني تاني numaraya telefona hatta adrese anymore ever again mehr")
)

// saysWhere: "don't text the landline, use this number" says how, not whether.
func (c *clause) saysWhere() bool {
	return c.has.has(timed) && c.has.has(writes|send|dontwrite) && c.has.has(quiet|dontwrite) && !c.has.has(more|all|comm|stopVerb|leave)
}

// notByPhone: "bel me liever niet, schrijf gewoon": calls are refused, nothing else.
func (c *clause) notByPhone() bool {
	return c.has.has(quiet|dontwrite) && c.holds(calls) && !c.has.has(writes|comm|all|more|stopVerb|leave)
}

var calls = words("call calling ring ringing phone anrufen anruft ruft llamen llamar llame appelez appeler ligue liguem ligar telefonem chiamate chiamarmi chiamatemi telefonatemi arama aramayin dzwonic dzwoncie bel bellen belt تتصلوا تتصل الاتصال phone फोन कॉल")

// refusesAThing: "bitte keine Röstungen mehr", "no more asparagus please": one noun that no list knows is refused and nothing else is said. Whether
// it names a kind of message only the business's topics can tell (intake.named).
func (c *clause) refusesAThing() bool {
	if c.unknown != 1 || !c.has.has(negdet) || !c.has.has(more) || c.question {
		return false
	}
	for _, it := range c.items {
		if w := c.s.t.words[it.from].s; it.classes == 0 && (strings.HasPrefix(w, "app") || strings.Contains(w, "atsa") || strings.HasPrefix(w, "فضل")) {
			return false // appjes, watsap: messages after all; من فضلكم is a please
		}
		if it.classes != 0 && !it.classes.has(negdet|more|polite|greet) && it.classes&^(light|neg|no) != 0 {
			return false
		}
	}
	return true
}
