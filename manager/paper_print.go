package manager

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"jawort/account"
	"jawort/blob"
	"jawort/db"
	"jawort/errs"
	"jawort/form"
	"jawort/look"
	"jawort/notice"
	"jawort/poster"
	"jawort/qr"
	"jawort/say"
	"jawort/topic"
)

var paperRoutes = []route{
	{"GET /sources/{source}/forms", account.MaySee, printedForms},
	{"POST /sources/{source}/forms", account.MayEdit, printForms},
	{"GET /sources/{source}/forms/enter", account.MayOptIn, enterForm},
	{"POST /sources/{source}/forms/enter", account.MayOptIn, takeForm},
	{"GET /sources/{source}/forms/{batch}/forms.pdf", account.MaySee, formsFile},
}

// formSizes are how forms come out of the printer.
var formSizes = []string{"a5", "a4"}

// printData is the page of a source's printed forms.
type printData struct {
	sourceData
	f       typed
	batches []form.Batch
}

// paperSource reads the paper source of the path; others have no forms.
func (v *visit) paperSource(ctx context.Context, tx *db.Tx) (sourceData, error) {
	d, err := v.theSource(ctx, tx)
	if err == nil && d.source.Kind != "paper" {
		err = errs.New(errs.NotFound, "source.unknown")
	}
	return d, err
}

func printedForms(v *visit) error { return v.showForms(filled("count", "20", "size", "a5")) }

func (v *visit) showForms(f typed) error {
	d := printData{f: f}
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.sourceData, err = v.paperSource(ctx, tx); err != nil {
			return err
		}
		d.batches, err = form.Batches(ctx, tx, v.tenant.ID, d.source.ID, 50)
		return err
	}); err != nil {
		return err
	}
	return v.show(f.status(), formsView(v, d))
}

// printForms gives a batch its numbers and keeps them; the file is drawn from what is kept, as often as somebody wants it.
func printForms(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	lang, count := f.get("language"), int(whole(f.get("count")))
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		d, err := v.paperSource(ctx, tx)
		if err != nil {
			return err
		}
		text, ok := textIn(d.shown(), lang)
		if !ok {
			return errs.At("language", "paper.print.language")
		}
		if err := v.printable(ctx, tx, d, text); err != nil {
			return err
		}
		at, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		all, err := form.Print(ctx, tx, form.Form{Tenant: v.tenant.ID, Source: d.source.ID, Notice: text.Notice, Version: text.Version, Language: lang,
			PrintedBy: v.staff.ID}, count, at)
		if err != nil {
			return err
		}
		return v.audit(ctx, tx, "form.printed", all[0].Batch)
	})
	if err == nil {
		return v.done(sourcePath(v.r.PathValue("source"), "forms"), v.say("paper.print.done"))
	}
	if err := f.took(v, err, nil); err != nil {
		return err
	}
	return v.showForms(f)
}

// printable says plainly why somebody's exact words cannot be printed.
func (v *visit) printable(ctx context.Context, tx *db.Tx, d sourceData, text notice.Version) error {
	if signs := poster.Missing(text.Body); len(signs) > 0 {
		return errs.At("language", "paper.print.signs").With(errs.Args{"Signs": string(signs[:min(len(signs), 10)])})
	}
	p, err := v.paperForm(ctx, tx, d, text, "a5")
	if err != nil {
		return err
	}
	if _, err := poster.Forms(p, nil); errors.Is(err, poster.ErrTooLong) {
		return errs.At("language", "paper.print.long")
	} else if err != nil {
		return err
	}
	return nil
}

// formsFile is a batch as a PDF, with the words it was printed with.
func formsFile(v *visit) error {
	size := v.r.URL.Query().Get("size")
	if !slices.Contains(formSizes, size) {
		return errs.New(errs.NotFound, "form.unknown")
	}
	var d sourceData
	var all []form.Form
	var p poster.Form
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d, err = v.paperSource(ctx, tx); err != nil {
			return err
		}
		if all, err = form.Of(ctx, tx, v.tenant.ID, d.source.ID, v.r.PathValue("batch")); err != nil {
			return err
		}
		text, err := notice.Body(ctx, tx, v.tenant.ID, all[0].Notice, all[0].Version, all[0].Language)
		if err != nil {
			return err
		}
		p, err = v.paperForm(ctx, tx, d, text, size)
		return err
	}); err != nil {
		return err
	}
	var slips []poster.Slip
	for _, f := range all {
		c, err := qr.Paper(v.formLink(f.Serial))
		if err != nil {
			return err
		}
		slips = append(slips, poster.Slip{Serial: f.Serial, Code: printed(c)})
	}
	b, err := poster.Forms(p, slips)
	if err != nil {
		return err
	}
	return v.file("application/pdf", d.source.Name+" "+strings.ToUpper(size)+" "+p.Lang+".pdf", b)
}

// formLink is what a form's code opens.
func (v *visit) formLink(serial string) string { return v.base() + "/o/f/" + serial }

func printed(c qr.Code) poster.Code {
	out := poster.Code{Size: c.Size()}
	for _, r := range c.Runs() {
		out.Runs = append(out.Runs, poster.Run(r))
	}
	return out
}

// paperForm is what stands on each form; of a language we do not speak our own words are English, the wording is its own.
func (v *visit) paperForm(ctx context.Context, tx *db.Tx, d sourceData, text notice.Version, size string) (poster.Form, error) {
	p := v.formWords(d, text)
	p.Size = size
	if v.tenant.Brand.Logo == "" {
		return p, nil
	}
	b, err := blob.Get(ctx, tx, v.tenant.ID, v.tenant.Brand.Logo)
	if errs.CodeOf(err) == errs.NotFound {
		return p, nil
	}
	p.Logo = b.Body
	return p, err
}

func (v *visit) formWords(d sourceData, text notice.Version) poster.Form {
	say := func(key string, args ...say.Args) string { return say.Text(text.Language, key, args...) }
	p := poster.Form{Lang: text.Language, RTL: look.RightToLeft(text.Language), Business: v.tenant.Name, Ask: say("paper.form.ask"), Headline: say("manager.poster.head"), Name: say("paper.form.name"),
		Phone: say("paper.form.phone"), Notice: text.Body, Sign: say("paper.form.sign"), Scan: say("paper.form.scan"), Serial: say("paper.form.serial"),
		TearOff: say("paper.form.keep"), Withdraw: []string{say("paper.form.stop", map[string]any{"Business": v.tenant.Name})}}
	var names []string
	for _, t := range d.topics {
		if slices.Contains(d.source.Topics, t.Code) {
			words := t.Text(text.Language)
			p.Topics, names = append(p.Topics, poster.Topic{Name: words.Name, Value: words.Value}), append(names, words.Name)
		}
	}
	if len(names) == 1 {
		p.Headline = names[0] + say("manager.poster.on")
	}
	if strictest(d.topics, d.source.Topics) == topic.Marketing && !d.source.Settings.AcceptSigned {
		p.Foot = append(p.Foot, say("paper.form.confirm"))
	}
	if n := d.number(); n.Display != "" {
		p.Withdraw = append(p.Withdraw, say("paper.form.from", map[string]any{"Number": ownNumber(n.Display), "Topics": look.Join(text.Language, names)}))
	}
	if url := d.source.Settings.PrivacyURL; url != "" && !strings.Contains(text.Body, strings.TrimPrefix(url, "https://")) {
		p.Privacy = say("paper.form.privacy", map[string]any{"Address": strings.TrimPrefix(url, "https://")})
	}
	p.Foot = append(p.Foot, say("manager.poster.foot", map[string]any{"Business": v.tenant.Name, "Source": d.source.Name, "Version": strconv.FormatInt(max(text.Version, 1), 10)}))
	return p
}

// inOrder are the texts in force, the source's first language first.
func (d sourceData) inOrder() []notice.Version {
	list := slices.Clone(d.shown())
	slices.SortStableFunc(list, func(a, b notice.Version) int {
		return slices.Index(d.source.Settings.Languages, a.Language) - slices.Index(d.source.Settings.Languages, b.Language)
	})
	return list
}

// onPaper are the texts as they are typed, each with the topics that are ticked.
func (d wordsData) onPaper() []paperText {
	var out []paperText
	of := d.sourceData
	of.source.Topics = d.form.topics
	for _, b := range d.form.filled() {
		out = append(out, paperText{of, notice.Version{Language: b.Lang, Body: b.Text, Version: d.next()}})
	}
	return out
}

type paperText struct {
	of sourceData
	notice.Version
}
