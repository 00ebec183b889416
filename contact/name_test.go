package contact

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"jawort/address"
	"jawort/db"
	"jawort/db/dbtest"
)

func TestNameKeys(t *testing.T) {
	for name, want := range map[string][2]string{
		"Mareike Öztürk": {"mareike ozturk", "ozturk mareike"}, "Anna-Lena  Groß": {"anna lena gross", "gross anna lena"}, "Ceyda Yılmaz": {"ceyda yilmaz", "yilmaz ceyda"},
		"": {"", ""}, " \u202f!? ": {"", ""}, "Olga": {"olga", ""}, "O’Neill": {"oneill", ""}, "Ольга Иванова": {"ольга иванова", "иванова ольга"}, "<b>x</b>": {"b x b", "b b x"},
		"İpek Şen": {"ipek sen", "sen ipek"}, "Ｍａｘ 2": {"max 2", "2 max"},
	} {
		if forward, back := nameKeys(name); forward != want[0] || back != want[1] {
			t.Errorf("%q: %q, %q", name, forward, back)
		}
	}
	long := strings.Repeat("ü€漢", 500)
	if forward, _ := nameKeys(long + " " + long); len(forward) > mostName || !strings.HasPrefix(forward, "u") {
		t.Errorf("%d bytes", len(forward))
	}
	book := strings.Repeat("ü€漢 ", 300_000) // a webhook has room for it
	if forward, back := nameKeys(book); len(forward) > mostName || len(back) > mostName || !utf8.ValidString(forward+back) {
		t.Errorf("%d and %d bytes", len(forward), len(back))
	}
	if name := cut(book, longestName); len(name) > longestName || len(name) < longestName-3 || !utf8.ValidString(name) {
		t.Errorf("%d bytes kept", len(name))
	}
	if name := cut("Mareike", longestName); name != "Mareike" {
		t.Error(name)
	}
}

// People are found by the beginning of either name, in their tenant, until they are forgotten or called something else.
func TestNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ids := map[string]string{}
		write := func(f func(ctx context.Context, tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		write(func(ctx context.Context, tx *db.Tx) error {
			for i, name := range []string{"Mareike Öztürk", "Özgür Mann", "Marek Stein", ""} {
				a := address.Address("tel:+4917139200" + string(rune('1'+i)) + "0")
				of, err := Ensure(ctx, tx, "ten_a", make([]byte, 32), []address.Address{a}, 1)
				if err != nil {
					return err
				}
				ids[name] = of[a]
				if err := Describe(ctx, tx, "ten_a", of[a], name, "de"); err != nil {
					return err
				}
			}
			return nil
		})
		find := func(tenant, typed string) (out []string) {
			write(func(ctx context.Context, tx *db.Tx) (err error) {
				out, err = Named(ctx, tx, tenant, typed, 10)
				return err
			})
			return out
		}
		for typed, want := range map[string][]string{
			"mare": {"Mareike Öztürk", "Marek Stein"}, "ÖZ": {"Mareike Öztürk", "Özgür Mann"}, "oztu": {"Mareike Öztürk"}, "Öztürk, Mareike": {"Mareike Öztürk"}, "mareike o": {"Mareike Öztürk"},
			"m": nil, "": nil, "%": nil, "reike": nil, "zz": nil,
		} {
			got := find("ten_a", typed)
			if len(got) != len(want) {
				t.Errorf("%q finds %d people, want %v", typed, len(got), want)
			}
			for _, name := range want {
				if !strings.Contains(strings.Join(got, " "), ids[name]) {
					t.Errorf("%q does not find %s", typed, name)
				}
			}
		}
		if got := find("ten_b", "mare"); len(got) != 0 {
			t.Errorf("another business finds %v", got)
		}
		write(func(ctx context.Context, tx *db.Tx) error {
			if err := Describe(ctx, tx, "ten_a", ids["Marek Stein"], "Rolf Stein", ""); err != nil {
				return err
			}
			return eraseContact(ctx, tx, "ten_a", ids["Mareike Öztürk"])
		})
		if got := find("ten_a", "mare"); len(got) != 0 {
			t.Errorf("an old name finds %v", got)
		}
	})
}
