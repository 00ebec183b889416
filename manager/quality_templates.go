package manager

import (
	"context"
	"net/http"

	"jawort/db"
	"jawort/look"
	"jawort/quality"
	"jawort/say"
)

// ratedTemplate is a template in one language with what Meta thinks of it.
type ratedTemplate struct {
	WABA, Name, Language, Category, Status, Quality string

	stand  map[quality.What]quality.Standing
	pauses int64 // how often Meta has paused it
}

func (t *ratedTemplate) node() string { return quality.OfTemplate(t.WABA, t.Name, t.Language) }

// troubled are the states and ratings that need somebody.
const troubled = `(status in ('PAUSED', 'DISABLED', 'REJECTED', 'FLAGGED', 'LIMIT_EXCEEDED') or quality in ('YELLOW', 'RED'))`

// mostTroubled is how many of those are shown on top.
const mostTroubled = 20

func ratedTemplates(ctx context.Context, tx *db.Tx, tenant string, c *conditions) ([]ratedTemplate, error) {
	rows, err := tx.Query(ctx, `select waba, name, language, category, status, quality from template where tenant = $1`+c.text, append([]any{tenant}, c.args[1:]...)...)
	list, err := db.All(rows, err, func(r *db.Rows, t *ratedTemplate) error {
		return r.Scan(&t.WABA, &t.Name, &t.Language, &t.Category, &t.Status, &t.Quality)
	})
	if err != nil || len(list) == 0 {
		return list, err
	}
	return list, withStandings(ctx, tx, tenant, list)
}

func withStandings(ctx context.Context, tx *db.Tx, tenant string, list []ratedTemplate) error {
	at, nodes := map[string]int{}, make([]string, len(list))
	for i := range list {
		nodes[i] = list[i].node()
		at[nodes[i]], list[i].stand = i, map[quality.What]quality.Standing{}
	}
	stand, err := quality.StandingsOf(ctx, tx, tenant, nodes)
	if err != nil {
		return err
	}
	for _, s := range stand {
		list[at[s.Node]].stand[s.What] = s
	}
	type count struct {
		node string
		n    int64
	}
	rows, err := tx.Query(ctx, `select node, count(*) from observation where tenant = $1 and node in {list $2 text} and what = 'status' and value = 'PAUSED'
		group by node`, tenant, nodes)
	counts, err := db.All(rows, err, func(r *db.Rows, c *count) error { return r.Scan(&c.node, &c.n) })
	for _, c := range counts {
		list[at[c.node]].pauses = c.n
	}
	return err
}

// ratedData is what the tab of templates shows.
type ratedData struct {
	head    qualityHead
	now     int64
	trouble []ratedTemplate
	all     []ratedTemplate
	next    string // path of the following ones
	begun   bool   // not the first page
}

func qualityTemplates(v *visit) error {
	var d ratedData
	q := v.r.URL.Query()
	after := [3]string{q.Get("waba"), q.Get("after"), q.Get("lang")}
	d.begun = after[1] != ""
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.now, err = tx.Now(ctx); err != nil {
			return err
		}
		if d.head, err = v.qualityHead(ctx, tx); err != nil {
			return err
		}
		c := conditions{args: []any{v.tenant.ID}}
		if !d.begun {
			c.always(` and `+troubled+` order by waba, name, language limit ?`, mostTroubled)
			if d.trouble, err = ratedTemplates(ctx, tx, v.tenant.ID, &c); err != nil {
				return err
			}
			c = conditions{args: []any{v.tenant.ID}}
		} else {
			c.text = ` and (waba, name, language) > ($2, $3, $4)`
			c.args = append(c.args, after[0], after[1], after[2])
		}
		c.always(` order by waba, name, language limit ?`, pageSize+1)
		d.all, err = ratedTemplates(ctx, tx, v.tenant.ID, &c)
		return err
	})
	if err != nil {
		return err
	}
	if len(d.all) > pageSize {
		d.all = d.all[:pageSize]
		last := d.all[pageSize-1]
		d.next = path("/quality/templates", filter{"waba", last.WABA}, filter{"after", last.Name}, filter{"lang", last.Language})
	}
	return v.show(http.StatusOK, qualityTemplatesView(v, d))
}

// category is Meta's category with what becomes of it.
func (v *visit) categoryHint(d ratedData, t ratedTemplate) string {
	if next := t.stand[quality.NextCategory]; next.Value != "" && next.Value != t.Category && next.Until > d.now {
		return v.say("quality.category.coming", say.Args{"Value": v.either("quality.category", next.Value), "When": v.when(next.Until)})
	}
	if s := t.stand[quality.Category]; s.Before != "" {
		return v.say("quality.category.was", say.Args{"Value": v.either("quality.category", s.Before), "When": v.when(s.Since)})
	}
	return ""
}

// stateHint says how long a pause lasts, and how many there were: the third one is the last.
func (v *visit) stateHint(d ratedData, t ratedTemplate) string {
	s := t.stand[quality.Status]
	switch {
	case t.Status == "PAUSED" && s.Until > d.now:
		return v.say("quality.paused.until", say.Args{"When": v.when(s.Until), "Count": int(t.pauses)})
	case t.pauses > 0:
		return v.say("quality.paused.times", say.Args{"Count": int(t.pauses)})
	case s.Note != "" && t.Status != "APPROVED":
		return s.Note
	}
	return ""
}

// sinceOf is since when a template's rating stands; "" when that is not known.
func (v *visit) sinceOf(s quality.Standing) string {
	if s.Before == "" {
		return ""
	}
	return v.say("quality.since", say.Args{"When": look.ShortDate(v.lang, v.at(s.Since))})
}
