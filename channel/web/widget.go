package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"jawort/consent"
	"jawort/errs"
	"jawort/look"
	"jawort/say"
	"jawort/source"
)

// widget is the form's script for other people's pages.
//
//go:embed files/widget.js
var widget []byte

var (
	widgetTag   = func() string { h := sha256.Sum256(widget); return `"` + hex.EncodeToString(h[:8]) + `"` }()
	widgetSmall = func() []byte {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is one
		_, _ = z.Write(widget)
		_ = z.Close()
		return b.Bytes()
	}()
)

// showWidget serves the script: to every page, since a script alone gives nobody anything.
func showWidget(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Access-Control-Allow-Origin", "*") // for integrity="…" with crossorigin
	h.Set("ETag", widgetTag)
	h.Set("Vary", "Accept-Encoding")
	if r.Header.Get("If-None-Match") == widgetTag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := widget
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = widgetSmall
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader may have gone
	}
}

// embedded is what a page of somebody else is told; nothing of it depends on who reads.
type embedded struct {
	Lang      string            `json:"lang"`    // of the wording
	TextDir   string            `json:"textDir"` // its direction
	Own       string            `json:"own"`     // of our own sentences
	Dir       string            `json:"dir"`
	Accent    string            `json:"accent,omitempty"`
	Topics    []embeddedTopic   `json:"topics"`
	One       bool              `json:"one"`
	Years     string            `json:"years,omitempty"`
	Country   string            `json:"country"`
	Countries [][2]string       `json:"countries"`
	Notice    string            `json:"notice"`
	Privacy   string            `json:"privacy"`
	Stamp     string            `json:"stamp"`
	Words     map[string]string `json:"words"`
}

type embeddedTopic struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

// reply is the answer to a form that was sent.
type reply struct {
	Title   string            `json:"title,omitempty"`
	Text    string            `json:"text,omitempty"`
	Link    string            `json:"link,omitempty"`
	Button  string            `json:"button,omitempty"`
	Hint    string            `json:"hint,omitempty"`
	Message string            `json:"message,omitempty"`
	Stop    string            `json:"stop,omitempty"`
	Problem string            `json:"problem,omitempty"`
	Wrong   map[string]string `json:"wrong,omitempty"`
	Offer   *embedded         `json:"offer,omitempty"` // the words have changed, or the form was open for long
	Anew    bool              `json:"anew,omitempty"`  // what was ticked no longer counts
}

// data makes a handler of what answers a widget. An error says in a sentence what it means.
func (s *server) data(do func(v *visit) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{s: s, w: w, r: r}
		v.choose(say.Public, "")
		err := look.Caught(w, func() error { return do(v) })
		if err == nil {
			return
		}
		code := errs.CodeOf(err)
		status, known := statuses[code]
		key := "web.widget.failed"
		switch {
		case code == errs.Forbidden:
			key = "web.widget.origin"
		case code == errs.Unprocessable || code == errs.Conflict || code == errs.NotFound:
			key = "web.widget.closed"
		case code == errs.TooMany:
			key = "web.again.many"
		case !known:
			status = http.StatusInternalServerError
			s.Log.Error("widget", "route", r.Pattern, "error", err)
		}
		v.tell(max(status, http.StatusBadRequest), reply{Problem: v.say(key)})
	})
}

func (v *visit) tell(status int, what any) {
	h := v.w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	v.w.WriteHeader(status)
	_ = json.NewEncoder(v.w).Encode(what) // the reader may have gone
}

// cleared lets in the pages of sites that the source names, and our own. Browsers say from where a form is sent; who is no browser
// could say anything, and meets the same limits as at the page.
func (v *visit) cleared(o offer) error {
	v.w.Header().Add("Vary", "Origin")
	origin := v.r.Header.Get("Origin")
	ours := origin == "" && v.r.Header.Get("Sec-Fetch-Site") == "same-origin" || origin != "" && origin == source.Origin(v.address(""))
	if !ours && (origin == "" || !slices.Contains(o.source.Settings.Origins, origin)) {
		return errs.New(errs.Forbidden, "web.widget.origin")
	}
	if origin != "" {
		v.w.Header().Set("Access-Control-Allow-Origin", origin)
	}
	return nil
}

// showEmbedded tells a page what to show.
func showEmbedded(v *visit) error {
	o, err := v.offer()
	if err != nil {
		return err
	}
	if err := v.cleared(o); err != nil {
		return err
	}
	v.tell(http.StatusOK, v.embedded(o))
	return nil
}

func (v *visit) embedded(o offer) embedded {
	e := embedded{Lang: tag(o.lang()), TextDir: direction(o.lang()), Own: v.lang, Dir: v.dir, Accent: o.tenant.Brand.Accent, One: o.source.Settings.OneBox, Years: o.years(),
		Country: o.firstRegion(v.r.Header.Get("Accept-Language")), Notice: o.notice.Body, Privacy: o.source.Settings.PrivacyURL, Stamp: v.stamp(o),
		Words: map[string]string{"heading": heading(v, o), "invitation": intro(v, o), "agree": v.say("web.agree"), "country": v.say("web.country"), "phone": v.say("web.phone"),
			"button": buttonOf(v, o), "privacy": v.say("web.privacy.more")}}
	if e.Years != "" {
		e.Words["age"] = v.say("web.age", say.Args{"Years": e.Years})
	}
	for _, t := range o.topics {
		words := t.Text(o.lang())
		e.Topics = append(e.Topics, embeddedTopic{t.Code, words.Name, words.Value})
	}
	for _, c := range countries()[v.lang] {
		e.Countries = append(e.Countries, [2]string{c.code, c.name})
	}
	return e
}

// posted is the offer that a form of a page of somebody else was sent for, with the form read: only from where the source allows it.
func (v *visit) posted() (o offer, err error) {
	if o, err = v.offer(); err != nil {
		return o, err
	}
	if err := v.cleared(o); err != nil {
		return o, err
	}
	if err := v.r.ParseForm(); err != nil {
		return o, v.unreadable(err)
	}
	return o, nil
}

// takeEmbedded takes the form as the page's own is taken: the same stamp, the same limits, the same answer to machines.
func takeEmbedded(v *visit) error {
	o, err := v.posted()
	if err != nil {
		return err
	}
	sent := v.r.PostForm
	var t stamp
	known := openJSON(v.s.Keys, stampPlace, sent.Get(stampField), &t)
	when := t.judge(o, v.s.Now())
	if !known || when == forged || sent.Get(trapField) != "" {
		v.tell(http.StatusOK, v.answer(o, next{}))
		return nil
	}
	f := readForm(o, sent, v.lang)
	if when == tooLate || when == changed {
		f.again(resend[when], v.lang)
	}
	if len(f.wrong) > 0 {
		return v.tellWrong(o, f, when)
	}
	if err := v.pass(o, f.address); err != nil {
		return err
	}
	done, err := v.act(o, f, t, when == tooSoon, consent.Evidence{Kind: "embedded", Value: cleaned(v.r.Header.Get("Origin"), 255)})
	if err != nil {
		return err
	}
	v.tell(http.StatusOK, v.answer(o, next{Link: done.Confirmation.URL, Needed: o.marketing(f.ticked)}))
	return nil
}

func (v *visit) tellWrong(o offer, f form, when timing) error {
	r := reply{Wrong: f.wrong, Problem: f.wrong[stampField]}
	if when == tooLate || when == changed {
		e := v.embedded(o)
		r.Offer, r.Anew = &e, when == changed
	}
	v.tell(http.StatusUnprocessableEntity, r)
	return nil
}

// answer is the page after the form, in a few words.
func (v *visit) answer(o offer, n next) reply {
	r := reply{Title: v.say("web.done"), Text: v.say("web.done.text", say.Args{"Business": o.tenant.Name}), Stop: v.say("web.how.stop")}
	if n.Link == "" {
		return r
	}
	r.Link, r.Button = v.s.ChatURL(n.Link), v.say("web.done.button")
	if n.Needed {
		r.Title, r.Text, r.Button = v.say("web.next"), v.say("web.next.text"), v.say("web.next.button")
		r.Hint, r.Message = v.say("web.next.message"), textOf(n.Link)
	}
	return r
}

// takeSnippet is where a plain form of the business's own pages leads, without a script: nothing is taken yet. What was typed stands on
// our page, where the words are read and the boxes ticked; that page alone takes opt-ins.
func takeSnippet(v *visit) error {
	o, err := v.posted()
	if err != nil {
		return err
	}
	v.w.Header().Del("Access-Control-Allow-Origin") // a page is read by people, not by scripts
	f := form{country: o.region(v.r.PostForm.Get(countryField)), phone: cleaned(v.r.PostForm.Get(phoneField), most)}
	return v.show(http.StatusOK, optInView(v, o, f, v.stamp(o)))
}

// intro is the line below the heading: the business's own, or ours.
func intro(v *visit, o offer) string {
	if own := o.source.Settings.Intros[o.lang()]; own != "" {
		return own
	}
	return v.say(invitation(o))
}
