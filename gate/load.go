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
	for _, step := range []func(context.Context) error{l.readHouse, l.readListed, l.readPersons, l.readStandings, l.readMoved,
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
	tx       *db.Tx
	tenant   string
	asks     []Ask
	now      int64
	facts    []Facts
	lines    []*line
	more     []more
	topics   map[string]topicRow
	defaults map[consent.Class]string // the tenant's default topics
	books    map[string]Rules         // by country
	policy   account.Policy
	lists    bool             // a list of opt-outs runs
	of       map[string][]int // the asks about each person
}

// line is what holds for every message of one number, program, template and language.
type line struct {
	known             bool
	waba, portfolio   string
	limit             int64 // of the portfolio; -1 = unlimited
	settings          account.NumberSettings
	mode              Mode
	zone              string // the tenant's
	held              bool
	topics            map[string]string // the program's default per class
	typed             bool              // people type in the program
	template          assigned
	brake, ofTemplate *slowed
}

type lineKey struct{ number, program, template, language string }

// assigned is a template with the topic it was assigned to, empty when to none.
type assigned struct {
	Template
	topic string
}

type program struct {
	mode   Mode
	topics map[string]string
	typed  bool
}

type topicRow struct {
	class   consent.Class
	retired bool
}

// house is what the tenant has set up, by its keys.
type house struct {
	found          bool
	zone           string
	held           bool
	portfolios     map[string]int64
	numbers        map[string]*line
	brakes         map[string]slowed
	templateBrakes map[[3]string]slowed // by account, name, language
	programs       map[string]program
	templates      map[[3]string]assigned // by account, name, language
}

func (a *Ask) key() lineKey {
	k := lineKey{number: a.Number, program: a.Program}
	if a.isTemplate() {
		k.template, k.language = a.Template, a.Language
	}
	return k
}

// named are the numbers, programs, templates and languages that the asks name, each once.
func (l *loader) named() (numbers, programs, templates, languages []string) {
	seen := map[lineKey]bool{}
	for i := range l.asks {
		k := l.asks[i].key()
		if seen[k] {
			continue
		}
		seen[k] = true
		numbers, programs = append(numbers, k.number), append(programs, k.program)
		templates, languages = append(templates, k.template), append(languages, k.language)
	}
	return unique(numbers), unique(programs), unique(templates), unique(languages)
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// furnish gives every ask its line and begins its facts.
func (l *loader) furnish(h *house) error {
	lines := map[lineKey]*line{}
	for i := range l.asks {
		k := l.asks[i].key()
		if lines[k] == nil {
			lines[k] = h.line(k)
		}
		l.lines[i] = lines[k]
		l.settle(i)
	}
	return nil
}

func (h *house) line(k lineKey) *line {
	n := line{}
	if number := h.numbers[k.number]; number != nil {
		n = *number
	}
	n.zone, n.held, n.limit = h.zone, h.held, h.portfolios[n.portfolio]
	n.brake, n.ofTemplate = &slowed{Brake: Brake{State: quality.Open}}, &slowed{}
	if b, ok := h.brakes[k.number]; ok {
		n.brake = &b
	}
	if b, ok := h.templateBrakes[[3]string{n.waba, k.template, k.language}]; ok && k.template != "" {
		n.ofTemplate = &b
	}
	if p, ok := h.programs[k.program]; ok {
		n.mode, n.topics, n.typed = n.mode.Stricter(p.mode), p.topics, p.typed
	} else {
		n.mode = account.Enforce // Jawort's own, or a program that is gone
	}
	n.template = h.templates[[3]string{n.waba, k.template, k.language}]
	return &n
}

// more is what Load must remember of one ask beside its facts.
type more struct {
	promised int64 // what the notice promised a month
}

// settle puts a line's facts into an ask's.
func (l *loader) settle(i int) {
	f, n, a := &l.facts[i], l.lines[i], &l.asks[i]
	f.Now, f.NumberKnown, f.Held, f.Mode, f.Template = l.now, n.known, n.held, n.mode, n.template.Template
	to := address.Address(a.To)
	f.Identity.UserID = to.IsUserID()
	f.Identity.Unusable = !to.IsPhone() && !to.IsUserID()
	f.Country = country(to)
	f.Rules = l.rules(f.Country)
	f.Topic = l.topic(a, n)
	f.Answers.Typed = n.typed
	marketing := f.Topic.Class == consent.Marketing || isMarketing(n.template.Category)
	f.Brake, f.TemplateBrake = n.brake.turn(l.now, marketing), n.ofTemplate.turn(l.now, marketing)
	if marketing {
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
	if a.judgedAs(n.typed) != Ordinary && (a.Topic == "" || a.Purpose == Ordinary) { // what people type is about nothing but what they were asked
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
		code = n.template.topic
	}
	if code == "" && class != "" {
		code = n.topics[string(class)]
	}
	if code == "" && class != "" && class != consent.Marketing {
		code = l.defaults[class]
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

func (l *loader) day() time.Time { return time.UnixMicro(l.now).UTC() }
