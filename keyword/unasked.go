package keyword

// byUnasked: "you added me without asking": who complains of being on the list without a yes wants off it.
func (c *clause) byUnasked(Input) (act, bool) {
	if !c.unasked || c.question && !c.has.has(why) || c.has.has(order) || !c.has.has(list|msg|startv|number|writes|send|me|mkt) {
		return act{}, false
	}
	return act{intent: c.scope(), confidence: 0.8, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true
}

// returns finds a wish to come back beside an opt-out of earlier: "me había dado de baja pero quiero volver".
func returns(cs []clause, acts []act) (act, bool) {
	earlier := false
	for i := range cs {
		earlier = earlier || cs[i].has.has(unsub) && cs[i].holds(pluperfect) && !cs[i].has.has(quiet)
	}
	if !earlier {
		return act{}, false
	}
	for i := range cs {
		c := &cs[i]
		if acts[i].intent == Start || !c.has.has(unsub|quiet) && (c.has.has(want|modal|self|again) && c.holds(backs) || c.has.has(want) && c.has.has(again)) || c.has.has(unsub) && c.has.has(want) && c.has.has(again) && !c.has.has(quiet) && c.holds(pluperfect) {
			return act{intent: Start, confidence: 0.8, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true
		}
	}
	return act{}, false
}

var (
	pluperfect = words("estaba habia hatte hatten war etais ero avevo tinha estava had was unsubscribed bylem bylam tha thi था थी थे hoon-tha kaydolmustum etait avais avait cikmistim كنت wypisalem wypisalam")
	backs      = words("volver regresar vuelvo revenir reviens tornare torno terug wrocic wracam geri back wapas wapis voltar zuruck wieder retourner regreso donmek geriye العوده ارجع أرجع الرجوع back")
)
