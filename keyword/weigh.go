package keyword

// weigh joins the clauses' acts: any demand to stop counts, unless the rest takes it back.
func weigh(cs []clause, acts []act) act {
	best, start, helps := -1, -1, -1
	var all class
	for i, a := range acts {
		all |= cs[i].has
		switch {
		case a.intent.Stops() && (best < 0 || stronger(a, acts[best])):
			best = i
		case a.intent == Start && start < 0:
			start = i
		case a.intent == Help && helps < 0:
			helps = i
		}
	}
	if a, ok := returns(cs, acts); ok {
		return a
	}
	if takenBack(cs) {
		return act{intent: Start, confidence: 0.98, matched: cs[0].s.words(cs[0].items[0], cs[len(cs)-1].items[0])}
	}
	if best < 0 && start < 0 && butNotAds(cs) {
		return act{intent: StopMarketing, confidence: 0.98, matched: cs[len(cs)-1].s.words(cs[len(cs)-1].items[0], cs[len(cs)-1].items[len(cs[len(cs)-1].items)-1])}
	}
	if best < 0 && start < 0 && (asksHowTo(cs) || cannotGetOut(cs) || meansWhat(cs)) {
		return act{intent: Help, confidence: 0.8, matched: cs[0].s.words(cs[0].items[0], cs[0].items[len(cs[0].items)-1])}
	}
	switch {
	case best >= 0 && start < 0 && postponed(cs, acts):
		return nothing
	case best < 0 && all.has(mistake) && start < 0:
		return taken(cs, acts, start)
	case best >= 0 && start >= 0 && best > start && cs[start].has.has(mistake):
		return acts[best] // "my bad for signing up, now get me off it"
	case best >= 0 && all.has(mistake) && start < 0 && joinedBySlip(cs):
		return narrowed(cs, acts[best], best)
	case best >= 0 && all.has(mistake) && !cs[best].refusesMore() && !(len(acts) > 1 && best > 0 && (!acts[best].bare || changedMind(cs[:best]) || cs[best].has.has(unsub) && joinedByMistake(cs[:best]))):
		return taken(cs, acts, start)
	case best >= 0 && acts[best].soft && elsewhere(cs[:best]):
		return nothing // "can you send the papers to my mother? I don't need them"
	case best >= 0 && start >= 0:
		return both(cs, acts, best, start)
	case best >= 0 && acts[best].bare && (acts[best].intent == StopAll || acts[best].annoyed) && explained(cs, acts, best):
		return nothing
	case best >= 0:
		return narrowed(cs, acts[best], best)
	case start >= 0:
		return acts[start]
	case best < 0 && permits(cs):
		return act{intent: Start, confidence: 0.8, matched: cs[0].s.words(cs[0].items[0], cs[0].items[len(cs[0].items)-1])}
	case enoughAndOut(cs):
		return act{intent: StopAll, confidence: 0.8, matched: cs[0].s.words(cs[0].items[0], cs[len(cs)-1].items[0])}
	case likewise(cs):
		return act{intent: Start, confidence: 0.75, matched: cs[0].s.words(cs[0].items[0], cs[len(cs)-1].items[0])}
	case offersWelcome(cs):
		return act{intent: Start, confidence: 0.7, matched: cs[0].s.words(cs[0].items[0], cs[len(cs)-1].items[0])}
	case helps >= 0:
		return acts[helps]
	}
	if part := restFine(cs); part != "" {
		return act{intent: part, confidence: 0.7, matched: cs[0].s.words(cs[0].items[0], cs[0].items[len(cs[0].items)-1])}
	}
	return lean(cs, acts)
}

// changedMind: "I've changed my mind about these messages, please stop them" is no slip of the finger.
func changedMind(before []clause) bool {
	for i := range before {
		if before[i].holds(minds) && !before[i].has.has(stopVerb|startv) {
			return true
		}
	}
	return false
}

// joinedByMistake: "I ended up here by mistake, unsubscribe me": no stop was the mistake.
func joinedByMistake(before []clause) bool {
	for i := range before {
		if before[i].has.has(stopVerb | haltpast | weakhalt | remove | again | leave) {
			return false
		}
	}
	return true
}

var minds = words("mind uberlegt opinion idea avis idee zdanie fikrimi gedachten opiniao رايي man मन")

// permits: "Możecie wysyłać oferty, zgadzam się": they may send, and a yes beside it.
func permits(cs []clause) bool {
	may, agreed := false, false
	for i := range cs {
		c := &cs[i]
		if c.question || c.has.has(quiet|stopVerb|foreign|ifs|they) {
			return false
		}
		may = may || c.has.has(modal|keep) && c.has.has(send) && c.has.has(mkt|msg) && c.unknown == 0
		agreed = agreed || c.has.has(yes) && len(c.items) <= 4
	}
	return may && agreed
}

// asksHowTo: "Quiero darme de baja, ¿cómo se hace?": a wish to leave and, behind it, the question how.
func asksHowTo(cs []clause) bool {
	wish := false
	for i := range cs {
		c := &cs[i]
		if c.has.has(foreign | they | quiet | mistake) {
			return false
		}
		if wish && c.question && (c.has.has(how) || c.holds(hows)) && len(c.items) <= 5 {
			return true
		}
		wish = wish || c.has.has(stopVerb) && (c.has.has(want|self|me) || c.s.lex.final)
	}
	return false
}

var hows = words("wie how como comment come jak hoe nasil kaise كيف ازاي कैसे")

// stronger: a named demand beats a bare word; everything beats a part.
func stronger(a, b act) bool {
	if a.soft != b.soft {
		return b.soft
	}
	if a.bare != b.bare {
		return b.bare
	}
	return a.intent == StopAll && b.intent != StopAll
}

// taken: "das war ein Versehen, bitte wieder anmelden".
func taken(cs []clause, acts []act, start int) act {
	if start >= 0 {
		return acts[start]
	}
	for i := range cs {
		c := &cs[i]
		if (c.holds(undo) || c.holds(annuls) && !c.has.has(stopVerb|sub|foreign) && i > 0) && !c.has.has(quiet) || c.has.has(begin|again|keep) && c.has.has(send|writes|msg|mkt) && !c.has.has(quiet|stopVerb) {
			return act{intent: Start, confidence: 0.8, matched: c.s.words(c.items[0], c.items[len(c.items)-1])} // "Falscher Alarm, bitte weiter schicken"
		}
		if c.has.has(again|startv) && c.has.has(me|modal|polite|startv) && !c.has.has(quiet|stopVerb|foreign|past) && (cs[0].s.mentions(stopVerb|list|sub) || c.has.has(startv) && !cs[0].s.mentions(foreign)) {
			return act{intent: Start, confidence: 0.8, matched: c.s.words(c.items[0], c.items[len(c.items)-1])} // "cancelei sem querer, me coloca de volta?"
		}
		if c.has.has(want|self|me) && !c.has.has(quiet|stopVerb|mistake) && c.holds(stays) {
			return act{intent: Start, confidence: 0.8, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}
		}
	}
	return nothing
}

// annuls take a stop back only where a mistake is told: alone they end the subscription.
var annuls = words("annuler annulez annullare annullate anular anulen anularlo anuladlo desfaz desfaca anulem cofnijcie undoing annuleren iptal")

var undo = words("retiro ritiro cofam cofnac تراجعت undo revert reverse ruckgangig aufheben zurucknehmen deshacer desfazer ongedaan")

var stays = words("kalmak kalayim rehna rahna रहना ابقي أبقى ابقى zostac quedar seguir keep drin dabei bleiben stay remain quedarme seguir rester restare rimanere continuar ficar blijven zostac")

// both: a start beside a stop is a start when it says "again", else nobody can tell.
func both(cs []clause, acts []act, stop, start int) act {
	if acts[stop].intent != StopAll && start > stop && cs[start].has.has(keep|but|only|topic) && !cs[start].has.has(startv) {
		return acts[stop]
	}
	if acts[stop].intent != StopAll && (!cs[start].has.has(startv|again|begin) || cs[start].has.has(topic|order|keep)) {
		return acts[stop] // "quiero seguir recibiendo los avisos, pero no las ofertas"
	}
	if cs[start].has.has(again) && start > stop {
		return acts[start]
	}
	if acts[stop].intent == StopAll && !acts[stop].bare {
		return acts[stop]
	}
	return act{intent: Unsure, confidence: 0.5, matched: acts[stop].matched}
}

// explained: "Stop! Wo bleibt mein Paket?" is no opt-out.
func explained(cs []clause, acts []act, stop int) bool {
	for i := range cs {
		if i == stop {
			continue
		}
		c := &cs[i]
		if cs[stop].s.words(cs[stop].items[0], cs[stop].items[len(cs[stop].items)-1]) == "stop it" && (c.unknown > 1 || c.unknown > 0 && c.s.t.laughs > 0) && !c.has.has(comm|leave|writes|send) {
			return true // "this dress is to die for, stop it"
		}
		if c.s.t.laughs > 0 && !acts[stop].annoyed && (c.unknown > 0 || c.has.has(other)) && !c.has.has(comm|leave|writes|send) {
			return true // "arrête, je suis mort de rire 😂"
		}
		if c.s.t.laughs > 0 && (c.unknown > 1 || c.unknown > 0 && c.has.has(you)) && !c.has.has(comm|leave|writes|send|get) {
			return true // "stop it, you are too kind 😄"
		}
		if acts[stop].annoyed && (c.unknown > 0 || c.has.has(foreign)) && !c.has.has(comm|leave|writes|send|who) {
			return true // "die Musik im Laden ist zu laut, das nervt"
		}
		if c.has.has(wait) || c.has.has(mistake) && !c.holds(minds) && !(i < stop && cs[stop].has.has(unsub) && joinedByMistake(cs[:stop])) || (c.has.has(order) || c.has.has(other) && c.question) && !c.has.has(comm|leave|writes) || c.question && c.unknown > 0 && !(i < stop && cs[stop].has.has(unsub)) && !(cs[stop].has.has(said) && c.holds(still)) && !c.has.has(comm|writes) {
			return true
		}
	}
	return false
}

// narrowed: what another clause keeps, this one does not stop: "Nichts mehr schicken, nur Versandinfos gern".
func narrowed(cs []clause, a act, stop int) act {
	if a.intent != StopAll {
		return a
	}
	if stop > 0 && pointsBack(&cs[stop]) && !cs[stop-1].has.has(list|startv) {
		switch {
		case cs[stop-1].has.has(mkt) && !cs[stop-1].has.has(msg|topic):
			a.intent = StopMarketing
		case (cs[stop-1].has.has(topic) || cs[stop-1].holds(kinds)) && !cs[stop-1].has.has(mkt):
			a.intent = StopTopic
		}
	}
	for i := range cs {
		if i != stop && cs[i].restIsFine() {
			a.intent = StopTopic // "don't need the job alerts, the rest is fine"
		}
		if i != stop && cs[i].has.has(keep|only|except) && cs[i].has.has(topic|order) && !cs[i].has.has(quiet) {
			a.intent = StopMarketing
		}
		if i != stop && cs[i].has.has(mkt) && (cs[i].has.has(except) || cs[i].has.has(keep|yes) && !cs[i].has.has(quiet|topic|stopVerb)) {
			a.intent = StopTopic
		}
	}
	return a
}

// fine says that the rest may come.
var fine = words("ok okay super great perfect gut passt bleiben bleibt gern gerne fine good stays stay bien queda quedan si va oui reste bem fica ficam sim bene resta si zostaje zostac moze prima houden blijven mag olur kalsin dursun theek thik rehne chalne ठीक تمام عادي يبقي ماشي")

// pointsBack: "eure Werbung nervt, lasst das", "I hate your sales, stop sending them".
func pointsBack(c *clause) bool {
	if c.has.has(msg | list | number | writes | all) {
		return false
	}
	for i := c.items[0].from; i < c.items[len(c.items)-1].to; i++ {
		switch c.s.t.words[i].s {
		case "das", "damit", "them", "those", "it", "aufhoren":
			return true
		}
	}
	return false
}
