package manager

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/topic"
)

func (h *house) topics(tenant string) (all []topic.Topic) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = topic.List(ctx, tx, tenant, true)
		return err
	})
	return all
}

func codes(all []topic.Topic) string {
	var out []string
	for _, t := range all {
		out = append(out, t.Code)
	}
	return strings.Join(out, " ")
}

func TestTopicStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		h.sound("new topic", "de", b.get("/settings/topics/new"))
		words := []string{"name_de", "Verkostungen " + hostile[:20], "value_de", "Freie Plätze vor allen anderen", "name_en", "", "value_en", ""}
		a := b.post("/settings/topics", append(words, "code", "tastings", "class", "marketing", "more", "tr", "name_more", "Tadım", "value_more", "Önce siz")...)
		if a.to != "/settings/topics" {
			t.Fatalf("create: %d\n%s", a.code, a.body)
		}
		if got := codes(h.topics(h.a.ID)); got != "order_updates offers tastings" {
			t.Errorf("topics %s", got)
		}
		if a := b.post("/settings/topics", append(words, "code", "tastings", "class", "utility")...); a.code != http.StatusConflict || !strings.Contains(a.body, `id="code-err"`) {
			t.Errorf("a code twice: %d", a.code)
		}
		page := b.get("/settings/topics/tastings")
		h.sound("a topic", "de", page)
		if !strings.Contains(page.body, `id="name_tr"`) || !strings.Contains(page.body, "Tadım") {
			t.Error("the third language has no field")
		}
		if a := b.post("/settings/topics/tastings", append(words, "name_tr", "Tadım", "value_tr", "")...); a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="value_tr-err"`) {
			t.Errorf("half a language: %d", a.code)
		}
		if a := b.post("/settings/topics/tastings", "name_de", "Verkostungen", "value_de", "Zuerst wissen"); a.to != "/settings/topics" {
			t.Errorf("change: %d", a.code)
		}
		for _, c := range []struct{ code, do, want string }{
			{"tastings", "up", "order_updates tastings offers"}, {"tastings", "up", "tastings order_updates offers"}, {"tastings", "up", "tastings order_updates offers"},
			{"order_updates", "down", "tastings offers order_updates"}, {"tastings", "retire", "offers order_updates tastings"}, {"tastings", "revive", "tastings offers order_updates"},
		} {
			if a := b.post("/settings/topics/"+c.code+"/change", "do", c.do); a.to != "/settings/topics" || codes(h.topics(h.a.ID)) != c.want {
				t.Errorf("%s %s: %d, %s, want %s", c.code, c.do, a.code, codes(h.topics(h.a.ID)), c.want)
			}
		}
		if a := b.post("/settings/topics/tastings/change", "do", "delete"); a.code != http.StatusBadRequest {
			t.Errorf("odd wish: %d", a.code)
		}
		h.sound("the list", "de", b.get("/settings/topics"))
	})
}

func TestTopicFormSaysWhatIsWrong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		good := map[string]string{"code": "news", "class": "utility", "name_de": "Neues", "value_de": "Was es gibt"}
		for _, c := range []struct{ field, value, at string }{
			{"code", "Neu es", "code"}, {"class", "spam", "class"}, {"name_de", strings.Repeat("x", 61), "name_de"}, {"value_de", "", "value_de"},
			{"name_en", "News", "value_en"}, {"more", "Klingon", "more"},
		} {
			form := []string{"name_more", "x", "value_more", "y", c.field, c.value}
			for k, v := range good {
				if k != c.field {
					form = append(form, k, v)
				}
			}
			a := b.post("/settings/topics", form...)
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="`+c.at+`-err"`) {
				t.Errorf("%s = %q: %d", c.field, c.value, a.code)
			}
			h.sound(c.field, "de", a)
		}
		if a := b.post("/settings/topics", "code", "news", "class", "marketing", "default", "on", "name_de", "Neues", "value_de", "Was"); a.code != http.StatusBadRequest || !strings.Contains(a.body, "Werbung hat kein") {
			t.Errorf("marketing as default: %d", a.code)
		}
		if got := codes(h.topics(h.a.ID)); got != "order_updates offers" {
			t.Errorf("a refused form was kept: %s", got)
		}
	})
}

func TestTemplatesPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			if _, err := topic.UpsertFromMeta(ctx, tx, h.a.ID, "1022", []topic.Template{
				{Name: "order_update", Language: "de", MetaID: "1", Category: "UTILITY", Status: "APPROVED", Quality: "GREEN"},
				{Name: "order_update", Language: "en", MetaID: "2", Category: "UTILITY", Status: "PAUSED", Quality: "RED"},
				{Name: "sommer_sale", Language: "de", MetaID: "3", Category: "MARKETING", Status: "APPROVED", Quality: "GREEN"},
			}, 1); err != nil {
				return err
			}
			_, err := topic.UpsertFromMeta(ctx, tx, h.b.ID, "9", []topic.Template{{Name: "theirs_only", Language: "en", MetaID: "4", Category: "UTILITY", Status: "APPROVED"}}, 1)
			return err
		})
		b := h.as(account.Editor)
		a := b.get("/settings/templates")
		h.sound("templates", "de", a)
		if !strings.Contains(a.body, "Pausiert") || !strings.Contains(a.body, "Ohne Thema") || strings.Contains(a.body, "theirs_only") || strings.Count(a.body, "<code>order_update</code>") != 1 {
			t.Errorf("the list\n%s", a.body)
		}
		assign := func(waba, name, code string) answer {
			return b.post("/settings/templates", "waba", waba, "template", name, "topic", code)
		}
		if a := assign("1022", "sommer_sale", "order_updates"); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, "MARKETING") {
			t.Errorf("a topic of another class: %d", a.code)
		}
		if a := assign("9", "theirs_only", "order_updates"); a.code != http.StatusNotFound {
			t.Errorf("another house's template: %d", a.code)
		}
		if a := assign("1022", "sommer_sale", "offers"); a.to != "/settings/templates" {
			t.Errorf("assign: %d", a.code)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := topic.SetCategory(ctx, tx, h.a.ID, topic.Key{MetaID: "3"}, "UTILITY", 2)
			return err
		})
		if a := b.get("/settings/templates"); !strings.Contains(a.body, "Passt nicht mehr") {
			t.Error("a template that Meta moved is not told")
		}
		if a := h.as(account.Auditor).get("/settings/templates"); strings.Contains(a.body, `action="/settings/templates"`) {
			t.Error("who may not change it sees the form")
		}
	})
}
