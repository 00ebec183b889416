package manager

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"jawort/account"
	"jawort/db"
	"jawort/tally"
)

var decisionRoutes = []route{
	{"GET /decisions", account.MaySee, decisions},
	{"POST /decisions", account.MaySee, tryGate},
	{"GET /decisions/{decision}", account.MaySee, decision},
}

// decisionFilter narrows the list of decisions; empty fields do not.
type decisionFilter struct{ verdict, reason, program, number, template, before string }

// decisionsData is what the gate's page shows.
type decisionsData struct {
	decisionFilter
	tryChoices
	programs topics // id → name
	rows     []decisionRow
	next     string
	refused  []refusedBy
	try      tried
}

// refusedBy is how often a program was told no for a reason.
type refusedBy struct {
	program, name, reason, text string
	times                       int64
}

var verdictWords = []string{"allow", "refuse", "wait"}

// mostRefusals are shown by program and reason.
const mostRefusals = 8

func decisions(v *visit) error { return v.showDecisions(http.StatusOK, tried{}) }

// path is the list's address with one filter changed.
func (d decisionsData) path(name, value string) string {
	f := map[string]string{"verdict": d.verdict, "reason": d.reason, "program": d.program, "number": d.number, "template": d.template}
	f[name] = value
	var list []filter
	for _, k := range []string{"verdict", "reason", "program", "number", "template", "before"} {
		list = append(list, filter{k, f[k]})
	}
	return decisionsPath(list...)
}

func (v *visit) showDecisions(status int, t tried) error {
	q := v.r.URL.Query()
	d := decisionsData{try: t, decisionFilter: decisionFilter{verdict: q.Get("verdict"), reason: q.Get("reason"), program: q.Get("program"),
		number: q.Get("number"), template: q.Get("template"), before: q.Get("before")}}
	if !known(verdictWords, d.verdict) {
		d.verdict = ""
	}
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.tryChoices, err = v.tryChoices(ctx, tx); err != nil {
			return err
		}
		if d.programs, err = programNames(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		if d.refused, err = v.refusals(ctx, tx, d.programs); err != nil {
			return err
		}
		var next string
		if d.rows, next, err = decisionsPage(ctx, tx, v.tenant.ID, d.decisionFilter, pageSize); next != "" {
			d.next = d.path("before", next)
		}
		return err
	}); err != nil {
		return err
	}
	return v.show(status, decisionsView(v, d))
}

// refusals are what was refused or put off in the last thirty days, by program and reason, most first.
func (v *visit) refusals(ctx context.Context, tx *db.Tx, programs topics) ([]refusedBy, error) {
	now, _ := spanOf(tally.Day(v.now(), v.zone), usualSpan)
	f, err := tally.Read(ctx, tx, v.tenant.ID, v.zone, now)
	if err != nil {
		return nil, err
	}
	sum := map[refusedBy]int64{}
	for _, c := range f.Counts {
		if c.What == tally.Refused && c.B != "" {
			sum[refusedBy{program: c.A, reason: c.B}] += c.Times
		}
	}
	var out []refusedBy
	for r, n := range sum {
		r.times, r.name = n, programs.name(r.program)
		if r.program == "" {
			r.name = v.say("manager.decisions.own")
		}
		r.text = v.reasonWord(r.reason)
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b refusedBy) int {
		if a.times != b.times {
			return int(min(1, max(-1, b.times-a.times)))
		}
		return strings.Compare(a.program+a.reason, b.program+b.reason)
	})
	return out[:min(len(out), mostRefusals)], nil
}

// decision shows one answer of the gate with everything that made it.
func decision(v *visit) error {
	var d decisionRow
	var all []topicName
	var programs topics
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if all, err = topicNames(ctx, tx, v.tenant.ID, v.lang); err != nil {
			return err
		}
		if programs, err = programNames(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		d, err = decisionOf(ctx, tx, v.tenant.ID, v.r.PathValue("decision"))
		return err
	}); err != nil {
		return err
	}
	return v.show(http.StatusOK, decisionView(v, d, readKept(d.Body), byCode(all), programs))
}
