package manager

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/notice"
	"jawort/sound"
	"jawort/source"
)

// spokenSource is a draft of a telephone source with a wording.
func spokenSource(t *testing.T, h *house) (s source.Source) {
	t.Helper()
	if err := h.d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		n, err := notice.New(ctx, tx, h.a.ID, "Telefon", 1)
		if err != nil {
			return err
		}
		if _, err := notice.Edit(ctx, tx, h.a.ID, n.ID, notice.Wording{Kind: "ivr", Topics: []string{"offers"}, Bodies: map[string]string{"de": "Ja, ich will."}}, 1); err != nil {
			return err
		}
		s, _, err = source.New(ctx, tx, h.a.ID, source.Source{Kind: "ivr", Name: "Hotline", Notice: n.ID, Topics: []string{"offers"}, Settings: source.Settings{Languages: []string{"de"}}}, 1)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

// speak sends a file as a recording.
func (b *browser) speak(path string, file []byte) (int, string) {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("lang", "de")
	_ = w.WriteField("slot", "notice")
	part, _ := w.CreateFormFile("sound", "x.wav")
	_, _ = part.Write(file)
	_ = w.Close()
	r, err := http.NewRequestWithContext(b.h.t.Context(), "POST", b.h.url+path, &body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	a, err := b.c.Do(r)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer a.Body.Close()
	page, _ := io.ReadAll(a.Body)
	return a.StatusCode, string(page)
}

func TestATelephoneSourceIsHeardBeforeItIsLive(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		s := spokenSource(t, h)
		b, at := h.as(account.Editor), "/sources/"+s.ID
		if a := b.post(at+"/voice", "numbers", "+4930 12345, +493067890", "question", "on", "each", "on"); a.code != http.StatusSeeOther {
			t.Errorf("saving answers %d", a.code)
		}
		if a := b.post(at+"/voice", "numbers", "a b!c"); a.code != http.StatusBadRequest || !strings.Contains(a.body, "a b!c") {
			t.Errorf("a wrong number answers %d and forgets what was typed", a.code)
		}
		if code, page := b.speak(at+"/recording", []byte("no sound <script>")); code != http.StatusBadRequest || strings.Contains(page, "<script>no") {
			t.Errorf("a file without sound answers %d", code)
		}
		if code, _ := b.speak(at+"/recording", sound.WAV(sound.Tones(440, 550))); code != http.StatusOK && code != http.StatusSeeOther {
			t.Errorf("a recording answers %d", code)
		}
		if a := b.get(at + "/sound?lang=de&slot=notice"); a.code != http.StatusOK || !strings.HasPrefix(a.body, "RIFF") {
			t.Errorf("the recording is played as %d", a.code)
		}
		if a := b.get(at + "/voice"); !strings.Contains(a.body, "+493012345") || !strings.Contains(a.body, "<audio") {
			t.Error("the page shows neither number nor player")
		}
		if err := d.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			got, err := source.Get(ctx, tx, h.a.ID, s.ID)
			if v := got.Settings.Voice; err == nil && (v == nil || len(v.Numbers) != 2 || !v.Each || !got.Settings.Question) {
				t.Errorf("kept %+v", got.Settings)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error { // another text is not what was spoken
			_, err := notice.Edit(ctx, tx, h.a.ID, s.Notice, notice.Wording{Kind: "ivr", Topics: []string{"offers"}, Bodies: map[string]string{"de": "Anders."}}, 1)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if a := b.get(at + "/sound?lang=de&slot=notice"); a.code != http.StatusNotFound {
			t.Errorf("after the draft changed its old recording is there: %d", a.code)
		}
	})
}

func TestLinesOfABusiness(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		at := "/sources/" + spokenSource(t, h).ID
		b := h.as(account.Owner)
		if a := b.post(at+"/line", "name", "Haus", "kind", "sip", "registrar", "sip.anbieter.example:5060", "transport", "udp", "user", "4930", "password", "Geheimes-Wort"); a.code != http.StatusSeeOther {
			t.Fatalf("a line answers %d", a.code)
		}
		if a := b.get(at + "/voice"); !strings.Contains(a.body, "sip.anbieter.example") || strings.Contains(a.body, "Geheimes-Wort") {
			t.Error("the page shows no line, or its password")
		}
		if a := b.post(at+"/line", "name", "x", "kind", "sip", "registrar", "no host/", "transport", "udp"); a.code != http.StatusBadRequest {
			t.Errorf("a wrong address answers %d", a.code)
		}
		if a := b.post(at+"/line", "name", "x", "kind", "twilio"); a.code != http.StatusBadRequest {
			t.Errorf("Twilio without token answers %d", a.code)
		}
		var l account.Line
		h.write(func(ctx context.Context, tx *db.Tx) error {
			list, err := account.Lines(ctx, tx, h.a.ID)
			if err != nil || len(list) != 1 {
				t.Fatalf("%d lines, %v", len(list), err)
			}
			l = list[0]
			if word, err := h.keys.LinePassword(l); err != nil || word != "Geheimes-Wort" || bytes.Contains(l.Password, []byte("Geheimes")) {
				t.Errorf("the password is kept as %q, %v", word, err)
			}
			if other, err := account.Lines(ctx, tx, h.b.ID); err != nil || len(other) != 0 {
				t.Errorf("another business has the line: %v", err)
			}
			return nil
		})
		if a := b.get(at + "/voice"); !strings.Contains(a.body, `<option value="`+l.ID+`">Haus`) {
			t.Error("the line cannot be chosen")
		}
		if a := b.post(at+"/voice", "numbers", "+493012345", "question", "on", "line", l.ID); a.code != http.StatusSeeOther {
			t.Errorf("calls by one line only: %d", a.code)
		}
		if a := b.get(at + "/voice"); !strings.Contains(a.body, `<option value="`+l.ID+`" selected`) {
			t.Error("the line that was chosen is forgotten")
		}
		if a := b.post(at+"/voice", "numbers", "+493012345", "question", "on", "line", "lin_../x"); a.code != http.StatusBadRequest || !strings.Contains(a.body, `id="line-err"`) {
			t.Errorf("a line that cannot be: %d", a.code)
		}
		if a := b.post(at+"/line", "drop", l.ID); a.code != http.StatusConflict || !strings.Contains(a.body, "Haus") {
			t.Errorf("dropping a line in use answers %d", a.code)
		}
		if a := b.post(at+"/voice", "numbers", "+493012345", "question", "on"); a.code != http.StatusSeeOther {
			t.Errorf("by any line again: %d", a.code)
		}
		if a := b.post(at+"/line", "drop", l.ID); a.code != http.StatusSeeOther {
			t.Errorf("dropping answers %d", a.code)
		}
	})
}
