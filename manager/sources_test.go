package manager

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/id"
	"jawort/notice"
	"jawort/source"
	"jawort/tally"
	"jawort/topic"
	"jawort/wording"
)

// goodText holds all that a German text must, badText lacks the way out.
const (
	goodText = "Ja, ich möchte von der Kaffeerösterei Sonnenschein GmbH per WhatsApp Angebote erhalten. Abmelden geht jederzeit mit STOP im Chat."
	badText  = "Ja, ich möchte von der Kaffeerösterei Sonnenschein GmbH per WhatsApp Angebote erhalten."
)

// judged is the linter, wired as app wires it.
func judged(business string) source.Judge {
	return func(j source.Judged) []string {
		return wording.Lint(wording.Input{Business: business, Lang: j.Text.Language, Country: "DE", Text: j.Text.Body, Kind: j.Source.Kind, Purpose: "marketing"}).Missing
	}
}

// drawn stands for the public page, which is another edge's.
func drawn(_ context.Context, w io.Writer, theme string, t account.Tenant, s source.Source, text notice.Version, all []topic.Topic) error {
	_, err := fmt.Fprintf(w, "<!DOCTYPE html><p>page of %s in %s: %s (%d topics, theme %q)</p>", s.ID, text.Language, text.Body, len(all), theme)
	return err
}

// webSource makes a source with a first version, live if the text passes.
func (h *house) webSource(tenant, name, number string, live bool) source.Source {
	h.t.Helper()
	var s source.Source
	h.write(func(ctx context.Context, tx *db.Tx) error {
		n, err := notice.New(ctx, tx, tenant, name, micros(0))
		if err != nil {
			return err
		}
		version, err := notice.Edit(ctx, tx, tenant, n.ID, notice.Wording{Kind: "web", Topics: []string{"offers"}, CapMonth: 4, Bodies: map[string]string{"de": goodText}}, micros(0))
		if err != nil {
			return err
		}
		if s, _, err = source.New(ctx, tx, tenant, source.Source{Kind: "web", Name: name, Notice: n.ID, Topics: []string{"offers"}, Number: number,
			Settings: source.Settings{PrivacyURL: "https://x.example/privacy", Languages: []string{"de"}, DefaultRegion: "DE"}}, micros(72*time.Hour)); err != nil || !live {
			return err
		}
		if err := notice.Publish(ctx, tx, tenant, n.ID, version, micros(0)); err != nil {
			return err
		}
		s, err = source.GoLive(ctx, tx, tenant, s.ID, judged("Kaffeerösterei Sonnenschein GmbH"))
		return err
	})
	return s
}

// theSource reads a source as it is kept.
func (h *house) theSource(tenant, id string) (s source.Source, versions []notice.Version) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		if s, err = source.Get(ctx, tx, tenant, id); err != nil {
			return err
		}
		versions, err = notice.Versions(ctx, tx, tenant, s.Notice)
		return err
	})
	return s, versions
}

// From nothing to a live page: what is typed badly stays and is named at its field; the wording cannot be published before it holds
// what it must; then link, code and poster are there.
func TestAWebSourceInMinutes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		a := b.post("/sources/new", "kind", "web", "name", "", "number", "nope", "privacy", "http://x.example", "imprint", hostile)
		if a.code != http.StatusBadRequest || !strings.Contains(a.body, `aria-describedby="number-e number-h"`) || !strings.Contains(a.body, `value="http://x.example"`) ||
			!strings.Contains(a.body, `id="topic-e"`) {
			t.Errorf("bad input: %d %v", a.code, regexp.MustCompile(`id="[a-z]+-e"`).FindAllString(a.body, -1))
		}
		h.sound("a bad new source", "de", a)
		a = b.post("/sources/new", "kind", "web", "name", "", "number", theNumber, "privacy", "https://x.example/p", "topic", "offers")
		if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="name-e"`) {
			t.Errorf("no name: %d", a.code)
		}
		a = b.post("/sources/new", "kind", "web", "name", "Kasse "+hostile, "number", theNumber, "privacy", "https://x.example/p", "topic", "offers", "topic", "order_updates")
		found := regexp.MustCompile(`^/sources/(src_\w+)/wording$`).FindStringSubmatch(a.to)
		if a.code != http.StatusSeeOther || found == nil {
			t.Fatalf("create: %d to %s", a.code, a.to)
		}
		page, words := "/sources/"+found[1], a.to
		if a = b.get(words); !strings.Contains(a.body, "Ja, ich möchte von Kaffeerösterei Sonnenschein GmbH per WhatsApp") || !strings.Contains(a.body, "Alle Pflichtangaben sind da") {
			t.Errorf("no proposal: %d", a.code)
		}
		h.sound("the editor", "de", a)
		a = b.post(words, "do", "publish", "topic", "offers", "lang", "de", "text-de", badText, "lang", "en", "text-en", "")
		if a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Wie man sich abmeldet") || !strings.Contains(a.body, `aria-disabled="true"`) ||
			!strings.Contains(a.body, "de:WITHDRAW_HOW") || !strings.Contains(a.body, badText) {
			t.Errorf("published without a way out: %d", a.code)
		}
		a = b.post(words, "insert", "de:WITHDRAW_HOW", "topic", "offers", "lang", "de", "text-de", badText)
		if a.code != http.StatusOK || !strings.Contains(a.body, badText+" Abmelden geht jederzeit, am einfachsten mit STOP im Chat.") || strings.Contains(a.body, "de:WITHDRAW_HOW") {
			t.Errorf("the sentence is not inserted: %d", a.code)
		}
		if s, versions := h.theSource(h.a.ID, found[1]); len(versions) != 0 || s.State != source.StateDraft {
			t.Errorf("kept without saving: %+v %d", s, len(versions))
		}
		if a = b.post(words, "do", "publish", "topic", "offers", "lang", "de", "text-de", goodText, "cap", "4"); a.to != page {
			t.Fatalf("publish: %d to %s\n%s", a.code, a.to, h.logs)
		}
		s, versions := h.theSource(h.a.ID, found[1])
		if s.State != source.StateLive || s.NoticeVersion != 1 || len(s.Settings.Languages) != 1 || len(s.Topics) != 1 || len(versions) != 1 || versions[0].CapMonth != 4 || versions[0].Body != goodText {
			t.Errorf("live: %+v %+v", s, versions)
		}
		a = b.get(page)
		for _, want := range []string{h.url + "/o/" + found[1], "https://wa.me/493023125010", "&lt;form action=", "poster.pdf?size=a4&amp;lang=de", goodText} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the page of the source does not hold %s", want)
			}
		}
		h.sound("the source", "de", a)
		h.handedOut(b, page)
		if trail := h.as(account.Owner).get("/settings/audit"); !strings.Contains(trail.body, "Quelle freigeschaltet") || !strings.Contains(trail.body, "Wortlaut veröffentlicht") {
			t.Error("the audit trail does not tell of it")
		}
	})
}

// handedOut fetches everything that can be handed out.
func (h *house) handedOut(b *browser, page string) {
	h.t.Helper()
	for path, want := range map[string][2]string{"/qr.svg": {"image/svg+xml", "<svg "}, "/qr.png": {"image/png", "\x89PNG"}, "/poster.pdf?size=a4&lang=de": {"application/pdf", "%PDF-"},
		"/poster.pdf?size=a5&lang=de": {"application/pdf", "%PDF-"}} {
		a := b.get(page + path)
		name := a.head.Get("Content-Disposition")
		if a.code != 200 || a.head.Get("Content-Type") != want[0] || !strings.HasPrefix(a.body, want[1]) || !regexp.MustCompile(`^attachment; filename="[A-Za-z0-9.-]+"$`).MatchString(name) {
			h.t.Errorf("%s: %d %s %s", path, a.code, a.head.Get("Content-Type"), name)
		}
		if again := b.get(page + path); again.body != a.body {
			h.t.Errorf("%s is another file the second time", path)
		}
	}
	for _, none := range []string{"/poster.pdf", "/poster.pdf?size=a0&lang=de", "/poster.pdf?size=a4&lang=en", "/poster.pdf?size=a4&lang=fr"} {
		if a := b.get(page + none); a.code != http.StatusNotFound {
			h.t.Errorf("%s: %d", none, a.code)
		}
	}
}

// A second version: the draft is kept beside what is in force, compared with it word by word, and replaces it in one step.
func TestASecondVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		s := h.webSource(h.a.ID, "Website", theNumber, true)
		words := "/sources/" + s.ID + "/wording"
		longer := goodText + " Die Einwilligung ist freiwillig. " + hostile
		if a := b.post(words, "do", "save", "topic", "offers", "lang", "de", "text-de", longer, "outdates", "on"); a.to != words {
			t.Fatalf("save: %d to %s", a.code, a.to)
		}
		if now, versions := h.theSource(h.a.ID, s.ID); now.NoticeVersion != 1 || len(versions) != 2 || versions[0].Body != longer || versions[1].Body != goodText {
			t.Errorf("the draft touched what is in force: %+v", now)
		}
		for _, lang := range []string{"de", "en"} {
			b.lang = lang
			h.sound("versions", lang, b.get("/sources/"+s.ID+"/versions"))
			h.sound("editor with a draft", lang, b.get(words))
		}
		b.lang = "de"
		if a := b.get("/sources/" + s.ID + "/versions?old=1&new=2"); !strings.Contains(a.body, "<ins> Die Einwilligung ist freiwillig.") || strings.Contains(a.body, "<del>") {
			t.Error("the difference is not marked")
		}
		a := b.post(words, "do", "save", "topic", "offers", "lang", "de", "text-de", "Ein ganz anderer Text", "seen", "")
		if a.code != http.StatusConflict || !strings.Contains(a.body, "Ein ganz anderer Text") {
			t.Errorf("two people at one draft: %d", a.code)
		}
		seen := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(b.get(words).body)
		if seen == nil {
			t.Fatal("the editor does not say what it began with")
		}
		if a := b.post(words, "do", "publish", "topic", "offers", "topic", "order_updates", "lang", "de", "text-de", longer, "seen", seen[1]); a.to != "/sources/"+s.ID {
			t.Fatalf("publish: %d", a.code)
		}
		if now, _ := h.theSource(h.a.ID, s.ID); now.NoticeVersion != 2 || now.State != source.StateLive || len(now.Topics) != 2 || now.PausedWhy != "" {
			t.Errorf("after publishing: %+v", now)
		}
	})
}

// Outdating is told in numbers before it happens.
func TestOutdatingIsCountedFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		s := h.webSource(h.a.ID, "Website", theNumber, true)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			for i := range 3 {
				h.put(ctx, tx, "standing", row{"tenant": h.a.ID, "contact": id.At("con", int64(i)), "topic": "offers", "state": "granted", "notice": s.Notice, "notice_version": 1})
			}
			h.put(ctx, tx, "standing", row{"tenant": h.a.ID, "contact": id.At("con", 9), "topic": "offers", "state": "withdrawn", "notice": s.Notice, "notice_version": 1})
			return nil
		})
		a := h.as(account.Editor).post("/sources/"+s.ID+"/check", "topic", "offers", "lang", "de", "text-de", goodText, "outdates", "on")
		if a.code != 200 || !strings.Contains(a.body, "Betroffen sind 3 Zusagen") {
			t.Errorf("%d %s", a.code, a.body)
		}
	})
}

// What is typed is judged and drawn without being kept, part by part, and nothing in it is markup.
func TestCheckWhileTyping(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		s := h.webSource(h.a.ID, "Website", theNumber, false)
		path := "/sources/" + s.ID + "/check"
		for name, c := range map[string]struct {
			text string
			want []string
		}{
			"lacking": {badText, []string{"Eine Pflichtangabe fehlt", `id="lint-de" hx-swap-oob="true"`, `id="preview" class="page-frame" hx-swap-oob="true"`, `aria-disabled="true"`}},
			"whole":   {goodText, []string{"Alle Pflichtangaben sind da", "srcdoc=\"&lt;!DOCTYPE html&gt;&lt;p&gt;page of " + s.ID}},
			"hostile": {hostile + "\x00", []string{"&lt;script&gt;"}},
			"empty":   {"", []string{"Noch steht hier kein Text."}},
			"long":    {strings.Repeat("ä", 5000), []string{"5\u202f000 von höchstens 4\u202f096 Zeichen"}},
		} {
			a := b.post(path, "topic", "offers", "lang", "de", "text-de", c.text, "show", "de")
			if a.code != 200 {
				t.Errorf("%s: %d", name, a.code)
			}
			for _, want := range c.want {
				if !strings.Contains(a.body, want) {
					t.Errorf("%s lacks %s", name, want)
				}
			}
			if m := inline.FindString(a.body); m != "" {
				t.Errorf("%s: holds %s", name, m)
			}
		}
		if _, versions := h.theSource(h.a.ID, s.ID); len(versions) != 1 || versions[0].Body != goodText {
			t.Error("checking kept something")
		}
	})
}

func TestBadWordingsStayTyped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		s := h.webSource(h.a.ID, "Website", theNumber, false)
		seen := regexp.MustCompile(`name="seen" value="(\d*)"`).FindStringSubmatch(b.get("/sources/" + s.ID + "/wording").body)[1]
		for name, c := range map[string]struct {
			form  []string
			field string
		}{
			"no topic":    {[]string{"lang", "de", "text-de", "Mein Text"}, "topic-e"},
			"other topic": {[]string{"lang", "de", "text-de", "Mein Text", "topic", "theirs"}, "topic-e"},
			"no text":     {[]string{"lang", "de", "text-de", " ", "topic", "offers"}, "text-de-e"},
			"long text":   {[]string{"lang", "de", "text-de", strings.Repeat("Mein Text ", 500), "topic", "offers"}, "text-de-e"},
			"odd number":  {[]string{"lang", "de", "text-de", "Mein Text", "topic", "offers", "cap", "vier"}, "cap-e"},
			"big number":  {[]string{"lang", "de", "text-de", "Mein Text", "topic", "offers", "cap", "9999"}, "cap-e"},
		} {
			a := b.post("/sources/"+s.ID+"/wording", append(c.form, "do", "save", "seen", seen)...)
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="`+c.field+`"`) || name != "no text" && !strings.Contains(a.body, "Mein Text") {
				t.Errorf("%s: %d", name, a.code)
			}
		}
		if a := b.post("/sources/"+s.ID+"/wording", "do", "erase"); a.code != http.StatusBadRequest {
			t.Errorf("odd wish: %d", a.code)
		}
	})
}

// A source stops in one step, with a reason, and opens again only if its wording still holds.
func TestPauseAndResume(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		s := h.webSource(h.a.ID, "Website", theNumber, true)
		page := "/sources/" + s.ID
		if a := b.post(page + "/pause"); a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="why-`+s.ID+`-problem"`) {
			t.Errorf("without a reason: %d", a.code)
		}
		if a := b.post(page+"/pause", "reason", strings.Repeat("x", 501)); a.code != http.StatusBadRequest {
			t.Errorf("a long reason: %d", a.code)
		}
		if a := b.post(page+"/pause", "reason", "Zu viele Abmeldungen "+hostile); a.to != page {
			t.Fatalf("pause: %d", a.code)
		}
		for _, p := range []string{"/sources", page} {
			a := b.get(p)
			if !strings.Contains(a.body, "Zu viele Abmeldungen") || !strings.Contains(a.body, "Angehalten") {
				t.Errorf("%s does not say why", p)
			}
			h.sound(p+" paused", "de", a)
		}
		if a := b.post(page+"/pause", "reason", "und noch einmal"); a.code != http.StatusConflict {
			t.Errorf("twice: %d", a.code)
		}
		if a := b.post(page + "/archive"); a.to != page {
			t.Errorf("archive: %d", a.code)
		}
		if now, _ := h.theSource(h.a.ID, s.ID); now.State != source.StateArchived {
			t.Errorf("archived: %s", now.State)
		}
		for p, want := range map[string]string{"/sources": "Archiv, eine Quelle", page: "Diese Quelle liegt im Archiv"} {
			a := b.get(p)
			if !strings.Contains(a.body, want) || p == "/sources" && strings.Contains(a.body, page+"/pause") {
				t.Errorf("%s does not say %q", p, want)
			}
			h.sound(p+" archived", "de", a)
		}
		if a := b.post(page + "/resume"); a.code != http.StatusConflict {
			t.Errorf("resume an archived one: %d", a.code)
		}
		if a := b.post(page + "/restore"); a.to != page {
			t.Errorf("restore: %d", a.code)
		}
		if a := b.post(page + "/restore"); a.code != http.StatusConflict {
			t.Errorf("restore twice: %d", a.code)
		}
		if a := b.post(page + "/resume"); a.to != page {
			t.Errorf("resume: %d", a.code)
		}
		if a := b.post(page + "/archive"); a.code != http.StatusConflict {
			t.Errorf("archive a live one: %d", a.code)
		}
		if now, _ := h.theSource(h.a.ID, s.ID); now.State != source.StateLive || now.PausedWhy != "" {
			t.Errorf("%+v", now)
		}
		if a := b.post(page + "/resume"); a.code != http.StatusConflict {
			t.Errorf("resume a live one: %d", a.code)
		}
	})
}

// Settings of a live source take effect at once, or not at all.
func TestSettingsOfASource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Admin)
		s := h.webSource(h.a.ID, "Website", theNumber, true)
		path := "/sources/" + s.ID + "/settings"
		good := map[string]string{"name": "Fußzeile", "number": theNumber, "privacy": "https://x.example/neu", "imprint": "", "region": "at", "boxes": "one", "ask": "chat",
			"age": "16", "hourly": "50", "daily": ""}
		form := func(name, value string) []string {
			var out []string
			for k, v := range good {
				if k == name {
					v = value
				}
				out = append(out, k, v)
			}
			return out
		}
		if a := b.post(path, form("", "")...); a.to != path {
			t.Fatalf("save: %d", a.code)
		}
		now, _ := h.theSource(h.a.ID, s.ID)
		want := source.Settings{PrivacyURL: "https://x.example/neu", Languages: []string{"de"}, DefaultRegion: "AT", OneBox: true, Question: true, MinimumAge: 16, NetworkHourly: 50}
		if now.State != source.StateLive || now.Name != "Fußzeile" || fmt.Sprint(now.Settings) != fmt.Sprint(want) {
			t.Errorf("kept %+v", now)
		}
		for field, bad := range map[string]string{"name": "", "number": h.theirs["number"], "privacy": "javascript:alert(1)", "imprint": "http://x", "region": "XYZ", "age": "-1", "hourly": "viele", "daily": "99999999"} {
			a := b.post(path, form(field, bad)...)
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="`+field+`-e"`) || bad != "" && field != "number" && !strings.Contains(a.body, `value="`+bad+`"`) {
				t.Errorf("%s %q: %d", field, bad, a.code)
			}
		}
		if a := b.post(path, form("privacy", "")...); a.code != http.StatusBadRequest {
			t.Errorf("a live page without a privacy notice: %d", a.code)
		}
		if after, _ := h.theSource(h.a.ID, s.ID); fmt.Sprint(after) != fmt.Sprint(now) {
			t.Errorf("a refused change left %+v", after)
		}
	})
}

// The wordings of all kinds are written, judged and published; those that are called open on their own page, once they are spoken.
func TestOtherKindsCanBePrepared(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Editor)
		h.carrier()
		for _, kind := range notice.Kinds {
			if kind == "web" {
				continue
			}
			a := b.post("/sources/new", "kind", kind, "name", "Eine Quelle", "number", theNumber, "topic", "offers")
			s := strings.TrimSuffix(strings.TrimPrefix(a.to, "/sources/"), "/wording")
			if a.code != http.StatusSeeOther {
				t.Fatalf("%s: %d", kind, a.code)
			}
			h.sound(kind, "de", b.get(a.to))
			text := regexp.MustCompile(`(?s)id="text-de"[^>]*>([^<]*)</textarea>`).FindStringSubmatch(b.get(a.to).body)[1]
			plain := strings.NewReplacer("&#34;", `"`, "&lt;", "<", "&gt;", ">", "&#39;", "'", "&amp;", "&").Replace(text)
			if a := b.post(a.to, "do", "publish", "topic", "offers", "lang", "de", "text-de", plain); a.code != http.StatusSeeOther {
				t.Errorf("%s: publish %d", kind, a.code)
			}
			now, versions := h.theSource(h.a.ID, s)
			if len(versions) != 1 || versions[0].PublishedAt == 0 || (now.State == source.StateLive) != !slices.Contains(source.Spoken, kind) {
				t.Errorf("%s: %s with %d versions", kind, now.State, len(versions))
			}
			if a := b.get("/sources/" + s); a.code != 200 || strings.Contains(a.body, "/poster.pdf") != (kind == "thread" || kind == "sms") { // what is called has no number yet
				t.Errorf("%s hands out what there is not, or not what there is: %d", kind, a.code)
			}
			if slices.Contains(source.Spoken, kind) {
				if a := b.post("/sources/"+s+"/voice", "numbers", "+4930555011", "question", "on"); a.code != http.StatusSeeOther {
					t.Errorf("%s: the number: %d", kind, a.code)
				}
			}
			want := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[kind == "thread" || kind == "sms"]
			if a := b.get("/sources/" + s + "/poster.pdf?size=a4&lang=de"); a.code != want || want == http.StatusOK && !strings.HasPrefix(a.body, "%PDF-") {
				t.Errorf("%s: the poster is answered %d, want %d", kind, a.code, want)
			}
			if kind == "thread" { // its code opens the chat: TestThreadSource
				continue
			}
			if a := b.get("/sources/" + s + "/qr.svg"); (a.code == http.StatusNotFound) != (kind != "sms") {
				t.Errorf("%s has a code: %d", kind, a.code)
			}
		}
	})
}

// Figures come from what happened in thirty days: agreements, who confirmed, who left within two days, with its range, and who left since.
func TestFiguresOfASource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		s := h.webSource(h.a.ID, "Website", theNumber, true)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			rev := 0
			put := func(tenant string, who int, kind string, ago time.Duration, source string) {
				rev++
				at := micros(ago)
				h.put(ctx, tx, "event", row{"tenant": tenant, "event": id.At("evt", at), "contact": fmt.Sprintf("con_%d", who), "rev": rev, "kind": kind, "topics": `[]`,
					"source": source, "happened_at": at, "recorded_at": at, "evidence": `[]`})
			}
			for who := range 10 {
				put(h.a.ID, who, "requested", time.Duration(9-who)*24*time.Hour+2*time.Minute, s.ID)
				if who < 9 {
					put(h.a.ID, who, "granted", time.Duration(9-who)*24*time.Hour+time.Minute, s.ID)
				}
			}
			put(h.a.ID, 20, "declared", time.Minute, s.ID)
			put(h.a.ID, 21, "granted", 40*24*time.Hour, s.ID) // before the days shown
			put(h.a.ID, 0, "withdrawn", 8*24*time.Hour, "")   // a day after: the source's doing
			put(h.a.ID, 1, "withdrawn", time.Hour, "")        // a week after: not
			put(h.b.ID, 30, "granted", time.Minute, s.ID)     // somebody else's business
			for n, state := range []string{"granted", "granted", "declined", "disputed", "open", "expired", "open"} {
				h.put(ctx, tx, "request", row{"tenant": h.a.ID, "request": fmt.Sprintf("req_%d", n), "code": fmt.Sprintf("c%d", n), "contact": "con_1", "source": s.ID,
					"topics": "[]", "state": state, "asked_at": micros(time.Duration(n+1) * time.Hour), "created_at": 1, "until": 1})
			}
			return nil
		})
		if err := (&tally.Roller{DB: d}).Roll(t.Context()); err != nil {
			t.Fatal(err)
		}
		b := h.as(account.Auditor)
		for _, page := range []string{"/sources", "/sources/" + s.ID} {
			a := b.get(page)
			for _, want := range []string{"1 Zusage<", "90,0\u202f%", "von 10 Anmeldungen", "10,0\u202f%", "(1,1 bis 38,1\u202f%)", "20,0\u202f%", "von 10 Personen, die in 30 Tagen zusagten", "10 Zusagen in 30 Tagen",
				"Die letzten 7 Rückfragen", "2 Ja · 1 Nein · 1 „nicht ich“ · 3 ohne Antwort"} {
				if !strings.Contains(a.body, want) {
					t.Errorf("%s lacks %s: %v", page, want, regexp.MustCompile(`\([^)]*bis[^)]*\)|[\d,]+\x{202f}%`).FindAllString(a.body, -1))
				}
			}
			if strings.Contains(a.body, "Anhalten …") {
				t.Errorf("%s offers an auditor to pause", page)
			}
		}
	})
}

// Nothing of another business is reachable, whatever the route.
func TestOtherTenantsSources(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		theirs := h.webSource(h.b.ID, "Their page", h.theirs["number"], false)
		b := h.as(account.Owner)
		for _, r := range sourceRoutes {
			method, pattern, _ := strings.Cut(r.pattern, " ")
			if !strings.Contains(pattern, "{source}") {
				continue
			}
			for _, id := range []string{theirs.ID, "src_none", "x", "%2e%2e"} {
				a := b.do(method, strings.Replace(pattern, "{source}", id, 1), url.Values{"do": {"save"}, "reason": {"Zu viele Abmeldungen"}, "topic": {"offers"}, "lang": {"de"}, "text-de": {goodText}})
				if a.code != http.StatusNotFound || strings.Contains(a.body, "Their page") {
					t.Errorf("%s %s for %s: %d", method, pattern, id, a.code)
				}
			}
		}
		if a := b.get("/sources"); strings.Contains(a.body, "Their page") {
			t.Error("the list shows another business's source")
		}
		if s, versions := h.theSource(h.b.ID, theirs.ID); s.State != source.StateDraft || len(versions) != 1 {
			t.Error("another business's source changed")
		}
	})
}

// Every route asks for its permission, and for a login.
func TestSourceRoutesByRole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		s := h.webSource(h.a.ID, "Website", theNumber, true)
		for _, role := range account.Roles {
			b := h.as(role)
			for _, r := range sourceRoutes {
				method, pattern, _ := strings.Cut(r.pattern, " ")
				var form url.Values
				if method == "POST" {
					form = url.Values{}
				}
				a := b.do(method, strings.Replace(pattern, "{source}", s.ID, 1), form)
				if (a.code == http.StatusForbidden) == role.May(r.may) {
					t.Errorf("%s for %s: %d", r.pattern, role, a.code)
				}
				if a.code >= 500 {
					t.Errorf("%s for %s: %d\n%s", r.pattern, role, a.code, h.logs)
				}
			}
		}
		if now, _ := h.theSource(h.a.ID, s.ID); now.State != source.StateLive {
			t.Errorf("an empty form changed the source to %s", now.State)
		}
		for _, r := range sourceRoutes {
			method, pattern, _ := strings.Cut(r.pattern, " ")
			if a := h.browser().do(method, strings.Replace(pattern, "{source}", s.ID, 1), nil); method == "GET" && a.code != http.StatusSeeOther {
				t.Errorf("%s without login: %d", r.pattern, a.code)
			}
		}
	})
}
