package topic

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

func write(t *testing.T, d *db.DB, f func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	return d.Write(context.Background(), f)
}

func orders() Topic {
	return Topic{Code: "order_updates", Class: Utility, Default: true, Position: 1,
		Texts: map[string]Text{"de": {"Bestellungen", "Wo Ihr Paket gerade ist"}, "en": {"Orders", "Where your parcel is"}}}
}

func offers() Topic {
	return Topic{Code: "offers", Class: Marketing, Position: 2, Texts: map[string]Text{"de": {"Angebote", "Rabatte vor allen anderen"}}}
}

// put writes topics, each call in its own transaction.
func put(t *testing.T, d *db.DB, list ...Topic) error {
	t.Helper()
	for _, x := range list {
		if err := write(t, d, func(ctx context.Context, tx *db.Tx) error { return Put(ctx, tx, tenant, x, 100) }); err != nil {
			return err
		}
	}
	return nil
}

func TestPutRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*Topic)
		field  string
	}{
		"empty code":            {func(t *Topic) { t.Code = "" }, "code"},
		"code with capitals":    {func(t *Topic) { t.Code = "Offers" }, "code"},
		"unknown class":         {func(t *Topic) { t.Class = "news" }, "class"},
		"marketing by default":  {func(t *Topic) { t.Default = true }, "default"},
		"no words":              {func(t *Topic) { t.Texts = nil }, "texts"},
		"no value":              {func(t *Topic) { t.Texts = map[string]Text{"de": {"Angebote", " "}} }, "texts"},
		"a name of two lines":   {func(t *Topic) { t.Texts = map[string]Text{"de": {"An\ngebote", "x"}} }, "texts"},
		"a value far too long":  {func(t *Topic) { t.Texts = map[string]Text{"de": {"A", strings.Repeat("x", 161)}} }, "texts"},
		"a language that is no": {func(t *Topic) { t.Texts = map[string]Text{"German": {"A", "x"}} }, "texts"},
	} {
		x := offers()
		tc.change(&x)
		err, _ := x.check().(*errs.Error)
		if err == nil || err.Code != errs.Invalid || err.Field != tc.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := offers().check(); err != nil {
		t.Error(err)
	}
}

func TestTopics(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := put(t, d, offers(), orders()); err != nil {
			t.Fatal(err)
		}
		changed := offers()
		changed.Texts["en"] = Text{"Offers", "Discounts first"}
		if err := put(t, d, changed); err != nil {
			t.Fatal(err)
		}
		changed.Class = Utility
		if err := put(t, d, changed); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("class changed: %v", err)
		}
		second := orders()
		second.Code = "appointments"
		if err := put(t, d, second); err != nil {
			t.Fatal(err)
		}
		_ = write(t, d, func(ctx context.Context, tx *db.Tx) error {
			list, err := List(ctx, tx, tenant, false)
			if err != nil || len(list) != 3 || list[0].Code != "appointments" || list[1].Default || list[2].Text("fr").Name != "Offers" {
				t.Errorf("list: %+v %v", list, err)
			}
			if m, err := Defaults(ctx, tx, tenant); err != nil || len(m) != 1 || m[Utility] != "appointments" {
				t.Errorf("defaults: %v %v", m, err)
			}
			if err := Retire(ctx, tx, tenant, "appointments", 200); err != nil {
				t.Error(err)
			}
			if m, err := Defaults(ctx, tx, tenant); err != nil || len(m) != 0 {
				t.Errorf("a retired default: %v %v", m, err)
			}
			if _, err := CheckCodes(ctx, tx, tenant, []string{"offers", "appointments"}); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("a retired topic counts: %v", err)
			}
			if m, err := CheckCodes(ctx, tx, tenant, []string{"offers"}); err != nil || m["offers"].Class != Marketing {
				t.Errorf("%v %v", m, err)
			}
			if err := Revive(ctx, tx, tenant, "appointments"); err != nil {
				t.Error(err)
			}
			if x, err := Get(ctx, tx, tenant, "appointments"); err != nil || x.RetiredAt != 0 {
				t.Errorf("%+v %v", x, err)
			}
			if err := Retire(ctx, tx, "ten_b", "offers", 200); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("another tenant retired it: %v", err)
			}
			if _, err := Get(ctx, tx, "ten_b", "offers"); errs.CodeOf(err) != errs.NotFound {
				t.Errorf("another tenant read it: %v", err)
			}
			return nil
		})
	})
}

func TestTopicOf(t *testing.T) {
	inUse := func(code string) bool { return code != "" && code != "retired" }
	program, own := map[Class]string{Marketing: "p_offers", Utility: "p_orders"}, map[Class]string{Marketing: "never", Utility: "orders", Authentication: "codes"}
	for name, tc := range map[string]struct {
		m    Message
		want string
		ok   bool
	}{
		"the API's first":                {Message{Class: Utility, Asked: "a", Template: "b", Program: program, Tenant: own}, "a", true},
		"then the template's":            {Message{Class: Utility, Template: "b", Program: program, Tenant: own}, "b", true},
		"then the program's":             {Message{Class: Utility, Program: program, Tenant: own}, "p_orders", true},
		"marketing by the program's too": {Message{Class: Marketing, Program: program}, "p_offers", true},
		"then the tenant's":              {Message{Class: Authentication, Program: program, Tenant: own}, "codes", true},
		"marketing never falls back":     {Message{Class: Marketing, Tenant: own}, "", false},
		"nothing at all":                 {Message{Class: Utility}, "", false},
		"no class, no default":           {Message{Tenant: own}, "", false},
		"a wrong name is not replaced":   {Message{Class: Utility, Asked: "retired", Template: "b", Tenant: own}, "retired", false},
		"a retired assignment neither":   {Message{Class: Utility, Template: "retired", Tenant: own}, "retired", false},
	} {
		if got, ok := TopicOf(tc.m, inUse); got != tc.want || ok != tc.ok {
			t.Errorf("%s: %q %v", name, got, ok)
		}
	}
}

func TestSentencesExist(t *testing.T) {
	for _, key := range []string{"topic.code", "topic.class", "topic.default_marketing", "topic.texts", "topic.language", "topic.text_length",
		"topic.class_fixed", "topic.unknown", "topic.template_name", "topic.template_unknown", "topic.retired", "topic.class_misfit"} {
		for _, lang := range say.Languages {
			if say.Text(lang, key) == "["+key+"]" {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
	}
}
