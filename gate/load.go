package gate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/db"
	"jawort/quality"
)

// Ask is one message to be judged.
type Ask struct {
	Message
	Fingerprint string // contact.Fingerprint of To under the tenant's pepper
	Expected    string // the person the message was put for; empty at the first asking
	ID          string // the message's own id, so that it does not count against itself; empty at the first asking
}

// Load reads the facts for the asks, in their order, set by set and never one by one. It locks nothing: who sends afterwards
// locks the persons before, in a statement of its own (DESIGN section 6).
func Load(ctx context.Context, tx *db.Tx, tenant string, asks []Ask, now int64) ([]Facts, error) {
	l := loader{tx: tx, tenant: tenant, asks: asks, now: now, books: map[string]Rules{}}
	l.facts = make([]Facts, len(asks))
	l.lines = make([]*line, len(asks))
	l.more = make([]more, len(asks))
	for _, step := range []func(context.Context) error{l.readLines, l.readTopics, l.readPersons, l.readSuppressed, l.readMoved,
		l.readCounts, l.readRoom, l.readPurposes} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("load facts for %d messages: %w", len(asks), err)
		}
	}
	for i := range l.facts { // only what was read whole may be believed
		l.facts[i].Readable = true
	}
	return l.facts, nil
}

// loader carries one Load through its statements.
type loader struct {
	tx     *db.Tx
	tenant string
	asks   []Ask
	now    int64
	facts  []Facts
	lines  []*line
	more   []more
	topics map[string]topicRow
	byDflt map[consent.Class]string // the tenant's default topics
	books  map[string]Rules         // by country
	policy account.Policy
	of     map[string][]int // the asks about each person
}

// line is what holds for every message of one number, program, template and language.
type line struct {
	lineKey
	known      bool
	portfolio  string
	limit      int64 // -1 = unlimited
	settings   account.NumberSettings
	mode       Mode
	zone       string
	held       bool
	defaults   map[string]string // the program's topic per class
	template   Template
	assigned   string // the template's topic
	brake      Brake
	throughput int64
}

type lineKey struct{ number, program, template, language string }

// more is what Load must remember of one ask beside its facts.
type more struct {
	promised int64 // what the notice promised a month
	fromSlot bool  // needs a slot of the portfolio
}

type topicRow struct {
	class   consent.Class
	retired bool
}

func (a *Ask) key() lineKey {
	k := lineKey{number: a.Number, program: a.Program}
	if a.isTemplate() {
		k.template, k.language = a.Template, a.Language
	}
	return k
}

// keys are the different lines of the asks; nearly always one.
func (l *loader) keys() []lineKey {
	var out []lineKey
	seen := map[lineKey]bool{}
	for i := range l.asks {
		if k := l.asks[i].key(); !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out
}

// settle puts a line's facts into an ask's.
func (l *loader) settle(i int) {
	f, n, a := &l.facts[i], l.lines[i], &l.asks[i]
	f.Now, f.NumberKnown, f.Held, f.Mode, f.Template, f.Brake = l.now, n.known, n.held, n.mode, n.template, n.brake
	to := address.Address(a.To)
	f.Identity.UserID = to.IsUserID()
	f.Identity.Unusable = !to.IsPhone() && !to.IsUserID()
	f.Country = country(to)
	f.Rules = l.rules(f.Country)
	f.Topic = l.topic(a, n)
	if f.Topic.Class == consent.Marketing || isMarketing(n.template.Category) {
		f.Quiet = quietUntil(l.now, n.settings.Quiet, f.Country, n.zone)
	}
	f.Standing.State = consent.StateNone
	f.Headroom = unlimited
}

func country(to address.Address) string {
	if !to.IsPhone() && !to.IsUserID() {
		return ""
	}
	return to.Country()
}

// topic is what the message counts as: as asked, as assigned, the program's default, the tenant's default but never for
// marketing (DESIGN section 6, Topic of a message).
func (l *loader) topic(a *Ask, n *line) Topic {
	if a.Purpose != Ordinary && a.Topic == "" {
		return Topic{}
	}
	class := consent.Utility
	switch {
	case a.isTemplate():
		class, _ = ClassOf(n.template.Category)
	case a.DirectSend != "":
		class, _ = ClassOf(a.DirectSend)
	}
	code := a.Topic
	if code == "" && a.isTemplate() {
		code = n.assigned
	}
	if code == "" && class != "" {
		code = n.defaults[string(class)]
	}
	if code == "" && class != "" && class != consent.Marketing {
		code = l.byDflt[class]
	}
	t, ok := l.topics[code]
	return Topic{Code: code, Known: ok && !t.retired, Class: t.class}
}

// unlimited is the room of a portfolio without a limit, and of whoever needs no slot.
var unlimited = Headroom{Free: 1 << 62, FreeMarketing: 1 << 62}

// readRoom counts the slots of the portfolios, but only where a message will need one.
func (l *loader) readRoom(ctx context.Context) error {
	rooms := map[string]Headroom{}
	for i := range l.facts {
		n, f, a := l.lines[i], &l.facts[i], &l.asks[i]
		outside := l.now >= f.Window.Until
		if f.Headroom.Held || !n.known || n.limit < 0 || !outside || !a.isTemplate() && a.DirectSend == "" {
			continue
		}
		room, ok := rooms[n.portfolio]
		if !ok {
			r, err := quality.Room(ctx, l.tx, l.tenant, n.portfolio, n.limit, l.now)
			if err != nil {
				return err
			}
			room = Headroom{Free: r.Free, FreeMarketing: r.FreeMarketing, NextAt: r.NextAt}
			rooms[n.portfolio] = room
		}
		f.Headroom = room
	}
	return nil
}

// contacts are the persons of the asks, each once, in order.
func (l *loader) contacts() []string {
	var out []string
	for i := range l.facts {
		if c := l.facts[i].Contact; c != "" {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (l *loader) day() time.Time { return time.UnixMicro(l.now).UTC() }
