package keyword

// takenBack: "I wrote STOP earlier, I take that back": the stop is told of, and then withdrawn.
func takenBack(cs []clause) bool {
	told := false
	for i := range cs {
		c := &cs[i]
		if told && len(c.items) <= 6 && c.unknown <= 2 && c.holds(takes2) && !c.question && !c.has.has(consent|number|list|comm|order|want|quiet|get|send|writes) {
			return true
		}
		told = c.has.has(stopVerb) && (c.has.has(wrotepast|said|past) || c.holds(pluperfect) || c.holds(earlierOn)) && !c.has.has(foreign|they|quiet|ifs)
	}
	return false
}

var (
	takes2    = words("zuruck back retiro retire ritiro terug cofam cofnij geri اسحب أسحب वापस wapas vapas zurucknehmen")
	earlierOn = words("vorhin eben gerade earlier before antes tantot prima demin yazmistim wczesniej eerder net قبل पहले pehle")
)

// butNotAds: "write when my car is ready but not about tyre deals": what may come is named first, and then what may not.
func butNotAds(cs []clause) bool {
	welcome := false
	for i := range cs {
		c := &cs[i]
		if c.question || c.has.has(stopVerb&^halt|leave|they) {
			return false
		}
		if welcome && c.has.has(mkt) && c.has.has(quiet|no) && len(c.items) <= 7 && !c.has.has(want|writes|send|get|past|negpast|self|more) && (c.has.has(but) || c.items[0].classes.has(neg|no|negdet)) {
			return true
		}
		if at := c.at(except); at > 0 && !c.has.has(quiet) && c.at(writes|send) >= 0 && c.at(writes|send) < at && c.follows(except, mkt, order|topic|msg) {
			return true
		}
		welcome = welcome || c.has.has(writes|send|keep) && !c.has.has(quiet|dontwrite)
	}
	return false
}

// meToo: "may I join your list too?"
func (c *clause) meToo() bool {
	return c.question && c.has.has(list) && c.holds(meAlso) && c.has.has(self|modal) && !c.has.has(they|quiet|stopVerb|remove|foreign|how|wh|why|past|get|writes|send) && c.unknown <= 2
}

// cannotGetOut: "ich versteh nicht, wie ich da wieder rauskomme" asks for help without a question mark.
func cannotGetOut(cs []clause) bool {
	lost := false
	for i := range cs {
		c := &cs[i]
		if c.has.has(foreign | they | mkt) {
			return false
		}
		lost = lost || c.has.has(quiet|negpast|hesitate) && c.holds(grasps)
		if lost && (c.holds(ways2) || c.has.has(how)) && (c.holds(exits2) || c.has.has(stopVerb)) {
			return true
		}
	}
	return false
}

var (
	meAlso = words("too well also auch tambien aussi egalement tambem anche anch ook tez rowniez bhi भी ايضا أيضا كمان برضو برضه ben bende")
	grasps = words("versteh verstehe verstehen kapier kapiere weiss blick figure understand know entiendo se comprendo logro comprendre comprends sais entendo sei consigo capisco so riesco anlamadim anlamiyorum bilmiyorum bulamadim rozumiem wiem snap begrijp weet فاهم افهم اعرف samajh समझ pata")
	ways2  = words("wie how como comment come nasil jak hoe كيف ازاي kaise कैसे")
	exits2 = words("raus rauskomme rauskommen herauskomme out salir salirme salgo sortir sors sair saio uscire uscirne esco kurtulacagimi kurtulurum cikacagimi cikarim wyplatac wyjsc wypisac afkom vanaf eruit uitkom اطلع أطلع اخرج أخرج niklu nikalu nikle bahar बाहर निकलूं निकलूँ abstelle loswerde los turn")
)

// afterAll: "Can I get the offers now after all?"
func (c *clause) afterAll() bool {
	return c.question && c.has.has(mkt) && c.has.has(get|want) && c.has.has(modal|self|me) && c.holds(nowYet) && !c.has.has(they|quiet|stopVerb|foreign|how|wh|why|past|ifs) && c.unknown <= 2
}

var nowYet = words("now after doch jetzt finalement finalmente final fine afinal simdi yine jednak toch بعد الان अब ab")

// joinedBySlip: "sign me off, I ticked the box by mistake": the mistake was the yes, not the stop.
func joinedBySlip(cs []clause) bool {
	for i := range cs {
		if c := &cs[i]; c.has.has(mistake) && c.holds(ticked) && !c.has.has(stopVerb|remove|leave) {
			return true
		}
	}
	return false
}

var ticked = words("ticked tick angekreuzt anmelden angeklickt marque cochee coche marquei spuntato isaretlemisim isaretledim zaznaczylem zaznaczylam aangevinkt علمت")
