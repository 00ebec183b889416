package manager

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"jawort/account"
	"jawort/carrier"
	"jawort/db"
	"jawort/errs"
	"jawort/notice"
	"jawort/source"
	"jawort/topic"
)

// newForm is what somebody fills in for a new source.
type newForm struct {
	kind, name, number, privacy, imprint string
	topics                               []string
	all                                  []topic.Topic
	numbers                              []account.Number
	wrong                                map[string]string
}

func newSource(v *visit) error {
	f, err := v.newForm()
	if err != nil {
		return err
	}
	f.kind = "web"
	if k := v.r.URL.Query().Get("kind"); slices.Contains(notice.Kinds, k) {
		f.kind = k
	}
	if len(f.numbers) == 1 {
		f.number = f.numbers[0].ID
	}
	return v.show(http.StatusOK, newSourceView(v, f))
}

// newForm reads what can be chosen, and takes the links from the newest source that has them: they are the business's.
func (v *visit) newForm() (f newForm, err error) {
	f.wrong = map[string]string{}
	err = v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if f.all, err = topic.List(ctx, tx, v.tenant.ID, false); err != nil {
			return err
		}
		if f.numbers, err = account.Numbers(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		list, err := source.List(ctx, tx, v.tenant.ID)
		for _, s := range list {
			if f.privacy == "" && s.Settings.PrivacyURL != "" {
				f.privacy, f.imprint = s.Settings.PrivacyURL, s.Settings.ImprintURL
			}
		}
		return err
	})
	return f, err
}

// createSource makes the source and its wording as drafts, with a text to begin with, and leads to the editor.
func createSource(v *visit) error {
	f, err := v.newForm()
	if err != nil {
		return err
	}
	form := v.r.PostFormValue
	f.kind, f.name, f.number = form("kind"), tidy(form("name")), form("number")
	f.privacy, f.imprint = strings.TrimSpace(tidy(form("privacy"))), strings.TrimSpace(tidy(form("imprint")))
	for _, t := range f.all {
		if slices.Contains(v.r.PostForm["topic"], t.Code) {
			f.topics = append(f.topics, t.Code)
		}
	}
	if f.check(v); len(f.wrong) > 0 {
		return v.show(http.StatusBadRequest, newSourceView(v, f))
	}
	var made source.Source
	err = v.write(func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = v.draftSource(ctx, tx, f)
		return err
	})
	if field := sourceField(err); field != "" {
		f.wrong[field] = v.sentence(err)
		return v.show(http.StatusBadRequest, newSourceView(v, f))
	}
	if err != nil {
		return err
	}
	return v.to(sourcePath(made.ID, "wording"))
}

func (f *newForm) check(v *visit) {
	if len(f.topics) == 0 {
		f.wrong["topic"] = v.say("source.needs_topics")
	}
	if !slices.ContainsFunc(f.numbers, func(n account.Number) bool { return n.ID == f.number }) {
		f.wrong["number"] = v.say("source.needs_number")
	}
	if f.kind == "web" && f.privacy == "" {
		f.wrong["privacy"] = v.say("source.needs_privacy")
	}
}

// sourceField is the field of a form that an error of package source is about; "" = it is none of the reader's.
func sourceField(err error) string {
	if errs.CodeOf(err) != errs.Invalid {
		return ""
	}
	field := errs.FieldOf(err)
	return map[string]string{"name": "name", "kind": "kind", "number": "number", "topics": "topic", "notice": "name", "settings": "limits",
		"settings.privacy_url": "privacy", "settings.imprint_url": "imprint", "settings.default_region": "region", "settings.languages": "language",
		"settings.thread.words": "words", "settings.thread.flow": "flow", "settings.carrier": "carrier", "settings.words": "words"}[field]
}

func (v *visit) draftSource(ctx context.Context, tx *db.Tx, f newForm) (source.Source, error) {
	at, err := tx.Now(ctx)
	if err != nil {
		return source.Source{}, err
	}
	n, err := notice.New(ctx, tx, v.tenant.ID, f.name, at)
	if err != nil {
		return source.Source{}, err
	}
	settings := source.Settings{PrivacyURL: f.privacy, ImprintURL: f.imprint, Languages: inOrder(nil, nil, v.tenant.Language), DefaultRegion: v.tenant.Country}
	if f.kind == "sms" { // a word to begin with, and the number where there is but one
		settings.Words = []string{firstWord}
		if list, err := carrier.List(ctx, tx, v.tenant.ID); err == nil && len(list) == 1 {
			settings.Carrier = list[0].ID
		}
	}
	settings.Question = slices.Contains(source.Spoken, f.kind) // without it they cannot open
	s, _, err := source.New(ctx, tx, v.tenant.ID, source.Source{Kind: f.kind, Name: f.name, Notice: n.ID, Topics: f.topics, Number: f.number, Settings: settings}, at)
	if err != nil {
		return source.Source{}, err
	}
	if err := v.audit(ctx, tx, "notice.created", n.ID); err != nil {
		return source.Source{}, err
	}
	return s, v.audit(ctx, tx, "source.created", s.ID)
}
