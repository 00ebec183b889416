package web

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"jawort/blob"
	"jawort/consent"
	"jawort/db"
	"jawort/kiosk"
	"jawort/notice"
	"jawort/source"
)

// tablet is a device at the counter of a live paper source.
type tablet struct {
	*browser
	s      *shop
	source source.Source
	kiosk  kiosk.Kiosk
	link   string
}

func (s *shop) tablet() *tablet {
	s.t.Helper()
	t := &tablet{browser: s.browser(), s: s}
	s.write(func(ctx context.Context, tx *db.Tx) error {
		n, err := notice.New(ctx, tx, s.tenant.ID, "Tresen", 1)
		if err != nil {
			return err
		}
		v, err := notice.Edit(ctx, tx, s.tenant.ID, n.ID, notice.Wording{Kind: "paper", Topics: []string{"offers", "order_updates"}, Bodies: words}, 1)
		if err != nil {
			return err
		}
		if err := notice.Publish(ctx, tx, s.tenant.ID, n.ID, v, 2); err != nil {
			return err
		}
		if t.source, _, err = source.New(ctx, tx, s.tenant.ID, source.Source{Kind: "paper", Name: "Tresen", Notice: n.ID, Topics: []string{"offers", "order_updates"}, Number: theNumber,
			Settings: source.Settings{Languages: []string{"de", "en"}, DefaultRegion: "DE"}}, 2); err != nil {
			return err
		}
		if _, err := source.GoLive(ctx, tx, s.tenant.ID, t.source.ID, judge); err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		t.kiosk, t.link, err = kiosk.Open(ctx, tx, s.tenant.ID, t.source.ID, "usr_a", now)
		return err
	})
	return t
}

// begin opens the tablet by its link.
func (t *tablet) begin() answer {
	return t.do("POST", "/o/counter/"+t.link, map[string][]string{}, "Sec-Fetch-Site", "same-origin")
}

// drawing is a signature, or a blank one.
func drawing(t *testing.T, blank bool) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 400, 120))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	for x := 20; x < 300 && !blank; x++ {
		img.SetRGBA(x, 60+x%17, color.RGBA{0, 0, 0, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// sign sends the page.
func (t *tablet) sign(drawn string, pairs ...string) (int, signedReply) {
	t.s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		_ = w.WriteField(pairs[i], pairs[i+1])
	}
	if drawn != "" {
		f, _ := w.CreateFormFile("signature", "signature.png")
		_, _ = f.Write([]byte(drawn))
	}
	_ = w.Close()
	r, err := http.NewRequestWithContext(t.s.t.Context(), "POST", t.s.url+"/o/counter?lang=de", &body)
	if err != nil {
		t.s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	a, err := t.c.Do(r)
	if err != nil {
		t.s.t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.s.t.Fatal(err)
	}
	var out signedReply
	if err := json.Unmarshal(text, &out); err != nil {
		t.s.t.Fatalf("%d %s", a.StatusCode, text)
	}
	return a.StatusCode, out
}

func TestATabletFromLinkToSignature(t *testing.T) {
	each(t, func(s *shop) {
		b := s.tablet()
		if a := b.get("/o/counter"); a.code != http.StatusNotFound {
			t.Errorf("before it is opened: %d", a.code)
		}
		for range 2 { // looking at the link opens nothing
			if a := b.get("/o/counter/" + b.link); a.code != http.StatusOK || a.head.Get("Set-Cookie") != "" {
				t.Errorf("the link: %d", a.code)
			}
		}
		a := b.begin()
		cookie := a.head.Get("Set-Cookie")
		if a.to != "/o/counter" || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Strict") || !strings.Contains(cookie, "Path=/o/counter") {
			t.Fatalf("opened: %d %s %q", a.code, a.to, cookie)
		}
		if again := s.browser().do("POST", "/o/counter/"+b.link, map[string][]string{}, "Sec-Fetch-Site", "same-origin"); again.code != http.StatusNotFound {
			t.Errorf("the link opened twice: %d", again.code)
		}
		page := b.get("/o/counter?lang=en")
		if page.code != http.StatusOK || page.head.Get("Cache-Control") != "no-store" || page.head.Get("Set-Cookie") != "" || !strings.Contains(page.body, "<noscript>") || strings.Contains(page.body, `autocomplete="tel"`) {
			t.Errorf("the page: %d %v", page.code, page.head)
		}
		if next := b.get("/o/counter"); attr(next.one(t, "html"), "lang") != "de" {
			t.Error("the next person reads the language of the one before")
		}
		page = b.get("/o/counter")
		stamp := page.fields().Get("form")
		s.pass(5 * time.Second)
		good := []string{"form", stamp, "country", "DE", "phone", "0171 3929051", "topic", "offers"}
		for name, c := range map[string]struct {
			drawn, at string
			pairs     []string
		}{"unsigned": {"", "signature", good}, "blank": {drawing(t, true), "signature", good}, "svg": {`<svg onload="alert(1)"/>`, "signature", good}, "no tick": {drawing(t, false), "topic", good[:6]},
			"no number": {drawing(t, false), "phone", []string{"form", stamp, "topic", "offers"}}} {
			if code, r := b.sign(c.drawn, c.pairs...); code != http.StatusUnprocessableEntity || r.Wrong[c.at] == "" {
				t.Errorf("%s: %d %+v", name, code, r)
			}
			if !strings.Contains(page.body, `data-wrong="`+c.at+`"`) {
				t.Errorf("%s: the page has no place to say it", name)
			}
		}
		code, r := b.sign(drawing(t, false), good...)
		if code != http.StatusOK || r.Path == "" || r.Size < 21 || r.Link != "" || !strings.Contains(r.Message, "Angebote") {
			t.Fatalf("signed: %d %+v", code, r)
		}
		list := s.ledger("tel:+491713929051")
		if len(list) != 1 || list[0].Kind != consent.Claimed || list[0].Channel != "counter" || list[0].Witnessed {
			t.Fatalf("ledger %+v", list)
		}
		s.write(func(ctx context.Context, tx *db.Tx) error {
			files, err := blob.OfOwner(ctx, tx, s.tenant.ID, list[0].Contact)
			if err != nil || len(files) != 1 || files[0].Type != "image/png" {
				t.Errorf("kept %+v %v", files, err)
			}
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			return kiosk.Close(ctx, tx, s.tenant.ID, b.source.ID, b.kiosk.ID, now)
		})
		if a := b.get("/o/counter"); a.code != http.StatusNotFound {
			t.Errorf("closed: %d", a.code)
		}
		if code, _ := b.sign(drawing(t, false), good...); code != http.StatusNotFound {
			t.Errorf("signed after closing: %d", code)
		}
	})
}

// A signature lifts no stop: anybody could have typed the number. The answer is the same for everybody.
func TestASignatureLiftsNothing(t *testing.T) {
	each(t, func(s *shop) {
		s.grant("tel:+491713929061", "offers")
		b := s.tablet()
		b.begin()
		page := b.get("/o/counter")
		s.pass(5 * time.Second)
		var answers []signedReply
		for _, phone := range []string{"01713929061", "01713929062"} {
			code, r := b.sign(drawing(t, false), "form", page.fields().Get("form"), "country", "DE", "phone", phone, "topic", "offers")
			if code != http.StatusOK {
				t.Fatalf("%s: %d %+v", phone, code, r)
			}
			answers = append(answers, r)
		}
		if answers[0].Title != answers[1].Title || answers[0].Text != answers[1].Text || (answers[0].Path == "") != (answers[1].Path == "") {
			t.Errorf("the tablet tells what is known of a number: %+v %+v", answers[0], answers[1])
		}
		large := strings.Repeat("x", mostSignature+1<<10)
		if code, _ := b.sign("\x89PNG\r\n\x1a\n"+large, "form", page.fields().Get("form"), "phone", "01713929063", "topic", "offers"); code != http.StatusRequestEntityTooLarge && code != http.StatusUnprocessableEntity {
			t.Errorf("a signature too large: %d", code)
		}
	})
}
