package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"jawort/address"
	"jawort/alert"
	"jawort/consent"
	"jawort/contact"
	"jawort/graph"
	"jawort/keyword"
	"jawort/outbox"
	"jawort/quality"
	"jawort/topic"
)

// receipts applies statuses set by set.
func (t *taking) receipts(ctx context.Context, at []int) error {
	var list []outbox.Receipt
	var items []int
	for _, i := range at {
		it := &t.in[i].item
		if it.Kind != graph.KindStatus || it.Status.GroupSend {
			continue
		}
		r := outbox.Receipt{WAMID: it.Status.ID, ID: it.Status.Callback, At: t.happened(i), State: receiptState(it.Status.Status)}
		if len(it.Status.Errors) > 0 {
			r.Code, r.Error = int64(it.Status.Errors[0].Code), it.Status.Errors[0].Meaning().Name
		}
		if r.State != "" {
			list, items = append(list, r), append(items, i)
		}
	}
	if len(list) == 0 {
		return nil
	}
	matched, err := outbox.Receive(ctx, t.tx, t.tenant, list)
	if err != nil {
		return err
	}
	t.sent = map[int]address.Address{}
	for n, m := range matched { // what failed was our own message, whatever the status says of who it went to (facts/meta.md 7.4)
		if m.Address != "" && stoppedByMeta(t.in[items[n]].item.Status) {
			t.sent[items[n]] = m.Address
		}
	}
	several, err := t.recognise(ctx, list, items, matched)
	if err != nil {
		return err
	}
	if err := t.strays(ctx, list, items, matched, several); err != nil {
		return err
	}
	if err := t.signals(ctx, list, items, matched); err != nil {
		return err
	}
	var reached []quality.Reached
	for n, m := range matched {
		if number := t.in[items[n]].number; m.Message == "" && !several[n] && number.ID != "" && (list[n].State == outbox.Sent || list[n].State == outbox.Failed) {
			// one count for each message: it is sent or fails once (DESIGN section 6, Round the gate)
			t.alarms = append(t.alarms, alert.Condition{Kind: alert.RoundGate, Subject: number.ID, Detail: alert.Detail{Name: number.Name}})
		}
		if m.Contact != "" && list[n].State == outbox.Delivered {
			reached = append(reached, quality.Reached{Portfolio: t.in[items[n]].number.Portfolio, Contact: m.Contact, At: list[n].At})
		}
	}
	return quality.Extend(ctx, t.tx, t.tenant, reached)
}

// signals keeps what failures say about how our messages are taken, each once, and for whom Meta has had enough marketing.
func (t *taking) signals(ctx context.Context, list []outbox.Receipt, items []int, matched []outbox.Matched) error {
	var told []quality.Signal
	var capped []outbox.Capped
	for n, m := range matched {
		r := list[n]
		if r.State != outbox.Failed || m.Was == outbox.Failed {
			continue
		}
		number := t.in[items[n]].number.ID
		told = append(told, quality.Signal{At: t.now, Number: number, Message: m.Message, Code: r.Code})
		if r.Code == quality.CodeEnough {
			capped = append(capped, outbox.Capped{Contact: m.Contact, Number: number, Until: r.At + quality.EnoughFor})
		}
	}
	if err := quality.Note(ctx, t.tx, t.tenant, told); err != nil {
		return err
	}
	return outbox.Cap(ctx, t.tx, t.tenant, capped)
}

func receiptState(s string) outbox.State {
	switch s {
	case "sent":
		return outbox.Sent
	case "delivered":
		return outbox.Delivered
	case "read", "played":
		return outbox.Read
	case "failed":
		return outbox.Failed
	}
	return ""
}

// stoppedByMeta: the person has stopped marketing in WhatsApp itself (131050; facts/meta.md 4.5).
func stoppedByMeta(s *graph.Status) bool {
	for _, e := range s.Errors {
		if e.Code == 131050 {
			return true
		}
	}
	return false
}

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

func (t *taking) platformStop(i int, c, address, key string) {
	e := t.event(i, c, consent.PlatformStopped)
	e.Address = address
	e.SeenKey += key
	e.Channel, e.Actor = "meta", consent.Actor{Kind: consent.Meta}
	t.add(i, e)
}

// preference is what the person set in WhatsApp itself. A resume lifts only its own pair and is never a consent.
func (t *taking) preference(ctx context.Context, i int, c string) error {
	switch value := t.in[i].item.Preference.Value; value {
	default:
		if !keyword.Read(keyword.Input{Text: value}).Intent.Stops() { // a word that Meta did not have yet: somebody has to look
			return t.unknownPreference(ctx, i)
		}
		t.platformStop(i, c, t.address(i), "")
	case "resume":
		e := t.event(i, c, consent.PlatformResumed)
		e.Channel, e.Actor = "meta", consent.Actor{Kind: consent.Meta}
		t.add(i, e)
	case "signup":
		return t.signup(ctx, i, c)
	}
	return nil
}

var errWord = errors.New("webhook: a preference with a value we do not know")

func (t *taking) unknownPreference(ctx context.Context, i int) error {
	a := &t.in[i]
	t.alarms = append(t.alarms, alert.Condition{Kind: alert.WebhookItems})
	return insertBad(ctx, t.tx, t.tenant, a.rawID, a.at, string(a.item.Kind), errWord.Error(), t.now)
}

// signup is Meta's own opt-in. Where the business has one marketing topic it is plain what was agreed to; where it has
// several it is a claim until the person says more.
func (t *taking) signup(ctx context.Context, i int, c string) error {
	list, err := topic.List(ctx, t.tx, t.tenant, false)
	if err != nil {
		return err
	}
	var codes []string
	for _, x := range list {
		if x.Class == topic.Marketing {
			codes = append(codes, x.Code)
		}
	}
	if len(codes) == 0 {
		return nil
	}
	kind := consent.Signup
	if len(codes) > 1 {
		kind = consent.Claimed
	}
	e := t.event(i, c, kind)
	e.Channel, e.Actor = "meta", consent.Actor{Kind: consent.Meta}
	e.Scope, e.Topics, e.Value = consent.ScopeTopic, codes, t.in[i].item.Preference.SignupID
	t.add(i, e)
	return nil
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
