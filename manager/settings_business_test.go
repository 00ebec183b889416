package manager

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/blob"
	"jawort/db"
	"jawort/db/dbtest"
)

// send posts a form with a file in it.
func (b *browser) send(path, file string, body []byte, pairs ...string) answer {
	b.h.t.Helper()
	var buf bytes.Buffer
	m := multipart.NewWriter(&buf)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := m.WriteField(pairs[i], pairs[i+1]); err != nil {
			b.h.t.Fatal(err)
		}
	}
	w, err := m.CreateFormFile(file, "../../evil"+hostile+".png")
	if err != nil {
		b.h.t.Fatal(err)
	}
	_, _ = w.Write(body) // into memory
	_ = m.Close()
	r, err := http.NewRequestWithContext(b.h.t.Context(), "POST", b.h.url+path, &buf)
	if err != nil {
		b.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.ask(r)
}

func somePicture(t *testing.T) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := png.Encode(&buf, image.NewGray(image.Rect(0, 0, 40, 20))); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// tenant reads the house anew.
func (h *house) tenant(id string) (t account.Tenant) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		t, err = account.TenantOf(ctx, tx, id)
		return err
	})
	return t
}

func TestBusinessStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		name := "Rösterei Mond " + hostile
		if a := b.post("/settings/business", "name", name, "language", "en", "zone", "Europe/Vienna", "country", "AT"); a.to != "/settings/business" {
			t.Fatalf("save: %d\n%s", a.code, a.body)
		}
		a := b.get("/settings/business")
		h.sound("after saving", "de", a)
		if !strings.Contains(a.body, "Gespeichert.") || !strings.Contains(a.body, `value="AT" selected`) {
			t.Error("what was saved is not shown")
		}
		if strings.Contains(b.get("/settings/business").body, "Gespeichert.") {
			t.Error("told twice")
		}
		if got := h.tenant(h.a.ID); got.Name != name || got.Zone != "Europe/Vienna" || got.Country != "AT" || got.Language != "en" {
			t.Errorf("kept %+v", got)
		}
		a = b.post("/settings/business", "name", "", "language", "de", "zone", "Mars/Olympus", "country", "AT")
		if a.code != http.StatusBadRequest || !strings.Contains(a.body, "Mars/Olympus") || !strings.Contains(a.body, `id="name-err"`) || !strings.Contains(a.body, `aria-describedby="name-err name-hint"`) {
			t.Errorf("a refusal does not keep what was typed, or does not stand at its field: %d", a.code)
		}
		if got := h.tenant(h.a.ID); got.Name != name {
			t.Errorf("a refused form changed the name to %q", got.Name)
		}
	})
}

func TestPolicyForm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		if a := b.post("/settings/business/policy", "sms_tap", "no", "accept_signed", "on", "unsure_hours", "12", "public_share", "3", "warn_months", "6", "lapse_months", "9"); a.to != "/settings/business" {
			t.Fatalf("save: %d\n%s", a.code, a.body)
		}
		p := h.tenant(h.a.ID).Policy
		if !p.AcceptSignedForm || !p.NoQuestion || p.SMSNeedsTap == nil || *p.SMSNeedsTap || p.UnsureHours != 12 || p.PublicShare != 3 || p.WarnMonths != 6 || p.LapseMonths != 9 {
			t.Errorf("kept %+v", p)
		}
		for _, c := range []struct{ field, value string }{{"unsure_hours", "25"}, {"unsure_hours", "viele"}, {"public_share", "101"}, {"lapse_months", "99"}, {"warn_months", "9"}} {
			form := map[string]string{"unsure_hours": "12", "public_share": "3", "warn_months": "6", "lapse_months": "9", "sms_tap": "rule"}
			form[c.field] = c.value
			var pairs []string
			for k, v := range form {
				pairs = append(pairs, k, v)
			}
			a := b.post("/settings/business/policy", pairs...)
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="`+c.field+`-err"`) || !strings.Contains(a.body, `value="`+c.value+`"`) {
				t.Errorf("%s = %s: %d", c.field, c.value, a.code)
			}
		}
		if h.tenant(h.a.ID).Policy.UnsureHours != 12 {
			t.Error("a refused form was kept")
		}
	})
}

func TestBrandForm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		b := h.as(account.Owner)
		const path = "/settings/business/brand"
		if a := b.post(path, "accent", "#ffd500"); a.code != http.StatusBadRequest || !strings.Contains(a.body, "nur den Kontrast 1,4") || !strings.Contains(a.body, `fill="#ffd500"`) || !strings.Contains(a.body, "Zu hell") {
			t.Errorf("a pale colour: %d", a.code)
		}
		for what, bad := range map[string][]byte{"svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "html": []byte("<!doctype html><script>"),
			"gif": []byte("GIF89a......"), "too large": append(somePicture(t), make([]byte, account.MostLogo)...)} {
			a := b.send(path, "logo", bad, "accent", "#8c1a14")
			if a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="logo-err"`) || !strings.Contains(a.body, `value="#8c1a14"`) {
				t.Errorf("%s: %d", what, a.code)
			}
			h.sound(what, "de", a)
		}
		if got := h.tenant(h.a.ID).Brand; got != (account.Brand{}) {
			t.Fatalf("a refused form was kept: %+v", got)
		}
		if a := b.send(path, "logo", somePicture(t), "accent", "8C1A14"); a.code != http.StatusSeeOther {
			t.Fatalf("save: %d %s", a.code, a.body)
		}
		kept := h.tenant(h.a.ID).Brand
		if kept.Accent != "#8c1a14" || kept.Logo == "" {
			t.Fatalf("kept %+v", kept)
		}
		a := b.get("/settings/logo")
		if a.code != http.StatusOK || a.body != string(somePicture(t)) || a.head.Get("Content-Type") != "image/png" || a.head.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("the picture: %d %v", a.code, a.head)
		}
		h.sound("with a logo", "de", b.get("/settings/business"))
		if a := b.send(path, "logo", nil, "accent", "", "no_logo", "on"); a.code != http.StatusSeeOther {
			t.Fatalf("remove: %d", a.code)
		}
		h.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := blob.Describe(ctx, tx, h.a.ID, kept.Logo)
			if err == nil {
				t.Error("the old picture stays")
			}
			return nil
		})
		if a := b.get("/settings/logo"); a.code != http.StatusNotFound {
			t.Errorf("no picture: %d", a.code)
		}
	})
}
