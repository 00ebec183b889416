package api

import (
	"context"
	"net/http"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/hook"
	"jawort/id"
)

// Hook is an address to which we tell what happens, by Standard Webhooks.
type Hook struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	URL          string     `json:"url"`
	Hears        []string   `json:"hears" doc:"consent, alerts; empty = both"`
	Private      bool       `json:"private" doc:"May lie at a private address"`
	State        string     `json:"state" enum:"active,paused"`
	LastOK       *time.Time `json:"last_ok" doc:"The last delivery that was taken"`
	FailingSince *time.Time `json:"failing_since"`
	Error        string     `json:"error,omitempty" doc:"Why the last try was not taken: a status, timeout, unreachable, private"`
	Open         int64      `json:"open" doc:"Deliveries not taken yet, counted to 10,000"`
	Oldest       *time.Time `json:"oldest" doc:"When the oldest of them came to be"`
	Dead         int64      `json:"dead" doc:"Given up after about a day, counted to 10,000"`
	OldSecret    *time.Time `json:"old_secret_until" doc:"Until then the secret before signs too"`
	CreatedAt    *time.Time `json:"created_at"`
	Secret       string     `json:"secret,omitempty" doc:"whsec_…; told only when it is made"`
}

// HookInput is what a new hook needs.
type HookInput struct {
	Name    string   `json:"name" minLength:"1" maxLength:"200"`
	URL     string   `json:"url" minLength:"1" maxLength:"2000" doc:"https://…; http:// only at a private address that is allowed"`
	Hears   []string `json:"hears" required:"false" maxItems:"2" uniqueItems:"true" enum:"consent,alerts" doc:"Empty = both"`
	Private bool     `json:"private" required:"false" doc:"Allow an address inside your own network"`
}

// HookPath is the part of a path that names one.
type HookPath struct {
	ID string `path:"id" doc:"hok_…"`
}

// Gone says what was deleted.
type Gone struct {
	ID      string `json:"id"`
	Deleted bool   `json:"deleted"`
}

// HookTest is what came of a try.
type HookTest struct {
	OK     bool   `json:"ok"`
	Status int    `json:"status" doc:"Of the answer; 0 = none came"`
	Error  string `json:"error,omitempty"`
	Took   int64  `json:"took_ms"`
}

// ReplayInput says what to tell again.
type ReplayInput struct {
	From    time.Time  `json:"from"`
	Until   *time.Time `json:"until,omitempty" doc:"None = now"`
	Contact string     `json:"contact,omitempty" maxLength:"64" doc:"Of one person only"`
}

// Replayed says how many changes are told again.
type Replayed struct {
	Count int `json:"count"`
}

// Delivery is one piece of news on its way to a hook.
type Delivery struct {
	Item     string     `json:"item"`
	State    string     `json:"state" enum:"queued,done,dead"`
	Attempts int64      `json:"attempts"`
	Error    string     `json:"error,omitempty"`
	At       *time.Time `json:"at" doc:"When it came to be"`
	DoneAt   *time.Time `json:"done_at"`
}

func (s *server) hooks() {
	route(s, op{method: "GET", path: "/v1/hooks", id: "listHooks", summary: "Addresses that hear of changes, oldest first", scope: account.ScopeSetup}, s.listHooks)
	route(s, op{method: "POST", path: "/v1/hooks", id: "createHook", summary: "Tell an address what happens from now on", scope: account.ScopeSetup,
		status: http.StatusCreated}, s.createHook)
	route(s, op{method: "GET", path: "/v1/hooks/{id}", id: "getHook", summary: "One hook, and how far it is behind", scope: account.ScopeSetup}, s.getHook)
	route(s, op{method: "DELETE", path: "/v1/hooks/{id}", id: "deleteHook", summary: "Tell it nothing any more", scope: account.ScopeSetup}, s.deleteHook)
	route(s, op{method: "POST", path: "/v1/hooks/{id}/pause", id: "pauseHook", summary: "What comes meanwhile waits", scope: account.ScopeSetup}, s.setHook(hook.Paused))
	route(s, op{method: "POST", path: "/v1/hooks/{id}/resume", id: "resumeHook", summary: "Go on", scope: account.ScopeSetup}, s.setHook(hook.Active))
	route(s, op{method: "POST", path: "/v1/hooks/{id}/rotate", id: "rotateHook", scope: account.ScopeSetup,
		summary: "Another secret; the one before signs beside it for a day"}, s.rotateHook)
	route(s, op{method: "POST", path: "/v1/hooks/{id}/test", id: "testHook", summary: "Send hook.test now, once", scope: account.ScopeSetup, reads: true}, s.testHook)
	route(s, op{method: "POST", path: "/v1/hooks/{id}/replay", id: "replayHook", summary: "Tell again what happened", scope: account.ScopeSetup}, s.replayHook)
	route(s, op{method: "POST", path: "/v1/hooks/{id}/revive", id: "reviveHook", summary: "Try again what was given up", scope: account.ScopeSetup}, s.reviveHook)
	route(s, op{method: "GET", path: "/v1/hooks/{id}/deliveries", id: "listDeliveries", summary: "The last changes told to a hook, newest first",
		scope: account.ScopeSetup}, s.listDeliveries)
}

func wireHook(h hook.Hook, l hook.Lag) Hook {
	return Hook{ID: h.ID, Name: h.Name, URL: h.URL, Hears: filled(h.Fields), Private: h.Private, State: string(h.State), LastOK: moment(h.OKAt),
		FailingSince: moment(h.FailingSince), Error: h.Error, Open: l.Open, Oldest: moment(l.Oldest), Dead: l.Dead, OldSecret: moment(h.OldUntil),
		CreatedAt: moment(h.CreatedAt)}
}

func readHook(ctx context.Context, tx *db.Tx, c *call, asked string) (Hook, error) {
	if !id.Is("hok", asked) {
		return Hook{}, notFound
	}
	h, err := hook.GetOwn(ctx, tx, c.tenant(), asked)
	if err != nil {
		return Hook{}, err
	}
	lag, err := hook.LagOf(ctx, tx, c.tenant(), asked)
	return wireHook(h, lag), err
}

func (s *server) listHooks(ctx context.Context, c *call, in *struct{ Paging }) (out page[Hook], err error) {
	var all []Hook
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err := hook.List(ctx, tx, c.tenant())
		for _, h := range list {
			if h.Kind != hook.Own || err != nil {
				continue
			}
			var lag hook.Lag
			lag, err = hook.LagOf(ctx, tx, c.tenant(), h.ID)
			all = append(all, wireHook(h, lag))
		}
		return err
	})
	if err != nil {
		return out, err
	}
	return cut(c, in.Paging, all, func(h Hook) string { return h.ID })
}

func (s *server) createHook(ctx context.Context, c *call, in *struct{ Body HookInput }) (Hook, error) {
	if s.Hooks == nil {
		return Hook{}, errs.New(errs.Unavailable, "error.unavailable")
	}
	b := &in.Body
	return change(ctx, s, c, http.StatusCreated, func(ctx context.Context, tx *db.Tx) (Hook, error) {
		h, secret, err := s.Hooks.CreateOwn(ctx, tx, hook.Hook{Tenant: c.tenant(), Name: b.Name, URL: b.URL, Fields: b.Hears, Private: b.Private}, c.key.ID)
		out := wireHook(h, hook.Lag{})
		out.Secret = secret
		return out, err
	})
}

func (s *server) getHook(ctx context.Context, c *call, in *HookPath) (out Hook, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		out, err = readHook(ctx, tx, c, in.ID)
		return err
	})
	return out, err
}

func (s *server) deleteHook(ctx context.Context, c *call, in *HookPath) (Gone, error) {
	return change(ctx, s, c, http.StatusOK, func(ctx context.Context, tx *db.Tx) (Gone, error) {
		if _, err := readHook(ctx, tx, c, in.ID); err != nil {
			return Gone{}, err
		}
		return Gone{in.ID, true}, hook.Remove(ctx, tx, c.tenant(), in.ID, c.key.ID)
	})
}

// onHook does something to a hook of the business, and answers it as it is then.
func (s *server) onHook(ctx context.Context, c *call, asked string, f func(ctx context.Context, tx *db.Tx) error) (Hook, error) {
	return change(ctx, s, c, http.StatusOK, func(ctx context.Context, tx *db.Tx) (Hook, error) {
		if _, err := readHook(ctx, tx, c, asked); err != nil {
			return Hook{}, err
		}
		if err := f(ctx, tx); err != nil {
			return Hook{}, err
		}
		return readHook(ctx, tx, c, asked)
	})
}

func (s *server) setHook(to hook.State) func(ctx context.Context, c *call, in *HookPath) (Hook, error) {
	return func(ctx context.Context, c *call, in *HookPath) (Hook, error) {
		return s.onHook(ctx, c, in.ID, func(ctx context.Context, tx *db.Tx) error {
			return hook.Set(ctx, tx, c.tenant(), in.ID, to, c.key.ID)
		})
	}
}

func (s *server) rotateHook(ctx context.Context, c *call, in *HookPath) (Hook, error) {
	return change(ctx, s, c, http.StatusOK, func(ctx context.Context, tx *db.Tx) (Hook, error) {
		if _, err := readHook(ctx, tx, c, in.ID); err != nil {
			return Hook{}, err
		}
		secret, _, err := s.Hooks.Rotate(ctx, tx, c.tenant(), in.ID, c.key.ID)
		if err != nil {
			return Hook{}, err
		}
		out, err := readHook(ctx, tx, c, in.ID)
		out.Secret = secret
		return out, err
	})
}

func (s *server) reviveHook(ctx context.Context, c *call, in *HookPath) (Hook, error) {
	return s.onHook(ctx, c, in.ID, func(ctx context.Context, tx *db.Tx) error { return hook.Revive(ctx, tx, c.tenant(), in.ID) })
}

func (s *server) testHook(ctx context.Context, c *call, in *HookPath) (HookTest, error) {
	if _, err := s.getHook(ctx, c, in); err != nil {
		return HookTest{}, err
	}
	t, err := s.Hooks.Test(ctx, c.tenant(), in.ID)
	return HookTest{OK: t.OK, Status: t.Status, Error: t.Why, Took: t.Took.Milliseconds()}, err
}

func (s *server) replayHook(ctx context.Context, c *call, in *struct {
	HookPath
	Body ReplayInput
}) (Replayed, error) {
	if _, err := s.getHook(ctx, c, &in.HookPath); err != nil {
		return Replayed{}, err
	}
	until := s.Now()
	if in.Body.Until != nil {
		until = *in.Body.Until
	}
	person := in.Body.Contact
	if person != "" && !id.Is("con", person) {
		return Replayed{}, c.at("contact", "contact.unknown")
	}
	n, err := s.Hooks.ReplayOwn(ctx, c.tenant(), in.ID, in.Body.From.UnixMicro(), until.UnixMicro(), person, c.key.ID)
	if errs.CodeOf(err) == errs.NotFound && person != "" {
		return Replayed{}, c.at("contact", "contact.unknown")
	}
	return Replayed{Count: n}, err
}

// mostDeliveries are told of.
const mostDeliveries = 200

func (s *server) listDeliveries(ctx context.Context, c *call, in *struct {
	HookPath
	Paging
}) (out page[Delivery], err error) {
	var all []Delivery
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := readHook(ctx, tx, c, in.ID); err != nil {
			return err
		}
		list, err := hook.Deliveries(ctx, tx, c.tenant(), in.ID, "", false, mostDeliveries)
		for _, t := range list {
			all = append(all, Delivery{Item: t.Item, State: t.State, Attempts: t.Attempts, Error: t.Error, At: moment(t.At), DoneAt: moment(t.DoneAt)})
		}
		return err
	})
	if err != nil {
		return out, err
	}
	return cut(c, in.Paging, all, func(d Delivery) string { return d.Item })
}
