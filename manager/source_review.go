package manager

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/guard"
	"jawort/look"
	"jawort/notice"
	"jawort/quality"
	"jawort/rules"
	"jawort/say"
	"jawort/source"
	"jawort/tally"
	"jawort/topic"
	"jawort/wording"
)

var reviewRoutes = []route{
	{"GET /sources/{source}/review", account.MaySee, reviewSource},
	{"POST /sources/{source}/watch/end", account.MayEdit, endSourceWatch},
}

// reviewData is a source as one would show it to Meta or an authority: what it says, how it looked, who agreed, and what came of it.
type reviewData struct {
	sourceData
	version  []notice.Version // the version shown, in all its languages; nil = none was ever published
	earlier  []notice.Version // one language of each published version, newest first
	findings []finding
	law      rules.Rules
	pages    map[string]string // web: the public page by language
	samples  []optInSample
	rank     quality.Ranked
	usual    float64
	why      string
	problem  string
}

// finding is one point of the self-assessment.
type finding struct {
	shape      string // ok warn bad
	code, name string
	text       string // what was found, or why it is asked for and how to put it right
	lang       string // of the words and the fault; "" = the source itself
	words      string // the words of the text that say it, or contradict it; "" = none
	sources    []lawSource
	also       []string // other languages of which the same holds
}

// sorted sets what is fulfilled apart from what asks for something.
func (d reviewData) sorted() (mend, held []finding) {
	for _, f := range d.findings {
		list := &mend
		if f.shape == "ok" {
			list = &held
		}
		if i := slices.IndexFunc(*list, f.sameAs); i >= 0 {
			(*list)[i].also = append((*list)[i].also, f.lang)
		} else {
			*list = append(*list, f)
		}
	}
	return mend, held
}

// sameAs is whether the same holds of another language: what quotes nothing stands once for all of them.
func (f finding) sameAs(x finding) bool {
	return f.lang != "" && f.lang != x.lang && f.words == "" && x.words == "" && f.code == x.code && f.shape == x.shape && f.text == x.text
}

// langs are the languages a finding is about; none = the source itself.
func (f finding) langs() []string {
	if f.lang == "" {
		return nil
	}
	return append([]string{f.lang}, f.also...)
}

// count of findings of a shape, as the page shows them.
func (d reviewData) count(shape string) (n int) {
	mend, held := d.sorted()
	for _, f := range append(mend, held...) {
		if f.shape == shape {
			n++
		}
	}
	return n
}

func (d reviewData) worst() string {
	switch {
	case d.version == nil:
		return "idle"
	case d.count("bad") > 0:
		return "bad"
	case d.count("warn") > 0:
		return "warn"
	}
	return "ok"
}

// mostSamples is how many recent opt-ins are shown.
const mostSamples = 8

func reviewSource(v *visit) error { return v.showReview(http.StatusOK, "", "") }

func (v *visit) showReview(status int, why, problem string) error {
	d := reviewData{why: why, problem: problem, pages: map[string]string{}, law: rules.For(v.tenant.Country, v.now())}
	if err := v.read(func(ctx context.Context, tx *db.Tx) error { return v.readReview(ctx, tx, &d) }); err != nil {
		return err
	}
	d.version = d.asked(v.r.URL.Query().Get("version"))
	if d.version != nil {
		d.findings = v.assess(d)
	}
	for _, x := range d.version {
		page, err := v.servedPage(d, x)
		if err != nil {
			return err
		}
		d.pages[x.Language] = page
	}
	return v.show(status, reviewView(v, d))
}

func (v *visit) readReview(ctx context.Context, tx *db.Tx, d *reviewData) (err error) {
	if d.sourceData, err = v.theSource(ctx, tx); err != nil {
		return err
	}
	for _, x := range d.versions {
		if n := len(d.earlier); x.PublishedAt != 0 && (n == 0 || d.earlier[n-1].Version != x.Version) {
			d.earlier = append(d.earlier, x)
		}
	}
	of, err := v.figures(ctx, tx, []source.Source{d.source})
	if err != nil {
		return err
	}
	d.figures = of[d.source.ID]
	if d.samples, err = samplesOf(ctx, tx, v.tenant.ID, d.source.ID, mostSamples); err != nil {
		return err
	}
	today := tally.Day(v.now(), v.zone)
	span := tally.Days{From: today - figureDays + 1, To: today}
	f, err := tally.ReadCauses(ctx, tx, v.tenant.ID, v.zone, tally.Days{From: min(span.From, guard.Before(today).From), To: today})
	if err != nil {
		return err
	}
	d.usual = quality.Usual(guard.Feedback(f, guard.Before(today), "")[""], guard.Feedback(f, span, "")[""])
	d.rank = quality.Rank([]quality.Feedback{guard.Feedback(f, span, "source")[d.source.ID]}, d.usual)[0]
	return nil
}

// asked is the published version that is named, else the one in force, else the newest; nil = there is none.
func (d reviewData) asked(text string) []notice.Version {
	n, _ := strconv.ParseInt(text, 10, 64)
	for _, version := range []int64{n, d.source.NoticeVersion} {
		if slices.ContainsFunc(d.earlier, func(x notice.Version) bool { return x.Version == version }) {
			return ofVersion(d.versions, version)
		}
	}
	return d.latest()
}

// served is the time in which a version stood: from its publication to that of the next; until 0 = it stands now.
func (d reviewData) served(version int64) (from, until int64) {
	for _, x := range d.earlier { // newest first
		if x.Version == version {
			return x.PublishedAt, until
		}
		until = x.PublishedAt
	}
	return 0, 0
}

// asServed is the source with the topics and languages of a version.
func (d reviewData) asServed() sourceData {
	out := d.sourceData
	out.source.Topics, out.source.Settings.Languages = d.version[0].Topics, nil
	for _, x := range d.version {
		out.source.Settings.Languages = append(out.source.Settings.Languages, x.Language)
	}
	return out
}

// servedPage draws the public page with the words of a version; "" for what is no page.
func (v *visit) servedPage(d reviewData, x notice.Version) (string, error) {
	f := wordsForm{topics: x.Topics, show: x.Language}
	for _, y := range d.version {
		f.bodies = append(f.bodies, body{y.Language, y.Body})
	}
	s := d.asServed().source
	return v.preview(s, f, d.topics)
}

// musts are what every wording holds, in the order in which it is told.
var musts = []string{wording.BusinessName, wording.OptInStatement, wording.ChannelWhatsApp, wording.Categories, wording.WithdrawHow,
	wording.SeparateFromTerms, wording.Unticked, wording.Voluntary, wording.ThirdPartiesNamed}

// metaAsks are the clauses that Meta itself asks for or advises, with where (facts/meta.md 1.1 and 1.2).
var metaAsks = map[string]string{wording.BusinessName: "optin", wording.OptInStatement: "optin", wording.Categories: "optin", wording.WithdrawHow: "policy"}

// assess judges the version and the source as they are today: Meta's policy, the country's rules, and how people took it.
func (v *visit) assess(d reviewData) []finding {
	served := d.asServed()
	var out []finding
	for _, x := range d.version {
		out = append(out, v.assessText(d, served.source, x)...)
	}
	out = append(v.assessSource(d, served.source), out...)
	slices.SortStableFunc(out, func(a, b finding) int { return weightOf(a.shape) - weightOf(b.shape) }) // what to mend stands first
	return out
}

func weightOf(shape string) int { return slices.Index([]string{"bad", "warn", "ok", "idle"}, shape) }

// assessText are the linter's verdicts on one language, each with where it is asked for.
func (v *visit) assessText(d reviewData, s source.Source, x notice.Version) (out []finding) {
	purpose := "utility"
	if strictest(d.topics, s.Topics) == topic.Marketing {
		purpose = "marketing"
	}
	verdict := wording.Lint(wording.Input{Business: v.tenant.Name, Lang: x.Language, Country: v.tenant.Country, Text: x.Body, Kind: s.Kind, Purpose: purpose})
	of := func(shape string, w wording.Warning) finding {
		c := v.clause(w, s, d.topics, x.Language, d.law)
		return finding{shape: shape, code: c.Code, name: c.Name, text: c.Text, lang: x.Language, words: c.Passage, sources: v.withMeta(c.Code, c.Sources)}
	}
	for _, w := range verdict.Faults {
		out = append(out, of("bad", w))
	}
	for _, w := range verdict.Warnings {
		if onTheForm(s.Kind, w.Code) {
			continue
		}
		out = append(out, of("warn", w))
	}
	for _, code := range musts {
		if slices.Contains(verdict.Missing, code) || code == wording.WithdrawHow && slices.Contains(verdict.Missing, "WITHDRAW_RIGHT") {
			continue
		}
		f := of("ok", wording.Warning{Code: code})
		f.text, f.words = v.say("review.holds"), verdict.Found[code]
		if f.words == "" {
			f.text = v.say("review.nothing_against")
		}
		out = append(out, f)
	}
	return out
}

func (v *visit) withMeta(code string, law []lawSource) []lawSource {
	if id := metaAsks[code]; id != "" {
		s := guideSources[id]
		return append([]lawSource{{"Meta: " + s.title, s.url}}, law...)
	}
	return law
}

// assessSource are the points that lie in the source and not in its words.
func (v *visit) assessSource(d reviewData, s source.Source) (out []finding) {
	add := func(shape, key string, from ...string) {
		f := finding{shape: shape, code: key, name: v.say("review." + key), text: v.say("review." + key + "." + shape)}
		for _, id := range from {
			f.sources = append(f.sources, lawSource{"Meta: " + guideSources[id].title, guideSources[id].url})
		}
		out = append(out, f)
	}
	shape := func(bad bool, is string) string {
		if bad {
			return is
		}
		return "ok"
	}
	add(shape(s.Settings.PrivacyURL == "" && !slices.Contains([]string{"sms", "ivr", "missed_call"}, s.Kind), "warn"), "privacy")
	add(shape(len(s.Topics) > 1 && (s.Settings.OneBox || slices.Contains([]string{"sms", "missed_call"}, s.Kind)), "warn"), "apart", "optin")
	add(shape(s.Kind == "paper" && s.Settings.AcceptSigned, "warn"), "proven")
	add(shape(d.version[0].CapMonth == 0, "warn"), "often")
	switch {
	case d.watch.On(v.now().UnixMicro()) && !d.rank.Hot && quality.Early(d.rank.Feedback, d.usual):
		add("warn", "taken", "optin")
	case d.rank.Few:
		add("idle", "taken", "optin")
	default:
		add(shape(d.rank.Hot, "bad"), "taken", "optin")
	}
	return out
}

// endSourceWatch ends the closer look at a new source, with a reason.
func endSourceWatch(v *visit) error {
	why, err := v.why()
	if err == nil {
		err = v.onSource("source.watch_ended", func(ctx context.Context, tx *db.Tx, s source.Source) error {
			return source.EndWatch(ctx, tx, v.tenant.ID, s.ID, v.staff.ID, why)
		})
	}
	if code := errs.CodeOf(err); code == errs.Invalid || code == errs.Conflict {
		return v.showReview(statuses[code], why, v.sentence(err))
	}
	if err != nil {
		return err
	}
	return v.doneSource("review", "review.watch.done")
}

// endWatch is the question before it.
func (v *visit) endWatch(d reviewData) look.Ask {
	return v.ask(look.Ask{ID: "end-watch", Open: v.say("review.watch.end"), Class: "btn small", Action: sourcePath(d.source.ID, "watch/end"),
		Title: v.say("review.watch.title", say.Args{"Name": d.source.Name}), Text: []string{v.say("review.watch.text")}, Typed: d.why, Problem: d.problem,
		Keep: v.say("review.watch.keep"), Do: v.say("review.watch.do")})
}

// reviewVerdict is the answer above the findings.
func (v *visit) reviewVerdict(d reviewData) string {
	bad, warn := d.count("bad"), d.count("warn")
	switch {
	case bad > 0:
		return v.say("review.verdict.bad", say.Args{"Count": bad})
	case warn > 0:
		return v.say("review.verdict.warn", say.Args{"Count": warn})
	}
	return v.say("review.verdict.ok")
}

// mendAt is the page of the source where a finding is put right.
func mendAt(f finding) string {
	switch {
	case f.lang != "" || f.code == "often" || f.code == "apart":
		return "wording"
	case f.code == "taken":
		return ""
	}
	return "settings"
}

func reviewPeople(source string) string {
	return path("/quality/causes/people", filter{"kind", "source"}, filter{"key", source}, filter{"days", strconv.Itoa(figureDays)})
}
