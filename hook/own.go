package hook

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"jawort/alert"
	"jawort/consent"
	"jawort/db"
	"jawort/id"
)

// What of ours a hook can hear.
const (
	NewsConsent = "consent"
	NewsAlerts  = "alerts"
)

// News are all of it.
var News = []string{NewsConsent, NewsAlerts}

func (h *Hook) hears(news string) bool { return len(h.Fields) == 0 || slices.Contains(h.Fields, news) }

// envelope is the body of what we tell, as Standard Webhooks suggests.
type envelope struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      any       `json:"data"`
}

func (e envelope) bytes() []byte {
	var b bytes.Buffer
	x := json.NewEncoder(&b)
	x.SetEscapeHTML(false)
	_ = x.Encode(e) // our own types always marshal
	return bytes.TrimRight(b.Bytes(), "\n")
}

// own is what we tell ourselves: changes of consent, and alerts.
type own struct{ *Bringer }

// fill makes deliveries of what stands in the log behind the last one, and of alerts.
func (b own) fill(ctx context.Context, h *Hook) error {
	for {
		var list []consent.Event
		var alerts []delivery
		var now int64
		after, _ := positionOf(h.since) // a hook made while the log was empty begins at its beginning
		if err := b.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if now, err = tx.Now(ctx); err != nil {
				return err
			}
			if list, err = consent.Log(ctx, tx, h.Tenant, after, fillBatch); err != nil || !h.hears(NewsAlerts) {
				return err
			}
			alerts, err = newAlerts(ctx, tx, h, now)
			return err
		}); err != nil || len(list) == 0 && len(alerts) == 0 && now-h.alertsSince < time.Hour.Microseconds() {
			return err
		}
		fresh := alerts
		if h.hears(NewsConsent) {
			fresh = append(fresh, deliveriesOf(list)...)
		}
		next := *h
		next.alertsSince = max(h.alertsSince, now-overlap.Microseconds())
		if len(list) > 0 {
			next.since = itemOf(list[len(list)-1].Position)
		}
		if err := b.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			if err := queueNew(ctx, tx, h, fresh, now); err != nil {
				return err
			}
			return setTold(ctx, tx, &next)
		}); err != nil {
			return err
		}
		if *h = next; len(list) < fillBatch {
			return nil
		}
	}
}

func deliveriesOf(list []consent.Event) (out []delivery) {
	for i := range list {
		if e := &list[i]; Advice(e) != "" {
			out = append(out, delivery{item: itemOf(e.Position), persons: []string{e.Contact}, at: e.RecordedAt})
		}
	}
	return out
}

// load words what is to be told, as it stands now, and signs it.
func (b own) load(ctx context.Context, h *Hook, list []letter) ([]*parcel, error) {
	out := make([]*parcel, len(list))
	err := b.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		keys, err := b.keysOf(h, now)
		if err != nil {
			return err
		}
		var positions []int64
		at := map[int64]int{}
		for i, l := range list {
			if p, ok := positionOf(l.item); ok {
				positions, at[p] = append(positions, p), i
			} else if out[i], err = alertParcel(ctx, tx, h.Tenant, l.item, keys, now); err != nil {
				return err
			}
		}
		events, err := consent.AtPositions(ctx, tx, h.Tenant, positions)
		if err != nil {
			return err
		}
		changes, err := changesOf(ctx, tx, h.Tenant, events)
		for i, c := range changes {
			out[at[events[i].Position]] = sign(keys, c.ID, now, envelope{"consent.changed", c.RecordedAt, c}.bytes())
		}
		return err
	})
	return out, err
}

// An alert is told twice: when it is raised, and when it is over.
const (
	alertItem = "alt_"
	raised    = ":raised"
	cleared   = ":cleared"
)

// newAlerts are those of which something is to be told: raised, after the patience of their kind, and over.
func newAlerts(ctx context.Context, tx *db.Tx, h *Hook, now int64) (out []delivery, err error) {
	since := h.alertsSince - overlap.Microseconds()
	open, err := alert.Open(ctx, tx, h.Tenant)
	if err != nil {
		return nil, err
	}
	told, err := toldAlerts(ctx, tx, h)
	if err != nil {
		return nil, err
	}
	add := func(item string, at int64) {
		if !slices.Contains(told, item) {
			out = append(out, delivery{item: item, persons: []string{strings.TrimSuffix(strings.TrimSuffix(item, raised), cleared)}, at: at})
		}
	}
	for i := range open {
		if due := max(open[i].Since+patience(open[i].Kind), open[i].MutedUntil); due <= now && due >= since {
			add(open[i].ID+raised, open[i].Since)
		}
	}
	over, err := alert.Past(ctx, tx, h.Tenant, "", 200)
	for i := range over {
		a := &over[i]
		if from := a.Since + patience(a.Kind); a.ClearedAt >= since && from >= h.CreatedAt && from <= a.ClearedAt {
			add(a.ID+cleared, a.ClearedAt)
		}
	}
	return out, err
}

func patience(kind string) int64 {
	if k := alert.KindOf(kind); k != nil {
		return k.Patience.Microseconds()
	}
	return 0
}

// Warning is an alert as other programs are told of it.
type Warning struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	Severity  string     `json:"severity"`
	Subject   string     `json:"subject"`
	Title     string     `json:"title"`
	Text      string     `json:"text"`
	Do        string     `json:"do"`
	Seen      int64      `json:"seen"`
	Since     time.Time  `json:"since"`
	ClearedAt *time.Time `json:"cleared_at"`
}

func alertParcel(ctx context.Context, tx *db.Tx, tenant, item string, keys [][]byte, now int64) (*parcel, error) {
	name, what, ok := strings.Cut(item, ":")
	if !ok || !id.Is("alt", name) {
		return nil, nil // no item of ours
	}
	a, err := alert.Of(ctx, tx, tenant, name)
	if err != nil {
		return nil, ignoreGone(err)
	}
	lang, err := languageOf(ctx, tx, tenant)
	if err != nil {
		return nil, err
	}
	w := Warning{ID: a.ID, Kind: a.Kind, Severity: a.Shape(), Subject: a.Subject, Title: a.Title(lang), Text: a.Text(lang), Do: a.Do(lang), Seen: a.Seen, Since: moment(a.Since)}
	at := w.Since
	if ":"+what == cleared {
		at = moment(a.ClearedAt)
		w.ClearedAt, w.Title, w.Text, w.Do = &at, a.AllClear(lang), a.Over(lang), ""
	}
	return sign(keys, a.ID+"."+what, now, envelope{"alert." + what, at, w}.bytes()), nil
}

// Tested is what came of a try.
type Tested struct {
	OK     bool
	Why    string // "" = taken; else as in Hook.Error
	Status int    // 0 = no answer came
	Took   time.Duration
}

// Test tells a hook something without meaning, at once and once.
func (b *Bringer) Test(ctx context.Context, tenant, hook string) (Tested, error) {
	var h Hook
	var p *parcel
	if err := b.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if h, err = GetOwn(ctx, tx, tenant, hook); err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		keys, err := b.keysOf(&h, now)
		p = sign(keys, id.At("tst", now), now, envelope{"hook.test", moment(now), map[string]string{"hook": hook}}.bytes())
		return err
	}); err != nil {
		return Tested{}, err
	}
	began := time.Now()
	a := b.post(ctx, &h, p)
	return Tested{OK: a.why == "", Why: a.why, Status: a.status, Took: time.Since(began)}, nil
}
