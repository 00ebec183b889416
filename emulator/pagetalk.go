package emulator

import (
	htm "html/template"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// talkRow is one line of a chat on the page.
type talkRow struct {
	Kind      string // "", note, ghost, day
	Text      string
	Detail    string
	Time      string
	Mine      bool
	SMS, Gone bool
	Quote     string
	Media     string
	MediaIcon htm.HTML
	Header    string
	Body      htm.HTML
	Footer    string
	React     string
	Ticks     htm.HTML
	Buttons   []talkButton
	Touch     *touch // what one can do with a message; nil = nothing
}

// touch is the menu behind a message: an answer to it, or a reaction.
type touch struct {
	ID, Number, Here, Message string
	Word, Answer, AnswerWord  string
	Emojis                    []string
}

// reactions that the menu offers; the empty one takes a reaction back.
var reactions = []string{"👍", "❤️", "😂", "🙏"}

type talkButton struct {
	ID, Number, Here, Message string
	Deed, Choice, Label, URL  string
	Copy, Icon                string
	Used                      bool
	Rows                      []viewRow
}

// talk renders a chat with one number, or the person's SMS. Called with mu held.
func (p *person) talk(rd reader, n *number, now time.Time, sms bool) []talkRow {
	var out []talkRow
	day := ""
	for _, b := range p.chat {
		if sms != (b.Type == "sms") || !sms && b.Number != n.id || b.Type == "reaction" {
			continue
		}
		if d := dayName(rd, b.At, now); d != day {
			day = d
			out = append(out, talkRow{Kind: "day", Text: d})
		}
		out = append(out, p.row(rd, n, b))
	}
	return out
}

func dayName(rd reader, at, now time.Time) string {
	at, now = at.Local(), now.Local()
	switch {
	case sameDay(at, now):
		return rd.T("today")
	case sameDay(at, now.AddDate(0, 0, -1)):
		return rd.T("yesterday")
	case rd.Lang == "de":
		return at.Format("02.01.2006")
	}
	return at.Format("2 January 2006")
}

func sameDay(a, b time.Time) bool { return a.Format("20060102") == b.Format("20060102") }

func (p *person) row(rd reader, n *number, b *bubble) talkRow {
	at := b.At.Local().Format("15:04")
	switch {
	case b.From == "system":
		return talkRow{Kind: "note", Text: rd.T("note." + b.Text), Time: at}
	case b.Status == "failed":
		why := rd.T("why." + itoa(b.Code))
		return talkRow{Kind: "ghost", Text: rd.T("ghost.failed") + " · " + itoa(b.Code), Detail: why, Time: at}
	case !b.shown():
		return talkRow{Kind: "ghost", Text: rd.T("ghost.wait"), Detail: clip(b.Text, 80), Time: at}
	}
	v := b.view()
	row := talkRow{Time: at, Mine: b.From == "person", SMS: b.Type == "sms", Header: v.Header, Body: dress(v.Text), Footer: v.Footer, React: b.Reaction}
	if b.revoked {
		row.Gone, row.Body, row.Header, row.Footer = true, dress(rd.T("gone")), "", ""
		return row
	}
	if v.Media != "" {
		row.Media, row.MediaIcon = rd.T("media."+v.Media), icon(map[bool]string{true: "image", false: "file-text"}[v.Media == "image" || v.Media == "video"])
		if v.Caption != "" {
			row.Media = v.Caption
		}
	}
	if q := p.bubble(b.Reply); q != nil && b.Reply != "" {
		row.Quote, _, _ = strings.Cut(q.Text, "\n")
	}
	if row.SMS {
		row.Body = dress(b.Text)
		row.Time = rd.T(map[bool]string{true: "to", false: "from"}[row.Mine]) + " " + b.Number + " · " + at
	}
	if b.From == "business" && !row.SMS {
		row.Touch = &touch{ID: p.id, Number: n.id, Here: rd.Here, Message: b.ID, Word: rd.T("touch"),
			Answer: rd.Here + "&re=" + url.QueryEscape(b.ID), AnswerWord: rd.T("answer"), Emojis: reactions}
	}
	row.Ticks = ticks(rd, b)
	row.Buttons = p.buttons(rd, n, b, v)
	return row
}

// ticks stand under what the person wrote: one for sent, two in ink once the business has read it.
func ticks(rd reader, b *bubble) htm.HTML {
	if b.From != "person" {
		return ""
	}
	name, class := "check", ""
	if b.Status == "read" {
		name, class = "check-check", ` class="seen"`
	}
	return htm.HTML(` <span`+class+`>`+string(icon(name))+`<span class="sr">`) + htm.HTML(htm.HTMLEscapeString(rd.T("tick."+b.Status))) + `</span></span>`
}

func (p *person) buttons(rd reader, n *number, b *bubble, v view) []talkButton {
	var out []talkButton
	base := talkButton{ID: p.id, Number: n.id, Here: rd.Here, Message: b.ID}
	for _, x := range v.Buttons {
		t := base
		t.Label, t.Choice = x.Text, x.ID
		switch x.Kind {
		case "quick":
			t.Deed, t.Choice, t.Used = "button", x.ID+"\x1f"+x.Text, b.answered == x.Text
		case "reply":
			t.Deed, t.Choice, t.Used = "reply", x.ID+"\x1f"+x.Text, b.answered == x.ID
		case "url":
			t.URL = x.URL
		case "phone":
			t.Deed, t.Choice, t.Icon = "dial", x.URL, "phone"
		case "copy":
			t.Copy = x.ID
			if t.Label == "" {
				t.Label = rd.T("do.copy")
			}
		case "flow":
			t.Deed, t.Icon, t.Used = "flow", "list", b.answered == "flow"
		case "call":
			t.Deed, t.Label, t.Icon = "callright", rd.T("do.callright"), "phone"
		case "contact":
			t.Deed, t.Label = "share", rd.T("do.share")
		}
		out = append(out, t)
	}
	if v.Pick != "" {
		t := base
		t.Label, t.Rows = v.Pick, headOnce(v.Rows)
		out = append(out, t)
	}
	return out
}

// headOnce shows a section's title above its first row only.
func headOnce(rows []viewRow) []viewRow {
	out := append([]viewRow(nil), rows...)
	last := ""
	for i := range out {
		if out[i].Section == last {
			out[i].Section = ""
			continue
		}
		last = out[i].Section
	}
	return out
}

var (
	bold   = regexp.MustCompile(`(^|[^\p{L}\p{N}*])\*([^*\s](?:[^*\n]*[^*\s])?)\*`)
	links  = regexp.MustCompile(`https?://[^\s<>"]+[^\s<>".,;:!?)]`)
	italic = regexp.MustCompile(`(^|[\s(])_([^_\s](?:[^_\n]*[^_\s])?)_`)
	mono   = regexp.MustCompile("```([^`]+)```|`([^`\n]+)`")
	struck = regexp.MustCompile(`(^|[^\p{L}\p{N}~])~([^~\s](?:[^~\n]*[^~\s])?)~`)
)

// dress shows *bold*, _italic_, ~struck~, ```monospace``` and links as WhatsApp does. Everything is escaped first.
func dress(text string) htm.HTML {
	var out strings.Builder
	rest := text
	for {
		at := links.FindStringIndex(rest)
		if at == nil {
			out.WriteString(marked(rest))
			return htm.HTML(out.String())
		}
		out.WriteString(marked(rest[:at[0]]))
		u := htm.HTMLEscapeString(rest[at[0]:at[1]])
		out.WriteString(`<a href="` + u + `" target="_blank" rel="noopener noreferrer">` + u + `</a>`)
		rest = rest[at[1]:]
	}
}

// marked leaves what stands in back-ticks as it is.
func marked(text string) string {
	var out strings.Builder
	for {
		at := mono.FindStringSubmatchIndex(text)
		if at == nil {
			out.WriteString(emphasised(text))
			return out.String()
		}
		from, to := at[2], at[3]
		if from < 0 {
			from, to = at[4], at[5]
		}
		out.WriteString(emphasised(text[:at[0]]) + "<code>" + htm.HTMLEscapeString(text[from:to]) + "</code>")
		text = text[at[1]:]
	}
}

func emphasised(text string) string {
	h := htm.HTMLEscapeString(text)
	h = bold.ReplaceAllString(h, "$1<strong>$2</strong>")
	h = italic.ReplaceAllString(h, "$1<em>$2</em>")
	return struck.ReplaceAllString(h, "$1<s>$2</s>")
}
