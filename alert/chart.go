package alert

import (
	"context"
	"slices"
	"time"

	"jawort/db"
	"jawort/look"
	"jawort/quality"
	"jawort/say"
)

// chartDays is how far back the chart in a letter goes.
const chartDays = 30

// charted are the kinds whose letters show how the rating ran; their subject is a number; of templates there is nothing to draw.
var charted = []string{RatingYellow, RatingRed, NumberFlagged, NumberStopped, IndexWorse, BrakeSlow, BrakeMarketing, BrakeStopped}

// chart is how a number's rating ran, day by day, drawn as a table: mail programs hide pictures and know no SVG, cells with a colour show
// everywhere.
type chart struct {
	Title    string
	Lanes    []lane
	From, To string
	Text     string // the same in words
}

// lane is one height of the chart: a rating, and the days on which it held.
type lane struct {
	Word, Colour string
	Days         []bool
}

// lanes are the ratings, best first, with their colours on white (LOOK section 2).
var lanes = []struct{ rating, colour string }{{"GREEN", "#058573"}, {"YELLOW", "#E5A100"}, {"RED", "#C5261C"}}

// readRatings reads what the chart is drawn of.
func readRatings(ctx context.Context, tx *db.Tx, a *Alert, now int64) ([]quality.Observation, error) {
	if !slices.Contains(charted, a.Kind) || a.Subject == many {
		return nil, nil
	}
	return quality.Said(ctx, tx, a.Tenant, []string{quality.OfNumber(a.Subject)}, quality.Rating, now-chartDays*24*3600*1_000_000, 200)
}

// draw makes the chart; nil where nothing is known.
func draw(lang string, said []quality.Observation, now time.Time) *chart {
	if len(said) == 0 {
		return nil
	}
	start := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location()).AddDate(0, 0, 1-chartDays)
	c := &chart{Title: say.Text(lang, "alert.mail.chart"), From: look.AxisDate(lang, start), To: look.AxisDate(lang, now)}
	worst := make([]string, chartDays)
	for i := range chartDays {
		from, to := start.AddDate(0, 0, i).UnixMicro(), min(start.AddDate(0, 0, i+1).UnixMicro(), now.UnixMicro())
		worst[i] = worstBetween(said, from, to)
	}
	for _, l := range lanes {
		row := lane{Word: say.Text(lang, "quality.rating."+l.rating), Colour: l.colour}
		for _, w := range worst {
			row.Days = append(row.Days, w == l.rating)
		}
		c.Lanes = append(c.Lanes, row)
	}
	before := ""
	for i, w := range worst {
		if w != before && w != "" {
			if c.Text != "" {
				c.Text += ", "
			}
			c.Text += look.AxisDate(lang, start.AddDate(0, 0, i)) + " " + say.Text(lang, "quality.rating."+w)
		}
		before = w
	}
	return c
}

// worstBetween is the worst rating that held in a time; each word holds until the next. Empty: none is known.
func worstBetween(said []quality.Observation, from, to int64) string {
	worst, until := "", int64(1)<<62
	for _, o := range said { // the newest first
		if o.At < to && until > from && (worst == "" || quality.Grave(quality.Rating, o.Value) > quality.Grave(quality.Rating, worst)) {
			worst = o.Value
		}
		until = min(until, o.At)
	}
	return worst
}
