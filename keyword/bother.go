package keyword

import "strings"

// byBother: "me molestan sus descuentos", "eure Rabattaktionen nerven mich": what bothers shall end.
func (c *clause) byBother(Input) (act, bool) {
	if !c.has.has(mkt|topic|msg) || c.question || c.has.has(quiet|they|ifs|yes|hesitate|wh|order|other|negpast) || c.unknown > 2 || !c.bothers() {
		return act{}, false
	}
	return act{intent: c.scope(), confidence: 0.7, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true
}

// bothers says whether a word of the clause tells of a nuisance.
func (c *clause) bothers() bool {
	for i := c.items[0].from; i < c.items[len(c.items)-1].to; i++ {
		for _, stem := range nuisances {
			if strings.HasPrefix(c.s.t.words[i].s, stem) {
				return true
			}
		}
	}
	return false
}

var nuisances = strings.Fields("nerven nervt belastig stort storen molest fastidi annoy bother irrit incomod perturb chate enerv agac harcel derang rahatsiz denerw meczy irytuj erger pareshan تزعج يزعج بتزعج مزعج")
