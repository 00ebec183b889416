package manager

import (
	"context"
	"slices"
	"strings"
	"time"

	"jawort/account"
	"jawort/alert"
	"jawort/db"
	"jawort/look"
	"jawort/say"
	"jawort/source"
	"jawort/tally"
)

// Ranks of attention: what stands still, what gets worse, what waits for somebody, what is coming (LOOK section 6).
const (
	standsStill = iota
	getsWorse
	waitsForYou
	isComing
)

// mostPoints are shown at first.
const mostPoints = 7

// point is one thing that needs somebody.
type point struct {
	rank         int
	shape        string
	title, text  string
	at           int64  // when it came to be; 0 = no matter
	when         string // "" = at
	href, button string
}

var rankShapes = map[int]string{standsStill: "bad", getsWorse: "warn", waitsForYou: "wait", isComing: "idle"}

// recent is how far back attention looks for what went wrong.
const recent = 7 * 24 * time.Hour

// longDoubt is how long an overview speaks of somebody who may be somebody else by now; what they agreed to rests for good.
const longDoubt = 90 * 24 * time.Hour

// attention gathers what needs somebody, the most urgent first.
func (v *visit) attention(ctx context.Context, tx *db.Tx, d *overviewData) ([]point, error) {
	var out []point
	for _, s := range d.sources {
		if s.State == "paused" && slices.Contains(source.ByItself, s.PausedWhy) {
			out = append(out, point{rank: getsWorse, title: v.say("manager.first.source", say.Args{"Name": s.Name}),
				text: v.either("manager.sources.rests", s.PausedWhy), href: v.has("/sources/"+s.Source, "GET /sources/{source}"), button: v.say("manager.first.source.go")})
		}
	}
	for _, f := range []func(context.Context, *db.Tx, *overviewData) ([]point, error){v.templatePoints, v.messagePoints, v.inboundPoints, v.alertPoints} {
		more, err := f(ctx, tx, d)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	for _, n := range d.numbers {
		out = append(out, v.numberPoints(n, d)...)
	}
	if n, _ := d.figures.Latest(tally.Lapsing, "", "", d.now.To); n > 0 {
		out = append(out, point{rank: isComing, title: v.say("manager.first.lapsing", say.Args{"Count": n, "Number": look.Integer(v.lang, n)}),
			text: v.say("manager.first.lapsing.text"), href: "/people?state=granted", button: v.say("manager.first.people")})
	}
	if v.staff.Password == "" {
		out = append(out, point{rank: isComing, title: v.say("manager.overview.password"), text: v.say("manager.overview.password.text"),
			href: "/settings/me", button: v.say("manager.overview.password.go")})
	}
	slices.SortStableFunc(out, func(a, b point) int {
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		return int(min(1, max(-1, b.at-a.at)))
	})
	for i := range out {
		if out[i].shape == "" {
			out[i].shape = rankShapes[out[i].rank]
		}
		if out[i].when == "" {
			out[i].when = v.when(out[i].at)
		}
	}
	return out, nil
}

// has is the address of a page that may not be there, "" when it is not.
func (v *visit) has(path, pattern string) string {
	if v.s.has(pattern) {
		return path
	}
	return ""
}

// numberPoints are what stands against a number, unless a warning tells of it already.
func (v *visit) numberPoints(n numberLine, d *overviewData) []point {
	var out []point
	href := ""
	if v.may(account.MayNumbers) {
		href = "/settings/numbers/" + n.Number
	}
	p := point{href: href, button: v.say("manager.first.number.go")}
	if s := numberShape(n.Status); !d.told[n.Number] && (s == "bad" || s == "warn") {
		p.rank = map[string]int{"bad": standsStill, "warn": getsWorse}[s]
		p.title = v.say("manager.first.number", say.Args{"Name": n.Name, "Status": v.either("manager.number_status", n.Status)})
		p.text = v.say("manager.first.number." + s)
		out = append(out, p)
	}
	if n.Brake != "open" && !d.braked[n.Number] {
		p.rank = getsWorse
		if n.Brake == "stopped" {
			p.rank = standsStill
		}
		p.title = v.say("manager.brake."+n.Brake, say.Args{"Name": n.Name})
		p.text, p.at = v.either("mail.why.brake", n.Reason), n.Since
		out = append(out, p)
	}
	return out
}

func (v *visit) templatePoints(ctx context.Context, tx *db.Tx, _ *overviewData) ([]point, error) {
	list, err := templateTroubles(ctx, tx, v.tenant.ID)
	if err != nil {
		return nil, err
	}
	href := v.has("/settings/templates", "GET /settings/templates")
	var out []point
	var bare []string
	var at int64
	for _, t := range list {
		if t.Status == "APPROVED" {
			bare, at = append(bare, t.Name), max(at, t.At)
			continue
		}
		out = append(out, point{rank: standsStill, title: v.say("manager.first.template."+strings.ToLower(t.Status), say.Args{"Name": t.Name}),
			text: v.say("manager.first.template.text"), at: t.At, href: href, button: v.say("manager.first.template.go")})
	}
	if len(bare) > 0 {
		bare = slices.Compact(slices.Sorted(slices.Values(bare)))
		more := ""
		if len(bare) > 3 {
			more, bare = " …", bare[:3]
		}
		out = append(out, point{rank: waitsForYou, title: v.say("manager.first.topicless", say.Args{"Count": len(bare)}),
			text: v.say("manager.first.topicless.text", say.Args{"Names": strings.Join(bare, ", ") + more}), at: at, href: href, button: v.say("manager.first.template.go")})
	}
	return out, nil
}

// many sets a number that was counted up to manyOf.
func (v *visit) many(n int64) string {
	if n > manyOf {
		return v.say("manager.more_than", say.Args{"Number": look.Integer(v.lang, manyOf)})
	}
	return look.Integer(v.lang, n)
}

func (v *visit) messagePoints(ctx context.Context, tx *db.Tx, d *overviewData) ([]point, error) {
	var out []point
	for _, state := range []string{"unknown", "failed"} {
		n, last, err := endedSince(ctx, tx, v.tenant.ID, state, ago(v.now(), recent))
		if err != nil {
			return nil, err
		}
		if n > 0 {
			out = append(out, point{rank: getsWorse, title: v.say("manager.first."+state, say.Args{"Count": n, "Number": v.many(n)}),
				text: v.say("manager.first." + state + ".text"), at: bornAt("msg", last), href: "/messages/all?state=" + state, button: v.say("manager.first.messages")})
		}
	}
	n, first, err := waiting(ctx, tx, v.tenant.ID)
	if err != nil {
		return nil, err
	}
	if d.waits = n; n > 0 {
		p := point{rank: isComing, shape: "wait", title: v.say("manager.first.waiting", say.Args{"Count": n, "Number": v.many(n)}),
			text: v.say("manager.first.waiting.text"), href: "/messages/all?state=waiting", button: v.say("manager.first.messages")}
		if first > v.now().UnixMicro() {
			p.when = v.say("manager.first.waiting.next", say.Args{"When": v.when(first)})
		}
		out = append(out, p)
	}
	return out, nil
}

func (v *visit) inboundPoints(ctx context.Context, tx *db.Tx, d *overviewData) ([]point, error) {
	var out []point
	if v.open > 0 {
		text, at, err := oldestReview(ctx, tx, v.tenant.ID)
		if err != nil {
			return nil, err
		}
		p := point{rank: waitsForYou, title: v.say("manager.overview.reviews", say.Args{"Count": v.open}), text: v.say("manager.overview.reviews.text"),
			at: at, when: v.say("manager.first.reviews.oldest", say.Args{"Age": v.span(time.Duration(v.now().UnixMicro()-at) * time.Microsecond)}),
			href: "/messages", button: v.say("manager.overview.reviews.go")}
		if text != "" {
			p.text = v.say("manager.first.reviews.text", say.Args{"Text": shortened(text, 80)})
		}
		out = append(out, p)
	}
	n, last, err := openDoubts(ctx, tx, v.tenant.ID, ago(v.now(), longDoubt))
	if err != nil {
		return nil, err
	}
	if n > 0 {
		out = append(out, point{rank: waitsForYou, title: v.say("manager.first.doubts", say.Args{"Count": n, "Number": v.many(n)}),
			text: v.say("manager.first.doubts.text"), at: last, href: "/people?doubt=frozen", button: v.say("manager.first.people")})
	}
	n, last, err = badItems(ctx, tx, v.tenant.ID, ago(v.now(), recent))
	if err != nil {
		return nil, err
	}
	if n > 0 {
		out = append(out, point{rank: getsWorse, title: v.say("manager.first.bad_items", say.Args{"Count": n, "Number": v.many(n)}),
			text: v.say("manager.first.bad_items.text"), at: last})
	}
	if n := d.figures.Sum(tally.Stray, "", "", tally.Days{From: d.now.To - 6, To: d.now.To}); n > 0 {
		out = append(out, point{rank: getsWorse, title: v.say("manager.first.stray", say.Args{"Count": n, "Number": look.Integer(v.lang, n)}),
			text: v.say("manager.first.stray.text"), href: "/messages/strays", button: v.say("manager.first.stray.go")})
	}
	return out, nil
}

// alertPoints are the alerts that are open; what the overview looks for itself is said once, by the overview.
func (v *visit) alertPoints(ctx context.Context, tx *db.Tx, d *overviewData) ([]point, error) {
	list, err := alert.Open(ctx, tx, v.tenant.ID)
	var out []point
	d.told, d.braked = map[string]bool{}, map[string]bool{}
	for _, a := range list {
		switch a.Kind {
		case alert.BrakeSlow, alert.BrakeMarketing, alert.BrakeStopped:
			d.braked[a.Subject] = true
		case alert.NumberFlagged, alert.NumberStopped:
			d.told[a.Subject] = true
		case alert.SourcePaused, alert.WebhookItems, alert.RoundGate:
			continue
		}
		p := point{rank: getsWorse, shape: a.Shape(), title: a.Title(v.lang), text: a.Text(v.lang), at: a.LastAt, href: "/alerts", button: v.say("manager.alerts.go")}
		if p.shape == "bad" {
			p.rank = standsStill
		}
		if a.Kind == alert.ProgramWrites && v.may(account.MayKeys) {
			still, err := stillWrites(ctx, tx, v.tenant.ID, a.Subject, ago(v.now(), recent))
			if err != nil {
				return nil, err
			}
			p.title, p.href = v.stillTitle(a.Detail.Name, still), "/settings/programs/"+a.Subject
		}
		out = append(out, p)
	}
	return out, err
}
