package manager

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/gate"
	"jawort/intake"
	"jawort/round"
	"jawort/say"
	"jawort/source"
)

var askingRoutes = []route{
	{"GET /asking", account.MayImport, askingPage},
	{"POST /asking", account.MayImport, beginRound},
	{"GET /asking/{round}", account.MayImport, roundPage},
	{"POST /asking/{round}", account.MayImport, moveRound},
}

// askingData is the guided way to ask people of whom somebody else says that they agreed.
type askingData struct {
	claims  []claimCount
	sources []source.Source // that can ask, the newest first
	all     []source.Source // every live one: the other ways
	topics  []topicName
	rounds  []round.Round
	names   map[string]string
	f       typed
}

// claimCount is how many are said to have agreed to a topic; most + 1 = more than can be counted quickly.
type claimCount struct {
	topic topicName
	n     int64
}

func askingPage(v *visit) error {
	return v.showAsking(http.StatusOK, filled("topic", v.r.URL.Query().Get("topic")))
}

func (v *visit) showAsking(status int, f typed) error {
	d := askingData{f: f}
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.topics, err = topicNames(ctx, tx, v.tenant.ID, v.lang); err != nil {
			return err
		}
		for _, t := range d.topics {
			n, err := countClaimed(ctx, tx, v.tenant.ID, t.Code)
			if err != nil {
				return err
			}
			if n > 0 {
				d.claims = append(d.claims, claimCount{t, n})
			}
		}
		if d.all, err = source.List(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		d.all = slices.DeleteFunc(d.all, func(s source.Source) bool { return s.State != source.StateLive })
		d.sources = d.canAsk()
		if d.names, err = staffNames(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		d.rounds, err = round.List(ctx, tx, v.tenant.ID, "", pageSize)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(status, askingView(v, d))
}

// canAsk are the sources whose wording can be asked about one of the topics that somebody is said to have agreed to.
func (d *askingData) canAsk() (out []source.Source) {
	for i := range d.all {
		s := &d.all[i]
		if slices.ContainsFunc(d.claims, func(c claimCount) bool { return intake.MayAsk(s, c.topic.Code) }) {
			out = append(out, *s)
		}
	}
	return out
}

func (d *askingData) sourceOptions() (out []option) {
	for _, s := range d.sources {
		out = append(out, option{Value: s.ID, Label: s.Name})
	}
	return out
}

func (v *visit) claimOptions(d askingData) (out []option) {
	for _, c := range d.claims {
		out = append(out, option{Value: c.topic.Code, Label: c.topic.Name + " (" + v.upTo(c.n) + ")"})
	}
	return out
}

// upTo is a number of people, or that there are more than were counted.
func (v *visit) upTo(n int64) string {
	if n > mostCount {
		return v.say("manager.asking.more", say.Args{"Number": v.integer(mostCount)})
	}
	return v.integer(n)
}

// beginRound counts what would come of each person; nobody is asked yet.
func beginRound(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	r := round.Round{Topic: f.get("topic"), Source: f.get("source"), CreatedBy: v.staff.ID}
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		topics, err := v.liveTopics(ctx, tx)
		if err != nil {
			return err
		}
		if byCode(topics)[r.Topic] == "" {
			return errs.At("topic", "topic.unknown")
		}
		if _, err := intake.ClaimQuestions(ctx, tx, v.tenant, r.Source, r.Topic); err != nil {
			return besideSource(err)
		}
		r, err = round.Put(ctx, tx, v.tenant.ID, r)
		return err
	})
	if err == nil {
		return v.to("/asking/" + r.ID)
	}
	if err := f.took(v, err, map[string]string{"topic": "topic", "source": "source"}); err != nil {
		return err
	}
	return v.showAsking(f.status(), f)
}

// besideSource puts what is wrong with a source beside its field.
func besideSource(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Field == "" {
		c := *e
		c.Field, c.Code = "source", errs.Invalid
		return &c
	}
	return err
}

// roundData is one round.
type roundData struct {
	round.Round
	topic     string
	source    source.Source
	questions []saidTo
	wrong     string // why it cannot be asked; "" = it can
	names     map[string]string
}

// saidTo is what is sent, in one language.
type saidTo struct{ lang, text string }

func roundPage(v *visit) error {
	var d roundData
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.Round, err = round.Get(ctx, tx, v.tenant.ID, v.r.PathValue("round")); err != nil {
			return err
		}
		topics, err := topicNames(ctx, tx, v.tenant.ID, v.lang)
		if err != nil {
			return err
		}
		d.topic = byCode(topics).name(d.Topic)
		if d.names, err = staffNames(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		if d.source, err = source.Get(ctx, tx, v.tenant.ID, d.Source); err != nil {
			return err
		}
		texts, err := intake.ClaimQuestions(ctx, tx, v.tenant, d.Source, d.Topic)
		if err != nil {
			if errs.CodeOf(err) == errs.Internal {
				return err
			}
			d.wrong = v.sentence(err)
		}
		for lang, text := range texts {
			d.questions = append(d.questions, saidTo{lang, text})
		}
		slices.SortFunc(d.questions, func(a, b saidTo) int { return cmp.Compare(a.lang, b.lang) })
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, roundView(v, d))
}

// moveRound lets a round go, pauses, goes on, ends it, counts again or throws it away.
func moveRound(v *visit) error {
	to, id := round.State(v.r.PostFormValue("to")), v.r.PathValue("round")
	err := v.write(func(ctx context.Context, tx *db.Tx) error {
		return round.Move(ctx, tx, v.tenant.ID, id, v.staff.ID, to)
	})
	if err != nil {
		return err
	}
	if to == round.Dropped {
		return v.done("/asking", v.say("manager.asking.dropped"))
	}
	return v.to("/asking/" + id)
}

// roundLine is people of one verdict.
type roundLine struct {
	shape, word, text string
	n                 int64
}

// verdicts are what would come of people, those who are asked first, then who waits, then who is not asked and why.
func (d *roundData) verdicts(v *visit) (out []roundLine) {
	for _, w := range []struct{ word, shape string }{{round.Ask, "ok"}, {round.Window, "wait"}, {round.Later, "wait"}, {round.Before, "idle"}} {
		if n := d.Counts.Expected[w.word]; n > 0 {
			out = append(out, roundLine{w.shape, v.say("manager.asking.verdict." + w.word), v.say("manager.asking.verdict." + w.word + ".text"), n})
		}
	}
	no := len(out)
	for _, g := range gate.Grounds() {
		if n := d.Counts.Expected[g.Code]; n > 0 {
			r := gate.Reason{Ground: g, Name: d.topic}
			out = append(out, roundLine{"bad", v.say("manager.asking.verdict.no"), r.Text(v.lang), n})
		}
	}
	slices.SortStableFunc(out[no:], func(a, b roundLine) int { return cmp.Compare(b.n, a.n) })
	return out
}

// roundShape is where a round stands, as a shape.
func roundShape(r round.Round) string {
	switch r.State {
	case round.Running, round.Done:
		return "ok"
	case round.Paused:
		return "warn"
	}
	return "wait"
}

// ruleShape is what a rule says: that something is done, or that it never is.
func ruleShape(rule string) string {
	if rule == "never" {
		return "bad"
	}
	return "ok"
}

// firstOf is the first of some; "" = there is none.
func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
