package intake

import (
	"context"
	"slices"
	"strings"

	"jawort/consent"
	"jawort/gate"
	"jawort/graph"
	"jawort/keyword"
	"jawort/say"
	"jawort/topic"
)

// acknowledge puts the stop_ack: what was stopped, what goes on, and one button to correct it. Whether it may go the gate decides under
// the lock (DESIGN section 6, Purposes).
func (t *taking) acknowledge(ctx context.Context, i int, c string, r keyword.Reading, e *consent.Event) error {
	n := t.in[i].number
	if !n.Settings.StopAck || r.NoAnswer {
		return nil
	}
	v, err := t.view(ctx, c, r)
	if err != nil {
		return err
	}
	ends := func(x topic.Topic) bool {
		switch e.Scope {
		case consent.ScopeAll:
			return true
		case consent.ScopeMarketing:
			return x.Class == topic.Marketing
		}
		return slices.Contains(e.Topics, x.Code)
	}
	stays := v.on(func(x topic.Topic) bool { return !ends(x) })
	text, correct := v.stopped(e, stays, v.on(func(x topic.Topic) bool { return x.Class != topic.Marketing }))
	if correct == nil {
		return t.put(i, c, gate.StopAck, text)
	}
	return t.answerWith(i, c, gate.StopAck, graph.Buttons(text, *correct))
}

// stopped is what the acknowledgement says; utility are the names of what is no advertising and came until now.
func (v *view) stopped(e *consent.Event, stays, utility []string) (text string, correct *graph.Button) {
	args := say.Args{"Business": v.house.Name, "Topics": strings.Join(stays, ", ")}
	switch e.Scope {
	case consent.ScopeAll:
		text = v.say("intake.ack.all", args)
		if len(utility) > 0 {
			args["Topics"] = strings.Join(utility, ", ")
			text += " " + v.say("intake.ack.correct", args)
			correct = &graph.Button{ID: keepUtility, Title: v.say("intake.ack.only_marketing")}
		}
		return text, correct
	case consent.ScopeMarketing:
		text = v.say("intake.ack.marketing", args)
	default:
		var names []string
		for _, x := range v.topics {
			if slices.Contains(e.Topics, x.Code) {
				names = append(names, x.Text(v.lang).Name)
			}
		}
		args["Off"] = strings.Join(names, ", ")
		text = v.say("intake.ack.topic", args)
	}
	if len(stays) == 0 {
		return text, nil
	}
	return text + " " + v.say("intake.ack.stays", args), &graph.Button{ID: "optout:all", Title: v.say("intake.settings.all")}
}

// keepRest is the correction of a stop of everything: advertising was meant. What is no advertising and came until that stop comes
// again, under the words it was agreed to in. It is the person's own new act, by a button that says so, within a day of the stop;
// advertising stays off.
func (t *taking) keepRest(ctx context.Context, i int, c string) error {
	history, err := consent.History(ctx, t.tx, t.tenant, []string{c})
	if err != nil {
		return err
	}
	var stop *consent.Event
	for n := range history[c] {
		if e := &history[c][n]; e.Kind == consent.Withdrawn {
			stop = e
		}
	}
	at := t.happened(i)
	if stop == nil || stop.Scope != consent.ScopeAll || stop.Actor.Kind != consent.Person || stop.Channel != "chat" && stop.Channel != "button" || at-stop.HappenedAt > day ||
		at <= stop.EffectiveAt()+consent.LiftAfter {
		return nil
	}
	v, err := t.view(ctx, c, keyword.Reading{})
	if err != nil {
		return err
	}
	before := consent.Fold(slices.DeleteFunc(slices.Clone(history[c]), func(e consent.Event) bool { return e.ID == stop.ID }), consent.Rules{Topics: v.classes(), At: at})
	var names []string
	for _, x := range v.topics {
		s, had := before.Topics[x.Code]
		if x.Class == topic.Marketing || !had || s.State != consent.StateGranted && s.State != consent.StateDeclared {
			continue
		}
		e := t.event(i, c, consent.Granted)
		e.Channel, e.Scope, e.Topics, e.Ref, e.SeenKey = "button", consent.ScopeTopic, []string{x.Code}, stop.ID, e.SeenKey+":"+x.Code
		e.Source, e.Notice, e.NoticeVersion, e.CapMonth = s.Source, s.Notice, s.NoticeVersion, s.CapMonth
		for _, old := range history[c] {
			if old.ID == s.Event {
				e.Language, e.NoticeHash = old.Language, old.NoticeHash
			}
		}
		t.add(i, e)
		names = append(names, x.Text(v.lang).Name)
	}
	if len(names) == 0 {
		return nil
	}
	return t.put(i, c, gate.RightsAnswer, v.say("intake.ack.kept", say.Args{"Business": v.house.Name, "Topics": strings.Join(names, ", ")}))
}

func (v *view) classes() map[string]consent.Class {
	out := map[string]consent.Class{}
	for _, x := range v.topics {
		out[x.Code] = consent.Class(x.Class)
	}
	return out
}
