package quality

import (
	"context"
	"slices"
	"strings"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
)

// observe takes words in at a minute and says what changed, as thing=value.
func observe(t *testing.T, d *db.DB, tenant string, at int64, list ...Observation) string {
	t.Helper()
	var got []Change
	err := d.Write(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
		got, err = Observe(ctx, tx, tenant, list, at*minute)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range got {
		out = append(out, string(c.What)+"="+c.Value)
	}
	return strings.Join(out, " ")
}

func word(w What, way Way, value string, at int64) Observation {
	return Observation{Node: OfNumber("1"), What: w, Way: way, Value: value, At: at * minute}
}

func TestObserve(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, step := range []struct {
			at   int64
			o    Observation
			want string
		}{
			{1, word(Rating, ByPoll, "GREEN", 0), "rating=GREEN"},
			{6, word(Rating, ByPoll, "GREEN", 0), ""},
			{11, word(Rating, ByPoll, "YELLOW", 0), "rating=YELLOW"},
			{12, word(Status, ByWebhook, "FLAGGED", 12), "status=FLAGGED"},
			{13, word(Status, ByWebhook, "FLAGGED", 12), ""},  // repeated
			{14, word(Status, ByWebhook, "CONNECTED", 8), ""}, // late
			{15, word(Status, ByPoll, "CONNECTED", 0), ""},    // Meta's cache
			{30, word(Status, ByPoll, "CONNECTED", 0), "status=CONNECTED"},
			{31, word(Status, ByWebhook, "BANNED", 99), "status=BANNED"}, // dated into the future: of now
			{32, word(Name, ByPoll, "a\x00b\n"+strings.Repeat("ü", 300), 0), "name=a b " + strings.Repeat("ü", 96)},
		} {
			if got := observe(t, d, "t", step.at, step.o); got != step.want {
				t.Errorf("at %d: %q, want %q", step.at, got, step.want)
			}
		}
		err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			all, err := StandingsOf(ctx, tx, "t", []string{OfNumber("1")})
			if err != nil || len(all) != 3 {
				t.Errorf("%d things hold, %v", len(all), err)
			}
			ratings, err := Said(ctx, tx, "t", []string{OfNumber("1")}, Rating, 0, 9)
			if err != nil || len(ratings) != 2 || ratings[1].At != 1*minute || ratings[1].LastAt != 6*minute {
				t.Errorf("ratings %+v, %v", ratings, err)
			}
			if since, err := Said(ctx, tx, "t", []string{OfNumber("1")}, Rating, 7*minute, 9); err != nil || len(since) != 1 {
				t.Errorf("since minute 7: %+v %v", since, err)
			}
			if other, err := Standings(ctx, tx, "u"); err != nil || len(other) != 0 {
				t.Errorf("another tenant sees %+v, %v", other, err)
			}
			if r, err := Standings(ctx, tx, "t", Rating, Limit); err != nil || len(r) != 1 || r[0].Value != "YELLOW" || r[0].Before != "GREEN" {
				t.Errorf("ratings that hold: %+v %v", r, err)
			}
			return historyPages(ctx, t, tx)
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// historyPages reads the whole history two at a time: nothing twice, nothing missing, the newest first.
func historyPages(ctx context.Context, t *testing.T, tx *db.Tx) error {
	var seen []string
	at, before := int64(1)<<60, ""
	for {
		page, err := History(ctx, tx, "t", at, before, 2)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		for _, o := range page {
			if o.At > at || slices.Contains(seen, o.ID) {
				t.Errorf("%s comes twice or too late", o.ID)
			}
			at, before, seen = o.At, o.ID, append(seen, o.ID)
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d observations are kept, want 7", len(seen))
	}
	return nil
}

// TestObserveInAnyOrder: webhooks come in any order between the same polls, and the same holds at the end.
func TestObserveInAnyOrder(t *testing.T) {
	hooks := []Observation{word(Status, ByWebhook, "FLAGGED", 10), word(Status, ByWebhook, "RESTRICTED", 20), word(Status, ByWebhook, "UNFLAGGED", 30),
		word(Status, ByWebhook, "BANNED", 40)}
	orders := [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}, {1, 1, 0, 3, 2, 3}}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for n, order := range orders {
			tenant := string(rune('a' + n))
			observe(t, d, tenant, 5, word(Status, ByPoll, "CONNECTED", 0))
			for i, k := range order {
				observe(t, d, tenant, 41+int64(i), hooks[k])
			}
			var got []Standing
			if err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
				got, err = Standings(ctx, tx, tenant)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if len(got) != 1 || got[0].Value != "BANNED" || got[0].Before != "UNFLAGGED" || got[0].Since != 40*minute {
				t.Errorf("order %v: %+v", order, got)
			}
		}
	})
}

func TestNodes(t *testing.T) {
	waba, name, lang, ok := TemplateOf(OfTemplate("21", "sommer_sale", "de"))
	if waba != "21" || name != "sommer_sale" || lang != "de" || !ok {
		t.Error(waba, name, lang, ok)
	}
	for _, node := range []string{OfNumber("1"), OfAccount("1"), OfPortfolio("1"), "template/1/x", ""} {
		if _, _, _, ok := TemplateOf(node); ok {
			t.Errorf("%q is no template", node)
		}
	}
	if IDOf(OfPortfolio("51")) != "51" || RestrictionOf("X").Kind() != "X" || !RestrictionOf("X").IsRestriction() || NoticeOf("X").IsRestriction() || Rating.Kind() != "" {
		t.Error("names")
	}
}
