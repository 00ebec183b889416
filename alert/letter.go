package alert

import (
	"context"
	"fmt"
	"strings"
	"time"

	"jawort/account"
	"jawort/mail"
	"jawort/say"
)

// paper is what a letter says, for text and HTML alike (LOOK section 6, Mail): what, since when, what it means and what we did, what
// one can do. It names numbers and sources of the business, never a person.
type paper struct {
	Lang     string
	Business string
	Shape    string // bad warn ok
	Title    string
	Since    string
	Text     string
	Do       string
	Chart    *chart // nil: none
	Link     string // empty: none
	LinkWord string
	Foot     string
}

// letter writes the mail about an alert to one reader, in their language.
func (r *round) letter(base string, d *told) (mail.Letter, error) {
	lang := r.langs[d.Reader]
	if lang == "" {
		lang = r.tenant.Language
	}
	a := &r.alert
	p := paper{Lang: lang, Business: r.tenant.Name, Shape: a.Shape(), Title: a.Title(lang), Text: a.Text(lang), Do: a.Do(lang),
		LinkWord: say.Text(lang, "alert.mail.link"), Foot: say.Text(lang, "alert.mail.foot", say.Args{"Name": r.tenant.Name})}
	if len(r.ratings) > 0 {
		p.Chart = draw(lang, r.ratings, time.UnixMicro(r.now).In(r.zone()))
	}
	p.Since = say.Text(lang, "alert.mail.since", say.Args{"When": r.moment(lang, a.Since)})
	id := messageID(a.ID, aboutRaised, d.Reader, r.server.Sender)
	l := mail.Letter{From: addressOf("Jawort · "+r.tenant.Name, r.server.Sender), To: addressOf("", d.Reader), ID: id, Date: time.UnixMicro(r.now), Lang: lang}
	if d.About == aboutCleared {
		p.Shape, p.Title, p.Do = "ok", a.AllClear(lang), ""
		p.Since = say.Text(lang, "alert.mail.was", say.Args{"From": r.moment(lang, a.Since), "To": r.moment(lang, a.ClearedAt)})
		p.Text = a.Over(lang)
		l.ID, l.Answers = messageID(a.ID, aboutCleared, d.Reader, r.server.Sender), id
	}
	if base != "" {
		p.Link = base + "/alerts"
	}
	return p.fill(l)
}

func (r *round) zone() *time.Location {
	zone, err := time.LoadLocation(r.tenant.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

func (r *round) moment(lang string, at int64) string {
	return moment(lang, at, r.tenant.Zone)
}

// messageID names a letter for good, so that the all-clear finds its thread. The reader is not in it.
func messageID(alert, about, reader, sender string) string {
	_, domain, _ := strings.Cut(sender, "@")
	return alert + "." + about + "." + fmt.Sprintf("%x", account.HashToken(reader)[:5]) + "@" + domain
}

// fill sets the paper as text and as HTML.
func (p paper) fill(l mail.Letter) (mail.Letter, error) {
	l.Subject, l.Text = p.Title, p.text()
	var b strings.Builder
	if err := page(p).Render(context.Background(), &b); err != nil {
		return l, err
	}
	l.HTML = b.String()
	return l, nil
}

// text is the letter for whoever reads plain text: five lines at most, then where to look.
func (p paper) text() string {
	var b strings.Builder
	chart := ""
	if p.Chart != nil {
		chart = p.Chart.Title + ":\n" + p.Chart.Text
	}
	for _, part := range []string{p.Title, p.Since, p.Text, p.Do, chart} {
		if part != "" {
			b.WriteString(part + "\n\n")
		}
	}
	if p.Link != "" {
		b.WriteString(p.LinkWord + ":\n" + p.Link + "\n\n")
	}
	b.WriteString("-- \n" + p.Foot + "\n") // RFC 3676: what follows is the signature
	return b.String()
}

// testLetter is the mail of the button.
func testLetter(s Server, business, lang, to string, now time.Time, zone string) (mail.Letter, error) {
	p := paper{Lang: lang, Business: business, Shape: "ok", Title: say.Text(lang, "alert.mail.test", say.Args{"Name": business}),
		Since: moment(lang, now.UnixMicro(), zone), Text: say.Text(lang, "alert.mail.test.text"), Foot: say.Text(lang, "alert.mail.foot", say.Args{"Name": business})}
	return p.fill(mail.Letter{From: addressOf("Jawort · "+business, s.Sender), To: addressOf("", to), Date: now, Lang: lang,
		ID: messageID("test-"+now.UTC().Format("20060102T150405.000000"), "test", to, s.Sender)})
}
