package manager

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"jawort/account"
	"jawort/db"
	"jawort/look"
	"jawort/quality"
)

var qualityRoutes = []route{
	{"GET /quality", account.MaySee, qualityPage},
	{"GET /quality/templates", account.MaySee, qualityTemplates},
	{"GET /quality/account", account.MaySee, qualityAccount},
	{"POST /quality/ask", account.MayEdit, askMeta},
}

// qualityTabs are the views of the area; one appears when its page is there.
var qualityTabs = []struct{ path, word string }{
	{"/quality", "manager.quality.numbers"},
	{"/quality/causes", "manager.quality.causes"},
	{"/quality/brake", "manager.quality.brake"},
	{"/quality/templates", "manager.quality.templates"},
	{"/quality/account", "manager.quality.account"},
}

func (v *visit) qualityTabs(current string) []look.Choice {
	var out []look.Choice
	for _, t := range qualityTabs {
		if v.s.has("GET " + t.path) {
			out = append(out, look.Choice{Value: t.path, Label: v.say(t.word), Current: t.path == current})
		}
	}
	return out
}

// qualityHead is what stands above every view of the area.
type qualityHead struct {
	polled  int64 // when the account asked longest ago answered last; 0 = never
	asks    bool  // somebody asks Meta at all
	failing int   // accounts that cannot be asked
}

func (v *visit) qualityHead(ctx context.Context, tx *db.Tx) (h qualityHead, err error) {
	lines, err := pollLines(ctx, tx, v.tenant.ID)
	for i, l := range lines {
		h.asks = true
		if i == 0 || l.OKAt < h.polled {
			h.polled = l.OKAt
		}
		if l.FailingSince > 0 {
			h.failing++
		}
	}
	return h, err
}

// ratingSpans are the days that the history can show.
var ratingSpans = []int{30, 90, 365}

// qualityData is what the page of numbers shows.
type qualityData struct {
	head       qualityHead
	now        int64
	days       int
	numbers    []qualityNumber
	portfolios []portfolioUse
	accounts   map[string][]quality.Standing // by WABA
	ratings    []quality.Observation         // of all numbers, the newest first
	notes      []turn                        // of the span, the oldest first
}

func qualityPage(v *visit) error {
	d := qualityData{days: 90}
	if n, err := strconv.Atoi(v.r.URL.Query().Get("days")); err == nil && slices.Contains(ratingSpans, n) {
		d.days = n
	}
	if err := v.read(func(ctx context.Context, tx *db.Tx) error { return v.readQuality(ctx, tx, &d) }); err != nil {
		return err
	}
	return v.show(http.StatusOK, qualityView(v, d))
}

func (v *visit) readQuality(ctx context.Context, tx *db.Tx, d *qualityData) (err error) {
	tenant := v.tenant.ID
	if d.now, err = tx.Now(ctx); err != nil {
		return err
	}
	if d.head, err = v.qualityHead(ctx, tx); err != nil {
		return err
	}
	if d.numbers, err = qualityNumbers(ctx, tx, tenant); err != nil {
		return err
	}
	if d.portfolios, err = portfolioUses(ctx, tx, tenant, d.now); err != nil {
		return err
	}
	if err = d.stand(ctx, tx, tenant); err != nil {
		return err
	}
	from := d.from()
	var nodes []string
	for _, n := range d.numbers {
		nodes = append(nodes, quality.OfNumber(n.Number))
	}
	if d.ratings, err = quality.Said(ctx, tx, tenant, nodes, quality.Rating, from, 200); err != nil {
		return err
	}
	d.notes, err = v.happened(ctx, tx, from, nodes)
	return err
}

// stand reads what holds of numbers and accounts.
func (d *qualityData) stand(ctx context.Context, tx *db.Tx, tenant string) error {
	nodes := map[string]bool{}
	for _, n := range d.numbers {
		nodes[quality.OfNumber(n.Number)], nodes[quality.OfAccount(n.WABA)] = true, true
	}
	var names []string
	for n := range nodes {
		names = append(names, n)
	}
	slices.Sort(names)
	all, err := quality.StandingsOf(ctx, tx, tenant, names)
	if err != nil {
		return err
	}
	d.accounts = map[string][]quality.Standing{}
	for i := range d.numbers {
		d.numbers[i].stand = map[quality.What]quality.Standing{}
	}
	for _, s := range all {
		own := false
		for i := range d.numbers {
			if quality.OfNumber(d.numbers[i].Number) == s.Node {
				d.numbers[i].stand[s.What], own = s, true
			}
		}
		if !own {
			d.accounts[quality.IDOf(s.Node)] = append(d.accounts[quality.IDOf(s.Node)], s)
		}
	}
	return nil
}

func (d *qualityData) from() int64 { return d.now - int64(d.days)*hour24 }

// guarded reads of a number's settings whether the brake may act.
func guarded(settings string) bool {
	var s account.NumberSettings
	return json.Unmarshal([]byte(settings), &s) == nil && s.Brake
}
