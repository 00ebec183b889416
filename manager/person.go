package manager

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/look"
	"jawort/say"
)

const timelineSize = 30

// personData is what one person's page shows.
type personData struct {
	contact   contact.Contact
	topics    []topicName
	whole     standingRow // of the whole person
	standing  map[string]standingRow
	events    []eventRow
	older     string // where the timeline goes on; "" = it is all here
	messages  []messageRow
	decisions []decisionRow
}

func person(v *visit) error {
	var d personData
	who := v.r.PathValue("contact")
	below, _ := strconv.ParseInt(v.r.URL.Query().Get("below"), 10, 32) // anything else: from the newest
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.contact, err = contact.Get(ctx, tx, v.tenant.ID, who); err != nil || d.contact.MergedInto != "" {
			return err
		}
		if d.topics, err = topicNames(ctx, tx, v.tenant.ID, v.lang); err != nil {
			return err
		}
		rows, err := standingOf(ctx, tx, v.tenant.ID, who)
		if err != nil {
			return err
		}
		d.fillStanding(rows)
		if d.events, err = eventsOf(ctx, tx, v.tenant.ID, who, max(0, below), timelineSize+1); err != nil {
			return err
		}
		if d.messages, err = messagesOf(ctx, tx, v.tenant.ID, who, 30); err != nil {
			return err
		}
		d.decisions, err = decisionsPage(ctx, tx, v.tenant.ID, "", "", who, "", 10)
		return err
	})
	switch {
	case errs.CodeOf(err) == errs.NotFound:
		return errs.New(errs.NotFound, "manager.not_found")
	case err != nil:
		return err
	case d.contact.MergedInto != "":
		return v.to("/people/" + d.contact.MergedInto)
	}
	if len(d.events) > timelineSize {
		d.events = d.events[:timelineSize]
		d.older = fmt.Sprintf("/people/%s?below=%d#line", who, d.events[timelineSize-1].Rev)
	}
	return v.show(http.StatusOK, personView(v, d))
}

func (d *personData) fillStanding(rows []standingRow) {
	d.standing = map[string]standingRow{}
	for _, s := range rows {
		if s.Topic == "" {
			d.whole = s
			continue
		}
		d.standing[s.Topic] = s
	}
}

// state is a topic's state as it holds: a stop of everything makes each one withdrawn (DESIGN section 10).
func (d personData) state(topic string) string {
	s := d.standing[topic]
	switch {
	case s.State != "": // folded: a stop of everything is in it
		return s.State
	case d.whole.StopAll:
		return "withdrawn"
	}
	return "none"
}

// flags are what holds for the whole person, as sentences.
func (v *visit) flags(d personData) []string {
	var out []string
	for _, f := range []struct {
		on  bool
		key string
	}{
		{d.whole.StopAll, "stop_all"}, {d.whole.StopMarketing && !d.whole.StopAll, "stop_marketing"}, {d.whole.PlatformStop, "platform_stop"},
		{d.flag("restricted"), "restricted"}, {d.flag("erased"), "erased"}, {d.flag("suppressed"), "suppressed"},
		{d.flag("suspected_block"), "suspected_block"}, {d.flag("wrong_address"), "wrong_address"}, {d.contact.FrozenAt != 0, "frozen"},
	} {
		if f.on {
			out = append(out, v.say("manager.flag."+f.key))
		}
	}
	return out
}

func (d personData) flag(name string) bool { on, _ := d.whole.Flags[name].(bool); return on }

// personName is what a person is called where no name is known.
func (v *visit) personName(name string) string {
	if strings.TrimSpace(name) == "" {
		return v.say("manager.person.nameless")
	}
	return name
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

// eventWhere says over which channel and source, and who did it when it was not the person.
func (v *visit) eventWhere(e eventRow) string {
	var parts []string
	if e.Channel != "" {
		parts = append(parts, v.either("manager.channel", e.Channel))
	}
	if e.SourceName != "" {
		parts = append(parts, v.quoted(e.SourceName))
	}
	if e.ActorKind != "person" && e.ActorKind != "" {
		parts = append(parts, v.either("manager.actor", e.ActorKind))
	}
	return strings.Join(parts, " · ")
}

// quoted puts the reader's quotation marks around a name.
func (v *visit) quoted(s string) string {
	if v.lang == "de" {
		return "„" + s + "“"
	}
	return "“" + s + "”"
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

// proofLine says what an entry rests on.
func (v *visit) proofLine(e eventRow) string {
	parts := []string{v.say("manager.proof.rev", say.Args{"Number": look.Integer(v.lang, e.Rev)})}
	if e.Position > 0 {
		parts = append(parts, v.say("manager.proof.sealed", say.Args{"Number": look.Integer(v.lang, e.Position)}))
	}
	if e.Version > 0 {
		parts = append(parts, v.say("manager.proof.version", say.Args{"Number": e.Version}))
	}
	if e.Witnessed {
		parts = append(parts, v.say("manager.proof.witnessed"))
	}
	return strings.Join(parts, " · ")
}
