package manager

import (
	"context"
	"net/http"

	"jawort/account"
	"jawort/db"
)

// trail shows the audit trail.
func trail(v *visit) error {
	var entries []account.Entry
	var members []account.Staff
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if members, err = account.AllStaff(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		entries, err = account.Trail(ctx, tx, v.tenant.ID, v.r.URL.Query().Get("before"), pageSize+1)
		return err
	}); err != nil {
		return err
	}
	next := ""
	if len(entries) > pageSize {
		entries = entries[:pageSize]
		next = path("/settings/audit", filter{"before", entries[pageSize-1].ID})
	}
	names := map[string]string{}
	for _, m := range members {
		names[m.ID] = m.Name
	}
	return v.show(http.StatusOK, trailView(v, entries, names, next))
}
