package manager

import (
	"context"
	"net/http"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/look"
	"jawort/say"
)

var messageRoutes = []route{
	{"GET /messages", account.MaySee, reviews},
	{"POST /messages/reviews/{review}", account.MayReview, decideReview},
	{"POST /messages/reviews/{review}/undo", account.MayReview, undoReview},
	{"GET /messages/all", account.MaySee, messages},
	{"GET /messages/strays", account.MaySee, strays},
	{"GET /messages/{message}", account.MaySee, message},
}

// queuePage is how many unclear answers are shown at once: each comes with what was said before.
const queuePage = 20

// queueData is what the review queue shows.
type queueData struct {
	rows    []reviewRow
	decided []decidedRow
	about   string // the review that the problem is about
	problem string // why it could not be decided
}

// reviews shows the answers that nobody could read for sure.
func reviews(v *visit) error { return v.showReviews(http.StatusOK, "", "") }

func (v *visit) showReviews(status int, about, problem string) error {
	d := queueData{about: about, problem: problem}
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.rows, err = reviewsPage(ctx, tx, v.tenant.ID, queuePage); err != nil {
			return err
		}
		for i := range d.rows {
			if d.rows[i].Before, err = saidBefore(ctx, tx, v.tenant.ID, d.rows[i].Contact, d.rows[i].SaidAt); err != nil {
				return err
			}
		}
		d.decided, err = decidedReviews(ctx, tx, v.tenant.ID, ago(v.now(), v.tenant.Policy.UnsureAfter()))
		return err
	}); err != nil {
		return err
	}
	return v.show(status, reviewsView(v, d))
}

// deadline is when an unclear answer becomes a stop of marketing, in words.
func (v *visit) deadline(r reviewRow) string {
	left := time.UnixMicro(max(r.CreatedAt, r.ReopenedAt)).Add(v.tenant.Policy.UnsureAfter()).Sub(v.now())
	if left <= 0 {
		return v.say("manager.queue.due")
	}
	return v.say("manager.queue.deadline", say.Args{"Left": v.span(left)})
}

// decideReview hands a decision on; what it does to the person is intake's, which also keeps who decided.
func decideReview(v *visit) error {
	review, decision := v.r.PathValue("review"), v.r.PostFormValue("decision")
	if !known(Decisions, decision) {
		return errs.At("decision", "error.invalid")
	}
	if v.s.Decide == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	if err := v.mine(review, "and decided_at is null"); err != nil {
		return err
	}
	err := v.s.Decide(v.r.Context(), v.tenant.ID, v.staff.ID, review, decision)
	if errs.CodeOf(err) == errs.Conflict {
		return v.showReviews(http.StatusConflict, review, v.sentence(err))
	}
	if err != nil {
		return err
	}
	var back []look.Way
	if v.s.Undo != nil {
		back = append(back, look.Way{Label: v.say("manager.queue.undo"), Post: "/messages/reviews/" + review + "/undo"})
	}
	return v.done("/messages", v.say("manager.queue.done."+decision), back...)
}

// undoReview takes a decision back, as far as the law lets staff (intake.Undo).
func undoReview(v *visit) error {
	review := v.r.PathValue("review")
	if v.s.Undo == nil {
		return errs.New(errs.Unavailable, "error.unavailable")
	}
	if err := v.mine(review, ""); err != nil {
		return err
	}
	err := v.s.Undo(v.r.Context(), v.tenant.ID, v.staff.ID, review)
	if errs.CodeOf(err) == errs.Conflict {
		return v.showReviews(http.StatusConflict, review, v.sentence(err))
	}
	if err != nil {
		return err
	}
	return v.done("/messages", v.say("manager.queue.undone"))
}

// mine reports whether the tenant has the review.
func (v *visit) mine(review, and string) error {
	return v.read(func(ctx context.Context, tx *db.Tx) error {
		there, err := hasReview(ctx, tx, v.tenant.ID, review, and)
		if err == nil && !there {
			err = errs.New(errs.NotFound, "manager.messages.gone")
		}
		return err
	})
}

// messageTabs are the pages of this area.
func (v *visit) messageTabs(current string) []look.Choice {
	var out []look.Choice
	for _, t := range []struct{ path, key string }{{"/messages", "manager.messages.tab.queue"}, {"/messages/all", "manager.messages.tab.all"}, {"/messages/strays", "manager.messages.tab.strays"}} {
		out = append(out, look.Choice{Value: t.path, Label: v.say(t.key), Current: t.path == current})
	}
	if v.open > 0 {
		out[0].Label += " (" + look.Integer(v.lang, v.open) + ")"
	}
	return out
}
