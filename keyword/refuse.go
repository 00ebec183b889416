package keyword

// byNegation: "schreibt mir nicht mehr", "keine Werbung mehr", "no more texts".
func (c *clause) byNegation(Input) (act, bool) {
	if c.trailsAway() || c.trails() || c.has.has(keep) && c.has.has(mkt|msg) && c.holds(yourself) {
		return c.stop(msg|mkt|topic, 0.85), true
	}
	if c.has.has(neg) && c.has.has(remove|cancel) && !c.has.has(writes|send|get|wrong) && c.negatesStop(remove|cancel) {
		return nothing, true // "لا تحذفوا شيئا", "please don't delete anything"
	}
	if c.has.has(negdet|notwant) && (c.has.has(more) || c.has.has(notwant)) && c.holds(tellings) && !c.has.has(foreign|they|past|getind) && !c.question && (!c.has.has(self) || c.has.has(want|notwant)) && c.unknown <= 1 {
		return c.stop(negdet|notwant, 0.8), true // "no further info please"
	}
	if !c.has.has(neg|negdet) || c.tells() || c.fewer() {
		return act{}, false
	}
	if c.question && !c.has.has(modal) && !(c.items[0].classes.has(polite) && c.has.has(more)) {
		return act{}, false
	}
	if c.has.has(neg) && c.has.has(writes|send) && c.near(neg, writes|send, 6, 5) && c.refusesWriting() {
		if c.holds(each) && c.s.mentions(order) && !c.s.mentions(mkt) && !c.has.has(msg|list|number) {
			return act{intent: StopTopic, confidence: 0.75, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true // "don't text me every time a parcel leaves"
		}
		return c.stop(neg|writes|send, 0.92), true
	}
	if c.has.has(neg) && c.has.has(number) && c.holds(uses) && !c.has.has(self|foreign|they) {
		return c.stop(neg|number, 0.85), true // "Benutzt meine Nummer nicht mehr"
	}
	if c.near(negdet, writes, 0, 1) && !c.has.has(foreign|timed|wait) {
		return c.stop(negdet, 0.85), true // "no further contact"
	}
	if c.has.has(negdet|neg) && c.has.has(msg|mkt|topic|list) && c.near(negdet|neg, msg|mkt|topic, 2, 5) && c.refusesMessages() {
		return c.stop(negdet|neg, 0.92), true
	}
	if c.has.has(negdet) && c.has.has(writes|send|get) && c.has.has(more) && !c.has.has(foreign) && (c.has.has(you|me|want|modal) || len(c.items) <= 5) {
		return c.stop(negdet, 0.85), true
	}
	return act{}, false
}

var uses = words("servir servez korzystac korzystajcie benutzt benutzen nutzt nutzen verwendet verwenden use using utiliser utilisez usar usen usen use usem usare usate usi gebruik gebruiken uzywac uzywajcie kullanmayin kullanmayiniz تستخدموا تستعملوا استخدام istemal इस्तेमाल यूज")

// trails: "avisos de pedidos no, gracias", "Werbung nein danke": the no stands behind what is refused.
func (c *clause) trails() bool {
	n := len(c.items)
	for n > 0 && c.items[n-1].classes.has(polite) && !c.items[n-1].classes.has(no) {
		n--
	}
	if n < 2 || !c.items[n-1].classes.has(no|neg) || c.unknown > 0 || c.question || c.has.has(other|self|you|yes|hesitate|past) || !c.has.has(msg|mkt|topic) {
		return false
	}
	for _, it := range c.items[:n-1] {
		if !it.classes.has(msg | mkt | topic | light | order) {
			return false
		}
	}
	return true
}

// tells: the clause reports that nothing came, or asks whether there is anything.
func (c *clause) tells() bool {
	return c.holds(regrets) || c.has.has(negpast|getind|exist|nohelp|hesitate) || c.has.has(wrotepast|past) && !c.has.has(send|writes|want|notwant|modal) && !c.asksFor() ||
		c.has.has(why|wh|ifs) || c.has.has(they) && !c.has.has(me) && !c.asksFor()
}

// asksFor: "mein Mann ist gestorben bitte keine Nachrichten mehr": somebody is told of, and then something asked for.
func (c *clause) asksFor() bool {
	return c.has.has(polite) && c.has.has(more) && c.has.has(msg|mkt|writes) && c.at(they) < c.at(negdet|neg) && !c.has.has(want|get|said|getind)
}

// regrets say that what is missing is missed: "shame nothing comes any more".
var regrets = words("schade peccato pity shame pena lastima dommage jammer szkoda yazik للاسف afsos")

// trailsAway: "Newsletter bitte weg", "eure Werbung kann weg".
func (c *clause) trailsAway() bool {
	n := len(c.items)
	for n > 1 && c.items[n-1].classes.has(polite) {
		n--
	}
	last := c.items[n-1]
	if !away[c.s.t.words[last.from].s] || c.question || !c.has.has(msg|mkt|topic) || c.unknown > 1 || c.unknown > 0 && !c.has.has(topic) || c.has.has(foreign|past|wh|ifs|quiet|hesitate|self) {
		return false
	}
	return c.at(msg|mkt|topic) < n-1
}

// away stands behind what is refused: "Newsletter bitte weg".
var away = words("weg raus fort gone fuera dehors aus off uit")

func (c *clause) refusesWriting() bool {
	if c.has.has(foreign) && !c.has.has(msg|mkt|topic) || c.has.has(timed) && !c.has.has(more) || c.has.has(wait) {
		return false
	}
	if c.has.has(self) && !c.has.has(you|want|modal|me) {
		return false
	}
	return c.has.has(me|more|msg|mkt|topic|number|again) || !c.has.has(self) && c.unknown == 0 && len(c.items) <= 4
}

func (c *clause) refusesMessages() bool {
	if c.ownMessages() && !c.has.has(negdet|want|notwant|more|send|writes|you) {
		return false // "my messages aren't going through"
	}
	if !c.has.has(negdet|want|notwant|more|send|writes|get) && c.has.has(self) {
		return false // "I don't have WhatsApp"
	}
	if c.has.has(foreign) && !c.follows(negdet|neg, msg|mkt|topic, foreign) || c.has.has(timed) && !c.has.has(more) {
		return false
	}
	return c.has.has(more|want|notwant|get|send|polite|me|all|modal|list) || c.unknown == 0 && len(c.items) <= 6
}

// about: the clause asks for fewer, regrets that nothing comes, or tells of the writer's own messages; it refuses nothing.
func (c *clause) about() bool {
	return c.has.has(quiet|dontwrite) && (c.fewer() || c.holds(regrets) || c.ownMessages() && !c.has.has(negdet|want|notwant|more|send|writes|you))
}

// ownMessages: the messages are the writer's.
func (c *clause) ownMessages() bool {
	for i, it := range c.items {
		if it.classes.has(msg) && (i > 0 && minePlural[c.s.t.words[c.items[i-1].to-1].s] || minePlural[c.s.t.words[it.from].s]) {
			return true
		}
	}
	return false
}

var minePlural = words("my meine mis mes minhas miei moje mijn mere meri رسائلي رسايلي mesajlarim")

// byRefusal: "ich will keine …", "I am not interested in your offers".
func (c *clause) byRefusal(Input) (act, bool) {
	refused := c.has.has(notwant) || c.has.has(neg|negdet) && c.has.has(want) && (c.has.has(neg) || c.onlyOf(bare|negdet|no|but))
	if !refused || c.fewer() || c.has.has(they) && !c.has.has(me) || c.question && !c.has.has(modal) || c.has.has(exist|ifs|hesitate) || c.has.has(getind) && !c.has.has(notwant) {
		return act{}, false
	}
	k := notwant | neg | negdet
	if c.holds(everything) && c.has.has(you) && !c.has.has(foreign|mkt|topic|timed) && c.unknown <= 1 {
		return c.stop(k, 0.8), true // "je ne veux rien de vous"
	}
	if !c.has.has(mkt) && (c.has.has(order) && c.holds(each) && (c.has.has(msg|writes|send) || c.holds(oneMessage)) || c.s.mentions(order) && !c.has.has(hesitate|past|startv|modal) && c.holds(tellMe)) {
		return act{intent: StopTopic, confidence: 0.75, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true // "ich brauche nicht bei jedem Paket eine Nachricht"
	}
	if c.has.has(notwant) && c.holds(reminds) && !c.has.has(mkt|hesitate|past) {
		return act{intent: StopTopic, confidence: 0.8, matched: c.s.words(c.items[c.at(notwant)], c.items[len(c.items)-1])}, true // "no need to remind me of the MOT"
	}
	if c.has.has(foreign) && !c.follows(k, msg|mkt|topic|writes, foreign) {
		return act{}, false
	}
	if c.has.has(timed) && !c.has.has(more|all) {
		return act{}, false
	}
	if c.has.has(msg|mkt|topic|writes|list) || c.has.has(get|send|sub) && (c.has.has(more|you|all|negdet) || c.unknown == 0) {
		return c.stop(k, 0.9), true
	}
	if c.has.has(more) && c.has.has(want|notwant) && c.onlyOf(bare|notwant|no|neg|negdet) && len(c.items) > 1 {
		return c.stop(k, 0.75), true // "I don't want this any more"
	}
	if c.has.has(negdet) && c.has.has(want) && c.has.has(more) && c.onlyOf(bare|negdet|neg|no|but) {
		return c.stop(negdet, 0.75), true // "möchte aber keine weiteren"
	}
	if c.points() && c.onlyOf(bare|notwant|no|neg) {
		return act{intent: StopAll, confidence: 0.6, matched: c.s.words(c.items[0], c.items[len(c.items)-1]), bare: true}, true // "ich will das nicht"
	}
	if c.has.has(notwant) && c.onlyOf(bare|notwant|no|neg|past) && !c.holds(needless) {
		a := c.stop(k, 0.6)
		a.intent, a.soft = StopMarketing, true // one offer refused: no advertising, service messages stay
		return a, true
	}
	return act{}, false
}

// needless says that something offered is not needed, and refuses nothing: "not necessary, thanks".
var needless = words("ज़रूरत जरूरत zaroorat serve precisa hoeft يحتاج notig necesario necessaire necessario necessary gerek trzeba nodig zarurat")

// reminds are forms of "remind", none of "remember".
var reminds = words(`erinnern erinnert erinnere remind reminding reminded recordarme recordarmelo recuerden recuerdes recuerde recordarnos rappeler rappelez rappeliez rappelle
	lembrar lembrem lembre lembrarem relembrar ricordarmi ricordarmelo ricordiate ricordate ricordatemi ricordarci hatirlatmaniza hatirlatma hatirlatmayin hatirlatin hatirlatmanize
	przypominac przypominajcie przypominac przypominania herinneren herinnert herinner تذكيري تذكروني تذكرني تذكرونا yaad याद`)

var tellMe = words("mitteilen bescheid znac avise avisem avvisare avvisiate avisiez preveniez previeniez avisen avisar avisarme avisarmi prevenir notify tell inform alert powiadamiac informowac batane batana haber benachrichtigen informieren melden تبلغوني تخبروني")

var each = words("jedem jeder jede jedes every each cada chaque ogni elke elk kazdej kazdym her har بكل हर كل")

// points: the object is what lies before the reader: this, that.
func (c *clause) points() bool {
	for _, it := range c.items {
		switch w := c.s.t.words[it.to-1].s; {
		case it.classes.has(neg|notwant|want) && it.to-it.from == 1:
		case pointing[w]:
			return true
		}
	}
	return false
}

var pointing = words("das dies sowas this that these those them esto eso ca cela isso isto questo quello dit dat tego to bunu ye yeh यह ये هذا")

// yourself is who shall keep it: "keep your deals to yourself".
var yourself = words("yourself yourselves urself urselves")
