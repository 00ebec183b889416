package manager

import (
	"context"
	"net/http"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
)

var messageRoutes = []route{
	{"GET /messages", account.MaySee, reviews},
	{"POST /messages/reviews/{review}", account.MayReview, decideReview},
}

// reviews shows the answers that nobody could read for sure.
func reviews(v *visit) error {
	var rows []reviewRow
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		rows, err = reviewsPage(ctx, tx, v.tenant.ID, pageSize)
		return err
	}); err != nil {
		return err
	}
	return v.show(http.StatusOK, reviewsView(v, rows))
}

// decideReview hands a decision on; what it does to the person is intake's. The audit line tells that it was asked for.
func decideReview(v *visit) error {
	review, decision := v.r.PathValue("review"), v.r.PostFormValue("decision")
	if !known(Decisions, decision) {
		return errs.At("decision", "error.invalid")
	}
	if v.s.Decide == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	if err := v.read(func(ctx context.Context, tx *db.Tx) error {
		open, err := reviewIsOpen(ctx, tx, v.tenant.ID, review)
		if err == nil && !open {
			err = errs.New(errs.NotFound, "manager.messages.gone")
		}
		return err
	}); err != nil {
		return err
	}
	if err := v.s.Decide(v.r.Context(), v.tenant.ID, v.staff.ID, review, decision); err != nil {
		return err
	}
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: "review.decided", Object: review,
			Detail: map[string]string{"decision": decision}})
	}); err != nil {
		return err
	}
	return v.to("/messages")
}
