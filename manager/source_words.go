package manager

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/look"
	"jawort/notice"
	"jawort/source"
	"jawort/topic"
)

// wordLanguages are those a wording can be written in here: those that package wording reads.
var wordLanguages = []string{"de", "en", "ar", "es", "fr", "hi", "it", "nl", "pl", "pt", "tr"}

// mostLanguages bounds a form.
const mostLanguages = 6

// body is the text in one language.
type body struct{ Lang, Text string }

// wordsForm is the editor as it is filled in.
type wordsForm struct {
	topics   []string
	bodies   []body
	cap      string // messages a month that are promised
	outdates bool
	show     string // language of the preview
	seen     string // when the draft was written that the editor began with; "" = none
	wrong    map[string]string
	problem  string
	outdated int64 // people's topics that would become outdated; counted only where the box is ticked
}

// wordsData is what the editor shows.
type wordsData struct {
	sourceData
	form       wordsForm
	judgements map[string]judgement
	page       string // the public page as it would be; "" = nothing to show
}

// ready says whether every text holds what it must.
func (d wordsData) ready() bool { return d.missing() == 0 && len(d.form.filled()) > 0 }

func (d wordsData) missing() (n int) {
	for _, j := range d.judgements {
		n += len(j.Missing)
	}
	return n
}

// next is the number of the version that is being written.
func (d wordsData) next() int64 {
	if l := d.latest(); l != nil {
		return l[0].Version + 1
	}
	return 1
}

// filled are the texts that are not empty.
func (f wordsForm) filled() []body {
	return slices.DeleteFunc(slices.Clone(f.bodies), func(b body) bool { return strings.TrimSpace(b.Text) == "" })
}

func (f wordsForm) languages() []string {
	var out []string
	for _, b := range f.bodies {
		out = append(out, b.Lang)
	}
	return out
}

// words is what the form says, as package notice takes it.
func (f wordsForm) words(kind string) notice.Wording {
	w := notice.Wording{Kind: kind, Topics: f.topics, CapMonth: whole(f.cap), Outdates: f.outdates, Bodies: map[string]string{}}
	for _, b := range f.filled() {
		w.Bodies[b.Lang] = b.Text
	}
	return w
}

func editWording(v *visit) error {
	d, err := v.wordsOf()
	if err != nil {
		return err
	}
	d.form = v.firstForm(d.sourceData)
	return v.showWords(http.StatusOK, d)
}

func (v *visit) wordsOf() (d wordsData, err error) {
	err = v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		d.sourceData, err = v.theSource(ctx, tx)
		return err
	})
	return d, err
}

// firstForm is the draft, else a copy of what is in force, else a text to begin with.
func (v *visit) firstForm(d sourceData) wordsForm {
	f := wordsForm{topics: d.source.Topics, wrong: map[string]string{}, seen: draftStamp(d), cap: ""}
	from := d.draft()
	if from == nil {
		from = d.latest()
	} else {
		f.outdates, f.topics = from[0].Outdates, from[0].Topics
	}
	if len(from) > 0 {
		f.cap = capText(from[0].CapMonth)
	}
	for _, lang := range inOrder(d.source.Settings.Languages, from, v.tenant.Language) {
		b := body{Lang: lang}
		for _, x := range from {
			if x.Language == lang {
				b.Text = x.Body
			}
		}
		if b.Text == "" && len(from) == 0 {
			b.Text = proposed(lang, v.tenant, d.source, d.topics)
		}
		f.bodies = append(f.bodies, b)
	}
	f.show = f.bodies[0].Lang
	return f
}

// inOrder are the page's languages first, then others that have a text; without any, the business's language and English or German.
func inOrder(page []string, from []notice.Version, own string) []string {
	out := slices.Clone(page)
	for _, x := range from {
		if !slices.Contains(out, x.Language) {
			out = append(out, x.Language)
		}
	}
	if len(out) == 0 {
		for _, lang := range []string{own, "de", "en"} {
			if !slices.Contains(out, lang) {
				out = append(out, lang)
			}
		}
	}
	return out
}

func draftStamp(d sourceData) string {
	if w := d.draft(); w != nil {
		return strconv.FormatInt(w[0].CreatedAt, 10)
	}
	return ""
}

func capText(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// readWords takes the form as it was sent.
func (v *visit) readWords(d sourceData) wordsForm {
	_ = v.r.ParseForm() // what cannot be read is empty, and said to be so
	sent := v.r.PostForm
	f := wordsForm{cap: strings.TrimSpace(sent.Get("cap")), outdates: sent.Get("outdates") == "on", show: sent.Get("show"), seen: sent.Get("seen"), wrong: map[string]string{}}
	for _, t := range d.topics {
		if slices.Contains(sent["topic"], t.Code) {
			f.topics = append(f.topics, t.Code)
		}
	}
	langs := sent["lang"]
	if add := sent.Get("add"); sent.Get("do") == "add" && add != "" {
		langs = append(langs, add)
	}
	for _, lang := range langs {
		if slices.Contains(wordLanguages, lang) && !slices.Contains(f.languages(), lang) && len(f.bodies) < mostLanguages {
			f.bodies = append(f.bodies, body{lang, tidy(sent.Get("text-" + lang))})
		}
	}
	if len(f.bodies) == 0 {
		f.bodies = []body{{Lang: v.tenant.Language}}
	}
	if !slices.Contains(f.languages(), f.show) || sent.Get("do") == "add" {
		f.show = f.bodies[len(f.bodies)-1].Lang
	}
	return f
}

// tidy: one spelling of line ends, and nothing that is no text.
func tidy(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n"), "\x00", "")
}

// check notes what is wrong beside each field.
func (f *wordsForm) check(v *visit, kind string) {
	if len(f.topics) == 0 {
		f.wrong["topic"] = v.say("source.needs_topics")
	}
	if n := whole(f.cap); n < 0 || n > 1000 || f.cap != "" && n == 0 && strings.Trim(f.cap, "0") != "" {
		f.wrong["cap"] = v.say("notice.cap")
	}
	if len(f.filled()) == 0 {
		f.wrong["text-"+f.bodies[0].Lang] = v.say("notice.body")
	}
	for _, b := range f.bodies {
		if most := longest(kind); int64(utf8.RuneCountInString(b.Text)) > most {
			f.wrong["text-"+b.Lang] = v.say("notice.body_length", map[string]any{"Max": look.Integer(v.lang, most)})
		}
	}
}

// longest is how long a text of a kind may be, in characters: a question in a thread has less room than a page.
func longest(kind string) int64 {
	if kind == "thread" {
		return source.MaxThreadText
	}
	return notice.MaxBody
}

// saveWording does what the pressed button says: save, publish, preview, add a language, or insert a sentence.
func saveWording(v *visit) error {
	d, err := v.wordsOf()
	if err != nil {
		return err
	}
	d.form = v.readWords(d.sourceData)
	do := v.r.PostForm.Get("do")
	if insert := v.r.PostForm.Get("insert"); insert != "" {
		d.form.insert(v, d.sourceData, insert)
		return v.showWords(http.StatusOK, d)
	}
	switch do {
	case "save", "publish":
	case "add", "preview", "count":
		return v.showWords(http.StatusOK, d)
	default:
		return errs.At("do", "error.invalid")
	}
	if d.form.check(v, d.source.Kind); len(d.form.wrong) > 0 {
		return v.showWords(http.StatusBadRequest, d)
	}
	if d.form.seen != draftStamp(d.sourceData) {
		d.form.problem, d.form.seen = v.say("manager.sources.changed_meanwhile"), draftStamp(d.sourceData)
		return v.showWords(http.StatusConflict, d)
	}
	if do == "publish" {
		if err := v.fillWords(&d); err != nil {
			return err
		}
		if n := d.missing(); n > 0 { // also where the source does not open with it: a wording is published only whole
			d.form.problem = v.say("manager.sources.blocked", map[string]any{"Count": n})
			return v.showWords(http.StatusUnprocessableEntity, d)
		}
	}
	err = v.write(func(ctx context.Context, tx *db.Tx) error { return v.keepWords(ctx, tx, d, do == "publish") })
	if known := new(errs.Error); errors.As(err, &known) && statuses[known.Code] != 0 && known.Code != errs.NotFound {
		d.form.problem = v.sentence(err)
		if known.Field == "settings.privacy_url" || known.Field == "number" {
			d.form.wrong["settings"] = d.form.problem
		}
		return v.showWords(statuses[known.Code], d)
	}
	switch {
	case err != nil:
		return err
	case do == "publish":
		if d.source.State == source.StateDraft && slices.Contains(source.Spoken, d.source.Kind) { // it opens on its own page
			return v.doneSource("voice", "manager.sources.published.spoken")
		}
		if d.source.State == source.StatePaused {
			return v.doneSource("", "manager.sources.published.kept")
		}
		return v.doneSource("", "manager.sources.published.done")
	}
	return v.doneSource("wording", "manager.sources.saved")
}

// insert appends a sentence to one of the texts: what is LANGUAGE:CLAUSE.
func (f *wordsForm) insert(v *visit, d sourceData, what string) {
	lang, code, _ := strings.Cut(what, ":")
	s := d.source
	s.Topics = f.topics
	for i, b := range f.bodies {
		if sentence := sentenceFor(code, b.Lang, v.tenant, s, d.topics); b.Lang == lang && sentence != "" {
			f.bodies[i].Text = strings.TrimSpace(strings.TrimSpace(b.Text) + " " + sentence)
			f.show = lang
		}
	}
}

// keepWords writes the draft and, to publish it, makes it the version in force; all of it or nothing.
func (v *visit) keepWords(ctx context.Context, tx *db.Tx, d wordsData, publish bool) error {
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	s := d.source
	version, err := notice.Edit(ctx, tx, v.tenant.ID, s.Notice, d.form.words(s.Kind), at)
	if err != nil {
		return err
	}
	if !publish {
		return v.audit(ctx, tx, "notice.drafted", s.Notice)
	}
	if err := notice.Publish(ctx, tx, v.tenant.ID, s.Notice, version, at); err != nil {
		return err
	}
	s.Topics, s.Settings.Languages = d.form.topics, writtenIn(d.form.filled())
	if err := v.replace(ctx, tx, s, true); err != nil {
		return err
	}
	return v.audit(ctx, tx, "notice.published", s.Notice)
}

func writtenIn(list []body) []string {
	var out []string
	for _, b := range list {
		out = append(out, b.Lang)
	}
	return out
}

// replace keeps a source's settings. One that is live is closed and opened again within the transaction, so that what people see is
// judged as it will be; open also opens a draft whose door is here.
func (v *visit) replace(ctx context.Context, tx *db.Tx, s source.Source, open bool) error {
	if s.State == source.StateLive {
		if _, err := source.Pause(ctx, tx, v.tenant.ID, s.ID, "manager"); err != nil {
			return err
		}
	}
	if _, err := source.Change(ctx, tx, v.tenant.ID, s); err != nil {
		return err
	}
	switch {
	case s.State == source.StateLive:
		_, err := source.Resume(ctx, tx, v.tenant.ID, s.ID, v.judge)
		return err
	case s.State == source.StateDraft && open && !slices.Contains(source.Spoken, s.Kind): // those open on their own page, once they can be heard
		if _, err := source.GoLive(ctx, tx, v.tenant.ID, s.ID, v.judge); err != nil {
			return err
		}
		return v.audit(ctx, tx, "source.live", s.ID)
	}
	return nil
}

func (v *visit) audit(ctx context.Context, tx *db.Tx, action, object string) error {
	return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: action, Object: object})
}

// checkWording judges what is typed, for the page that is open; nothing is kept.
func checkWording(v *visit) error {
	d, err := v.wordsOf()
	if err != nil {
		return err
	}
	d.form = v.readWords(d.sourceData)
	if err := v.fillWords(&d); err != nil {
		return err
	}
	return v.show(http.StatusOK, checkedParts(v, d))
}

func (v *visit) showWords(status int, d wordsData) error {
	if err := v.fillWords(&d); err != nil {
		return err
	}
	return v.show(status, wordsView(v, d))
}

// fillWords judges the texts, draws the preview, and counts whom an outdating version would touch.
func (v *visit) fillWords(d *wordsData) error {
	s := d.source
	s.Topics = d.form.topics
	d.judgements = map[string]judgement{}
	for _, b := range d.form.filled() {
		d.judgements[b.Lang] = v.lint(s, d.topics, b.Lang, b.Text)
	}
	var err error
	if d.page, err = v.preview(s, d.form, d.topics); err != nil {
		return err
	}
	if d.form.outdates && d.latest() != nil {
		err = v.read(func(ctx context.Context, tx *db.Tx) (err error) {
			d.form.outdated, err = agreedToOlder(ctx, tx, v.tenant.ID, s.Notice, slices.Sorted(maps.Keys(byTopic(d.topics))), d.next())
			return err
		})
	}
	return err
}

func byTopic(all []topic.Topic) map[string]topic.Topic {
	out := map[string]topic.Topic{}
	for _, t := range all {
		out[t.Code] = t
	}
	return out
}

// preview is the public page itself, with the texts as they are typed. Other kinds have none.
func (v *visit) preview(s source.Source, f wordsForm, all []topic.Topic) (string, error) {
	if s.Kind != "web" || v.s.Preview == nil {
		return "", nil
	}
	text := notice.Version{Notice: s.Notice, Language: f.show}
	for _, b := range f.bodies {
		if b.Lang == f.show {
			text.Body = b.Text
		}
	}
	s.Settings.Languages = writtenIn(f.bodies)
	chosen := slices.DeleteFunc(slices.Clone(all), func(t topic.Topic) bool { return !slices.Contains(f.topics, t.Code) })
	var page bytes.Buffer
	if err := v.s.Preview(v.r.Context(), &page, look.Theme(v.r), v.tenant, s, text, chosen); err != nil {
		return "", err
	}
	return page.String(), nil
}
