package manager

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/look"
)

// SetupPath is where the token of the first run leads.
func SetupPath(token string) string { return "/setup/link/" + token }

// founding are the questions before there is a business, one a page, in their order. What was answered waits in the session.
var founding = []question{
	{"business", []string{"name"}}, {"place", []string{"country", "zone", "language"}}, {"you", []string{"person", "email"}}, {"password", []string{"password"}},
}

// question is one page; say has manager.setup.<key> and manager.setup.<key>.text.
type question struct {
	key    string
	fields []string
}

// Names of what a session holds in the first run.
const (
	setupKey = "setup" // the link was used
	draftKey = "draft"
)

// setupLink shows a button and changes nothing: link scanners open links.
func setupLink(v *visit) error {
	token := v.r.PathValue("token")
	var open bool
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		open, err = account.FirstLinkOpen(ctx, tx, token)
		return err
	}); err != nil {
		return err
	}
	if !open {
		return v.show(http.StatusGone, setupGone(v))
	}
	return v.show(http.StatusOK, setupWelcome(v, SetupPath(token)))
}

// setupBegin takes the link, once, under a new session.
func setupBegin(v *visit) error {
	if !v.s.limits.fromNetwork(v.r) {
		return errs.New(errs.TooMany, "error.too_many")
	}
	err := v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.UseFirstLink(ctx, tx, v.r.PathValue("token"))
	})
	if errs.CodeOf(err) == errs.Unauthorised {
		return v.show(http.StatusGone, setupGone(v))
	}
	if err != nil {
		return err
	}
	if err := v.s.sessions.RenewToken(v.r.Context()); err != nil {
		return err
	}
	v.s.sessions.Put(v.r.Context(), setupKey, true)
	return v.to("/setup/business")
}

// invited says that this browser used the link and nobody was quicker. Whoever is not gets the page of a used link, whatever they ask.
func (v *visit) invited() (bool, error) {
	if !v.s.sessions.GetBool(v.r.Context(), setupKey) {
		return false, nil
	}
	err := v.read(func(ctx context.Context, tx *db.Tx) error { return account.Unfounded(ctx, tx) })
	if errs.CodeOf(err) == errs.Conflict {
		return false, nil
	}
	return err == nil, err
}

// draft is what was answered so far, never the password.
func (v *visit) draft() typed {
	f := filled("language", v.lang, "zone", map[string]string{"de": "Europe/Berlin"}[v.lang], "country", map[string]string{"de": "DE", "en": "GB"}[v.lang])
	var kept map[string]string
	if json.Unmarshal([]byte(v.s.sessions.GetString(v.r.Context(), draftKey)), &kept) == nil {
		for k, x := range kept {
			f.values.Set(k, x)
		}
	}
	return f
}

func (v *visit) keepDraft(f typed) {
	kept := map[string]string{}
	for _, q := range founding {
		for _, name := range q.fields {
			if x := f.get(name); x != "" && name != "password" && len(x) <= 400 {
				kept[name] = x
			}
		}
	}
	text, _ := json.Marshal(kept) // a map of strings always marshals
	v.s.sessions.Put(v.r.Context(), draftKey, string(text))
}

func (v *visit) founding() (int, error) {
	in, err := v.invited()
	if err != nil {
		return 0, err
	}
	at := slices.IndexFunc(founding, func(q question) bool { return q.key == v.r.PathValue("question") })
	if !in || at < 0 {
		return 0, errs.New(errs.NotFound, "manager.not_found")
	}
	return at, nil
}

func setupQuestion(v *visit) error {
	at, err := v.founding()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, foundingView(v, at, v.draft()))
}

// setupAnswer keeps one answer, or says what is wrong with it; the last one founds the business.
func setupAnswer(v *visit) error {
	at, err := v.founding()
	if err != nil {
		return err
	}
	sent, err := v.typed()
	if err != nil {
		return err
	}
	f := v.draft()
	for _, name := range founding[at].fields {
		f.values.Set(name, sent.get(name))
	}
	v.keepDraft(f)
	if at == len(founding)-1 {
		return v.found(f)
	}
	if err := f.took(v, draftFaults(f, founding[at].key), map[string]string{"name": "name"}); err != nil {
		return err
	}
	if len(f.wrong) > 0 {
		return v.show(http.StatusBadRequest, foundingView(v, at, f))
	}
	return v.to("/setup/" + founding[at+1].key)
}

// draftFaults judges the answers of one page by the rules of the nouns that will keep them.
func draftFaults(f typed, key string) error {
	switch key {
	case "business", "place":
		t := account.Tenant{Name: f.get("name"), Country: f.get("country"), Zone: f.get("zone"), Language: f.get("language")}
		if key == "business" {
			t.Country, t.Zone, t.Language = "DE", "UTC", "de"
		}
		return t.Check()
	case "you":
		if p := f.get("person"); p == "" || len(p) > 200 {
			return errs.At("person", "account.name.empty")
		}
		_, err := account.CleanEmail(f.get("email"))
		return err
	}
	return nil
}

// found makes the business and its owner, who is in from then on. An answer that no longer holds leads back to its page.
func (v *visit) found(f typed) error {
	for at, q := range founding {
		if err := f.took(v, draftFaults(f, q.key), nil); err != nil {
			return err
		}
		if len(f.wrong) > 0 {
			return v.show(http.StatusBadRequest, foundingView(v, at, f))
		}
	}
	last := len(founding) - 1
	hash, err := account.HashPassword(v.r.Context(), f.get("password"))
	if errs.CodeOf(err) == errs.Invalid {
		f.values = url.Values{}
		f.refuse("password", v.sentence(err))
		return v.show(http.StatusBadRequest, foundingView(v, last, f))
	}
	if err != nil {
		return err
	}
	var owner account.Staff
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		if err := account.Unfounded(ctx, tx); err != nil {
			return err
		}
		t, err := account.CreateTenant(ctx, tx, v.s.Keys, account.Tenant{Name: f.get("name"), Country: f.get("country"), Zone: f.get("zone"), Language: f.get("language")}, "setup")
		if err != nil {
			return err
		}
		if owner, err = account.Invite(ctx, tx, t.ID, account.Staff{Email: f.get("email"), Name: f.get("person"), Role: account.Owner, Language: v.lang}, "setup"); err != nil {
			return err
		}
		if err := account.SetPassword(ctx, tx, t.ID, owner.ID, hash, owner.ID); err != nil {
			return err
		}
		return account.SetStep(ctx, tx, t.ID, "begun", account.StepDone)
	})
	if err != nil {
		return err
	}
	v.s.sessions.Remove(v.r.Context(), setupKey)
	v.s.sessions.Remove(v.r.Context(), draftKey)
	return v.letIn(owner, "/setup/mail")
}

// setupFrame is the page around every step.
type setupFrame struct {
	page     look.Page
	title    string
	text     string
	back     string // "" = there is no way back
	at, most int
}

func (v *visit) setupFrame(key, back string, at int) setupFrame {
	title := v.say("manager.setup." + key)
	return setupFrame{page: v.page(title), title: title, text: v.say("manager.setup." + key + ".text"), back: back, at: at, most: len(founding) + len(setupSteps)}
}
