package manager

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/say"
	"jawort/topic"
)

func topicList(v *visit) error {
	var all []topic.Topic
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = topic.List(ctx, tx, v.tenant.ID, true)
		return err
	}); err != nil {
		return err
	}
	return v.show(http.StatusOK, topicsView(v, all))
}

// topicData is a topic's form; the topic is empty for a new one.
type topicData struct {
	t         topic.Topic
	languages []string // with fields of their own
	form      typed
}

func newTopic(v *visit) error {
	return v.show(http.StatusOK, topicView(v, topicData{languages: languagesOf(v.tenant.Language, nil), form: filled()}))
}

// languagesOf are the house's language, the other ones of the manager, and those a topic has besides.
func languagesOf(first string, texts map[string]topic.Text) []string {
	out := []string{first}
	for _, l := range append(slices.Clone(say.Languages), slices.Sorted(maps.Keys(texts))...) {
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

func oneTopic(v *visit) error {
	d, err := v.topic()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, topicView(v, d))
}

func (v *visit) topic() (d topicData, err error) {
	err = v.read(func(ctx context.Context, tx *db.Tx) error {
		d.t, err = topic.Get(ctx, tx, v.tenant.ID, v.r.PathValue("topic"))
		return err
	})
	d.languages, d.form = languagesOf(v.tenant.Language, d.t.Texts), filled()
	for lang, x := range d.t.Texts {
		d.form.values.Set("name_"+lang, x.Name)
		d.form.values.Set("value_"+lang, x.Value)
	}
	if d.t.Default {
		d.form.values.Set("default", "on")
	}
	return d, err
}

func createTopic(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	t := topic.Topic{Code: strings.TrimSpace(f.get("code")), Class: topic.Class(f.get("class")), Default: f.on("default")}
	d := topicData{languages: languagesOf(v.tenant.Language, nil), form: f}
	return v.putTopic(d, &t, "topic.created", func(ctx context.Context, tx *db.Tx) error {
		all, err := topic.List(ctx, tx, v.tenant.ID, true)
		for _, old := range all {
			if old.Code == t.Code {
				return &errs.Error{Code: errs.Conflict, Key: "manager.topic.taken", Field: "code"}
			}
		}
		t.Position = int64(len(all))
		return err
	})
}

func saveTopic(v *visit) error {
	d, err := v.topic()
	if err != nil {
		return err
	}
	if d.form, err = v.typed(); err != nil {
		return err
	}
	d.t.Default = d.form.on("default")
	return v.putTopic(d, &d.t, "topic.changed", func(context.Context, *db.Tx) error { return nil })
}

// putTopic reads the words of each language out of the form and keeps the topic; first is asked in the same transaction and may still change it.
func (v *visit) putTopic(d topicData, t *topic.Topic, action string, first func(ctx context.Context, tx *db.Tx) error) error {
	t.Texts = map[string]topic.Text{}
	langs := d.languages
	if extra := strings.TrimSpace(d.form.get("more")); extra != "" {
		langs = append(slices.Clone(langs), extra)
		d.form.values.Set("name_"+extra, d.form.get("name_more"))
		d.form.values.Set("value_"+extra, d.form.get("value_more"))
	}
	for _, lang := range langs {
		x := topic.Text{Name: strings.TrimSpace(d.form.get("name_" + lang)), Value: strings.TrimSpace(d.form.get("value_" + lang))}
		if x != (topic.Text{}) {
			t.Texts[lang] = x
		}
	}
	err := v.write(func(ctx context.Context, tx *db.Tx) error {
		if err := first(ctx, tx); err != nil {
			return err
		}
		at, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if err := topic.Put(ctx, tx, v.tenant.ID, *t, at); err != nil {
			return err
		}
		return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: action, Object: t.Code})
	})
	if err == nil {
		return v.saved("/settings/topics", "manager.saved")
	}
	if err := d.form.took(v, err, map[string]string{"texts": culprit(d, *t), "code": "code", "class": "class", "default": "default"}); err != nil {
		return err
	}
	return v.show(d.form.status(), topicView(v, d))
}

// culprit is the field of the words that will not do.
func culprit(d topicData, t topic.Topic) string {
	for _, lang := range d.languages {
		x, given := t.Texts[lang]
		switch {
		case !given:
		case x.Name == "" || utf8.RuneCountInString(x.Name) > 60:
			return "name_" + lang
		case x.Value == "" || utf8.RuneCountInString(x.Value) > 160:
			return "value_" + lang
		}
	}
	if d.form.get("more") != "" {
		return "more"
	}
	return "name_" + d.languages[0]
}

// changeTopic does one of: up, down, retire, revive.
func changeTopic(v *visit) error {
	do := v.r.PostFormValue("do")
	err := v.write(func(ctx context.Context, tx *db.Tx) error {
		t, err := topic.Get(ctx, tx, v.tenant.ID, v.r.PathValue("topic"))
		if err != nil {
			return err
		}
		at, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		entry := account.Entry{Actor: v.staff.ID, Action: "topic.changed", Object: t.Code}
		switch do {
		case "up", "down":
			err = moveTopic(ctx, tx, v.tenant.ID, t.Code, map[string]int{"up": -1, "down": 1}[do], at)
		case "retire":
			entry.Action = "topic.retired"
			err = topic.Retire(ctx, tx, v.tenant.ID, t.Code, at)
		case "revive":
			entry.Action = "topic.revived"
			err = topic.Revive(ctx, tx, v.tenant.ID, t.Code)
		default:
			err = errs.At("do", "error.invalid")
		}
		if err != nil {
			return err
		}
		return account.Record(ctx, tx, v.tenant.ID, entry)
	})
	if err != nil {
		return err
	}
	return v.to("/settings/topics")
}

// moveTopic changes places with the neighbour; all positions are written, so that none stand twice.
func moveTopic(ctx context.Context, tx *db.Tx, tenant, code string, by int, at int64) error {
	all, err := topic.List(ctx, tx, tenant, false)
	if err != nil {
		return err
	}
	from := slices.IndexFunc(all, func(t topic.Topic) bool { return t.Code == code })
	to := from + by
	if from < 0 || to < 0 || to >= len(all) {
		return nil
	}
	all[from], all[to] = all[to], all[from]
	for i, t := range all {
		if t.Position == int64(i) {
			continue
		}
		t.Position = int64(i)
		if err := topic.Put(ctx, tx, tenant, t, at); err != nil {
			return err
		}
	}
	return nil
}

// classes are the three with what each asks of a person's yes.
func (v *visit) classes() (out []option) {
	for _, c := range topic.Classes {
		out = append(out, option{string(c), v.say("manager.class." + string(c)), v.say("manager.class." + string(c) + ".text")})
	}
	return out
}
