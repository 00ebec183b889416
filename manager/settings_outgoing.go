package manager

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/db"
	"jawort/errs"
	"jawort/hook"
	"jawort/say"
)

var outgoingRoutes = []route{
	{"GET /settings/outgoing", account.MayKeys, outgoing},
	{"POST /settings/outgoing", account.MayKeys, createOutgoing},
	{"GET /settings/outgoing/{hook}", account.MayKeys, oneOutgoing},
	{"POST /settings/outgoing/{hook}/state", account.MayKeys, setOutgoing},
	{"POST /settings/outgoing/{hook}/rotate", account.MayKeys, rotateOutgoing},
	{"POST /settings/outgoing/{hook}/test", account.MayKeys, testOutgoing},
	{"POST /settings/outgoing/{hook}/revive", account.MayKeys, reviveOutgoing},
	{"POST /settings/outgoing/{hook}/replay", account.MayKeys, replayOutgoing},
	{"POST /settings/outgoing/{hook}/remove", account.MayKeys, removeOutgoing},
}

// outgoingData is the page of programs that are told what happens.
type outgoingData struct {
	all  []hookLine
	form typed
}

// outgoingOne is the page of one; secret only straight after it was made.
type outgoingOne struct {
	hookLine
	told   []hook.Told
	dead   []hook.Told
	replay typed
	wrong  bool // the replay could not be done
	secret string
	note   string // what is to be said of the secret
}

// newsRows are shown of the last deliveries, and of those that were given up.
const newsRows = 15

func outgoing(v *visit) error {
	return v.showOutgoing(http.StatusOK, filled("hears", hook.NewsConsent))
}

func (v *visit) showOutgoing(status int, f typed) error {
	d := outgoingData{form: f}
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		d.all, err = v.hookLines(ctx, tx, hook.Own)
		return err
	}); err != nil {
		return err
	}
	return v.show(status, outgoingView(v, d))
}

// hookLines are the tenant's hooks of a kind, each with how far it is behind.
func (v *visit) hookLines(ctx context.Context, tx *db.Tx, kind hook.Kind) (out []hookLine, err error) {
	all, err := hook.List(ctx, tx, v.tenant.ID)
	if err != nil {
		return nil, err
	}
	for _, h := range all {
		if h.Kind != kind {
			continue
		}
		lag, err := hook.LagOf(ctx, tx, v.tenant.ID, h.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, hookLine{h, lag})
	}
	return out, nil
}

// createOutgoing shows the secret in its answer and nowhere else.
func createOutgoing(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	h := hook.Hook{Tenant: v.tenant.ID, Name: f.get("name"), URL: f.get("url"), Fields: f.values["hears"], Private: f.get("private") == "yes"}
	var secret string
	if len(h.Fields) == 0 {
		err = errs.At("hears", "hook.news")
	}
	if err == nil {
		err = v.write(func(ctx context.Context, tx *db.Tx) (err error) {
			h, secret, err = v.s.Hooks.CreateOwn(ctx, tx, h, v.staff.ID)
			return err
		})
	}
	if err != nil {
		if err := f.took(v, err, nil); err != nil {
			return err
		}
		return v.showOutgoing(f.status(), f)
	}
	return v.showOne(http.StatusOK, h.ID, outgoingOne{secret: secret, note: "manager.outgoing.once.text"})
}

func oneOutgoing(v *visit) error {
	return v.showOne(http.StatusOK, v.r.PathValue("hook"), outgoingOne{})
}

func (v *visit) showOne(status int, id string, d outgoingOne) error {
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.Hook, err = hook.GetOwn(ctx, tx, v.tenant.ID, id); err != nil {
			return err
		}
		if d.lag, err = hook.LagOf(ctx, tx, v.tenant.ID, id); err != nil {
			return err
		}
		for _, alerts := range []bool{false, true} {
			told, err := hook.Deliveries(ctx, tx, v.tenant.ID, id, "", alerts, newsRows)
			if err != nil {
				return err
			}
			dead, err := hook.Deliveries(ctx, tx, v.tenant.ID, id, "dead", alerts, newsRows)
			if err != nil {
				return err
			}
			d.told, d.dead = append(d.told, told...), append(d.dead, dead...)
		}
		return nil
	}); err != nil {
		return err
	}
	slices.SortStableFunc(d.told, func(a, b hook.Told) int { return int(min(1, max(-1, b.At-a.At))) })
	d.told = d.told[:min(newsRows, len(d.told))]
	return v.show(status, outgoingOneView(v, d))
}

// onOutgoing does something to a hook of the tenant, and goes back to its page.
func (v *visit) onOutgoing(said string, f func(ctx context.Context, tx *db.Tx, id string) error) error {
	id := v.r.PathValue("hook")
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		if _, err := hook.GetOwn(ctx, tx, v.tenant.ID, id); err != nil {
			return err
		}
		return f(ctx, tx, id)
	}); err != nil {
		return err
	}
	return v.saved("/settings/outgoing/"+id, said)
}

func setOutgoing(v *visit) error {
	state := hook.Active
	if v.r.PostFormValue("state") == string(hook.Paused) {
		state = hook.Paused
	}
	return v.onOutgoing("manager.saved", func(ctx context.Context, tx *db.Tx, id string) error {
		return hook.Set(ctx, tx, v.tenant.ID, id, state, v.staff.ID)
	})
}

func reviveOutgoing(v *visit) error {
	return v.onOutgoing("manager.hook.revived", func(ctx context.Context, tx *db.Tx, id string) error {
		return hook.Revive(ctx, tx, v.tenant.ID, id)
	})
}

func removeOutgoing(v *visit) error {
	id := v.r.PathValue("hook")
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		if _, err := hook.GetOwn(ctx, tx, v.tenant.ID, id); err != nil {
			return err
		}
		return hook.Remove(ctx, tx, v.tenant.ID, id, v.staff.ID)
	}); err != nil {
		return err
	}
	return v.saved("/settings/outgoing", "manager.hook.removed")
}

// rotateOutgoing shows the new secret in its answer and nowhere else.
func rotateOutgoing(v *visit) error {
	id := v.r.PathValue("hook")
	var secret string
	if err := v.write(func(ctx context.Context, tx *db.Tx) (err error) {
		secret, _, err = v.s.Hooks.Rotate(ctx, tx, v.tenant.ID, id, v.staff.ID)
		return err
	}); err != nil {
		return err
	}
	return v.showOne(http.StatusOK, id, outgoingOne{secret: secret, note: "manager.outgoing.rotated"})
}

// testOutgoing says what came of a try.
func testOutgoing(v *visit) error {
	id := v.r.PathValue("hook")
	t, err := v.s.Hooks.Test(v.r.Context(), v.tenant.ID, id)
	if err != nil {
		return err
	}
	said := v.say("manager.outgoing.tested", say.Args{"Took": strconv.FormatInt(t.Took.Milliseconds(), 10)})
	if !t.OK {
		said = v.say("manager.outgoing.tested.not") + " " + v.hookWhy(t.Why)
	}
	return v.done("/settings/outgoing/"+id, said)
}

// replayOutgoing tells again what happened in the last hours, of everybody or of one person.
func replayOutgoing(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	id, person, now := v.r.PathValue("hook"), "", int64(0)
	err = v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if _, err = hook.GetOwn(ctx, tx, v.tenant.ID, id); err != nil {
			return err
		}
		if now, err = tx.Now(ctx); err != nil {
			return err
		}
		person, err = v.replayed(ctx, tx, f.get("person"))
		return err
	})
	if err == nil && !known(replaySpans, f.get("hours")) {
		err = errs.At("hours", "manager.hook.hours")
	}
	if err != nil {
		if err := f.took(v, err, nil); err != nil {
			return err
		}
		return v.showOne(f.status(), id, outgoingOne{replay: f, wrong: true})
	}
	span := time.Duration(whole(f.get("hours"))) * time.Hour
	n, err := v.s.Hooks.ReplayOwn(v.r.Context(), v.tenant.ID, id, now-span.Microseconds(), now, person, v.staff.ID)
	if err != nil {
		return err
	}
	return v.done("/settings/outgoing/"+id, v.say("manager.outgoing.replayed", say.Args{"Count": n, "Number": strconv.Itoa(n)}))
}

// replayed is the person whose changes are to be told again; "" where none was named.
func (v *visit) replayed(ctx context.Context, tx *db.Tx, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	a, err := address.Read(text, v.tenant.Country)
	if err != nil {
		return "", errs.At("person", "manager.hook.person")
	}
	person, err := hook.PersonAt(ctx, tx, v.tenant.ID, a)
	if errs.CodeOf(err) == errs.NotFound {
		err = errs.At("person", "manager.outgoing.person.none")
	}
	return person, err
}

// toldTitle is what a delivery tells of.
func (v *visit) toldTitle(t hook.Told) string {
	switch {
	case t.Event.ID != "":
		return v.either("manager.event", string(t.Event.Kind))
	case t.Warning.ID != "" && strings.HasSuffix(t.Item, ":cleared"):
		return t.Warning.AllClear(v.lang)
	case t.Warning.ID != "":
		return t.Warning.Title(v.lang)
	}
	return t.Item
}

// toldDo is what the receiver was told to do; "" for alerts.
func (v *visit) toldDo(t hook.Told) string {
	if t.Event.ID == "" {
		return ""
	}
	return v.say("manager.outgoing.do." + hook.Advice(&t.Event))
}

// toldContact is whom it is about; "" for alerts.
func toldContact(e consent.Event) string { return e.Contact }

// toldState is the shape and the words of how it stands.
func (v *visit) toldState(t hook.Told) (shape, words string) {
	switch t.State {
	case "done":
		return "ok", v.say("manager.outgoing.told.done", say.Args{"When": v.when(t.DoneAt)})
	case "dead":
		return "bad", v.say("manager.outgoing.told.dead")
	}
	if t.Attempts > 0 {
		return "warn", v.say("manager.outgoing.told.again", say.Args{"Count": t.Attempts})
	}
	return "wait", v.say("manager.outgoing.told.open")
}

func (v *visit) newsOptions() (out []option) {
	for _, n := range hook.News {
		out = append(out, option{n, v.say("manager.outgoing.hears." + n), v.say("manager.outgoing.hears." + n + ".text")})
	}
	return out
}

// age is how long ago something was, in words.
func (v *visit) age(at int64) string { return v.span(v.now().Sub(time.UnixMicro(at))) }
