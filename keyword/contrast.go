package keyword

// othersNotMe: "my sister doesn't want your messages but I do": what somebody else refuses, who writes does not.
func othersNotMe(cs []clause) bool {
	refused := false
	for i := range cs {
		c := &cs[i]
		if c.has.has(stopVerb | leave | remove | dontwrite) {
			return false
		}
		if refused && c.has.has(self|me) && !c.has.has(quiet) && (c.has.has(want|yes|keep|get) || c.holds(iDo)) {
			return true
		}
		refused = refused || c.has.has(they) && c.has.has(quiet) && c.has.has(want|notwant|quiet) && !(c.has.has(self) && !c.has.has(me))
	}
	return false
}

var iDo = words("do schon doch si sim oui moi wel tak ama chahiye चाहिए ich io eu yo ik ja ben انا لكن")

// endsThing: "encerrem a assinatura do jornal": what shall end is a thing, and no message is named.
func (c *clause) endsThing() bool {
	return c.has.has(cancel|weakhalt|remove|unsub|halt) && c.holds(papers) && !c.has.has(comm|me|writes|send|leave)
}

// papers are what people subscribe to elsewhere.
var papers = words("zeitung zeitungsabo zeitschrift newspaper magazine periodico diario revista journal jornal giornale rivista gazete dergi gazety gazeta gazete prenumerate prenumerata krant krantenabonnement tijdschrift الجريده جريده مجله akhbaar akhbar अखबार fitness gym gimnasio palestra ginasio silownia sportschool silownie الجيم netflix spotify")
