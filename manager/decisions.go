package manager

import (
	"context"
	"jawort/account"
	"net/http"

	"jawort/db"
)

var decisionRoutes = []route{
	{"GET /decisions", account.MaySee, decisions},
	{"GET /decisions/{decision}", account.MaySee, decision},
}

// decisionsData is what the list of decisions shows.
type decisionsData struct {
	topics          []topicName
	verdict, reason string
	rows            []decisionRow
	next            string
}

var verdictWords = []string{"allow", "refuse", "wait"}

func decisions(v *visit) error {
	q := v.r.URL.Query()
	d := decisionsData{verdict: q.Get("verdict"), reason: q.Get("reason")}
	if !known(verdictWords, d.verdict) {
		d.verdict = ""
	}
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.topics, err = topicNames(ctx, tx, v.tenant.ID, v.lang); err != nil {
			return err
		}
		d.rows, err = decisionsPage(ctx, tx, v.tenant.ID, d.verdict, d.reason, "", q.Get("before"), pageSize+1)
		return err
	})
	if err != nil {
		return err
	}
	if len(d.rows) > pageSize {
		d.rows = d.rows[:pageSize]
		d.next = decisionsPath(filter{"verdict", d.verdict}, filter{"reason", d.reason}, filter{"before", d.rows[pageSize-1].Decision})
	}
	return v.show(http.StatusOK, decisionsView(v, d))
}

// decision shows one answer of the gate with everything that made it.
func decision(v *visit) error {
	var d decisionRow
	var all []topicName
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if all, err = topicNames(ctx, tx, v.tenant.ID, v.lang); err != nil {
			return err
		}
		d, err = decisionOf(ctx, tx, v.tenant.ID, v.r.PathValue("decision"))
		return err
	}); err != nil {
		return err
	}
	return v.show(http.StatusOK, decisionView(v, d, readKept(d.Body), byCode(all)))
}
