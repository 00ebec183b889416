package list

import (
	"context"
	"sort"

	"jawort/bring"
	"jawort/db"
	"jawort/intake"
)

// read says what the next rows would do, and writes down whom they would stop; nothing of them takes effect. It judges without
// keeping others from writing: what it finds is what is expected, and is found out again when the list is let go.
func (w *Worker) read(ctx context.Context, l intake.List, p *plan) error {
	if l.Line == 0 { // of an earlier reading, with other columns
		if more, err := w.forget(ctx, l); more || err != nil {
			return err
		}
	}
	part := behind(p.all, l.Line, w.d.Rows)
	if len(part) == 0 {
		return w.turn(ctx, l)
	}
	var verdicts []bring.Verdict
	err := w.d.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		verdicts, err = w.judge(ctx, tx, &l, p, part)
		return err
	})
	if err != nil {
		return err
	}
	s := counted(part, verdicts)
	s.Total = int64(len(p.all))
	return w.d.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		i := l.Import
		if l.Line == 0 {
			i.Format, i.Counts.Rows = p.list.Format, int64(len(p.all)+p.list.Twice)
			if p.list.Twice > 0 {
				s.Counts[bring.Twice] = int64(p.list.Twice)
			}
		}
		last := part[len(part)-1].line
		if err := w.d.Desk.StageStops(ctx, tx, &l, addresses(between(p.outs, l.Line, last))); err != nil {
			return err
		}
		return bring.Advance(ctx, tx, l.Tenant, &i, s)
	})
}

// between are the rows behind one line, up to another.
func between(rows []row, after, upTo int64) []row {
	part := behind(rows, after, len(rows))
	return part[:sort.Search(len(part), func(k int) bool { return part[k].line > upTo })]
}

// judge asks the desk what rows would come to; what the file itself says against a row is said first.
func (w *Worker) judge(ctx context.Context, tx *db.Tx, l *intake.List, p *plan, part []row) ([]bring.Verdict, error) {
	out := make([]bring.Verdict, len(part))
	ask := map[bring.Verdict][]int{}
	for k, r := range part {
		out[k] = asks(r.Row, p.list, l.Kind)
		ask[out[k]] = append(ask[out[k]], k)
	}
	for what, judge := range map[bring.Verdict]doing{bring.Stop: w.d.Desk.JudgeStops, bring.Claim: w.d.Desk.JudgeClaims} {
		if len(ask[what]) == 0 {
			continue
		}
		rows := make([]row, len(ask[what]))
		for n, k := range ask[what] {
			rows[n] = part[k]
		}
		verdicts, err := judge(ctx, tx, l, listed(rows, &l.Options))
		if err != nil {
			return nil, err
		}
		for n, k := range ask[what] {
			out[k] = verdicts[n]
		}
	}
	return out, nil
}
