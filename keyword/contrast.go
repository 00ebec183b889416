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
