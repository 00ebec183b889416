package manager

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/blob"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/form"
	"jawort/notice"
	"jawort/source"
)

const (
	arabicText = "نعم، أوافق على أن تراسلني Kaffeerösterei Sonnenschein GmbH عبر WhatsApp بشأن العروض. يمكنني إلغاء الاشتراك في أي وقت بكتابة STOP."
	hindiText  = "हाँ, Kaffeerösterei Sonnenschein GmbH मुझे WhatsApp पर ऑफ़र भेज सकती है। मैं STOP लिखकर कभी भी मना कर सकता हूँ।"
)

// paperSource makes a live paper source in three scripts.
func (h *house) paperSource(tenant, number string) (s source.Source) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) error {
		n, err := notice.New(ctx, tx, tenant, "Kasse", micros(0))
		if err != nil {
			return err
		}
		version, err := notice.Edit(ctx, tx, tenant, n.ID, notice.Wording{Kind: "paper", Topics: []string{"offers"}, Bodies: map[string]string{"de": goodText, "ar": arabicText, "hi": hindiText}}, micros(0))
		if err != nil {
			return err
		}
		if err := notice.Publish(ctx, tx, tenant, n.ID, version, micros(0)); err != nil {
			return err
		}
		if s, _, err = source.New(ctx, tx, tenant, source.Source{Kind: "paper", Name: "Kasse Mitte " + hostile, Notice: n.ID, Topics: []string{"offers"}, Number: number,
			Settings: source.Settings{PrivacyURL: "https://x.example/privacy", Languages: []string{"de", "ar", "hi"}, DefaultRegion: "DE"}}, micros(0)); err != nil {
			return err
		}
		s, err = source.GoLive(ctx, tx, tenant, s.ID, func(source.Judged) []string { return nil })
		return err
	})
	return s
}

// run is one of Debian's readers of paper, over a file with this content.
func run(t *testing.T, pkg, content string, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%s is missing: install the package %s", name, pkg)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		args[i] = strings.ReplaceAll(a, "FILE", file)
	}
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return string(out)
}

// Forms are printed in each language of the wording, each with a number of its own that is kept, and read back from the paper.
func TestFormsArePrintedAndKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		s, web := h.paperSource(h.a.ID, theNumber), h.webSource(h.a.ID, "Website", theNumber, true)
		b, page := h.as(account.Editor), "/sources/"+s.ID+"/forms"
		first := b.get(page)
		for _, want := range []string{arabicText, hindiText, `dir="rtl"`, "Noch keine."} {
			if !strings.Contains(first.body, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		h.sound("forms", "de", first)
		for name, c := range map[string][]string{"many": {"language", "de", "count", "101"}, "none": {"language", "de", "count", "0"}, "words": {"language", "de", "count", "viele"}, "language": {"language", "fr", "count", "3"}} {
			if a := b.post(page, c...); a.code != http.StatusBadRequest || !strings.Contains(a.body, `aria-invalid="true"`) || !strings.Contains(a.body, `value="`+c[3]+`"`) {
				t.Errorf("%s: %d", name, a.code)
			}
		}
		for _, lang := range []string{"de", "ar", "hi"} {
			if a := b.post(page, "language", lang, "count", "3"); a.to != page {
				t.Fatalf("print %s: %d\n%s", lang, a.code, h.logs)
			}
		}
		list := b.get(page)
		files := regexp.MustCompile(`href="(/sources/\w+/forms/bat_\w+/forms\.pdf)\?size=a5"`).FindAllStringSubmatch(list.body, -1)
		if len(files) != 3 {
			t.Fatalf("%d batches", len(files))
		}
		h.sound("forms", "de", list)
		var all []form.Form
		h.write(func(ctx context.Context, tx *db.Tx) error {
			batches, err := form.Batches(ctx, tx, h.a.ID, s.ID, 10)
			if err != nil || len(batches) != 3 {
				t.Fatalf("%+v %v", batches, err)
			}
			all, err = form.Of(ctx, tx, h.a.ID, s.ID, batches[2].ID)
			return err
		})
		if len(all) != 3 || all[0].Version != 1 || all[0].Language != "de" || all[0].Notice != s.Notice || all[0].PrintedBy != h.staff[account.Editor].ID {
			t.Errorf("kept: %+v", all)
		}
		pdf := b.get(files[2][1] + "?size=a4")
		if pdf.code != 200 || pdf.head.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(pdf.body, "%PDF-") {
			t.Fatalf("file: %d %s", pdf.code, pdf.head.Get("Content-Type"))
		}
		if again := b.get(files[2][1] + "?size=a4"); again.body != pdf.body {
			t.Error("another file the second time")
		}
		text := strings.Join(strings.Fields(run(t, "poppler-utils", pdf.body, "pdftotext", "FILE", "-")), " ")
		for _, f := range all {
			if strings.Count(text, f.Serial) != 2 || !strings.Contains(text, "Angebote") || strings.Count(text, "Abmelden geht jederzeit mit STOP im Chat.") != 3 {
				t.Errorf("%s is not on the paper: %s", f.Serial, text)
			}
		}
		for _, none := range []string{files[2][1], files[2][1] + "?size=a0", strings.Replace(files[2][1], s.ID, web.ID, 1) + "?size=a5", "/sources/" + web.ID + "/forms", "/sources/" + s.ID + "/forms/bat_x/forms.pdf?size=a5"} {
			if a := b.get(none); a.code != http.StatusNotFound {
				t.Errorf("%s: %d", none, a.code)
			}
		}
		if trail := h.as(account.Owner).get("/settings/audit"); !strings.Contains(trail.body, "Formulare gedruckt") {
			t.Error("the audit trail does not tell of it")
		}
	})
}

// Words that paper cannot hold are refused before anything is printed.
func TestWordsThatCannotBePrinted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		for body, want := range map[string]string{goodText + " 漢字": "漢字", goodText + strings.Repeat(" Und noch ein Satz mehr, der nichts sagt.", 90): "zu lang"} {
			s := h.paperSource(h.a.ID, theNumber)
			h.write(func(ctx context.Context, tx *db.Tx) error {
				v, err := notice.Edit(ctx, tx, h.a.ID, s.Notice, notice.Wording{Kind: "paper", Topics: []string{"offers"}, Bodies: map[string]string{"de": body, "ar": arabicText, "hi": hindiText}}, micros(0))
				if err != nil {
					return err
				}
				if err := notice.Publish(ctx, tx, h.a.ID, s.Notice, v, micros(0)); err != nil {
					return err
				}
				_, err = source.GoLive(ctx, tx, h.a.ID, s.ID, func(source.Judged) []string { return nil })
				return err
			})
			a := b.post("/sources/"+s.ID+"/forms", "language", "de", "count", "5")
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, want) || strings.Contains(a.body, "bat_") {
				t.Errorf("%s: %d", want, a.code)
			}
		}
	})
}

// paper is a form as it comes out of the printer, filled in or not: a photo of its page.
func (h *house) photo(b *browser, s source.Source, batch string) string {
	h.t.Helper()
	pdf := b.get("/sources/" + s.ID + "/forms/" + batch + "/forms.pdf?size=a5")
	folder := h.t.TempDir()
	run(h.t, "poppler-utils", pdf.body, "pdftoppm", "-r", "90", "-jpeg", "-singlefile", "FILE", folder+"/page")
	body, err := os.ReadFile(folder + "/page.jpg")
	if err != nil {
		h.t.Fatal(err)
	}
	return string(body)
}

// printed prints forms and answers them.
func (h *house) printed(b *browser, s source.Source, lang, count string) (all []form.Form) {
	h.t.Helper()
	if a := b.post("/sources/"+s.ID+"/forms", "language", lang, "count", count); a.code != http.StatusSeeOther {
		h.t.Fatalf("print: %d", a.code)
	}
	h.write(func(ctx context.Context, tx *db.Tx) error {
		batches, err := form.Batches(ctx, tx, h.a.ID, s.ID, 1)
		if err != nil {
			return err
		}
		all, err = form.Of(ctx, tx, h.a.ID, s.ID, batches[0].ID)
		return err
	})
	return all
}

// enter sends a form that came back.
func (b *browser) enter(s source.Source, scan string, pairs ...string) answer {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		_ = w.WriteField(pairs[i], pairs[i+1])
	}
	if scan != "" {
		f, _ := w.CreateFormFile("scan", "../../evil\"<script>.png")
		_, _ = f.Write([]byte(scan))
	}
	_ = w.Close()
	r, err := http.NewRequestWithContext(b.h.t.Context(), "POST", b.h.url+"/sources/"+s.ID+"/forms/enter", &body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.ask(r)
}

// From the printer to the ledger: the photo says which form it is and which words stood on it; the claim has the photo, written anew,
// as its evidence; the form is good once.
func TestAFormComesBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b, agent := h.as(account.Editor), h.as(account.Agent)
		s := h.paperSource(h.a.ID, theNumber)
		f := h.printed(b, s, "ar", "1")[0]
		h.write(func(ctx context.Context, tx *db.Tx) error { // a newer wording is in force by now
			v, err := notice.Edit(ctx, tx, h.a.ID, s.Notice, notice.Wording{Kind: "paper", Topics: []string{"offers"}, Bodies: map[string]string{"de": goodText + " Neu.", "ar": arabicText, "hi": hindiText}}, micros(0))
			if err != nil {
				return err
			}
			if err := notice.Publish(ctx, tx, h.a.ID, s.Notice, v, micros(0)); err != nil {
				return err
			}
			_, err = source.GoLive(ctx, tx, h.a.ID, s.ID, func(source.Judged) []string { return nil })
			return err
		})
		photo := h.photo(b, s, f.Batch)
		good := []string{"number", "0171 3929999", "again", "+49 171 3929999", "topics", "offers", "name", "سلمى Grünwald", "signed", "2026-03-01"}
		for name, c := range map[string]struct {
			scan  string
			pairs []string
			at    string
			code  int
		}{
			"no picture": {"", good, "scan", 400}, "svg": {`<svg xmlns="http://www.w3.org/2000/svg"/>`, append([]string{"serial", f.Serial}, good...), "scan", 400},
			"broken": {photo[:2000], append([]string{"serial", f.Serial}, good...), "scan", 400}, "differs": {photo, []string{"number", "01713929999", "again", "01713929998", "topics", "offers"}, "again", 400},
			"no number": {photo, []string{"number", hostile, "again", hostile, "topics", "offers"}, "number", 400}, "no tick": {photo, good[:4], "topics", 400},
			"other": {photo, append([]string{"serial", "AAAAA-AAAAA"}, good...), "serial", 400}, "no code": {"%PDF-1.4\n%%EOF", good, "serial", 400},
			"unknown": {"%PDF-1.4\n%%EOF", append([]string{"serial", "AAAAA-AAAAA"}, good...), "serial", 400}, "topic of others": {photo, append([]string{"topics", "nope"}, good...), "topics", 400},
			"script in pdf": {"%PDF-1.4\n<</S/JavaScript/JS(app.alert(1))>>\n%%EOF", append([]string{"serial", f.Serial}, good...), "scan", 400},
			"day to come":   {photo, []string{"number", "01713929999", "again", "01713929999", "topics", "offers", "signed", "2099-01-01"}, "signed", 400},
		} {
			a := agent.enter(s, c.scan, c.pairs...)
			if a.code != c.code || !strings.Contains(a.body, `id="`+c.at+`-err"`) || strings.Contains(a.body, "evil") {
				t.Errorf("%s: %d %v", name, a.code, regexp.MustCompile(`id="\w+-err"`).FindAllString(a.body, -1))
			}
		}
		a := agent.enter(s, photo, good...)
		if a.code != http.StatusOK || !strings.Contains(a.body, "wa.me/493023125010") {
			t.Fatalf("entered: %d %s", a.code, h.logs)
		}
		h.sound("entered", "de", a)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			used, err := form.Get(ctx, tx, h.a.ID, f.Serial)
			if err != nil {
				return err
			}
			var kind, channel, actor, evidence, lang, contact string
			var version, happened int64
			if err := tx.Row(ctx, `select kind, channel, actor_kind, evidence, language, contact, notice_version, happened_at from event where tenant = $1 and event = $2`, h.a.ID, used.Event).
				Scan(&kind, &channel, &actor, &evidence, &lang, &contact, &version, &happened); err != nil {
				return err
			}
			if kind != "claimed" || channel != "paper" || actor != "staff" || lang != "ar" || version != 1 || !strings.Contains(evidence, f.Serial) || time.UnixMicro(happened).UTC().Format("2006-01-02") != "2026-03-01" {
				t.Errorf("in the ledger: %s %s %s %s %d %s", kind, channel, actor, lang, version, evidence)
			}
			files, err := blob.OfOwner(ctx, tx, h.a.ID, contact)
			if err != nil || len(files) != 1 || files[0].Type != "image/jpeg" {
				t.Fatalf("kept %+v %v", files, err)
			}
			kept, err := blob.Get(ctx, tx, h.a.ID, files[0].Hash)
			if err != nil || string(kept.Body) == photo {
				t.Errorf("the photo is kept as it came (%v)", err)
			}
			return err
		})
		for _, pairs := range [][]string{good, {"number", "01713920007", "again", "01713920007", "topics", "offers"}} {
			if a := agent.enter(s, photo, pairs...); a.code != http.StatusConflict || !strings.Contains(a.body, "schon eingetragen") || !strings.Contains(a.body, `href="/people/con_`) {
				t.Errorf("a second time: %d", a.code)
			}
		}
	})
}

// Where the business accepts signed forms, the signed form is the yes; and a form whose words have been outdated is refused.
func TestSignedAndOutdatedForms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		s := h.paperSource(h.a.ID, theNumber)
		all := h.printed(b, s, "de", "2")
		h.write(func(ctx context.Context, tx *db.Tx) error {
			p := h.a.Policy
			p.AcceptSignedForm = true
			if err := account.SetPolicy(ctx, tx, h.a.ID, p, "test"); err != nil {
				return err
			}
			signed := s
			signed.Settings.AcceptSigned = true
			if _, err := source.Pause(ctx, tx, h.a.ID, s.ID, "test"); err != nil {
				return err
			}
			if _, err := source.Change(ctx, tx, h.a.ID, signed); err != nil {
				return err
			}
			_, err := source.Resume(ctx, tx, h.a.ID, s.ID, func(source.Judged) []string { return nil })
			return err
		})
		pdf := "%PDF-1.4\n% a scan\n%%EOF"
		a := b.enter(s, pdf, "serial", all[0].Serial, "number", "01713929991", "again", "01713929991", "topics", "offers")
		if a.code != http.StatusOK || strings.Contains(a.body, "wa.me/") {
			t.Errorf("signed: %d", a.code)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			v, err := notice.Edit(ctx, tx, h.a.ID, s.Notice, notice.Wording{Kind: "paper", Topics: []string{"offers"}, Outdates: true, Bodies: map[string]string{"de": goodText + " Neu.", "ar": arabicText, "hi": hindiText}}, micros(0))
			if err != nil {
				return err
			}
			if err := notice.Publish(ctx, tx, h.a.ID, s.Notice, v, micros(0)); err != nil {
				return err
			}
			_, err = source.GoLive(ctx, tx, h.a.ID, s.ID, func(source.Judged) []string { return nil })
			return err
		})
		a = b.enter(s, pdf, "serial", all[1].Serial, "number", "01713929992", "again", "01713929992", "topics", "offers")
		if a.code != http.StatusConflict || !strings.Contains(a.body, "nicht mehr gilt") {
			t.Errorf("outdated: %d", a.code)
		}
	})
}
