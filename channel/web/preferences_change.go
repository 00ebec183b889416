package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"jawort/consent"
	"jawort/errs"
	"jawort/intake"
	"jawort/say"
)

// The forms of the preference page beside opting out, by the field that marks each.
const (
	chooseField   = "choose"   // its value says nothing: the topics below are one choice
	wasField      = "was"      // a topic that was on when the page was made
	keepField     = "keep"     // a topic that is ticked
	pauseField    = "pause"    // days; 0 = no rest any longer
	languageField = "language" // to be written to in
)

// takeChoice takes the boxes: what was on and is not ticked ends; what was off and is ticked is asked for anew. A topic that went off
// after the page was made stays off: the reader has not seen that.
func (v *visit) takeChoice() error {
	was, keep := v.r.PostForm[wasField], v.r.PostForm[keepField]
	p, err := v.preferences()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(slices.Concat(was, keep), func(code string) bool { return !slices.Contains(p.Codes, code) }) {
		return errs.New(errs.Invalid, "")
	}
	var off, on []string
	for _, code := range was {
		if !slices.Contains(keep, code) {
			off = append(off, code)
		}
	}
	for _, t := range p.Topics {
		if !t.On() && slices.Contains(keep, t.Code) && !slices.Contains(was, t.Code) {
			on = append(on, t.Code)
		}
	}
	token := v.r.PathValue("token")
	q := url.Values{}
	if len(off) > 0 {
		evidence := append(v.trace("/p/"), consent.Evidence{Kind: "form", Value: "off: " + strings.Join(off, " ")})
		if err := v.s.Desk.PreferenceStop(v.r.Context(), token, consent.ScopeTopic, off, evidence); err != nil {
			return err
		}
		q.Set("done", strings.Join(off, ","))
	}
	if len(on) > 0 {
		evidence := append(v.trace("/p/"), consent.Evidence{Kind: "form", Value: "on: " + strings.Join(on, " ")})
		link, err := v.s.Desk.PreferenceOn(v.r.Context(), token, on, v.lang, evidence)
		if err != nil {
			return err
		}
		if link != "" {
			q.Set(nextParam, sealJSON(v.s.Keys, prefsPlace+token, next{Link: link, Needed: true, At: v.s.Now().UnixMicro()}))
		}
	}
	if len(q) == 0 {
		q.Set("done", "same")
	}
	return v.to("/p/" + token + "?" + q.Encode())
}

const prefsPlace = "web/prefs/next/"

// toChat is the way into WhatsApp that the reader asked for just now; nil = none, or it is too old.
func (v *visit) toChat() (*step, error) {
	var n next
	sealed := v.r.URL.Query().Get(nextParam)
	if !openJSON(v.s.Keys, prefsPlace+v.r.PathValue("token"), sealed, &n) || n.Link == "" || v.s.Now().Sub(time.UnixMicro(n.At)) > nextLife {
		return nil, nil
	}
	chat := v.s.ChatURL(n.Link)
	qr, err := qrCode(chat)
	return &step{chat: chat, text: textOf(n.Link), qr: qr, sealed: sealed}, err
}

func (v *visit) takePause() error {
	days, err := strconv.Atoi(v.r.PostForm.Get(pauseField))
	if err != nil {
		return errs.New(errs.Invalid, "")
	}
	token := v.r.PathValue("token")
	evidence := append(v.trace("/p/"), consent.Evidence{Kind: "form", Value: "pause: " + strconv.Itoa(days)})
	if err := v.s.Desk.PreferencePause(v.r.Context(), token, days, evidence); err != nil {
		return err
	}
	return v.to("/p/" + token + "?done=" + pauseField)
}

// takeLanguage keeps the person's language, and shows the page in it where there is one.
func (v *visit) takeLanguage() error {
	token, lang := v.r.PathValue("token"), v.r.PostForm.Get(languageField)
	if err := v.s.Desk.PreferenceLanguage(v.r.Context(), token, lang); err != nil {
		return err
	}
	return v.to("/p/" + token + "?" + url.Values{"done": {languageField}, "lang": {lang}}.Encode())
}

// pauseWords are the lengths of a rest as buttons.
func (v *visit) pauseWords(days int) string { return v.say("web.pause." + strconv.Itoa(days)) }

// plainly are sentences about what was done that need nothing of the ledger.
var plainly = map[string]string{"same": "web.prefs.same", languageField: "web.prefs.language.done"}

// when is since when a topic stands as it does; of a rest until when.
func (v *visit) when(p intake.Preferences, t intake.PreferenceTopic) string {
	if t.State == consent.StatePaused && p.PausedUntil > 0 {
		return v.say("web.pause.until", say.Args{"Moment": v.moment(p.Zone, p.PausedUntil)})
	}
	return v.say("web.since."+string(t.State), say.Args{"Date": v.since(p, t.Since)})
}

// ownName is a language as its readers call it.
func ownName(lang string) string {
	name := display.Self.Name(language.Make(tag(lang)))
	if name == "" {
		return tag(lang)
	}
	return name
}
