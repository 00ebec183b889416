package manager

import (
	"context"
	"slices"
	"strings"
	"time"

	"jawort/db"
	"jawort/look"
	"jawort/quality"
	"jawort/say"
)

// mostNotes are the numbered lines that a chart still bears.
const mostNotes = 8

// happened is what may explain how ratings ran: what changed here, and what Meta did to numbers, the oldest first.
func (v *visit) happened(ctx context.Context, tx *db.Tx, from int64, nodes []string) ([]turn, error) {
	out, err := happenings(ctx, tx, v.tenant.ID, from, 5*mostNotes)
	if err != nil {
		return nil, err
	}
	for _, what := range []quality.What{quality.Status, quality.Limit} {
		about := nodes
		if what == quality.Limit {
			if about, err = portfolioNodes(ctx, tx, v.tenant.ID); err != nil {
				return nil, err
			}
		}
		said, err := quality.Said(ctx, tx, v.tenant.ID, about, what, from, mostNotes)
		if err != nil {
			return nil, err
		}
		for i, o := range said {
			if o.At >= from && i+1 < len(said) && said[i+1].Node == o.Node && said[i+1].Value != o.Value {
				out = append(out, turn{At: o.At, What: string(what), Node: o.Node, Value: o.Value})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b turn) int { return int(min(max(a.At-b.At, -1), 1)) })
	return out, nil
}

func portfolioNodes(ctx context.Context, tx *db.Tx, tenant string) ([]string, error) {
	rows, err := tx.Query(ctx, `select portfolio from portfolio where tenant = $1 order by portfolio limit 50`, tenant)
	list, err := db.All(rows, err, func(r *db.Rows, s *string) error { return r.Scan(s) })
	for i := range list {
		list[i] = quality.OfPortfolio(list[i])
	}
	return list, err
}

// note says what happened, for the list below the chart.
func (v *visit) note(d qualityData, h turn) string {
	name := h.Name
	for _, n := range d.numbers {
		if quality.OfNumber(n.Number) == h.Node {
			name = n.Name
		}
	}
	value := h.Value
	switch quality.What(h.What) {
	case quality.Status:
		value = v.either("manager.number_status", h.Value)
	case quality.Limit:
		value = v.limitWord(whole(h.Value))
	}
	return v.say("quality.note."+h.What, say.Args{"Name": name, "Value": value, "Kind": h.Kind})
}

// share is where a moment lies in the span.
func (d *qualityData) share(at int64) float64 {
	return float64(at-d.from()) / float64(max(1, d.now-d.from()))
}

// noteDay is what happened on one day: it bears one number in the chart.
type noteDay struct {
	at    int64
	turns []turn
}

// noteDays puts together what happened on the same day, the oldest first; at most mostNotes of the latest.
func (v *visit) noteDays(d qualityData) []noteDay {
	var out []noteDay
	day := func(at int64) string { return time.UnixMicro(at).In(v.zone).Format(time.DateOnly) }
	for _, h := range d.notes {
		if n := len(out); n > 0 && day(out[n-1].at) == day(h.At) {
			out[n-1].turns = append(out[n-1].turns, h)
			continue
		}
		out = append(out, noteDay{h.At, []turn{h}})
	}
	return out[max(0, len(out)-mostNotes):]
}

// mostTurns of one day are told; the rest is counted.
const mostTurns = 3

func (v *visit) noteLine(d qualityData, n noteDay) string {
	var parts []string
	for i, h := range n.turns {
		if i == mostTurns {
			parts = append(parts, v.say("quality.note.more", say.Args{"Count": len(n.turns) - i}))
			break
		}
		parts = append(parts, v.note(d, h))
	}
	return look.AxisDate(v.lang, time.UnixMicro(n.at).In(v.zone)) + ": " + strings.Join(parts, " · ")
}

func (v *visit) marks(d qualityData) []float64 {
	days := v.noteDays(d)
	out := make([]float64, len(days))
	for i, n := range days {
		out[i] = d.share(n.at)
	}
	return out
}

// spell is a time in which a number's rating stayed as it was.
type ratedSpell struct {
	from, to int64
	rating   string
}

// spells are a number's ratings over the span, the oldest first: each word holds until the next one.
func (d *qualityData) spells(number string) []ratedSpell {
	var own []quality.Observation
	for _, o := range d.ratings {
		if o.Node == quality.OfNumber(number) {
			own = append(own, o)
		}
	}
	var out []ratedSpell
	to := d.now
	for _, o := range own { // the newest first
		if o.At >= to {
			continue
		}
		from := max(o.At, d.from())
		if len(out) > 0 && out[len(out)-1].rating == o.Value {
			out[len(out)-1].from = from
		} else {
			out = append(out, ratedSpell{from, to, o.Value})
		}
		if to = o.At; to <= d.from() {
			break
		}
	}
	slices.Reverse(out)
	return out
}

func (v *visit) lanes(d qualityData, n qualityNumber) look.Lanes {
	l := look.Lanes{Words: [3]string{v.rating("GREEN"), v.rating("YELLOW"), v.rating("RED")}, Notes: v.marks(d)}
	for _, s := range d.spells(n.Number) {
		l.Runs = append(l.Runs, look.Run{From: d.share(s.from), To: d.share(s.to), Is: ratingShape(s.rating)})
	}
	return l
}

// axis are the days below the chart.
func (v *visit) axis(d qualityData) []string {
	out := make([]string, 4)
	for i := range out {
		out[i] = look.AxisDate(v.lang, time.UnixMicro(d.from()+int64(i)*(d.now-d.from())/3).In(v.zone))
	}
	return out
}
