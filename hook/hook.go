// Package hook tells other programs: it brings Meta's one webhook to any number of them, with Meta's bytes and signature, and our own
// news, above all each change of a consent, signed by us; each person's in order, again and again until it is taken.
package hook

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
)

// State of a hook.
type State string

// The states.
const (
	Active State = "active"
	Paused State = "paused" // nothing is brought; what comes meanwhile waits
)

// Kind is what a hook hears.
type Kind string

// The kinds.
const (
	Meta Kind = "meta" // Meta's webhooks
	Own  Kind = "own"  // what we tell, by Standard Webhooks
)

// Hook is one program's address.
type Hook struct {
	Tenant, ID   string
	Kind         Kind
	Name, URL    string
	Fields       []string // Meta's names, such as messages, or of News; empty = all
	Numbers      []string // phone_number_ids; empty = all of the tenant; none for our own
	Private      bool     // may lie at a private address
	State        State
	OKAt         int64 // the last delivery; 0 = none yet
	FailingSince int64 // 0 = the last one went well
	Error        string
	CreatedAt    int64
	OldUntil     int64 // until then the secret before signs too; 0 = there is none

	since             string // items up to it have their deliveries
	alertsSince       int64  // alerts too
	secret, oldSecret []byte // sealed
}

// MostHooks of a tenant.
const MostHooks = 20

// FieldNames are Meta's webhook fields that programs ask for (facts: WA/webhooks/reference).
var FieldNames = []string{"messages", "message_template_status_update", "message_template_quality_update", "template_category_update",
	"phone_number_quality_update", "phone_number_name_update", "account_update", "account_review_update", "account_alerts",
	"business_capability_update", "user_preferences", "smb_message_echoes", "message_echoes", "history", "security", "flows", "calls"}

func (h *Hook) check() error {
	h.Name = strings.TrimSpace(h.Name)
	if h.Name == "" || len(h.Name) > 200 {
		return errs.At("name", "account.name.empty")
	}
	u, err := url.Parse(h.URL)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" || len(h.URL) > 2000 || u.Scheme != "https" && (u.Scheme != "http" || !h.Private) {
		return errs.At("url", "hook.url")
	}
	known, wrong := FieldNames, errs.At("fields", "hook.fields")
	if h.Kind == Own {
		known, wrong = News, errs.At("hears", "hook.news")
	}
	for _, f := range h.Fields {
		if !slices.Contains(known, f) {
			return wrong
		}
	}
	return nil
}

// Create makes a hook whose address proved, by Meta's own handshake, that somebody there wants to hear.
func (b *Bringer) Create(ctx context.Context, h Hook, verifyToken, by string) (Hook, error) {
	if err := h.check(); err != nil {
		return h, err
	}
	if err := b.Handshake(ctx, h, verifyToken); err != nil {
		return h, err
	}
	h.Kind = Meta
	err := b.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		h, err = create(ctx, tx, h, by, func(now int64) (string, error) { return id.At("raw", now), nil })
		return err
	})
	return h, err
}

// create makes a hook; since says from which item on it hears.
func create(ctx context.Context, tx *db.Tx, h Hook, by string, since func(now int64) (string, error)) (Hook, error) {
	all, err := List(ctx, tx, h.Tenant)
	if err != nil {
		return h, err
	}
	if len(all) >= MostHooks {
		return h, errs.At("url", "hook.many")
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return h, err
	}
	if h.since, err = since(now); err != nil {
		return h, err
	}
	h.ID, h.State, h.CreatedAt, h.alertsSince = cmp.Or(h.ID, id.At("hok", now)), Active, now, now
	if err := insertHook(ctx, tx, h); err != nil {
		return h, fmt.Errorf("create hook: %w", err)
	}
	return h, account.Record(ctx, tx, h.Tenant, account.Entry{Actor: by, Action: "hook.created", Object: h.ID})
}

// Set pauses a hook or lets it go on.
func Set(ctx context.Context, tx *db.Tx, tenant, hook string, s State, by string) error {
	if err := one(ctx, tx, setState, tenant, hook, string(s)); err != nil {
		return fmt.Errorf("set hook %s: %w", hook, err)
	}
	return account.Record(ctx, tx, tenant, account.Entry{Actor: by, Action: "hook." + string(s), Object: hook})
}

// Remove ends a hook and forgets its deliveries.
func Remove(ctx context.Context, tx *db.Tx, tenant, hook, by string) error {
	if err := one(ctx, tx, removeHook, tenant, hook); err != nil {
		return fmt.Errorf("remove hook %s: %w", hook, err)
	}
	if _, err := tx.Exec(ctx, removeDeliveries, tenant, hook); err != nil {
		return err
	}
	return account.Record(ctx, tx, tenant, account.Entry{Actor: by, Action: "hook.removed", Object: hook})
}

// Get is one hook.
func Get(ctx context.Context, tx *db.Tx, tenant, hook string) (Hook, error) {
	all, err := List(ctx, tx, tenant)
	if err != nil {
		return Hook{}, err
	}
	i := slices.IndexFunc(all, func(h Hook) bool { return h.ID == hook })
	if i < 0 {
		return Hook{}, errs.New(errs.NotFound, "")
	}
	return all[i], nil
}

func text(list []string) string {
	b, _ := json.Marshal(append([]string{}, list...)) // strings always marshal
	return string(b)
}
