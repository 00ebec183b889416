package emulator

import "strings"

// phoneData is one handset.
type phoneData struct {
	reader
	ID, Name, Username, Own         string
	Business, BizInitial, BizNumber string
	Number, Draft                   string
	SMSTo, Dial                     string   // what the SMS app writes to, and the telephone rings
	SMSWords                        []string // offered in the SMS app
	Re, ReWords                     string   // the message that is answered to
	Close                           string
	App                             string // chat, sms or call
	Apps                            []appTab
	Stopped, Blocked, Offline       bool
	Typing                          bool
	Talk                            []talkRow
	Rings                           []ringRow
	Lines                           []lineRow // numbers that really ring
	Call                            *callRow  // nil = none
	Keys                            []string
	Suggest                         []string
	Acts, More                      []act
}

type appTab struct {
	Name, Label, Icon, Link string
	Current                 bool
	Unread                  int
}

type ringRow struct {
	Number, Time string
	Nobody, Real bool
}

// lineRow is a number that really rings; callRow a call that lasts.
type lineRow struct{ Number, Name string }

type callRow struct {
	Number, Name, Text, Sound, Keys string
	Talking                         bool
}

var dialKeys = strings.Split("1 2 3 4 5 6 7 8 9 * 0 #", " ")

// phone is one handset: its apps, and the chat with the number asked for, else with the one heard of last.
func (s *Server) phone(rd reader, p *person, b bench) phoneData {
	n := s.estate.number(b.with)
	close, ways := b.without(p).link(), s.offered() // before the lock: it is asked of others
	p.mu.Lock()
	defer p.mu.Unlock()
	if b.with == "" || n == nil {
		n = s.estate.number(p.lastNumber())
	}
	now := s.clock.Now()
	t := p.thread(n)
	d := phoneData{reader: rd, ID: p.id, Name: p.name, Username: p.username, Own: rd.T("own.hidden"), Business: n.name, BizInitial: initial(n.name),
		BizNumber: display(n.digits), Number: n.id, Close: close, Stopped: t.stopped, Blocked: t.blocked, Offline: p.offline,
		Typing: !t.typing.IsZero() && now.Sub(t.typing) < typingLasts && !p.offline}
	if !p.hidden {
		d.Own = display(p.phone)
	}
	if d.SMSTo = d.BizNumber; s.o.SMSNumber != "" {
		d.SMSTo = s.o.SMSNumber
	}
	if d.SMSWords = ways.Words; len(d.SMSWords) == 0 && s.o.SMSWord != "" {
		d.SMSWords = []string{s.o.SMSWord}
	}
	d.Dial = d.BizNumber
	d.App = "chat"
	if app := b.apps[p.id]; app != "" {
		d.App = app
	}
	d.Talk = p.talk(rd, n, now, d.App == "sms")
	for i := len(p.called) - 1; i >= 0; i-- {
		d.Rings = append(d.Rings, ringRow{p.called[i].number, p.called[i].at.Local().Format("15:04"), p.called[i].nobody, p.called[i].real})
	}
	for _, l := range ways.Lines {
		d.Lines = append(d.Lines, lineRow{l.Number, l.Name})
	}
	if c := p.onCall; c != nil {
		c.mu.Lock()
		d.Call = &callRow{c.line.Number, c.line.Name, c.line.Text, "/phones/" + p.id + "/call.wav?" + c.id, c.keys, c.talking}
		c.mu.Unlock()
	}
	d.Keys, d.Suggest = dialKeys, []string{rd.T("say.yes"), rd.T("say.stop"), rd.T("say.hours")}
	d.Acts, d.More = acts(rd, p, t)
	return d
}

// appsOf are the tabs at the foot of a handset; they need the people's ids, so no lock is held.
func appsOf(rd reader, b bench, d phoneData) []appTab {
	var out []appTab
	for _, x := range []struct{ app, icon string }{{"chat", "message-square"}, {"sms", "inbox"}, {"call", "phone"}} {
		link := x.app
		if x.app == "chat" {
			link = ""
		}
		out = append(out, appTab{Name: x.app, Label: rd.T("app." + x.app), Icon: x.icon, Link: b.showing(d.ID, link).link(), Current: x.app == d.App})
	}
	return out
}

// acts are what a person can do besides writing. Called with mu held.
func acts(rd reader, p *person, t *thread) (usual, more []act) {
	one := func(deed string) act { return act{p.id, t.number.id, rd.Here, deed, rd.T("do." + deed)} }
	either := func(on bool, yes, no string) act {
		if on {
			return one(yes)
		}
		return one(no)
	}
	usual = []act{either(t.stopped, "resume", "stop"), either(t.blocked, "unblock", "block"), either(p.offline, "online", "offline")}
	more = []act{one("report"), one("image"), either(p.hidden, "show-number", "hide-number"), one("change-number")}
	return usual, more
}

// lastNumber is the business number of the newest message; "" = none yet. Called with mu held.
func (p *person) lastNumber() string {
	for i := len(p.chat) - 1; i >= 0; i-- {
		if p.chat[i].Type != "sms" {
			return p.chat[i].Number
		}
	}
	return ""
}

// quoteOf is how a message begins, above the field that answers to it; false if it is not in this chat.
func (p *person) quoteOf(id string) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.bubble(id)
	if b == nil || id == "" {
		return "", false
	}
	words, _, _ := strings.Cut(b.Text, "\n")
	return clip(words, 80), true
}
