package keyword

// newOwner: "number has a new owner": whoever agreed is reached here no more.
func (c *clause) newOwner(Input) (act, bool) {
	if !c.has.has(number) || !c.holds(owners) || c.question || c.has.has(ifs|wh|how|order|other) || c.holds(offices) {
		return act{}, false
	}
	return act{intent: StopAll, confidence: 0.85, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true
}

var (
	owners  = words("owner besitzer besitzerin inhaber inhaberin dueno duena proprietaire proprietario proprietaria dono dona eigenaar wlasciciela wlasciciel wlascicielke sahibi sahibinin malik مالك صاحب मालिक")
	offices = words("store office shop laden geschaft tienda magasin negozio loja winkel sklep dukkan محل dukaan")
)

// enoughAndOut: "scusate ma è troppo, io esco": too much was said, then that one leaves.
func enoughAndOut(cs []clause) bool {
	if len(cs) < 2 {
		return false
	}
	much := false
	for i := range cs {
		c := &cs[i]
		if c.question || c.has.has(foreign|ifs|they|wh|mkt|topic) {
			return false
		}
		if much && len(c.items) <= 5 && !c.has.has(quiet) && c.holds(outs) && (c.has.has(self) || len(c.items) <= 3) {
			return true
		}
		much = much || c.holds(toomuch)
	}
	return false
}

var (
	toomuch = words("much viel viele demasiado mucho trop troppo troppi demais muito veel duzo fazla cok bahut zyada كثير كتير बहुत ज्यादा")
	outs    = words("out raus salgo fuera sors retire esco fora eruit weg odchodze wychodze wypadam cikiyorum gidiyorum nikal nikalta nikalti jaa خارج طالع خلاص निकल")
)
