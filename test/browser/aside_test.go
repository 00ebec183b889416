package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"jawort/sound"
)

// What was typed into one form of a page stays when another is sent, well or in vain; a page opened anew does not bring it back.
func TestTypedStaysWhenARecordingIsSent(t *testing.T) {
	var path string
	for _, p := range w.gallery.Pages {
		if p.Name == "sources/ivr-voice" {
			path = p.Path
		}
	}
	b := newTab(t, "owner", "de")
	b.size(1280)
	for _, file := range []struct {
		name   string
		body   []byte
		status int
	}{{"fine.wav", sound.WAV(sound.Tones(440, 550)), 200}, {"broken.wav", []byte("no sound"), 400}} {
		local := filepath.Join(t.TempDir(), file.name)
		b.must(os.WriteFile(local, file.body, 0o600))
		b.visit(path)
		each := ask[bool](b, `document.querySelector("[name=each]").checked`)
		b.do(chromedp.SendKeys(chromedp.CSS("#numbers"), "\n+49 30 5550199"), chromedp.Click(chromedp.CSS("[name=each]")))
		_, err := chromedp.Run(b.ctx, chromedp.SetUploadFiles(chromedp.CSS(".speech input[type=file]"), []string{local}))
		b.must(err)
		b.lead(chromedp.Click(chromedp.CSS(".speech button[type=submit]")))
		if got := ask[string](b, `document.querySelector("#numbers").value`); !strings.Contains(got, "5550199") {
			t.Errorf("%s: of what was typed %q is left", file.name, got)
		}
		if ask[bool](b, `document.querySelector("[name=each]").checked`) == each {
			t.Errorf("%s: the tick is forgotten", file.name)
		}
		b.complaints(file.status)
		b.visit(path)
		if got := ask[string](b, `document.querySelector("#numbers").value`); strings.Contains(got, "5550199") {
			t.Errorf("%s: a page opened anew brings back %q", file.name, got)
		}
	}
}
