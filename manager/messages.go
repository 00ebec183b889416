package manager

import (
	"context"
	"net/http"
	"strings"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/intake"
	"jawort/look"
	"jawort/say"
)

var messageRoutes = []route{
	{"GET /messages", account.MaySee, reviews},
	{"POST /messages/reviews/{review}", account.MayReview, decideReview},
	{"POST /messages/reviews/{review}/undo", account.MayReview, undoReview},
	{"POST /messages/reviews/{review}/answer", account.MayErase, answerErasure},
	{"GET /messages/optouts", account.MaySee, optOuts},
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
	backs   []backRow    // entries of staff that somebody wants to take back
	lists   []sourceName // whole lists likewise
	about   string       // the review that the problem is about
	problem string       // why it could not be decided
	typed   string       // the reason that was refused
}

// reviews shows the answers that nobody could read for sure.
func reviews(v *visit) error { return v.showReviews(http.StatusOK, queueData{}) }

func (v *visit) showReviews(status int, d queueData) error {
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.rows, err = reviewsPage(ctx, tx, v.tenant.ID, queuePage); err != nil {
			return err
		}
		for i := range d.rows {
			if d.rows[i].Before, err = saidBefore(ctx, tx, v.tenant.ID, d.rows[i].Contact, d.rows[i].SaidAt); err != nil {
				return err
			}
		}
		if d.backs, err = openVoidings(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		if d.lists, err = openListUndos(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		d.decided, err = decidedReviews(ctx, tx, v.tenant.ID, ago(v.now(), v.tenant.Policy.UnsureAfter()))
		return err
	}); err != nil {
		return err
	}
	return v.show(status, reviewsView(v, d))
}

// deadline is until when something must be decided, in words, with its shape.
func (v *visit) deadline(r reviewRow) (shape, text string) {
	now := v.now().UnixMicro()
	left := time.UnixMicro(max(r.CreatedAt, r.ReopenedAt)).Add(v.tenant.Policy.UnsureAfter()).Sub(v.now())
	switch {
	case r.DueAt < now && (r.What == intake.ReviewErase || left > 0):
		return "bad", v.say("manager.desk.overdue", say.Args{"When": v.when(r.DueAt)})
	case r.What == intake.ReviewErase && r.DueAt < now+7*24*3600*1_000_000:
		return "warn", v.say("manager.desk.answer_by", say.Args{"When": v.date(r.DueAt)})
	case r.What == intake.ReviewErase:
		return "wait", v.say("manager.desk.answer_by", say.Args{"When": v.date(r.DueAt)})
	case left <= 0:
		return "warn", v.say("manager.queue.due")
	}
	return "wait", v.say("manager.queue.deadline", say.Args{"Left": v.span(left)})
}

// lawWords is what the law of the person's country says about the time.
func (v *visit) lawWords(r reviewRow) string {
	country, _, _ := strings.Cut(r.Rules, "@")
	if country == "" {
		return ""
	}
	name := v.say("manager.desk.union")
	if country, _, _ = strings.Cut(strings.ToUpper(country), "-"); country != "EU" {
		name = v.countryName(country)
	}
	key := "manager.desk.law.stop"
	switch {
	case r.What == intake.ReviewErase:
		key = "manager.desk.law.erase"
	case r.LawAt == 0:
		key = "manager.desk.law.once"
	}
	return v.say(key, say.Args{"Country": name, "When": v.date(r.LawAt)})
}

// decidedWord is what was decided.
func (v *visit) decidedWord(r decidedRow) string {
	switch {
	case r.Decision == "archived":
		return v.say("manager.desk.archived")
	case r.What == intake.ReviewErase:
		return v.say("manager.desk.kept")
	}
	return v.say("manager.intent." + r.Decision)
}

// keepAsk is the question why somebody is not erased who wished it.
func (v *visit) keepAsk(r reviewRow, d queueData) look.Ask {
	a := look.Ask{ID: "keep-" + r.Review, Open: v.say("manager.desk.keep.open"), Title: v.say("manager.desk.keep.title", say.Args{"Name": v.personName(r.Name)}),
		Text: []string{v.say("manager.desk.keep.text")}, Action: "/messages/reviews/" + r.Review + "/answer", Do: v.say("manager.desk.keep.do"), Calm: true}
	if d.about == r.Review {
		a.Typed, a.Problem = d.typed, d.problem
	}
	return v.ask(a)
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
		return v.showReviews(http.StatusConflict, queueData{about: review, problem: v.sentence(err)})
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
		return v.showReviews(http.StatusConflict, queueData{about: review, problem: v.sentence(err)})
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
	for _, t := range []struct{ path, key string }{{"/messages", "manager.messages.tab.queue"}, {"/messages/optouts", "manager.messages.tab.optouts"}, {"/messages/all", "manager.messages.tab.all"}, {"/messages/strays", "manager.messages.tab.strays"}} {
		out = append(out, look.Choice{Value: t.path, Label: v.say(t.key), Current: t.path == current})
	}
	if v.open > 0 {
		out[0].Label += " (" + look.Integer(v.lang, v.open) + ")"
	}
	return out
}
