package manager

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"jawort/account"
	"jawort/db"
	"jawort/topic"
	"jawort/wording"
)

// templateRow is a template in all its languages: the topic belongs to all of them together.
type templateRow struct {
	WABA, Name string
	Languages  []string
	Category   string // Meta's; the strictest where languages differ
	Status     string // the worst
	Quality    string // the worst
	Topic      string // "" = not assigned
	Misfit     bool   // Meta has put it into a category that the topic does not fit
	Class      topic.Class
	Lint       []string // what its words lack, in any language
}

type templatesData struct {
	rows    []templateRow
	topics  []topic.Topic
	problem map[string]string // by WABA and name
}

func templateList(v *visit) error { return v.showTemplates(http.StatusOK, nil) }

func (v *visit) showTemplates(status int, problem map[string]string) error {
	d := templatesData{problem: problem}
	if err := v.read(func(ctx context.Context, tx *db.Tx) error {
		all, err := topic.Templates(ctx, tx, v.tenant.ID, "")
		if err != nil {
			return err
		}
		d.topics, err = topic.List(ctx, tx, v.tenant.ID, true)
		d.rows = foldTemplates(all, d.topics)
		return err
	}); err != nil {
		return err
	}
	return v.show(status, templatesView(v, d))
}

// rank is how much a word of Meta's asks for attention; the highest is shown.
var rank = map[string]int{"UTILITY": 1, "AUTHENTICATION": 2, "MARKETING": 3, "APPROVED": 1, "PENDING": 2, "PAUSED": 3, "REJECTED": 4, "DISABLED": 5,
	"GREEN": 1, "UNKNOWN": 2, "YELLOW": 3, "RED": 4}

func worse(a, b string) string {
	if rank[b] > rank[a] {
		return b
	}
	return cmp.Or(a, b)
}

// foldTemplates puts a template's languages together; those that need a hand come first.
func foldTemplates(all []topic.Template, topics []topic.Topic) []templateRow {
	var out []templateRow
	for _, t := range all {
		i := slices.IndexFunc(out, func(r templateRow) bool { return r.WABA == t.WABA && r.Name == t.Name })
		if i < 0 {
			out, i = append(out, templateRow{WABA: t.WABA, Name: t.Name}), len(out)
		}
		r := &out[i]
		r.Languages = append(r.Languages, t.Language)
		r.Lint = slices.Compact(slices.Sorted(slices.Values(append(r.Lint, lintTemplate(t)...))))
		r.Category, r.Status, r.Quality, r.Topic = worse(r.Category, t.Category), worse(r.Status, t.Status), worse(r.Quality, t.Quality), cmp.Or(r.Topic, t.Topic)
		r.Class, _ = topic.ClassOf(r.Category)
		at := slices.IndexFunc(topics, func(x topic.Topic) bool { return x.Code == t.Topic })
		r.Misfit = r.Misfit || at >= 0 && !topic.Fits(t.Category, topics[at].Class)
	}
	slices.SortStableFunc(out, func(a, b templateRow) int {
		return cmp.Or(cmp.Compare(a.calm(), b.calm()), cmp.Compare(a.Name, b.Name))
	})
	return out
}

func (r templateRow) calm() int {
	if r.Topic == "" || r.Misfit {
		return 0
	}
	return 1
}

func (r templateRow) key() string { return r.WABA + "/" + r.Name }

// assignTemplate gives a template its topic, in all its languages.
func assignTemplate(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	waba, name, code := f.get("waba"), f.get("template"), f.get("topic")
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		if err := topic.Assign(ctx, tx, v.tenant.ID, waba, name, code); err != nil {
			return err
		}
		return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: "template.assigned", Object: name,
			Detail: map[string]string{"topic": code}})
	})
	if err == nil {
		return v.saved("/settings/templates", "manager.saved")
	}
	if err := f.took(v, err, nil); err != nil {
		return err
	}
	return v.showTemplates(f.status(), map[string]string{waba + "/" + name: f.wrong[""]})
}

// fitting are the topics that a template's category lets it have.
func (v *visit) fitting(all []topic.Topic, r templateRow) []option {
	out := []option{{"", v.say("manager.templates.none_chosen"), ""}}
	for _, t := range all {
		if t.RetiredAt == 0 && t.Class == r.Class || t.Code == r.Topic {
			out = append(out, option{t.Code, t.Text(v.lang).Name, ""})
		}
	}
	return out
}

// templateShape is how Meta's word for a template's state looks.
func templateShape(status string) string {
	switch status {
	case "APPROVED":
		return "ok"
	case "PENDING", "IN_APPEAL":
		return "wait"
	case "PAUSED", "LIMIT_EXCEEDED":
		return "warn"
	case "REJECTED", "DISABLED", "PENDING_DELETION", "DELETED":
		return "bad"
	}
	return "idle"
}

// lintTemplate judges the words; a template whose words Meta has not told yet is not judged.
func lintTemplate(t topic.Template) []string {
	if len(t.Components) == 0 || string(t.Components) == "null" || string(t.Components) == "[]" {
		return nil
	}
	return wording.LintTemplate(t.Category, t.Components, 0)
}
