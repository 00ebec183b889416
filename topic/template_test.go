package topic

import (
	"context"
	"encoding/json"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

const waba = "210000000000001"

func fromMeta() []Template {
	return []Template{
		{Name: "order_update", Language: "de", MetaID: "71", Category: "UTILITY", Status: "APPROVED", Quality: "GREEN", Components: json.RawMessage(`[{"type":"BODY"}]`)},
		{Name: "order_update", Language: "en-US", MetaID: "72", Category: "utility", Status: "APPROVED", Quality: "UNKNOWN"},
		{Name: "sommer_sale", Language: "de", MetaID: "73", Category: "MARKETING", Status: "APPROVED", Quality: "GREEN"},
	}
}

// withTemplates has two topics and Meta's list.
func withTemplates(t *testing.T, f func(ctx context.Context, t *testing.T, tx *db.Tx)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := put(t, d, orders(), offers()); err != nil {
			t.Fatal(err)
		}
		err := write(t, d, func(ctx context.Context, tx *db.Tx) error {
			if _, err := UpsertFromMeta(ctx, tx, tenant, waba, fromMeta(), 100); err != nil {
				return err
			}
			f(ctx, t, tx)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestLookupReadsBothSpellings(t *testing.T) {
	withTemplates(t, func(ctx context.Context, t *testing.T, tx *db.Tx) {
		for _, lang := range []string{"en_US", "en-US", "en-us"} {
			x, err := Lookup(ctx, tx, tenant, waba, "order_update", lang)
			if err != nil || x.Language != "en_US" || x.Category != "UTILITY" || x.Topic != "" || string(x.Components) != "[]" {
				t.Errorf("%s: %+v %v", lang, x, err)
			}
		}
		for what, try := range map[string][3]string{"language": {tenant, waba, "fr"}, "tenant": {"ten_b", waba, "de"}, "waba": {tenant, "1", "de"}} {
			if _, err := Lookup(ctx, tx, try[0], try[1], "order_update", try[2]); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("another %s: %v", what, err)
			}
		}
		if list, err := Templates(ctx, tx, tenant, ""); err != nil || len(list) != 3 {
			t.Errorf("%d templates, %v", len(list), err)
		}
	})
}

func TestAssign(t *testing.T) {
	withTemplates(t, func(ctx context.Context, t *testing.T, tx *db.Tx) {
		for what, tc := range map[string]struct {
			name, topic string
			want        errs.Code
		}{
			"utility to utility":     {"order_update", "order_updates", ""},
			"marketing to marketing": {"sommer_sale", "offers", ""},
			"marketing to utility":   {"sommer_sale", "order_updates", errs.Unprocessable},
			"utility to marketing":   {"order_update", "offers", errs.Unprocessable},
			"unknown topic":          {"order_update", "nothing", errs.NotFound},
			"unknown template":       {"nothing", "offers", errs.NotFound},
		} {
			if err := Assign(ctx, tx, tenant, waba, tc.name, tc.topic); errs.CodeOf(err) != tc.want {
				t.Errorf("%s: %v", what, err)
			}
		}
		x, err := Lookup(ctx, tx, tenant, waba, "order_update", "en_US")
		if err != nil || x.Topic != "order_updates" {
			t.Errorf("every language gets the topic: %+v %v", x, err)
		}
		if err := Assign(ctx, tx, tenant, waba, "order_update", ""); err != nil {
			t.Error(err)
		}
		if x, _ := Lookup(ctx, tx, tenant, waba, "order_update", "de"); x.Topic != "" {
			t.Errorf("still assigned to %s", x.Topic)
		}
		if err := Retire(ctx, tx, tenant, "offers", 5); err != nil {
			t.Error(err)
		}
		if err := Assign(ctx, tx, tenant, waba, "sommer_sale", "offers"); errs.CodeOf(err) != errs.Unprocessable {
			t.Errorf("assigned to a retired topic: %v", err)
		}
	})
}

func TestMetaChangesTheCategoryUnderUs(t *testing.T) {
	withTemplates(t, func(ctx context.Context, t *testing.T, tx *db.Tx) {
		if err := Assign(ctx, tx, tenant, waba, "order_update", "order_updates"); err != nil {
			t.Fatal(err)
		}
		list := fromMeta()
		list[0].Category = "MARKETING"
		misfits, err := UpsertFromMeta(ctx, tx, tenant, waba, list, 200)
		if err != nil || len(misfits) != 1 || misfits[0].Language != "de" || misfits[0].Topic != "order_updates" {
			t.Errorf("misfits: %+v %v", misfits, err)
		}
		n, err := SetCategory(ctx, tx, tenant, Key{WABA: waba, Name: "order_update", Language: "en-US"}, "marketing", 300)
		if err != nil || n != 1 {
			t.Errorf("set category: %d %v", n, err)
		}
		if misfits, err := Misfits(ctx, tx, tenant); err != nil || len(misfits) != 2 {
			t.Errorf("misfits: %+v %v", misfits, err)
		}
	})
}

func TestWebhooksByIDOrName(t *testing.T) {
	withTemplates(t, func(ctx context.Context, t *testing.T, tx *db.Tx) {
		for what, tc := range map[string]struct {
			k    Key
			want int64
		}{
			"by id":                    {Key{WABA: waba, MetaID: "73"}, 1},
			"by name":                  {Key{WABA: waba, Name: "sommer_sale", Language: "de"}, 1},
			"unknown id, known name":   {Key{WABA: waba, MetaID: "99", Name: "sommer_sale", Language: "de"}, 1},
			"unknown id":               {Key{WABA: waba, MetaID: "99"}, 0},
			"unknown name":             {Key{WABA: waba, Name: "x", Language: "de"}, 0},
			"name of another language": {Key{WABA: waba, Name: "sommer_sale", Language: "en"}, 0},
		} {
			if n, err := SetStatus(ctx, tx, tenant, tc.k, "paused", 300); err != nil || n != tc.want {
				t.Errorf("%s: %d %v", what, n, err)
			}
		}
		if _, err := SetQuality(ctx, tx, tenant, Key{MetaID: "73"}, "RED", 301); err != nil {
			t.Error(err)
		}
		x, err := Lookup(ctx, tx, tenant, waba, "sommer_sale", "de")
		if err != nil || x.Status != "PAUSED" || x.Quality != "RED" || x.UpdatedAt != 301 {
			t.Errorf("%+v %v", x, err)
		}
		if n, err := SetStatus(ctx, tx, "ten_b", Key{MetaID: "73"}, "DISABLED", 302); err != nil || n != 0 {
			t.Errorf("another tenant: %d %v", n, err)
		}
	})
}

func TestFits(t *testing.T) {
	for category, class := range map[string]Class{"MARKETING": Marketing, "utility": Utility, "AUTHENTICATION": Authentication} {
		for _, c := range Classes {
			if Fits(category, c) != (c == class) {
				t.Errorf("Fits(%s, %s) = %v", category, c, c != class)
			}
		}
	}
	if Fits("SERVICE", Utility) || Fits("", Utility) {
		t.Error("an unknown category fits")
	}
}
