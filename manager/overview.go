package manager

import (
	"context"
	"net/http"
	"time"

	"jawort/account"
	"jawort/alert"
	"jawort/db"
	"jawort/look"
	"jawort/say"
)

var overviewRoutes = []route{
	{"GET /{$}", account.MaySee, overview},
}

// Days that the overview looks back on.
const (
	actDays      = 21
	decisionDays = 7
)

// overviewData is what the overview shows.
type overviewData struct {
	topics   []topicName
	states   map[string]map[string]int64 // topic → state → people
	days     look.Columns
	yes, off int64
	verdicts map[string]int64
	reasons  []look.Amount
	last     []decisionRow
	alerts   []alert.Alert
	brakes   []brakeRow
}

func overview(v *visit) error {
	var d overviewData
	now := v.now()
	from := time.Date(now.Year(), now.Month(), now.Day()-actDays+1, 0, 0, 0, 0, v.zone)
	week := now.AddDate(0, 0, -decisionDays).UnixMicro()
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		id := v.tenant.ID
		if d.topics, err = topicNames(ctx, tx, id, v.lang); err != nil {
			return err
		}
		counts, err := statesByTopic(ctx, tx, id)
		if err != nil {
			return err
		}
		d.states = byState(counts)
		hours, err := actsByHour(ctx, tx, id, from.UnixMicro())
		if err != nil {
			return err
		}
		v.fillDays(&d, hours, from)
		said, err := verdicts(ctx, tx, id, week)
		if err != nil {
			return err
		}
		v.fillVerdicts(&d, said)
		if d.last, err = decisionsPage(ctx, tx, id, "", "", "", "", 8); err != nil {
			return err
		}
		if d.alerts, err = alert.Open(ctx, tx, id); err != nil {
			return err
		}
		d.brakes, err = closedBrakes(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, overviewView(v, d))
}

func byState(counts []stateCount) map[string]map[string]int64 {
	out := map[string]map[string]int64{}
	for _, c := range counts {
		if out[c.Topic] == nil {
			out[c.Topic] = map[string]int64{}
		}
		out[c.Topic][c.State] += c.People
	}
	return out
}

// fillDays puts hours into the tenant's days.
func (v *visit) fillDays(d *overviewData, hours []hourCount, from time.Time) {
	d.days = look.Columns{
		UpWord: v.say("manager.overview.yes"), DownWord: v.say("manager.overview.off"), DayWord: v.say("manager.day"),
		TableWord: v.say("manager.as_table"), Days: make([]look.Column, actDays),
	}
	for i := range d.days.Days {
		at := from.AddDate(0, 0, i)
		d.days.Days[i].Label, d.days.Days[i].Short = look.ShortDate(v.lang, at), look.AxisDate(v.lang, at)
	}
	for _, h := range hours {
		i := day(from, from.Add(time.Duration(h.Hour)*time.Hour))
		if i < 0 || i >= actDays {
			continue // told for a day to come
		}
		d.days.Days[i].Up += h.Yes
		d.days.Days[i].Down += h.Off
		d.yes += h.Yes
		d.off += h.Off
	}
	d.days.Title = v.say("manager.overview.chart", say.Args{"Days": actDays, "Yes": look.Integer(v.lang, d.yes), "Off": look.Integer(v.lang, d.off)})
}

func (v *visit) fillVerdicts(d *overviewData, said []verdictCount) {
	d.verdicts = map[string]int64{}
	for _, c := range said {
		d.verdicts[c.Verdict] += c.Times
		if c.Verdict == "allow" || c.Reason == "" {
			continue
		}
		text, _ := v.reason(keptReason{Code: c.Reason, Name: "…"}) // of many, so none is named
		d.reasons = append(d.reasons, look.Amount{Label: text, Href: decisionsPath(filter{"verdict", c.Verdict}, filter{"reason", c.Reason}),
			Value: c.Times, Text: look.Integer(v.lang, c.Times)})
	}
	if len(d.reasons) > 6 {
		d.reasons = d.reasons[:6]
	}
}

// agreed is how many people stand with a yes.
func (d overviewData) agreed(topic string) int64 {
	return d.states[topic]["granted"] + d.states[topic]["declared"]
}
