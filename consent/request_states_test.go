package consent

import (
	"context"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
	"jawort/docs"
)

// Every end is tried in every state, on the database: what ended stays as it is.
func TestDrawingOfRequest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		all := []RequestState{RequestOpen, RequestGranted, RequestDeclined, RequestDisputed, RequestOver}
		code := []docs.Arrow{{From: "[*]", To: string(RequestOpen), By: "asked for"}}
		for _, from := range all {
			for _, to := range all {
				r := Request{ID: "req_" + string(from) + "_" + string(to), Contact: "con_1", Topics: []string{"offers"}, State: from}
				r.Code = r.ID
				if err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					if err := PutRequests(ctx, tx, "t", r); err != nil {
						return err
					}
					if err := CloseRequests(ctx, tx, "t", map[string]RequestState{r.ID: to}); err != nil {
						return err
					}
					now, err := RequestsByID(ctx, tx, "t", []string{r.ID})
					if state := now[r.ID].State; err == nil && state != from {
						code = append(code, docs.Arrow{From: string(from), To: string(state)})
					}
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
		}
		docs.Compare(t, "Request", code)
	})
}
