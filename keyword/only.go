package keyword

// onlyTheRest: "just tell me when my parcel comes, nothing else", "sólo avísenme cuando llegue, lo demás no": what is kept is about the
// order, what is refused is the rest.
func onlyTheRest(cs []clause, acts []act) {
	kept := -1
	for i := range cs {
		c := &cs[i]
		switch {
		case c.has.has(only) && c.has.has(order|topic) && !c.has.has(quiet|stopVerb) && acts[i].intent == None && (c.has.has(topic|send|writes) || c.holds(informs)):
			kept = i
		case kept >= 0 && c.holds(rests) && (c.has.has(quiet|no) || c.holds(elses)) && !c.has.has(order|topic) && acts[i].intent != StopMarketing:
			acts[i] = act{intent: StopMarketing, confidence: 0.75, matched: c.s.words(cs[kept].items[0], c.items[len(c.items)-1])}
		}
	}
}

var (
	rests   = words("rest reszta digerleri kalani kalan demas resto reste restliche ubrige else other others lo altro altre otro otra autre autres sonst reszte reszty innego baaki baki aur gerisi gerisini baska andere altri drugie الباقي والباقي والبقيه غير كذا كدا بقيه बाकी और")
	informs = words(`notify prevenir avisar avvisaste avvisare benachrichtigen informieren sagt sag sagen bescheid meldet informiert benachrichtigt wissen tell know notify inform ping avisenme avisame avisen avisar diganme informen informenme
		prevenez previens dites informez avertissez avvisatemi avvisami avvisate ditemi fatemi avisem avise avisa digam informem weten dajcie daj znac informujcie powiadomcie
		haber verin bildirin soyleyin batana batao bata بلغوني بلغني خبروني خبرني قولولي علموني بتانا बताना बताओ बताएं बताइए`)
	elses = words("sonst else")
)

// exits are ways to say "out of the list" in one's own person: "voglio uscire da questa lista", "كيف اطلع من القائمة".
var exits = words(`uscire esco uscite uscirne sortir sors sortez virez vire salir salgo salirme sair saio saiam leave exit quit out raus aus heraus
	اطلع أطلع نطلع اخرج أخرج اخرجوني تطلعوني يطلعني تخرجوني niklu niklun nikalna nikalne nikle nikal niklna निकलूं निकलूँ निकलना निकाल निकालो निकालिए निकालें निकल
	zniknac wyjsc wyjde wychodze cikmak cikiyorum cikarim cikariz af eraf eruit verlaten ezit tal3oni atla3`)

// plainThat: Spanish and Portuguese "que" asks only where it begins a question.
func (s *sentence) plainThat() {
	if s.lex.lang != "es" && s.lex.lang != "pt" {
		return
	}
	for i := range s.items {
		it := &s.items[i]
		if s.t.words[it.from].s == "que" && it.to-it.from == 1 && i > 0 && (s.items[i-1].clause == it.clause || !s.t.words[it.from].question) {
			it.classes = light
		}
		if i > 0 && it.classes.has(halt) && it.to-it.from == 1 && s.t.words[it.from].s == "para" && s.items[i-1].clause == it.clause && !s.items[i-1].classes.has(polite|greet|light|you|no) {
			it.classes = light // "apúntame para las ofertas" says what for
		}
		if i > 0 && it.to-it.from == 2 && s.t.words[it.from].s == "para" && s.t.words[it.from+1].s == "que" && s.items[i-1].clause == it.clause {
			it.classes = light // "para que no me escriban" says what for, "¿para qué?" asks
		}
	}
}

// wasDone: without umlauts "Wurde meine Nummer gelöscht?" looks like "Würdet ihr …?"; who is asked to do something is named.
func (s *sentence) wasDone() {
	if s.lex.lang != "de" {
		return
	}
	for i := range s.items {
		if w := s.t.words[s.items[i].from].s; (w == "wurde" || w == "wurden") && s.items[i].to-s.items[i].from == 1 && s.t.words[s.items[i].from].question {
			named := false
			for _, it := range s.items[i+1 : min(len(s.items), i+4)] {
				named = named || it.classes.has(you|they)
			}
			if !named {
				s.items[i].classes = past
			}
		}
	}
}

// joinNe: French "ne … plus" is a negation, whatever stands between.
func (s *sentence) joinNe() {
	if s.lex.lang != "fr" {
		return
	}
	for i := range s.items {
		if i > 0 && s.t.words[s.items[i].from].s == "plus" && s.items[i-1].classes.has(writes|send) && s.items[i-1].clause == s.items[i].clause &&
			(i+1 == len(s.items) || s.items[i+1].clause != s.items[i].clause || s.items[i+1].classes.has(polite)) {
			s.items[i].classes |= neg // "m'écrivez plus"
		}
		if w := s.t.words[s.items[i].from].s; w != "ne" && w != "n" || s.items[i].to-s.items[i].from != 1 {
			continue
		}
		for j := i + 1; j < len(s.items) && j <= i+5 && s.items[j].clause == s.items[i].clause; j++ {
			if w := s.t.words[s.items[j].from].s; (w == "plus" || w == "rien" || w == "jamais") && s.items[j].to-s.items[j].from == 1 {
				s.items[j].classes |= neg
				break
			}
		}
	}
}

// letters are newsletters: one leaves them as one leaves a list.
var letters = words("newsletter newsletters boletin bulletin nieuwsbrief bultenden biuletynu")

// joinExits makes of an exit and a list one unsubscribing.
func (s *sentence) joinExits() {
	for i := range s.items {
		if !s.items[i].classes.has(list) && !letters[s.t.words[s.items[i].from].s] || s.items[i].classes.has(unsub|foreign) {
			continue
		}
		for j := max(0, i-4); j <= min(len(s.items)-1, i+3); j++ {
			it := &s.items[j]
			if j != i && it.clause == s.items[i].clause && !it.classes.has(stopVerb|startv|quiet) && exits[s.t.words[it.from].s] && (j < i || s.lex.final || s.lex.lang == "nl" || s.lex.lang == "de") {
				it.classes = unsub
			}
		}
	}
}
