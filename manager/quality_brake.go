package manager

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/guard"
	"jawort/look"
	"jawort/quality"
	"jawort/say"
)

// brakeRoutes: the page is everybody's, the lever belongs to whoever manages numbers.
var brakeRoutes = []route{
	{"GET /quality/brake", account.MaySee, brakePage},
	{"POST /quality/brake", account.MayNumbers, holdBrake},
}

// brakeData is what the page of brakes shows.
type brakeData struct {
	head    qualityHead
	now     int64
	numbers []brakeCard
	texts   []brakeCard // of templates
	names   map[string]string
}

// brakeCard is one brake with what was done to it.
type brakeCard struct {
	guard.Seen
	id      string // of its parts, unique in the page
	display string
	trail   []account.Entry
	form    typed // of the lever, when it was refused
}

// shownMoves is how many of the last moves a card shows; the audit trail has them all.
const shownMoves = 5

func brakePage(v *visit) error {
	d, err := v.brakes()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, brakeView(v, d))
}

func (v *visit) brakes() (d brakeData, err error) {
	if v.s.Guard == nil {
		return d, errs.New(errs.Unavailable, "error.unavailable")
	}
	err = v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.now, err = tx.Now(ctx); err != nil {
			return err
		}
		if d.head, err = v.qualityHead(ctx, tx); err != nil {
			return err
		}
		if d.names, err = staffNames(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		numbers, err := account.Numbers(ctx, tx, v.tenant.ID)
		if err != nil {
			return err
		}
		all, err := v.s.Guard.See(ctx, tx, v.tenant)
		if err != nil {
			return err
		}
		for i, s := range all {
			c := brakeCard{Seen: s, id: "t" + digits(i)}
			if s.Number != "" {
				c.id = "n" + s.Number
				if at := slices.IndexFunc(numbers, func(n account.Number) bool { return n.ID == s.Number }); at >= 0 {
					c.display = numbers[at].Display
				}
			}
			if c.trail, err = moves(ctx, tx, v.tenant.ID, s.Of); err != nil {
				return err
			}
			switch {
			case s.Number != "":
				d.numbers = append(d.numbers, c)
			case !s.Off || len(c.trail) > 0: // of templates nobody brakes there is nothing to tell
				d.texts = append(d.texts, c)
			}
		}
		return nil
	})
	return d, err
}

// moves are the last moves of one brake.
func moves(ctx context.Context, tx *db.Tx, tenant string, of quality.Of) (out []account.Entry, err error) {
	object := of.Number
	if object == "" {
		object = of.Template
	}
	for _, action := range []string{"brake.moved", "brake.held", "brake.released", "brake.hold_ended"} {
		list, err := account.TrailOf(ctx, tx, tenant, account.Narrow{Action: action, Object: object}, "", shownMoves)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			if of.Template == "" || e.Detail["account"] == "" || e.Detail["account"] == of.WABA && e.Detail["language"] == of.Language {
				out = append(out, e)
			}
		}
	}
	slices.SortFunc(out, func(a, b account.Entry) int { return int(min(max(b.At-a.At, -1), 1)) })
	return out[:min(len(out), shownMoves)], nil
}

// holdHours are the spans for which a brake can be held.
var holdHours = []int64{1, 4, 24, 72, 168}

// holdBrake keeps a brake in a state, or lets it go.
func holdBrake(v *visit) error {
	d, err := v.brakes()
	if err != nil {
		return err
	}
	f, err := v.typed()
	if err != nil {
		return err
	}
	of := quality.Of{Number: f.get("number"), WABA: f.get("waba"), Template: f.get("template"), Language: f.get("language")}
	h := guard.Holding{Of: of, State: quality.Brake(f.get("state")), By: v.staff.ID}
	if hours := whole(f.get("hours")); slices.Contains(holdHours, hours) && h.State != "" {
		h.Until = d.now + hours*int64(time.Hour/time.Microsecond)
	}
	if h.Why, err = v.why(); err == nil {
		err = v.s.Guard.Hold(v.r.Context(), v.tenant, h)
	}
	if err == nil {
		key := "brake.held"
		if h.State == "" {
			key = "brake.let_go"
		}
		return v.done("/quality/brake", v.say(key))
	}
	if err := f.took(v, err, map[string]string{"reason": "reason", "state": "state", "until": "until"}); err != nil {
		return err
	}
	for _, list := range [][]brakeCard{d.numbers, d.texts} {
		for i := range list {
			if list[i].Of == of {
				list[i].form = f
			}
		}
	}
	return v.show(f.status(), brakeView(v, d))
}

// brakeShape is how a state is drawn.
func brakeShape(b quality.Brake) string {
	switch b {
	case quality.Open:
		return "ok"
	case quality.Slow:
		return "warn"
	}
	return "bad"
}

// goes says what goes out now, and what waits.
func (v *visit) goes(c brakeCard) string {
	e := c.Now.Effect
	kind := "number"
	if c.Template != "" {
		kind = "template"
	}
	switch {
	case e.State == quality.Stopped && !e.Answers:
		return v.say("brake.goes.nothing")
	case e.State == quality.Slow:
		return v.say("brake.goes.slow."+kind, say.Args{"Number": look.Integer(v.lang, e.Pace)})
	}
	return v.say("brake.goes." + string(e.State) + "." + kind)
}

// because says why it stands so.
func (v *visit) because(c brakeCard) string {
	e := c.Now.Effect
	if e.Cause == quality.CauseByStaff {
		return v.say("brake.because.staff", say.Args{"Name": "", "Until": v.when(e.Until)})
	}
	if e.Cause == quality.NoCause {
		return ""
	}
	return v.say("mail.why.brake." + string(e.Cause))
}

// rungs are the ladder of a card: what lies below, where it stands, and when the next steps come at the earliest.
func (v *visit) rungs(c brakeCard) []step {
	stands := c.Now.Rung
	if c.Off {
		stands = quality.RungOpen
	}
	at := map[quality.Rung]int64{}
	if !c.Off {
		for _, s := range c.Now.Machine.Stages(c.Input, c.At) {
			at[s.Rung] = s.At
		}
	}
	var out []step
	for r := quality.RungStopped; r <= quality.RungOpen; r++ {
		s := step{word: v.say("brake.rung." + strconv.Itoa(int(r))), past: r < stands, now: r == stands}
		switch {
		case s.now:
			s.hint = v.say("quality.step.now")
		case c.Off && r == c.Now.Rung:
			s.hint = v.say("brake.by_itself")
		case at[r] > 0:
			s.hint = v.say("brake.earliest", say.Args{"When": v.when(at[r])})
		}
		out = append(out, s)
	}
	return out
}

// would is what the brake would do at something, in words.
func (v *visit) would(c brakeCard, w quality.Prospect) string {
	if w.Rung.Brake() == quality.Slow {
		return v.say("brake.would.slow", say.Args{"Number": look.Integer(v.lang, w.Rung.Pace(c.Limit))})
	}
	return v.say("brake.would." + string(w.Rung.Brake()))
}

// paced is a state of the brake in words, and how many a day it lets out where it slows.
func (v *visit) paced(state, pace string) string {
	if n, err := strconv.ParseInt(pace, 10, 64); err == nil && state == string(quality.Slow) {
		return v.say("brake.would.slow", say.Args{"Number": look.Integer(v.lang, n)})
	}
	return v.either("quality.brake", state)
}

// move is one line of what was done.
func (v *visit) move(names map[string]string, e account.Entry) string {
	args := say.Args{"Name": names[e.Actor], "From": v.paced(e.Detail["from"], e.Detail["was"]), "To": v.paced(e.Detail["to"], e.Detail["pace"]),
		"Held": v.either("quality.brake", e.Detail["held"]), "Reason": e.Detail["reason"], "Cause": ""}
	if c := e.Detail["cause"]; c != "" {
		args["Cause"] = v.either("mail.why.brake", c)
	}
	if us, err := strconv.ParseInt(e.Detail["until"], 10, 64); err == nil {
		args["Until"] = v.when(us)
	}
	return v.say("brake.move."+e.Action[len("brake."):], args)
}

func (v *visit) leverAsk(c brakeCard) look.Ask {
	a := look.Ask{ID: "hold-" + c.id, Open: v.say("brake.hold"), Class: "btn small", Action: "/quality/brake", Title: v.say("brake.hold.title", say.Args{"Name": c.Name}),
		Text: []string{v.say("brake.hold.text")}, Keep: v.say("brake.hold.keep"), Do: v.say("brake.hold.do"), Calm: true, Fields: c.fields()}
	a.Typed, a.Problem = c.form.get("reason"), c.problem(true)
	return v.ask(a)
}

func (v *visit) letGoAsk(c brakeCard) look.Ask {
	a := look.Ask{ID: "free-" + c.id, Open: v.say("brake.free"), Class: "btn small", Action: "/quality/brake", Title: v.say("brake.free.title", say.Args{"Name": c.Name}),
		Text: []string{v.say("brake.free.text")}, Keep: v.say("brake.free.keep"), Do: v.say("brake.free.do"), Calm: true, Fields: c.fields()}
	a.Typed, a.Problem = c.form.get("reason"), c.problem(false)
	return v.ask(a)
}

func (c brakeCard) fields() []look.Field {
	return []look.Field{{Name: "number", Value: c.Number}, {Name: "waba", Value: c.WABA}, {Name: "template", Value: c.Template}, {Name: "language", Value: c.Language}}
}

// problem is why the lever was refused; it stands at the reason, the last thing one fills in.
func (c brakeCard) problem(holding bool) string {
	if holding != (c.form.get("state") != "") {
		return ""
	}
	for _, name := range []string{"reason", "state", "until", ""} {
		if p := c.form.wrong[name]; p != "" {
			return p
		}
	}
	return ""
}

// holdStates are what a lever offers.
func (v *visit) holdStates() (out []option) {
	for _, b := range quality.Brakes {
		out = append(out, option{string(b), v.say("quality.brake." + string(b)), ""})
	}
	return out
}

func (v *visit) holdSpans() (out []option) {
	for _, h := range holdHours {
		out = append(out, option{digits(int(h)), v.say("brake.hours." + digits(int(h))), ""})
	}
	return out
}
