package manager

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"jawort/db"
	"jawort/id"
)

// Everything here reads, and nothing else: figures and lists over the tables of other packages.

// since is the smallest id that can have been born at that moment, for ids sort by time.
func since(prefix string, at int64) string { return id.At(prefix, at)[:len(prefix)+1+13] }

// topicName is a topic with its words in the reader's language.
type topicName struct {
	Code, Class, Name string
	Retired           bool
}

// topicNames reads the tenant's topics in their order.
func topicNames(ctx context.Context, tx *db.Tx, tenant, lang string) ([]topicName, error) {
	rows, err := tx.Query(ctx, `select topic, class, texts, retired_at is not null from topic where tenant = $1 order by position, topic`, tenant)
	return db.All(rows, err, func(r *db.Rows, t *topicName) error {
		var texts string
		if err := r.Scan(&t.Code, &t.Class, &texts, &t.Retired); err != nil {
			return err
		}
		t.Name = inLanguage(texts, lang, t.Code)
		return nil
	})
}

// inLanguage picks a topic's name: the reader's language, else any, else the code.
func inLanguage(texts, lang, code string) string {
	var all map[string]struct {
		Name string `json:"name"`
	}
	if json.Unmarshal([]byte(texts), &all) != nil {
		return code
	}
	for _, l := range []string{lang, "en", "de"} {
		if all[l].Name != "" {
			return all[l].Name
		}
	}
	return code
}

func openReviews(ctx context.Context, tx *db.Tx, tenant string) (n int64, err error) {
	err = tx.Row(ctx, `select count(*) from review where tenant = $1 and decided_at is null`, tenant).Scan(&n)
	return n, err
}

// conditions collects what a list is narrowed by; a condition that nobody asked for does not stand in the statement, because
// planners cannot use an index behind "$2 = ” or …".
type conditions struct {
	text string
	args []any
}

// and adds a condition whose one ? is the value, when the value is not empty.
func (c *conditions) and(condition, value string) {
	if value != "" {
		c.always(condition, value)
	}
}

// always adds a condition, or the end of a statement, with its value.
func (c *conditions) always(text string, value any) {
	c.args = append(c.args, value)
	c.text += strings.Replace(text, "?", fmt.Sprintf("$%d", len(c.args)), 1)
}

// programNames are the names of the programs that send through us.
func programNames(ctx context.Context, tx *db.Tx, tenant string) (topics, error) {
	type program struct{ id, name string }
	rows, err := tx.Query(ctx, `select program, name from program where tenant = $1`, tenant)
	list, err := db.All(rows, err, func(r *db.Rows, p *program) error { return r.Scan(&p.id, &p.name) })
	out := topics{}
	for _, p := range list {
		out[p.id] = p.name
	}
	return out, err
}

// bornAt is when something with this id came to be; 0 for none of ours.
func bornAt(prefix, s string) int64 {
	at, _ := id.Time(prefix, s)
	return at
}
