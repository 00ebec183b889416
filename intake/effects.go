package intake

import (
	"context"
	"fmt"
	"slices"
	"time"

	"jawort/consent"
	"jawort/contact"
	"jawort/graph"
	"jawort/keyword"
)

// requests reads the requests that the items answer: by code, by tapped button, or by the open question of the person.
func (t *taking) requests(ctx context.Context, at []int) (err error) {
	var codes, taps, persons []string
	for _, i := range at {
		m := t.in[i].item.Message
		if m == nil || t.who[i].Contact == "" {
			continue
		}
		persons = append(persons, t.who[i].Contact)
		text, _ := m.Words()
		if code := codeIn(text); code != "" {
			codes = append(codes, hashCode(code))
		}
		if req := tapOf(m).request; req != "" {
			taps = append(taps, req)
		}
	}
	if t.codes, err = consent.RequestsByCode(ctx, t.tx, t.tenant, codes); err != nil {
		return err
	}
	if t.taps, err = consent.RequestsByID(ctx, t.tx, t.tenant, taps); err != nil {
		return err
	}
	if t.asks, err = consent.AskedRequests(ctx, t.tx, t.tenant, persons); err != nil {
		return err
	}
	if err = t.readElsewhere(ctx, at); err != nil {
		return err
	}
	return t.readSuspects(ctx, persons)
}

// payload is what a button of ours carries; empty for words.
func payload(m *graph.Inbound) string {
	switch {
	case m.Button != nil:
		return m.Button.ID
	case m.Interactive != nil && m.Interactive.Reply != nil:
		return m.Interactive.Reply.ID
	}
	return ""
}

// effects lets each item take effect, in the order they came.
func (t *taking) effects(ctx context.Context, at []int) error {
	for _, i := range at {
		if also := t.also[i]; also != "" {
			t.platformStop(i, also, string(t.sent[i]), ":sent")
		}
		c := t.who[i].Contact
		if c == "" {
			continue
		}
		if _, locked := t.revs[c]; !locked {
			return fmt.Errorf("item %d: the person is not locked", i)
		}
		switch it := &t.in[i].item; it.Kind {
		case graph.KindMessage:
			if err := t.message(ctx, i, c); err != nil {
				return err
			}
		case graph.KindPreference:
			if err := t.preference(ctx, i, c); err != nil {
				return err
			}
		case graph.KindStatus:
			t.platformStop(i, c, t.address(i), "")
		case graph.KindCall:
			t.window(i, c, true)
			if err := t.missedCall(ctx, i); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *taking) window(i int, c string, human bool) {
	w := contact.Window{Contact: c, Number: t.in[i].number.ID, OpenedAt: t.happened(i)}
	if human {
		w.HumanAt = w.OpenedAt
	}
	t.windows = append(t.windows, w)
}

func (t *taking) event(i int, c string, kind consent.Kind) consent.Event {
	it := &t.in[i].item
	at := t.happened(i)
	return consent.Event{Contact: c, Kind: kind, Address: string(t.address(i)), Channel: "chat", Number: t.in[i].number.ID,
		Actor: consent.Actor{Kind: consent.Person}, HappenedAt: at, Witnessed: t.credible(it.Time), Evidence: t.evidence(i),
		ChannelSeq: fmt.Sprintf("%020d", at), SeenKey: it.Key + ":" + string(kind)}
}

// latest is how old what Meta tells can be: it repeats a webhook for seven days (facts/meta.md 6.1). An older time is a mistake, and must not
// put a STOP that came today before a yes of last month.
const latest = 8 * day

func (t *taking) credible(at time.Time) bool {
	return !at.IsZero() && at.UnixMicro() > t.now-latest
}

// address is the one the item was sent from.
func (t *taking) address(i int) (a string) {
	p := t.in[i].item.Person
	if a := phone(p.WAID); a != "" {
		return string(a)
	}
	return string(user(p.UserID))
}

// read is what the message asks for, by its words or its button.
func (t *taking) read(i int, c string, m *graph.Inbound) keyword.Reading {
	text, via := m.Words()
	asked := keyword.Asked("")
	if r, ok := t.asks[c]; ok && r.Open(t.now) && !t.elsewhere[i] {
		asked = keyword.AskedOptin
	}
	return keyword.Read(keyword.Input{Text: text, Via: keyword.Via(via), Asked: asked})
}

// languageOf is the language to answer in: the one the person chose, else the one in which they agreed last, else the one the words were read in,
// else the tenant's. STOP is a word of every language, and says none.
func (t *taking) languageOf(ctx context.Context, c string, r keyword.Reading, fallback string) (string, error) {
	chosen, err := contact.LanguageOf(ctx, t.tx, t.tenant, c)
	if err != nil || chosen != "" {
		return chosen, err
	}
	history, err := consent.History(ctx, t.tx, t.tenant, []string{c})
	if err != nil {
		return "", err
	}
	for _, e := range slices.Backward(history[c]) {
		if e.Language != "" {
			return e.Language, nil
		}
	}
	if r.Lang != "" && r.Matched != "stop" {
		return r.Lang, nil
	}
	return fallback, nil
}
