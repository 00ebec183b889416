package keyword

// refer gives a clause without an object the object of the clause before: "Angebote interessieren mich nicht, bitte nicht mehr
// schicken" is about offers, "delivery updates: don't need them" about delivery updates.
func refer(cs []clause, acts []act) {
	for i := 1; i < len(cs); i++ {
		before := &cs[i-1]
		if before.namesMessages() && cs[i].saysNo() {
			acts[i] = act{intent: before.scope(), confidence: 0.8, matched: cs[i].s.words(before.items[0], cs[i].items[len(cs[i].items)-1])}
			continue
		}
		if !before.has.has(mkt|topic|msg) || before.has.has(foreign|startv|yes|except|only) || acts[i-1].intent == Start || before.question {
			continue
		}
		switch {
		case acts[i].intent == StopAll && !acts[i].bare && acts[i-1].intent.Stops() && cs[i].sendsOn():
			acts[i].intent = acts[i-1].intent
		case (acts[i].intent == None || acts[i].soft) && cs[i].elliptic():
			acts[i] = act{intent: before.scope(), confidence: 0.8, matched: cs[i].s.words(before.items[0], cs[i].items[len(cs[i].items)-1])}
		}
	}
}

// namesMessages and saysNo: "Offers? No thanks."
func (c *clause) namesMessages() bool {
	return c.question && c.has.has(mkt|topic) && c.onlyOf(mkt|topic|msg|light|order|you)
}

func (c *clause) saysNo() bool {
	return !c.question && c.has.has(no|neg) && c.onlyOf(no|neg|polite|light)
}

// sendsOn: "bitte nicht mehr schicken", "please stop sending them": the verb wants an object and has none.
func (c *clause) sendsOn() bool {
	return (c.has.has(send) || c.has.has(weakhalt) || c.holds(sendsIt)) && !c.has.has(msg|list|number|writes|all|mkt|topic|consent|leave|foreign) && !c.holds(everything)
}

// sendsIt are forms that hold the negation and the sending in one word.
var sendsIt = words("gondermeyin gonderme gondermeyiniz yollamayin yollama iletmeyin atmayin gonderilmesin gelmesin gondermezseniz")

// everything is no object that stands for the one before.
var everything = words("nichts nix gar nada nothing anything rien niente nulla nic niks niets tudo todo tout tutto alles alle all wszystko hersey شي شيء kuch कुछ")

// elliptic: a refusal and nothing that is refused: "bitte keine mehr", "don't need them", "turn it off please".
func (c *clause) elliptic() bool {
	if c.question && !c.has.has(modal) || c.unknown > 0 || c.holds(everything) || c.has.has(comm|consent|foreign|ifs|wh|how|past|hesitate|wait|yes&^no|but|negpast|writes|startv|again) && !c.has.has(notwant|weakhalt) {
		return false
	}
	if !c.onlyOf(light | polite | me | you | self | modal | want | more | neg | negdet | no | notwant | they | weakhalt | cancel | remove | send | get | ifok | greet) {
		return false
	}
	return c.has.has(weakhalt|cancel|remove) && !c.has.has(quiet) || c.has.has(notwant) && (c.has.has(they) || len(c.items) > 1) || c.has.has(negdet|neg) && c.has.has(more|want|send|get)
}
