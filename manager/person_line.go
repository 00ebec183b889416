package manager

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jawort/account"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/look"
	"jawort/say"
)

const lineSize = 30

// entry is one knot of a person's timeline: an event of the ledger, a message in or out, or a decision that kept one back.
type entry struct {
	At       int64
	Event    *eventRow
	Message  *messageRow
	Decision *decisionRow
}

// readLine merges what happened, newest first, from before a moment. Everything of one moment stays on one page.
func (d *personData) readLine(ctx context.Context, tx *db.Tx, v *visit) error {
	before, _ := strconv.ParseInt(v.r.URL.Query().Get("before"), 10, 64) // anything else: from the newest
	who, most := d.contact.ID, lineSize+20
	events, err := eventsOf(ctx, tx, v.tenant.ID, who, max(0, before), most)
	if err != nil {
		return err
	}
	family, err := contact.Family(ctx, tx, v.tenant.ID, who) // what was written with those merged into the person belongs to it
	if err != nil {
		return err
	}
	var messages []messageRow
	var decisions []decisionRow
	for _, one := range family {
		written, err := messagesOf(ctx, tx, v.tenant.ID, one, max(0, before), most)
		if err != nil {
			return err
		}
		kept, err := keptBack(ctx, tx, v.tenant.ID, one, max(0, before), most)
		if err != nil {
			return err
		}
		messages, decisions = append(messages, written...), append(decisions, kept...)
	}
	for i := range events {
		d.line = append(d.line, entry{At: events[i].RecordedAt, Event: &events[i]})
	}
	for i := range messages {
		d.line = append(d.line, entry{At: messages[i].At, Message: &messages[i]})
	}
	for i := range decisions {
		d.line = append(d.line, entry{At: decisions[i].At, Decision: &decisions[i]})
	}
	slices.SortStableFunc(d.line, func(a, b entry) int { return cmp.Compare(b.At, a.At) })
	end := lineSize
	for end < len(d.line) && d.line[end].At == d.line[end-1].At {
		end++
	}
	if end < len(d.line) {
		d.line = d.line[:end]
		d.older = fmt.Sprintf("/people/%s?before=%d#line", who, d.line[end-1].At)
	}
	return nil
}

// eventTitle says what an entry is about.
func (v *visit) eventTitle(e eventRow, names topics) string {
	title := v.either("manager.event", e.Kind)
	switch {
	case e.Scope == "all":
		return title + ": " + v.say("manager.scope.all")
	case e.Scope == "marketing":
		return title + ": " + v.say("manager.scope.marketing")
	case len(e.Topics) > 0:
		return title + ": " + names.names(e.Topics)
	}
	return title
}

// eventWhere says over which channel and source, who did it when it was not the person, and when it was entered if that was later.
func (v *visit) eventWhere(d personData, e eventRow) string {
	var parts []string
	if e.Channel != "" {
		parts = append(parts, v.either("manager.channel", e.Channel))
	}
	if e.SourceName != "" {
		parts = append(parts, v.quoted(e.SourceName))
	}
	switch name := d.staff[e.Actor]; {
	case e.ActorKind == "staff" && name != "":
		parts = append(parts, v.say("manager.person.by", say.Args{"Name": name}))
	case e.ActorKind != "person" && e.ActorKind != "":
		parts = append(parts, v.either("manager.actor", e.ActorKind))
	}
	if e.RecordedAt-e.HappenedAt > 60_000_000 {
		parts = append(parts, v.say("manager.person.entered", say.Args{"When": v.when(e.RecordedAt)}))
	}
	return strings.Join(parts, " · ")
}

// said are the words of the person among an entry's evidence.
func said(e eventRow) []string {
	if byOthers[e.Kind] {
		return nil
	}
	var out []string
	for _, p := range e.Evidence {
		switch p.Kind {
		case "message", "text", "words", "button":
			if words := wordsOf(p.Value); words != "" {
				out = append(out, words)
			}
		}
	}
	return out
}

// files are the scans and recordings among an entry's evidence.
func files(e eventRow) []evidence {
	return slices.DeleteFunc(slices.Clone(e.Evidence), func(p evidence) bool { return p.Blob == "" })
}

// proofLine says what an entry rests on. What the sealer has not reached yet says so.
func (v *visit) proofLine(e eventRow) string {
	parts := []string{v.say("manager.proof.rev", say.Args{"Number": look.Integer(v.lang, e.Rev)})}
	if e.Position > 0 {
		parts = append(parts, v.say("manager.proof.sealed", say.Args{"Number": look.Integer(v.lang, e.Position)}))
	} else {
		parts = append(parts, v.say("manager.proof.unsealed"))
	}
	if e.Version > 0 {
		parts = append(parts, v.say("manager.proof.version", say.Args{"Number": e.Version}))
	}
	if e.Witnessed {
		parts = append(parts, v.say("manager.proof.witnessed"))
	}
	return strings.Join(parts, " · ")
}

// voidingOf is the wish to take an entry back that waits for somebody, or was answered; nil when nobody had it.
func (d personData) voidingOf(event string) *voidingRow {
	for i := range d.voidings {
		if d.voidings[i].Event == event {
			return &d.voidings[i]
		}
	}
	return nil
}

// offersVoid says whether the page offers to take an entry back; own says that it is an opt-out and why nobody can.
func (v *visit) offersVoid(d personData, e eventRow) (offer, own bool) {
	x := consent.Event{Kind: consent.Kind(e.Kind), Actor: consent.Actor{Kind: consent.ActorKind(e.ActorKind)}}
	if !x.Voidable() {
		return false, e.Kind == "withdrawn" || e.Kind == "objected" || e.Kind == "disputed" || e.Kind == "platform_stopped"
	}
	w := d.voidingOf(e.Event)
	return v.mayAct(account.MayOptOut, v.s.Acts.AskVoid != nil) && (w == nil || w.Decision == "declined"), false
}

// messageTitle says what a message was.
func (v *visit) messageTitle(m messageRow, names topics) string {
	switch {
	case m.Inbound:
		return v.say("manager.person.wrote")
	case m.Purpose != "":
		return v.either("manager.purpose", m.Purpose)
	case m.Topic != "":
		return v.say("manager.person.sent") + ": " + names.name(m.Topic)
	}
	return v.say("manager.person.sent")
}
