package account

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/errs"
)

func TestContrast(t *testing.T) {
	for pair, want := range map[[2]string]float64{ // figures of LOOK section 2 and of WCAG's own examples
		{"#000000", "#ffffff"}: 21, {"#ffffff", "#ffffff"}: 1, {"#1D3A8F", "#FFFFFF"}: 10.2, {"#5E6673", "#FFFFFF"}: 5.8,
		{"#7F8792", "#FFFFFF"}: 3.6, {"#777", "#fff"}: 4.5, {"#A9BDFF", "#12161B"}: 9.9,
	} {
		a, ok := ParseColour(pair[0])
		b, ok2 := ParseColour(pair[1])
		if got := Contrast(a, b); !ok || !ok2 || math.Abs(got-want) > 0.1 || got != Contrast(b, a) {
			t.Errorf("%v: %.2f, want %.1f", pair, got, want)
		}
	}
}

func TestParseColour(t *testing.T) {
	for typed, want := range map[string]string{
		"#1D3A8F": "#1d3a8f", "1d3a8f": "#1d3a8f", " #abc ": "#aabbcc", "fff": "#ffffff",
		"": "", "#": "", "#12": "", "#1234567": "", "red": "", "#gggggg": "", "#1d3a8f;}": "", "rgb(1,2,3)": "", "#ä": "",
	} {
		c, ok := ParseColour(typed)
		if ok != (want != "") || ok && c.String() != want {
			t.Errorf("%q: %v %v, want %q", typed, c, ok, want)
		}
	}
}

func TestAgainstIsReadable(t *testing.T) {
	for _, s := range []string{"#000000", "#1d3a8f", "#8c1a14", "#07533f", "#ffffff", "#ff0000", "#00ff00", "#808080"} {
		c, _ := ParseColour(s)
		for _, ground := range []Colour{White, Night} {
			if got := c.Against(ground); Contrast(got, ground) < LeastContrast {
				t.Errorf("%s on %s became %s: %.2f", c, ground, got, Contrast(got, ground))
			}
		}
	}
	if c, _ := ParseColour("#1d3a8f"); c.Against(White) != c {
		t.Error("a colour that can be read was changed")
	}
}

func TestBrand(t *testing.T) {
	e, ok := errors.AsType[*errs.Error](Brand{Accent: "#787878"}.check())
	if !ok || e.Args["Whole"] != 4 || e.Args["Tenth"] != 4 { // 4.41: told as it is, never rounded up to what would do
		t.Errorf("told %v", e)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		set := func(b Brand) error {
			return d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error { return SetBrand(ctx, tx, h.a.ID, b, "usr_1") })
		}
		for accent, key := range map[string]string{"#ffd500": "account.accent.pale", "#787878": "account.accent.pale", "gold": "account.accent.unreadable"} {
			err := set(Brand{Accent: accent})
			if errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), key) {
				t.Errorf("%s: %v", accent, err)
			}
		}
		if err := set(Brand{Accent: "#8C1A14", Logo: "abc"}); err != nil {
			t.Fatal(err)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			a, err := TenantOf(ctx, tx, h.a.ID)
			if err != nil {
				return err
			}
			b, err := TenantOf(ctx, tx, h.b.ID)
			if a.Brand != (Brand{"#8c1a14", "abc"}) || b.Brand != (Brand{}) {
				t.Errorf("kept %+v and, next door, %+v", a.Brand, b.Brand)
			}
			return err
		})
		if count(h.actions(h.a.ID), "tenant.brand") != 1 {
			t.Errorf("trail %v", h.actions(h.a.ID))
		}
	})
}

func TestSetBusiness(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		good := Tenant{Name: " Rösterei Mond ", Language: "en", Zone: "Europe/Vienna", Country: "AT"}
		for what, change := range map[string]func(*Tenant){
			"name": func(t *Tenant) { t.Name = " " }, "language": func(t *Tenant) { t.Language = "fr" }, "zone": func(t *Tenant) { t.Zone = "Mars/Olympus" },
			"country": func(t *Tenant) { t.Country = "at" },
		} {
			bad := good
			change(&bad)
			h.want(what, h.code(func(ctx context.Context, tx *db.Tx) error { return SetBusiness(ctx, tx, h.a.ID, bad, "usr_1") }), errs.Invalid)
		}
		h.want("another house", h.code(func(ctx context.Context, tx *db.Tx) error { return SetBusiness(ctx, tx, "ten_none", good, "usr_1") }), errs.NotFound)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			if err := SetBusiness(ctx, tx, h.a.ID, good, "usr_1"); err != nil {
				return err
			}
			got, err := TenantOf(ctx, tx, h.a.ID)
			if got.Name != "Rösterei Mond" || got.Language != "en" || got.Zone != "Europe/Vienna" || got.Country != "AT" || got.Policy != (Policy{}) {
				t.Errorf("kept %+v", got)
			}
			return err
		})
	})
}
