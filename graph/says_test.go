package graph

import (
	"fmt"
	"strings"
	"time"
)

// line collects words, leaving out what is empty.
type line []string

func (l *line) add(parts ...string) {
	for _, p := range parts {
		if p != "" {
			*l = append(*l, p)
		}
	}
}

func (l *line) addf(format string, a ...any) {
	*l = append(*l, strings.TrimRight(fmt.Sprintf(format, a...), " "))
}

// says writes what matters of an item in one line, for the tables of the tests.
func says(it *Item) string {
	var l line
	switch {
	case it.Message != nil:
		l.message(it)
	case it.Status != nil:
		l.status(it.Status)
	case it.Preference != nil:
		l.add(it.Preference.Value, it.Preference.Category, it.Preference.SignupID)
	case it.UserID != nil:
		l.add(it.UserID.Previous, it.UserID.Current)
	case it.Call != nil:
		c := it.Call
		l.add(c.ID, c.Event, c.Direction, c.Status, c.SDPType)
		if c.Seconds > 0 {
			l.addf("%ds", c.Seconds)
		}
		l.add(c.Callback)
	default:
		l.account(it)
	}
	l.add(codesOf(it.Errors))
	return strings.Join(l, " ")
}

func (l *line) status(s *Status) {
	l.add(s.ID, s.Status, s.Callback)
	if s.Conversation != nil {
		l.add(s.Conversation.ID, s.Conversation.Origin)
	}
	if s.Pricing != nil {
		l.add(s.Pricing.Model, s.Pricing.Type, s.Pricing.Category)
	}
	if !s.Participant.None() {
		l.add("by", s.Participant.UserID)
	}
	l.add(codesOf(s.Errors))
}

func (l *line) account(it *Item) {
	switch {
	case it.Account != nil:
		a := it.Account
		l.add(a.Event, a.WABA, a.OwnerID, a.PartnerAppID, a.Violation, a.BanState, a.BanDate, a.Reason, a.InitiatedBy, a.Country, a.Decision)
		for _, r := range a.Restrictions {
			l.add(r.Type + at(r.Expires))
		}
	case it.Alert != nil:
		a := it.Alert
		l.add(a.EntityType, a.EntityID, a.Severity, a.Status, a.Type, a.Description)
	case it.Capability != nil:
		c := it.Capability
		l.add(fmt.Sprint(c.Limit, c.LimitPerPhone, c.NumbersPerWABA, c.NumbersPerAccount))
	case it.Number != nil:
		n := it.Number
		l.add(n.Event, n.Decision, n.RequestedName, n.Requester)
		if n.Limit != 0 {
			l.add(fmt.Sprint(n.Old, n.Current, n.Limit))
		}
	case it.Template != nil:
		c := it.Template
		l.add(c.ID, c.Name, c.Language, c.Event, c.Reason, c.Title, c.Detail, c.Category, c.PreviousCategory, c.NextCategory)
		l.add(at(c.CategoryAt), at(c.DisableAt), c.PreviousQuality, c.Quality)
	}
}

func (l *line) message(it *Item) {
	m := it.Message
	text, via := m.Words()
	*l = append(*l, fmt.Sprintf("%s: %s (%s)", m.Type, text, via))
	l.context(m.Context)
	if m.Button != nil {
		l.addf("payload %s", m.Button.ID)
	}
	if m.Interactive != nil {
		l.interactive(m.Interactive)
	}
	l.content(m)
	if m.System != nil {
		l.system(it)
	}
	if m.Edit != nil {
		l.addf("of %s", m.Edit.OriginalID)
	}
	if m.Revoke != nil {
		l.addf("of %s", m.Revoke.OriginalID)
	}
	if m.Unsupported != "" {
		l.addf("%s %s", m.Unsupported, codesOf(m.Errors))
	}
	if r := m.Referral; r != nil {
		l.addf("%s %s %s %s", r.SourceType, r.SourceID, r.ClickID, r.WelcomeText)
	}
	if m.GroupID != "" {
		l.addf("in %s", m.GroupID)
	}
}

func (l *line) context(c *Context) {
	switch {
	case c == nil:
		return
	case c.FrequentlyForwarded:
		l.add("often forwarded")
	case c.Forwarded:
		l.add("forwarded")
	default:
		l.addf("re %s", c.ID)
	}
	if c.CatalogID != "" {
		l.addf("about %s/%s", c.CatalogID, c.ProductRetailerID)
	}
}

func (l *line) interactive(i *Interactive) {
	switch {
	case i.Reply != nil:
		l.addf("id %s %s", i.Reply.ID, i.Reply.Description)
	case i.Flow != nil:
		l.addf("flow %s", i.Flow.JSON())
	case i.Permission != nil:
		p := i.Permission
		l.addf("calls %s %v %s %s", p.Response, p.Permanent, at(p.Expires), p.Source)
	}
}

func (l *line) content(m *Inbound) {
	if f := m.Media; f != nil {
		l.addf("file %s %s %s%s", f.ID, f.MIME, f.Filename, map[bool]string{true: "voice"}[f.Voice])
	}
	if p := m.Location; p != nil {
		l.addf("at %v,%v %s", p.Latitude, p.Longitude, p.Name)
	}
	for _, c := range m.Contacts {
		l.addf("card %s %s %s", c.Name, c.Origin, c.Phones[0].WAID)
	}
	if r := m.Reaction; r != nil {
		l.addf("%s to %s", r.Emoji, r.MessageID)
	}
	if o := m.Order; o != nil {
		i := o.Items[0]
		l.addf("%s %d×%s %v%s", o.CatalogID, i.Quantity, i.ProductRetailerID, i.Price, i.Currency)
	}
}

func (l *line) system(it *Item) {
	s := it.Message.System
	if from, to, ok := it.Moved(); ok {
		l.addf("%s %s/%s to %s/%s", s.Type, from.WAID, from.UserID, to.WAID, to.UserID)
		return
	}
	l.addf("%s %s %s", s.Type, s.Identity.Hash, at(s.Identity.Created))
}

func at(tm time.Time) string {
	if tm.IsZero() {
		return ""
	}
	return fmt.Sprintf("@%d", tm.Unix())
}

func codesOf(errs []Error) string {
	var w []string
	for _, e := range errs {
		w = append(w, fmt.Sprint(int(e.Code)))
	}
	return strings.Join(w, " ")
}
