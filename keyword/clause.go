package keyword

// clause is a run of items between two marks, with what is in it.
type clause struct {
	s        *sentence
	items    []item
	has      class // of all items together
	unknown  int   // items no list and no form explains
	hides    bool  // some item has a negating word inside
	annoys   bool  // some item tells of annoyance
	unasked  bool  // some item says that nobody asked
	question bool
	reported bool // an earlier part of the sentence says that this is somebody else's word
}

// clauses cuts the sentence at punctuation and at "but", and joins again what a comma only interrupted.
func (s *sentence) clauses() []clause {
	var out []clause
	start := 0
	for i := range s.items {
		last := i == len(s.items)-1
		if last || s.items[i+1].clause != s.items[i].clause || s.turnsToWish(start, i+1) || s.pleads(start, i+1) || s.items[i+1].classes.has(but) && !s.items[i+1].classes.has(neg) && !s.particle(i+1) && !(s.items[i].classes.has(want) && s.items[i].clause == s.items[i+1].clause) {
			c := s.clause(s.items[start : i+1])
			if !last && !s.turnsToWish(start, i+1) && !s.pleads(start, i+1) && c.goesOn(s, i+1) {
				continue
			}
			if n := len(out); n > 0 && s.sameSentence(start-1, start) {
				c.has |= out[n-1].has & modal // "Wie oft soll ich noch sagen, dass ihr aufhören sollt?"
				c.reported = out[n-1].has.has(said) && out[n-1].has.has(they|neg|negpast) && !(out[n-1].has.has(neg) && out[n-1].has.has(they)) && !c.has.has(but)
				c.reported = c.reported || c.items[0].classes.has(neg) && len(c.items) > 1 && out[n-1].has.has(stopVerb|weakhalt|cancel|remove) && !c.has.has(more|send|writes|want|get|polite)
			}
			out = append(out, c)
			start = i + 1
		}
	}
	return out
}

// turnsToWish: in "hab eure Anzeige gesehen und will Angebote bekommen" the "und" at item i begins a wish behind what was told.
func (s *sentence) turnsToWish(start, i int) bool {
	if i+1 >= len(s.items) || !ands[s.t.words[s.items[i].from].s] || !s.items[i+1].classes.has(want|notwant) && !(i+2 < len(s.items) && s.items[i+1].classes.has(self|light) && s.items[i+2].classes.has(want|notwant)) {
		return false
	}
	for _, it := range s.items[start:i] {
		if it.classes.has(past|getind|wrotepast) || pluperfect[s.t.words[it.from].s] {
			return true
		}
	}
	return false
}

// pleads: dictated, "habe kein Auto mehr bitte keine Nachrichten mehr": a please at item i begins a second refusal.
func (s *sentence) pleads(start, i int) bool {
	if i+2 >= len(s.items) || i-start < 2 || !s.items[i].classes.has(polite) || !s.items[i+1].classes.has(negdet|dontwrite|halt|unsub) {
		return false
	}
	var before class
	for _, it := range s.items[start:i] {
		before |= it.classes
	}
	return before.has(quiet) && !before.has(comm|writes|send|stopVerb)
}

var ands = words("und and y et e ed en ve i oraz aur و")

func (s *sentence) sameSentence(a, b int) bool {
	return s.t.words[s.items[a].from].sentence == s.t.words[s.items[b].from].sentence
}

// goesOn: the comma in "könnt ihr aufhören, mir Gutscheine zu schicken?" parts verb and object.
func (c *clause) goesOn(s *sentence, next int) bool {
	if !s.sameSentence(next-1, next) {
		return false
	}
	if (c.asksWhat() && (c.has.has(writes|send) || c.holds(typing)) || c.question && c.items[0].classes.has(how)) && purposes[s.t.words[s.items[next].from].s] {
		return true // "co trzeba napisać, żeby już nie przychodziło?"
	}
	if s.items[next].classes.has(but) {
		return false
	}
	if c.onlyOf(msg|mkt|topic|light) && c.has.has(msg|mkt|topic) && s.refused(next) {
		return true // "Werbung: nein."
	}
	if (c.has.has(ifs) || c.holds(oneMore)) && (c.has.has(msg|writes|send) || c.holds(oneMessage)) && s.threatFollows(next) {
		return true // "Wenn ich noch eine Nachricht bekomme, gehe ich zum Anwalt"
	}
	end := c.items[len(c.items)-1].classes
	if end.has(notwant) && !end.has(no) || end.has(neg|want) && c.has.has(want) {
		return s.t.words[s.items[next].from].s == "dass" || !c.has.has(msg|mkt|topic|writes) && c.wishFollows(s, next) // "ich will nicht, dass ihr mir schreibt", "ich weigere mich, Nachrichten zu bekommen"
	}
	if c.has.has(self) && end.has(yes|startv|want) && !c.has.has(quiet|stopVerb) {
		return c.wishFollows(s, next) // "ich bin einverstanden, Angebote zu bekommen"
	}
	if !end.has(halt|weakhalt) || !c.has.has(modal|want) {
		return false
	}
	for _, it := range s.items[next:] {
		if it.clause != s.items[next].clause || it.classes.has(stopVerb|quiet) {
			return false
		}
		if it.classes.has(writes | send) {
			return true
		}
	}
	return false
}

// threatFollows: a lawyer or the like stands further on in the sentence.
func (s *sentence) threatFollows(next int) bool {
	for i := next; i < len(s.items) && s.sameSentence(next, i); i++ {
		if threats[s.t.words[s.items[i].to-1].s] {
			return true
		}
	}
	return false
}

// refused: from item i to the end of its sentence stands a bare no.
func (s *sentence) refused(i int) bool {
	first := i
	for ; i < len(s.items) && s.sameSentence(first, i); i++ {
		if !s.items[i].classes.has(no | neg | polite) {
			return false
		}
	}
	return s.items[first].classes.has(no | neg)
}

func (s *sentence) clause(items []item) clause {
	c := clause{s: s, items: items, question: s.t.words[items[0].from].question}
	for i, it := range items {
		c.has |= it.classes
		c.hides = c.hides || it.hides
		c.annoys = c.annoys || it.annoys
		c.unasked = c.unasked || it.unasked
		if it.classes == 0 && !(i > 0 && addressed[s.t.words[items[i-1].from].s]) {
			c.unknown++ // "du Bot" names the reader, no object
		}
	}
	return c
}

// at is the index of the first item of the classes, or -1.
func (c *clause) at(k class) int {
	for i, it := range c.items {
		if it.classes.has(k) {
			return i
		}
	}
	return -1
}

func (s *sentence) holds(set map[string]bool) bool {
	for i := range s.t.words {
		if set[s.t.words[i].s] {
			return true
		}
	}
	return false
}

// holds says whether any word of the clause is in the set.
func (c *clause) holds(set map[string]bool) bool {
	for i := c.items[0].from; i < c.items[len(c.items)-1].to; i++ {
		if set[c.s.t.words[i].s] {
			return true
		}
	}
	return false
}

// near says whether an item of classes b stands at most n items after (or before) one of classes a.
func (c *clause) near(a, b class, before, after int) bool {
	for i, it := range c.items {
		if !it.classes.has(a) {
			continue
		}
		for j := max(0, i-before); j <= min(len(c.items)-1, i+after); j++ {
			if j != i && c.items[j].classes.has(b) {
				return true
			}
		}
	}
	return false
}

func (c *clause) wishFollows(s *sentence, next int) bool {
	var has class
	for _, it := range s.items[next:] {
		if it.clause == s.items[next].clause {
			has |= it.classes
		}
	}
	return has.has(get) && has.has(msg|mkt|topic) && !has.has(quiet|stopVerb)
}

// onlyOf says whether nothing but items of these classes is there.
func (c *clause) onlyOf(k class) bool {
	for _, it := range c.items {
		if !it.classes.has(k) {
			return false
		}
	}
	return true
}

// follows says whether the nearest weighty item after the first a is a b rather than a d.
func (c *clause) follows(a, b, d class) bool {
	for i := c.at(a) + 1; i > 0 && i < len(c.items); i++ {
		switch k := c.items[i].classes; {
		case k.has(b):
			return true
		case k.has(d):
			return false
		}
	}
	return false
}

// precedes says the same of what stands before, where the verb stands last.
func (c *clause) precedes(a, b, d class) bool {
	for i := c.at(a) - 1; i >= 0; i-- {
		switch k := c.items[i].classes; {
		case k.has(b):
			return true
		case k.has(d):
			return false
		}
	}
	return false
}

var addressed = map[string]bool{"du": true, "ihr": true, "sie": true, "you": true, "u": true}

// particle says whether the "but" at item i is none: "denn" without a comma, "het houdt maar niet op", "gooi me er maar uit".
func (s *sentence) particle(i int) bool {
	w := s.items[i].from
	if s.t.words[w].s != "maar" {
		return particle[s.t.words[w].s]
	}
	if w+1 >= len(s.t.words) {
		return true
	}
	next := s.t.words[w+1].s
	return afterMaar[next] || next == "niet" && w+2 < len(s.t.words) && afterMaar[s.t.words[w+2].s]
}

var afterMaar = words("naar aan uit af weg op eens even weer toe door eraf eruit")

// particle are German words that mean "but" or "for" only behind a comma: "Wie komme ich denn raus?"
var particle = map[string]bool{"denn": true, "da": true, "doch": true}

// bare are words that leave a lone "stop" a lone stop.
const bare = light | polite | greet | me | you | self | all | modal | want | more | msg | list | number | mkt | topic | yes | sub | leave
