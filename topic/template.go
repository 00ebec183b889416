package topic

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"jawort/db"
	"jawort/errs"
)

// Template is one of Meta's templates in one language. Meta decides all of it but the topic.
type Template struct {
	WABA       string
	Name       string
	Language   string // en_US; Meta writes en-US too
	MetaID     string
	Category   string // Meta's current one
	Status     string // Meta's own word: APPROVED, PAUSED, …
	Quality    string // GREEN, YELLOW, RED, UNKNOWN
	Topic      string // ours; "" = not assigned
	Components json.RawMessage
	UpdatedAt  int64
}

// Key names templates in a webhook: by Meta's id, or by name and language.
type Key struct {
	WABA     string
	MetaID   string // "" = by name and language
	Name     string
	Language string
}

// Locale is the one spelling of a template's language: Meta writes en_US and en-US (facts/meta.md §12.9).
func Locale(s string) string {
	lang, country, found := strings.Cut(strings.ReplaceAll(s, "-", "_"), "_")
	if !found {
		return strings.ToLower(lang)
	}
	return strings.ToLower(lang) + "_" + strings.ToUpper(country)
}

// UpsertFromMeta takes in templates as Meta lists them; the topics assigned to them stay. It answers those whose topic no
// longer fits Meta's category: the gate refuses them, and somebody must be told.
func UpsertFromMeta(ctx context.Context, tx *db.Tx, tenant, waba string, set []Template, at int64) ([]Template, error) {
	seen := map[string]Template{}
	for _, t := range set {
		if t.Name == "" || t.Language == "" {
			return nil, errs.New(errs.Invalid, "topic.template_name")
		}
		t.WABA, t.Language, t.UpdatedAt = waba, Locale(t.Language), at
		t.Category, t.Status = strings.ToUpper(t.Category), strings.ToUpper(t.Status)
		if len(t.Components) == 0 {
			t.Components = json.RawMessage("[]")
		}
		seen[t.Name+"\x00"+t.Language] = t
	}
	list := make([]Template, 0, len(seen))
	for _, t := range seen {
		list = append(list, t)
	}
	if len(list) == 0 {
		return nil, nil
	}
	slices.SortFunc(list, func(a, b Template) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Language, b.Language))
	})
	if err := upsertTemplates(ctx, tx, tenant, list); err != nil {
		return nil, fmt.Errorf("take in %d templates: %w", len(list), err)
	}
	return Misfits(ctx, tx, tenant)
}

// Misfits are templates whose topic does not fit Meta's current category.
func Misfits(ctx context.Context, tx *db.Tx, tenant string) ([]Template, error) {
	list, err := misfits(ctx, tx, tenant)
	if err != nil {
		return nil, fmt.Errorf("find templates whose topic does not fit: %w", err)
	}
	return list, nil
}

// Assign gives a template, in all its languages, its topic; "" takes it away. The topic's class must fit Meta's category of
// each language.
func Assign(ctx context.Context, tx *db.Tx, tenant, waba, name, code string) error {
	list, err := templatesNamed(ctx, tx, tenant, waba, name)
	if err != nil {
		return fmt.Errorf("assign template %s: %w", name, err)
	}
	if len(list) == 0 {
		return errs.New(errs.NotFound, "topic.template_unknown")
	}
	if code != "" {
		t, err := Get(ctx, tx, tenant, code)
		if err != nil {
			return err
		}
		if t.RetiredAt != 0 {
			return errs.New(errs.Unprocessable, "topic.retired")
		}
		for _, template := range list {
			if !Fits(template.Category, t.Class) {
				return errs.New(errs.Unprocessable, "topic.class_misfit").With(errs.Args{"Class": string(t.Class), "Category": template.Category})
			}
		}
	}
	if err := assign(ctx, tx, tenant, waba, name, code); err != nil {
		return fmt.Errorf("assign template %s: %w", name, err)
	}
	return nil
}

// SetStatus, SetCategory and SetQuality keep what a webhook tells, in Meta's words. They answer how many templates it was
// about: none means that we do not know it yet and should ask Meta for the list.
func SetStatus(ctx context.Context, tx *db.Tx, tenant string, k Key, status string, at int64) (int64, error) {
	return setOne(ctx, tx, tenant, k, "status", strings.ToUpper(status), at)
}

// SetCategory: see SetStatus. The topic stays; the gate compares it with the new category.
func SetCategory(ctx context.Context, tx *db.Tx, tenant string, k Key, category string, at int64) (int64, error) {
	return setOne(ctx, tx, tenant, k, "category", strings.ToUpper(category), at)
}

// SetQuality: see SetStatus.
func SetQuality(ctx context.Context, tx *db.Tx, tenant string, k Key, quality string, at int64) (int64, error) {
	return setOne(ctx, tx, tenant, k, "quality", strings.ToUpper(quality), at)
}

func setOne(ctx context.Context, tx *db.Tx, tenant string, k Key, what, value string, at int64) (int64, error) {
	k.Language = Locale(k.Language)
	n, err := setTemplate(ctx, tx, tenant, k, what, value, at)
	if err != nil {
		return 0, fmt.Errorf("set %s of a template: %w", what, err)
	}
	return n, nil
}

// Lookup reads a template.
func Lookup(ctx context.Context, tx *db.Tx, tenant, waba, name, lang string) (Template, error) {
	t, err := template(ctx, tx, tenant, waba, name, Locale(lang))
	if errors.Is(err, db.ErrNone) {
		return Template{}, errs.New(errs.NotFound, "topic.template_unknown")
	}
	if err != nil {
		return Template{}, fmt.Errorf("look up template %s: %w", name, err)
	}
	return t, nil
}

// Templates lists a WABA's templates, every WABA's if waba is "".
func Templates(ctx context.Context, tx *db.Tx, tenant, waba string) ([]Template, error) {
	list, err := templates(ctx, tx, tenant, waba)
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	return list, nil
}

// Defaults are the tenant's topics for messages that name none, by class.
func Defaults(ctx context.Context, tx *db.Tx, tenant string) (map[Class]string, error) {
	out, err := defaults(ctx, tx, tenant)
	if err != nil {
		return nil, fmt.Errorf("read default topics: %w", err)
	}
	return out, nil
}

// Troubled are the templates whose state at Meta speaks against them, or whose brake was moved.
func Troubled(ctx context.Context, tx *db.Tx, tenant string) ([]Template, error) {
	all, err := troubled(ctx, tx, tenant)
	if err != nil {
		return nil, fmt.Errorf("troubled templates: %w", err)
	}
	return all, nil
}
