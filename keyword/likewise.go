package keyword

// likewise: "My husband gets your offers, can I have them too?": somebody else gets them, and who writes wants them as well.
func likewise(cs []clause) bool {
	others, wishes := false, false
	for i := range cs {
		c := &cs[i]
		if c.has.has(quiet|stopVerb|weakhalt|dontwrite|haltpast|negpast|how|who|why|cancel|remove|mistake|leave) || c.annoys || c.hides || c.holds(wentOut) || c.has.has(foreign) && !c.has.has(mkt|msg) {
			return false
		}
		if !others && c.has.has(they) && c.has.has(mkt|msg|topic|list) {
			others = true
		}
		if others && c.holds(alsos) && c.has.has(self|me|modal|want) && (c.has.has(want|modal) || c.question) && !(c.has.has(getind|past) && !c.has.has(want|modal)) {
			wishes = true
		}
	}
	return others && wishes
}

var alsos = words("too well also auch tambien aussi egalement tambem anche anch ook eveneens tez takze rowniez de da bhi भी ايضا أيضا كمان برضو برضه")

// wentOut: who left the list gets nothing any more: "meu marido saiu da lista, isso vale pra mim também?"
var wentOut = words("saiu salio sorti sortie uscito uscita cikti ausgetreten raus left out wypisal wypisala eruit خرج خرجت nikal")
