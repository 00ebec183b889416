package manager

import (
	"bytes"
	"context"
	"image"
	_ "image/jpeg"
	"image/png"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jawort/account"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/intake"
)

// source puts a live source with its wording.
func (h *house) source(settings string) {
	h.write(func(ctx context.Context, tx *db.Tx) error {
		h.put(ctx, tx, "notice", row{"tenant": h.a.ID, "notice": "ntc_1", "name": "n", "created_at": 1})
		h.put(ctx, tx, "notice_version", row{"tenant": h.a.ID, "notice": "ntc_1", "version": 3, "language": "de", "body": "Ja, ich stimme zu. " + hostile, "hash": "0123456789abcdef",
			"kind": "paper", "topics": `["offers","order_updates"]`, "created_at": 1, "published_at": 1})
		h.put(ctx, tx, "source", row{"tenant": h.a.ID, "source": "src_till", "kind": "paper", "name": "Kasse " + hostile, "state": "live", "notice": "ntc_1", "notice_version": 3,
			"topics": `["offers","order_updates"]`, "number": theNumber, "settings": settings, "created_at": 1})
		return nil
	})
}

// upload posts a form with a file.
func (b *browser) upload(path, name string, file []byte, pairs ...string) answer {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		_ = w.WriteField(pairs[i], pairs[i+1])
	}
	if file != nil {
		part, err := w.CreateFormFile("scan", name)
		if err != nil {
			b.h.t.Fatal(err)
		}
		_, _ = part.Write(file)
	}
	_ = w.Close()
	r, err := http.NewRequestWithContext(b.h.t.Context(), "POST", b.h.url+path, &body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.ask(r)
}

// ledger is a person's events, oldest first.
func (h *house) ledger(who string) []consent.Event {
	h.t.Helper()
	var out []consent.Event
	h.write(func(ctx context.Context, tx *db.Tx) error {
		all, err := consent.History(ctx, tx, h.a.ID, []string{who})
		out = all[who]
		return err
	})
	return out
}

func (h *house) last(who string) consent.Event { all := h.ledger(who); return all[len(all)-1] }

var pngScan = func() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 20))) // into memory
	return b.Bytes()
}()

func TestStaffRecordAnOptOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Agent)
		path := "/people/" + h.contact + "/optout"
		for _, bad := range [][]string{{"scope", "topic", "via", "phone"}, {"scope", "all", "via", "chat"}, {"scope", "everything", "via", "phone"}, {}} {
			a := b.post(path, append(bad, "note", "bleibt stehen "+hostile)...)
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, `value="bleibt stehen &lt;script`) {
				t.Errorf("%v: %d, or what was typed is gone", bad, a.code)
			}
			h.sound("a refused opt-out", "de", a)
		}
		if a := b.post(path, "scope", "topic", "via", "letter", "topics", "order_updates", "note", "Brief vom 3."); a.to != "/people/"+h.contact {
			t.Fatalf("opt-out: %d %s", a.code, h.logs)
		}
		e := h.last(h.contact)
		if e.Kind != consent.Withdrawn || e.Scope != consent.ScopeTopic || e.Channel != "letter" || e.Reason != "Brief vom 3." || e.Actor.ID != h.staff[account.Agent].ID || e.Witnessed {
			t.Errorf("recorded %+v", e)
		}
		if body := b.get("/people/" + h.contact).body; !regexp.MustCompile(`gilt seit [^<]*\d\d:\d\d:\d\d`).MatchString(body) {
			t.Error("the page does not say since when it holds")
		}
		b.post(path, "scope", "all", "via", "phone")
		n := len(h.ledger(h.contact))
		b.post(path, "scope", "marketing", "via", "phone")
		if body := b.get("/people/" + h.contact).body; len(h.ledger(h.contact)) != n || !strings.Contains(body, "War schon abgemeldet") {
			t.Error("the second time is not told as such")
		}
	})
}

func TestStaffRecordAnOptIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.source(`{}`)
		b := h.as(account.Agent)
		form := []string{"address", "0171 4711 0815", "name", "Neu " + hostile, "source", "src_till", "topics", "offers", "topics", "order_updates", "way", "paper", "when", "2026-11-16T09:30"}
		a := b.upload("/people/new", "../../etc/x.html", pngScan, form...)
		if a.code != http.StatusOK || !strings.Contains(a.body, "Behauptet") || !strings.Contains(a.body, "https://wa.me/") || !strings.Contains(a.body, `class="qr"`) {
			t.Fatalf("record: %d\n%s", a.code, h.logs)
		}
		who := regexp.MustCompile(`/people/(con_[0-9a-v]+)`).FindStringSubmatch(a.body)[1]
		e := h.last(who)
		if e.Kind != consent.Claimed || e.Channel != "paper" || e.Source != "src_till" || e.NoticeVersion != 3 || e.Actor.ID != h.staff[account.Agent].ID || len(e.Evidence) != 1 || e.Evidence[0].Blob == "" || e.Witnessed {
			t.Errorf("recorded %+v", e)
		}
		page := b.get("/people/" + who)
		h.sound("the new person", "de", page)
		for _, want := range []string{"Neu &lt;script", "Ja, ich stimme zu.", "noch nicht versiegelt", "0123456789ab", "Das hat jemand anderes eingetragen", "Ein Beleg ist hinterlegt."} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		for what, c := range map[string]struct {
			file  []byte
			pairs []string
			want  string
		}{
			"no number":      {pngScan, []string{"address", "hallo", "source", "src_till", "topics", "offers", "way", "paper"}, "weder eine Telefonnummer"},
			"no topic":       {pngScan, []string{"address", "01714711", "source", "src_till", "way", "paper"}, "mindestens ein Thema"},
			"odd topic":      {nil, []string{"address", "017147110815", "source", "src_till", "topics", "nothing", "way", "paper"}, "class=\"err\""},
			"their source":   {nil, []string{"address", "017147110815", "source", "src_theirs", "topics", "offers", "way", "paper"}, "Quelle"},
			"in the future":  {nil, []string{"address", "017147110815", "source", "src_till", "topics", "offers", "way", "paper", "when", "2031-01-01T00:00"}, "nicht in der Zukunft"},
			"a page as scan": {[]byte("<html><script>alert(1)</script>"), form, "JPEG, PNG, WebP und PDF"},
			"a HEIC":         {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1"), form, "Bildschirmfoto"},
			"too large":      {append(slices.Clone(pngScan), make([]byte, intake.MostEvidence)...), form, "größer als 10"},
		} {
			if a := b.upload("/people/new", "x.png", c.file, c.pairs...); a.code < 400 || a.code >= 500 || !strings.Contains(a.body, c.want) {
				t.Errorf("%s: %d", what, a.code)
			}
		}
	})
}

// A signed form is enough where the source and the business accept it; words without a scan never are.
func TestASignedForm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.source(`{"accept_signed":true}`)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update tenant set policy = $2 where tenant = $1`, h.a.ID, `{"accept_signed_form":true}`)
			return err
		})
		b := h.as(account.Editor)
		form := []string{"source", "src_till", "topics", "offers", "way", "paper"}
		if a := b.upload("/people/"+h.contact+"/optin", "", nil, form...); a.code != http.StatusOK || h.last(h.contact).Kind != consent.Claimed {
			t.Errorf("without a scan: %d, %s", a.code, h.last(h.contact).Kind)
		}
		if a := b.upload("/people/"+h.contact+"/optin", "x.png", pngScan, form...); a.code != http.StatusOK || h.last(h.contact).Kind != consent.Granted {
			t.Errorf("with a scan: %d, %s\n%s", a.code, h.last(h.contact).Kind, h.logs)
		}
	})
}

// Files go only to whom they are for, run nothing, and leave a trace.
func TestEvidenceFiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.source(`{}`)
		owner := h.as(account.Owner)
		keep := func(body []byte) string {
			if a := owner.upload("/people/"+h.contact+"/optin", "x", body, "source", "src_till", "topics", "offers", "way", "paper"); a.code != http.StatusOK {
				t.Fatalf("keep: %d %s", a.code, h.logs)
			}
			return h.last(h.contact).Evidence[0].Blob
		}
		scan, pdf := keep(pngScan), keep([]byte("%PDF-1.7\n<script>alert(1)</script>"))
		for _, role := range account.Roles {
			a := h.as(role).post("/people/"+h.contact+"/files", "file", scan)
			if want := map[bool]int{true: 200, false: 403}[role.May(account.MayFiles)]; a.code != want {
				t.Errorf("%s: %d, want %d", role, a.code, want)
			}
		}
		a := owner.post("/people/"+h.contact+"/files", "file", scan)
		if _, kind, err := image.DecodeConfig(strings.NewReader(a.body)); err != nil || kind != "jpeg" || a.head.Get("Content-Type") != "image/jpeg" || // written anew !strings.HasPrefix(a.head.Get("Content-Disposition"), "inline;") ||
			!strings.Contains(a.head.Get("Content-Security-Policy"), "sandbox") || a.head.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("scan: %v", a.head)
		}
		if a := owner.post("/people/"+h.contact+"/files", "file", pdf); a.head.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(a.head.Get("Content-Disposition"), "attachment;") {
			t.Errorf("pdf: %v", a.head)
		}
		var other string
		h.write(func(ctx context.Context, tx *db.Tx) error {
			other = h.person(ctx, tx, h.a.ID, "Other", "tel:+491713929900", 0)
			return nil
		})
		for _, path := range []string{"/people/" + other, "/people/" + h.theirs["contact"], "/people/con_none"} {
			if a := owner.post(path+"/files", "file", scan); a.code != http.StatusNotFound {
				t.Errorf("%s hands out another one's scan: %d", path, a.code)
			}
		}
		if a := owner.post("/people/"+h.contact+"/files", "file", "' or 1=1"); a.code != http.StatusNotFound {
			t.Errorf("an odd name: %d", a.code)
		}
		var trail []account.Entry
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			trail, err = account.Trail(ctx, tx, h.a.ID, "", 1)
			return err
		})
		if trail[0].Action != "evidence.opened" || trail[0].Object != h.contact || trail[0].Actor != h.staff[account.Owner].ID {
			t.Errorf("trail %+v", trail[0])
		}
	})
}

var voidAction = regexp.MustCompile(`action="(/people/[^"]+/(?:events/[^"]+/void|voidings/[^"]+))"`)

// What staff entered wrongly goes by two; what the person said cannot.
func TestVoidByTwo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		agent, admin, owner := h.as(account.Agent), h.as(account.Admin), h.as(account.Owner)
		page := "/people/" + h.contact
		if body := agent.get(page).body; voidAction.MatchString(body) || !strings.Contains(body, "Das hat die Person selbst gesagt; niemand kann es aufheben.") {
			t.Error("the person's own opt-out is offered for voiding, or the page does not say why not")
		}
		own := h.last(h.contact)
		if a := owner.post(page+"/events/"+own.ID+"/void", "reason", "Das gefällt uns nicht"); a.code != http.StatusConflict {
			t.Errorf("the person's own: %d", a.code)
		}
		agent.post(page+"/optout", "scope", "all", "via", "phone")
		ask := voidAction.FindStringSubmatch(agent.get(page).body)
		if ask == nil {
			t.Fatal("no way to take back what staff entered")
		}
		if a := agent.post(ask[1], "reason", "kurz"); a.code != http.StatusBadRequest || !strings.Contains(a.body, `value="kurz"`) {
			t.Errorf("a short reason: %d", a.code)
		}
		if a := agent.post(ask[1], "reason", "Falsche Person erwischt "+hostile); a.to != page {
			t.Fatalf("ask: %d %s", a.code, h.logs)
		}
		if a := agent.post(ask[1], "reason", "Falsche Person erwischt"); a.code != http.StatusConflict {
			t.Errorf("asked twice: %d", a.code)
		}
		answer := voidAction.FindStringSubmatch(owner.get(page).body)
		if answer == nil || voidAction.MatchString(agent.get(page).body) {
			t.Fatal("the owner cannot answer, or the agent can")
		}
		if a := agent.post(answer[1], "decision", "approved"); a.code != http.StatusForbidden {
			t.Errorf("the agent approves: %d", a.code)
		}
		if a := admin.post(answer[1], "decision", "approved"); a.to != page {
			t.Fatalf("approve: %d %s", a.code, h.logs)
		}
		if e := h.last(h.contact); e.Kind != consent.Voided || e.Actor.ID != h.staff[account.Admin].ID {
			t.Errorf("recorded %+v", e)
		}
		if a := owner.post(answer[1], "decision", "approved"); a.code != http.StatusNotFound {
			t.Errorf("decided twice: %d", a.code)
		}
		body := owner.get(page).body
		h.sound("a voided entry", "de", owner.get(page))
		if !strings.Contains(body, "aufgehoben") || strings.Contains(body, "hat alle Nachrichten abgemeldet.</b>") {
			t.Error("the page does not tell of the voiding")
		}
		admin.post(page+"/optout", "scope", "all", "via", "phone")
		ask = voidAction.FindStringSubmatch(admin.get(page).body)
		admin.post(ask[1], "reason", "Noch einmal vertan, sorry")
		answer = voidAction.FindStringSubmatch(owner.get(page).body)
		if a := admin.post(answer[1], "decision", "approved"); a.code != http.StatusForbidden {
			t.Errorf("the same person approves: %d", a.code)
		}
	})
}

func TestDisputeAndDoubt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Agent)
		page := "/people/" + h.contact
		for _, path := range []string{"/dispute", "/doubt"} {
			for _, bad := range [][]string{{"via", "phone", "reason", "kurz"}, {"via", "pigeon", "reason", "Ein guter langer Grund"}} {
				if a := b.post(page+path, bad...); a.code != http.StatusBadRequest || !strings.Contains(a.body, bad[3]) {
					t.Errorf("%s %v: %d", path, bad, a.code)
				}
			}
		}
		if a := b.post(page+"/doubt", "via", "phone", "reason", "Es meldet sich jemand anderes"); a.to != page || h.last(h.contact).Kind != consent.IdentityChanged {
			t.Errorf("doubt: %d", a.code)
		}
		var c contact.Contact
		h.write(func(ctx context.Context, tx *db.Tx) (err error) {
			c, err = contact.Get(ctx, tx, h.a.ID, h.contact)
			return err
		})
		if c.FrozenAt == 0 || !strings.Contains(b.get("/people?doubt=frozen").body, h.contact) {
			t.Error("the person is not listed as in doubt")
		}
		if a := b.post(page+"/dispute", "via", "letter", "reason", "Schreibt: Das bin ich nicht"); a.to != page || h.last(h.contact).Kind != consent.Disputed {
			t.Errorf("dispute: %d", a.code)
		}
	})
}

// Each act × role, and another business's people are not there.
func TestActsForEveryRole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.source(`{}`)
		event := h.last(h.contact).ID
		acts := map[string]struct {
			may  account.Permission
			form []string
		}{
			"/optout":                    {account.MayOptOut, []string{"scope", "marketing", "via", "phone"}},
			"/optin":                     {account.MayOptIn, []string{"source", "src_till", "topics", "offers", "way", "counter"}},
			"/dispute":                   {account.MayOptOut, []string{"via", "phone", "reason", "kurz"}},
			"/doubt":                     {account.MayOptOut, []string{"via", "phone", "reason", "kurz"}},
			"/events/" + event + "/void": {account.MayOptOut, []string{"reason", "kurz"}},
			"/voidings/voi_none":         {account.MayVoid, []string{"decision", "approved"}},
		}
		for _, role := range account.Roles {
			b := h.as(role)
			for path, act := range acts {
				if a := b.post("/people/"+h.contact+path, act.form...); (a.code == http.StatusForbidden) == role.May(act.may) {
					t.Errorf("%s for %s: %d", path, role, a.code)
				}
			}
			for path, may := range map[string]account.Permission{"/people/" + h.contact + "/optin": account.MayOptIn, "/people/new": account.MayOptIn, "/people/" + h.contact + "/optout": account.MayOptOut} {
				a := b.get(path)
				if (a.code == http.StatusOK) != role.May(may) {
					t.Errorf("GET %s for %s: %d", path, role, a.code)
				}
				h.sound(path, "de", a)
			}
		}
		owner := h.as(account.Owner)
		for path, act := range acts {
			for _, who := range []string{h.theirs["contact"], "con_none"} {
				form := slices.Clone(act.form)
				for i := range form {
					if form[i] == "kurz" {
						form[i] = "Ein Grund, der lang genug ist"
					}
				}
				if a := owner.post("/people/"+who+path, form...); a.code != http.StatusNotFound {
					t.Errorf("%s for somebody else's person: %d", path, a.code)
				}
			}
		}
		for _, path := range []string{"/optin", "/optout"} {
			if a := owner.get("/people/" + h.theirs["contact"] + path); a.code != http.StatusNotFound {
				t.Errorf("GET %s: %d", path, a.code)
			}
		}
	})
}
