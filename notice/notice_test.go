package notice

import (
	"context"
	"strings"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
	"jawort/say"
)

const tenant = "ten_a"

func wording(body string) Wording {
	return Wording{Kind: "web", Topics: []string{"offers", "offers"}, CapMonth: 4, Bodies: map[string]string{"de": body, "en": body + " (en)"}}
}

func TestPublishedNeverChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			n, err := New(ctx, tx, tenant, "Kasse", 1)
			if err != nil {
				return err
			}
			edit := func(w Wording) int64 {
				v, err := Edit(ctx, tx, tenant, n.ID, w, 2)
				if err != nil {
					t.Fatal(err)
				}
				return v
			}
			if v := edit(wording("erster Versuch")); v != 1 {
				t.Errorf("first draft is version %d", v)
			}
			if v := edit(wording("Ja,\r\nich will ")); v != 1 {
				t.Errorf("second draft is version %d", v)
			}
			if _, err := Latest(ctx, tx, tenant, n.ID); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("a draft is in force: %v", err)
			}
			if err := Publish(ctx, tx, tenant, n.ID, 1, 3); err != nil {
				t.Fatal(err)
			}
			first, err := Body(ctx, tx, tenant, n.ID, 1, "de")
			if err != nil || first.Body != "Ja,\nich will" || first.Hash != Hash("Ja,\nich will") || first.PublishedAt != 3 || len(first.Topics) != 1 || first.State() != Published {
				t.Errorf("%+v %v", first, err)
			}
			if err := Publish(ctx, tx, tenant, n.ID, 1, 4); errs.CodeOf(err) != errs.Conflict {
				t.Errorf("published again: %v", err)
			}
			changed := wording("Ja, ich will mehr")
			changed.Outdates = true
			if v := edit(changed); v != 2 {
				t.Errorf("the draft after a publication is version %d", v)
			}
			if again, err := Body(ctx, tx, tenant, n.ID, 1, "de"); err != nil || again.Hash != first.Hash || again.PublishedAt != 3 {
				t.Errorf("version 1 changed: %+v %v", again, err)
			}
			all, _ := Versions(ctx, tx, tenant, n.ID)
			if len(all) != 4 || all[0].State() != Draft || OutdatedBelow(all) != 0 {
				t.Errorf("%d texts, outdated below %d", len(all), OutdatedBelow(all))
			}
			if err := Publish(ctx, tx, tenant, n.ID, 2, 5); err != nil {
				t.Fatal(err)
			}
			all, _ = Versions(ctx, tx, tenant, n.ID)
			if OutdatedBelow(all) != 2 {
				t.Errorf("outdated below %d", OutdatedBelow(all))
			}
			latest, err := Latest(ctx, tx, tenant, n.ID)
			if v, ok := Pick(latest, "fr", "de"); err != nil || len(latest) != 2 || !ok || v.Version != 2 || v.Language != "de" {
				t.Errorf("%+v %v", latest, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestForeignAndUnknownNotices(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		_ = d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			n, err := New(ctx, tx, tenant, "Kasse", 1)
			if err != nil {
				t.Fatal(err)
			}
			_, edit := Edit(ctx, tx, "ten_b", n.ID, wording("x"), 2)
			_, get := Get(ctx, tx, "ten_b", n.ID)
			_, body := Body(ctx, tx, "ten_b", n.ID, 1, "de")
			for what, err := range map[string]error{"edit": edit, "get": get, "body": body,
				"publish": Publish(ctx, tx, "ten_b", n.ID, 1, 2), "publish nothing": Publish(ctx, tx, tenant, n.ID, 1, 2), "version 0": Publish(ctx, tx, tenant, n.ID, 0, 2)} {
				if errs.CodeOf(err) != errs.NotFound {
					t.Errorf("%s: %v", what, err)
				}
			}
			if list, err := List(ctx, tx, tenant); err != nil || len(list) != 1 {
				t.Errorf("%v %v", list, err)
			}
			if list, err := List(ctx, tx, "ten_b"); err != nil || len(list) != 0 {
				t.Errorf("%v %v", list, err)
			}
			return nil
		})
	})
}

func TestWordingIsChecked(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*Wording)
		field  string
	}{
		"kind":           {func(w *Wording) { w.Kind = "fax" }, "kind"},
		"no topics":      {func(w *Wording) { w.Topics = nil }, "topics"},
		"cap":            {func(w *Wording) { w.CapMonth = -1 }, "cap_month"},
		"no text":        {func(w *Wording) { w.Bodies = nil }, "bodies"},
		"an empty text":  {func(w *Wording) { w.Bodies["de"] = " \r\n" }, "bodies"},
		"a NUL":          {func(w *Wording) { w.Bodies["de"] = "a\x00b" }, "bodies"},
		"no UTF-8":       {func(w *Wording) { w.Bodies["de"] = "a\xff" }, "bodies"},
		"far too long":   {func(w *Wording) { w.Bodies["de"] = strings.Repeat("ä", MaxBody+1) }, "bodies"},
		"not a language": {func(w *Wording) { w.Bodies["Deutsch"] = "x" }, "bodies"},
	} {
		w := wording("x")
		tc.change(&w)
		_, err := w.checked()
		if e, ok := err.(*errs.Error); !ok || e.Field != tc.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHash(t *testing.T) {
	if Hash("abc") != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" { // FIPS 180-2, B.1
		t.Error(Hash("abc"))
	}
}

func TestSentencesExist(t *testing.T) {
	for _, key := range []string{"notice.name", "notice.kind", "notice.topics", "notice.cap", "notice.body", "notice.body_length", "notice.language",
		"notice.published", "notice.no_version", "notice.unknown"} {
		for _, lang := range say.Languages {
			if say.Text(lang, key) == "["+key+"]" {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
	}
}
