package keyword

import "fmt"

// class is what a word or phrase can do in a sentence; one phrase may have several.
type class uint64

const (
	halt      class = 1 << iota // stop, aufhören: needs an object or stands alone
	weakhalt                    // end, switch off: a stop only with messages as object
	haltpast                    // stopped
	unsub                       // unsubscribe, abmelden: a stop unless the object is something else
	remove                      // delete, löschen
	cancel                      // cancel, stornieren: mostly orders
	revoke                      // revoke, widerrufen
	consent                     // consent, Einwilligung
	writes                      // write, text, contact (somebody)
	send                        // send (something)
	dontwrite                   // a writing verb with the negation inside: Turkish "yazmayın"
	dontstop                    // a stop verb with the negation inside: "durdurmayın"
	wrotepast                   // wrote, sent
	get                         // receive, hear
	getind                      // "I get": tells, does not ask
	msg                         // messages
	list                        // list, Verteiler
	number                      // my number, my data
	mkt                         // ads, offers
	topic                       // order updates, reminders
	order                       // order, delivery, appointment
	other                       // anything else that can be stopped
	neg                         // not
	negpast                     // not yet, did not
	negdet                      // no, kein
	more                        // any more, mehr
	want                        // want
	notwant                     // do not want, kein Interesse
	past                        // was, yesterday
	me                          // me, us
	self                        // I, we
	you                         // you
	they                        // he, she, my friend
	how                         // how
	wh                          // when, where
	why                         // why
	ifs                         // if, when
	ifok                        // if possible
	modal                       // can you
	all                         // all, everything
	only                        // only
	keep                        // keep, is fine
	except                      // except
	but                         // but
	startv                      // subscribe
	begin                       // start, resume
	again                       // again
	help                        // help
	who                         // who are you
	nohelp                      // thanks for your help
	yes                         // yes
	no                          // no
	polite                      // please, thanks
	greet                       // hello
	light                       // carries nothing
	leave                       // leave me alone: a stop by itself
	said                        // said
	mistake                     // by mistake
	hesitate                    // don't forget to: hides a negation
	sub                         // subscription
	wait                        // wait, a question
	wrong                       // wrong number, it was not me
	timed                       // at night, by phone: how or when, not whether
	exist                       // is there, do you have
)

// classOf names the classes as the lexicon files do.
var classOf = map[string]class{
	"halt": halt, "weakhalt": weakhalt, "haltpast": haltpast, "neghalt": light, "unsub": unsub, "remove": remove, "cancel": cancel,
	"revoke": revoke, "consent": consent, "write": writes, "send": send, "dontwrite": dontwrite, "dontstop": dontstop,
	"wrotepast": wrotepast, "get": get, "getind": getind, "msg": msg, "list": list, "number": number, "mkt": mkt, "topic": topic,
	"order": order, "other": other, "neg": neg, "negpast": negpast, "negdet": negdet, "more": more, "want": want, "notwant": notwant,
	"past": past, "me": me, "i": self, "you": you, "they": they, "how": how, "wh": wh, "why": why, "if": ifs, "ifok": ifok, "modal": modal,
	"all": all, "only": only, "keep": keep, "except": except, "but": but, "startv": startv, "begin": begin, "again": again, "help": help,
	"who": who, "nohelp": nohelp, "yes": yes, "no": no, "polite": polite, "greet": greet, "light": light, "leave": leave, "annoy": light,
	"said": said, "mistake": mistake, "hesitate": hesitate, "sub": sub, "wait": wait, "wrong": wrong,
	"exist": exist, "unasked": light, "time": timed, "miss": hesitate,
}

func parseClass(s string) (class, error) {
	c, ok := classOf[s]
	if !ok {
		return 0, fmt.Errorf("read lexicon: no class %q", s)
	}
	return c, nil
}

func (c class) has(any class) bool { return c&any != 0 }
