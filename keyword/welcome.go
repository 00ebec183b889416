package keyword

// offersWelcome: "Wenn ihr wieder Aktionen habt, schreibt mir gerne": what there may be stands first, and that it may be written about behind.
// Who names the writing first threatens: "if you send me offers …".
func offersWelcome(cs []clause) bool {
	offered := false
	for i := range cs {
		c := &cs[i]
		if c.question || c.has.has(quiet|stopVerb|dontwrite|dontstop|foreign|they|topic|mistake|past) || c.holds(threats) {
			return false
		}
		for _, it := range c.items {
			switch {
			case it.classes.has(mkt) && c.has.has(ifs) && c.holds(haves) && c.unknown == 0:
				offered = true
			case it.classes.has(writes|send) && !offered:
				return false
			case it.classes.has(writes|send) && (c.has.has(me|polite|modal) || c.holds(gladly)):
				return true
			}
		}
	}
	return false
}

var (
	haves  = words("habt haben gibt have got tienen tengan tiene haya hay avez aurez tiver tem tiverem tenham houver avete ci fossero sono sa beda macie hebben hebt zijn عندكم فيه كان في")
	gladly = words("gern gerne feel free confianza hesitez pode pure smialo mogen mag graag")
)

// byWelcome: "would be great if you could notify me again".
func (c *clause) byWelcome(Input) (act, bool) {
	welcome := c.has.has(again) && (c.has.has(send|writes|get|me) || c.holds(informs)) && c.s.holds(goods) && !c.question && !c.s.mentions(quiet|stopVerb|dontwrite|foreign|they|topic) && !c.holds(threats)
	return act{intent: Start, confidence: 0.75, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, welcome
}

var goods = words("great nice lovely good happy glad cool toll schon super gut freuen prima genial bueno estupendo encantaria bien content heureux bom otimo legal bello bella felice piacere fijn leuk iyi guzel harika sevinirim dobrze fajnie milo accha achha अच्छा حلو جميل")

// restFine: "no more birthday cards please, the rest is fine": what no list knows is refused, and the rest is not.
func restFine(cs []clause) Intent {
	refused, fine := Intent(""), false
	for i := range cs {
		c := &cs[i]
		refuses := (c.has.has(notwant|negdet|neg) && c.has.has(more|notwant|send) || c.holds(omits)) && !c.has.has(negpast|hesitate)
		if c.question || c.has.has(they|startv|ifs) || c.has.has(foreign) && !(refuses && (c.has.has(msg|topic|mkt) || c.holds(news))) && !(i == 0 && !c.has.has(quiet) && len(cs) > 2) {
			return ""
		}
		if refuses && !(c.has.has(past) && !c.has.has(msg|topic|mkt) && !c.holds(news)) {
			if refused = StopTopic; c.has.has(mkt) {
				refused = StopMarketing
			}
		}
		fine = fine || c.restIsFine()
	}
	if !fine {
		return ""
	}
	return refused
}

// news are words for what is told, of whatever it may be: "no more course info".
var news = words("info infos information informationen kursinfos informacion informaciones informacoes informazioni informations bilgi bilgileri informacji informacje cursusinfo اخبار معلومات jankari जानकारी news nouvelles noticias avisos avvisi notizie haberleri")

var omits = words("weglassen weglasst weglass skip")

// elsewhere: what stands before asks for something that has nothing to do with our messages.
func elsewhere(before []clause) bool {
	for i := range before {
		c := &before[i]
		if c.question && !c.has.has(comm|stopVerb) && (c.unknown > 0 || c.has.has(they|foreign)) {
			return true
		}
	}
	return false
}

// restIsFine: "the rest is fine", "der Rest darf bleiben".
func (c *clause) restIsFine() bool {
	goes := c.holds(goesOn)
	return c.holds(rests) && (c.has.has(keep|yes) || c.holds(fine) || goes) && !c.has.has(quiet|no|stopVerb) && (!c.has.has(send) || goes) && len(c.items) <= 6 && !c.question
}

// goesOn says that what comes may go on coming.
var goesOn = words("weiter weiterhin seguir sigan continuar continuer continuez continuate continuare pure devam dalej nadal komen continue continuing كملوا استمروا rehna raho jari")
