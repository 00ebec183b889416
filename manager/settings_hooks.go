package manager

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/db"
	"jawort/errs"
	"jawort/hook"
	"jawort/say"
)

var hookRoutes = []route{
	{"GET /settings/hooks", account.MayKeys, hooks},
	{"POST /settings/hooks", account.MayKeys, createHook},
	{"POST /settings/hooks/{hook}/state", account.MayKeys, setHook},
	{"POST /settings/hooks/{hook}/revive", account.MayKeys, reviveHook},
	{"POST /settings/hooks/{hook}/replay", account.MayKeys, replayHook},
	{"POST /settings/hooks/{hook}/remove", account.MayKeys, removeHook},
}

// hooksData is the page of programs that hear Meta's webhook.
type hooksData struct {
	all     []hookLine
	numbers []account.Number
	form    typed
	replay  typed
	of      string // the hook whose replay went wrong; "" = none
}

type hookLine struct {
	hook.Hook
	lag hook.Lag
}

// replaySpans are the hours that can be brought again; raw webhooks are kept thirty days.
var replaySpans = []string{"1", "24", "168", "720"}

func hooks(v *visit) error {
	return v.showHooks(http.StatusOK, hooksData{form: filled("fields", "messages")})
}

func (v *visit) showHooks(status int, d hooksData) error {
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.numbers, err = account.Numbers(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		d.all, err = v.hookLines(ctx, tx, hook.Meta)
		return err
	}); err != nil {
		return err
	}
	return v.show(status, hooksView(v, d))
}

// createHook asks the program's address as Meta does before it is kept.
func createHook(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	h := hook.Hook{Tenant: v.tenant.ID, Name: f.get("name"), URL: f.get("url"), Fields: f.values["fields"], Private: f.get("private") == "yes"}
	err = v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		h.Numbers, err = v.ownNumbers(ctx, tx, f.values["numbers"])
		return err
	})
	if err == nil && v.s.Hooks == nil {
		err = errs.New(errs.Unavailable, "error.unavailable")
	}
	if err == nil {
		_, err = v.s.Hooks.Create(v.r.Context(), h, f.get("verify_token"), v.staff.ID)
	}
	if err == nil {
		return v.saved("/settings/hooks", "manager.hook.created")
	}
	if err := f.took(v, err, nil); err != nil {
		return err
	}
	return v.showHooks(f.status(), hooksData{form: f})
}

func setHook(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	state := hook.Active
	if f.get("state") == string(hook.Paused) {
		state = hook.Paused
	}
	return v.onHook("manager.saved", func(ctx context.Context, tx *db.Tx, id string) error {
		return hook.Set(ctx, tx, v.tenant.ID, id, state, v.staff.ID)
	})
}

func reviveHook(v *visit) error {
	return v.onHook("manager.hook.revived", func(ctx context.Context, tx *db.Tx, id string) error {
		return hook.Revive(ctx, tx, v.tenant.ID, id)
	})
}

func removeHook(v *visit) error {
	return v.onHook("manager.hook.removed", func(ctx context.Context, tx *db.Tx, id string) error {
		return hook.Remove(ctx, tx, v.tenant.ID, id, v.staff.ID)
	})
}

// onHook does something to a hook that is the tenant's.
func (v *visit) onHook(said string, f func(ctx context.Context, tx *db.Tx, id string) error) error {
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		h, err := hook.GetMeta(ctx, tx, v.tenant.ID, v.r.PathValue("hook"))
		if err != nil {
			return err
		}
		return f(ctx, tx, h.ID)
	}); err != nil {
		return err
	}
	return v.saved("/settings/hooks", said)
}

// replayHook brings again what came in the last hours, of everybody or of one person.
func replayHook(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	id := v.r.PathValue("hook")
	if err := v.read(func(ctx context.Context, tx *db.Tx) error {
		_, err := hook.GetMeta(ctx, tx, v.tenant.ID, id)
		return err
	}); err != nil {
		return err
	}
	wrong := func(err error) error {
		if err := f.took(v, err, nil); err != nil {
			return err
		}
		return v.showHooks(f.status(), hooksData{form: filled("fields", "messages"), replay: f, of: id})
	}
	var of address.Address
	if typed := f.get("person"); typed != "" {
		if of, err = address.Read(typed, v.tenant.Country); err != nil {
			return wrong(errs.At("person", "manager.hook.person"))
		}
	}
	hours := whole(f.get("hours"))
	if !known(replaySpans, f.get("hours")) || v.s.Hooks == nil {
		return wrong(errs.At("hours", "manager.hook.hours"))
	}
	now := v.now()
	if _, err := v.s.Hooks.Replay(v.r.Context(), v.tenant.ID, id, now.Add(-time.Duration(hours)*time.Hour).UnixMicro(), now.Add(time.Minute).UnixMicro(), of, v.staff.ID); err != nil {
		return err
	}
	return v.saved("/settings/hooks", "manager.hook.replayed")
}

// host is what is shown of a hook's address: its path may hold a secret.
func (h hookLine) host() string {
	u, err := url.Parse(h.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// why words why the last delivery was not taken.
func (v *visit) hookWhy(code string) string {
	switch code {
	case "timeout", "unreachable", "private", "address":
		return v.say("manager.hook.why." + code)
	}
	return v.say("manager.hook.why.status", say.Args{"Status": code})
}

// hears is which of Meta's fields a program is told, and of which numbers.
func (v *visit) hears(h hook.Hook, all []account.Number) string {
	what := v.say("manager.hook.hears.all")
	if len(h.Fields) > 0 {
		what = strings.Join(h.Fields, ", ")
	}
	var names []string
	for _, n := range all {
		if slices.Contains(h.Numbers, n.ID) {
			names = append(names, n.Name)
		}
	}
	if len(names) == 0 {
		return what
	}
	return v.say("manager.hook.hears.of", say.Args{"What": what, "Numbers": strings.Join(names, ", ")})
}

func fieldOptions() (out []option) {
	for _, f := range hook.FieldNames {
		out = append(out, option{f, f, ""})
	}
	return out
}

func (v *visit) spanOptions() (out []option) {
	for _, s := range replaySpans {
		out = append(out, option{s, v.say("manager.hook.hours." + s), ""})
	}
	return out
}
