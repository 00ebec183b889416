package contact

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"jawort/db"
)

// Window is the 24 hours in which a business number may write freely to a person. It is never a consent.
type Window struct {
	Contact  string
	Number   string
	OpenedAt int64 // Meta's timestamp of the person's message or call
	Until    int64 // told by Windows; OpenWindows works it out
	HumanAt  int64 // last message that is not itself a stop; 0 = none
}

// windowLength is 24 h less 60 s, so that a message that starts in time also arrives in time (DESIGN section 6).
const windowLength = int64((24*time.Hour - 60*time.Second) / time.Microsecond)

// OpenWindows opens or prolongs windows. It never shortens one: messages come late and out of order.
func OpenWindows(ctx context.Context, tx *db.Tx, tenant string, windows []Window) error {
	type pair struct{ contact, number string }
	latest := map[pair]Window{}
	for _, w := range windows {
		k := pair{w.Contact, w.Number}
		old := latest[k]
		latest[k] = Window{Contact: w.Contact, Number: w.Number, OpenedAt: max(w.OpenedAt, old.OpenedAt), HumanAt: max(w.HumanAt, old.HumanAt)}
	}
	list := make([]Window, 0, len(latest))
	for _, w := range latest {
		w.Until = w.OpenedAt + windowLength
		list = append(list, w)
	}
	if len(list) == 0 {
		return nil
	}
	slices.SortFunc(list, func(a, b Window) int {
		return cmp.Or(cmp.Compare(a.Contact, b.Contact), cmp.Compare(a.Number, b.Number))
	})
	if err := upsertWindows(ctx, tx, tenant, list); err != nil {
		return fmt.Errorf("open %d windows: %w", len(list), err)
	}
	return nil
}

// Answered is how many answers of people a person gets, or with a negative N did not get after all.
type Answered struct {
	Contact, Number string
	N               int64
}

// CountAnswers counts answers since the person's last message: whoever writes again begins anew.
func CountAnswers(ctx context.Context, tx *db.Tx, tenant string, list []Answered) error {
	if len(list) == 0 {
		return nil
	}
	sum := map[Answered]int64{}
	var keys []Answered
	for _, a := range list {
		k := Answered{Contact: a.Contact, Number: a.Number}
		if _, seen := sum[k]; !seen {
			keys = append(keys, k)
		}
		sum[k] += a.N
	}
	for i, k := range keys {
		keys[i].N = sum[k]
	}
	slices.SortFunc(keys, func(a, b Answered) int {
		return cmp.Or(cmp.Compare(a.Contact, b.Contact), cmp.Compare(a.Number, b.Number))
	})
	if err := countAnswers(ctx, tx, tenant, keys); err != nil {
		return fmt.Errorf("count %d answers: %w", len(keys), err)
	}
	return nil
}

// Windows answers the windows of the contacts towards one number, open and closed; who has none is missing.
func Windows(ctx context.Context, tx *db.Tx, tenant, number string, contacts []string) (map[string]Window, error) {
	list, err := windowsOf(ctx, tx, tenant, number, contacts)
	if err != nil {
		return nil, fmt.Errorf("read windows of %d contacts: %w", len(contacts), err)
	}
	out := make(map[string]Window, len(list))
	for _, w := range list {
		out[w.Contact] = w
	}
	return out, nil
}
