package web

import (
	"net/http"
	"net/url"
	"time"

	"jawort/consent"
	"jawort/errs"
	"jawort/intake"
)

// showOptIn shows the empty form; after it was sent, what comes next.
func showOptIn(v *visit) error {
	o, err := v.offer()
	if err != nil {
		return err
	}
	if sealed := v.r.URL.Query().Get(nextParam); sealed != "" {
		return v.showNext(o, sealed)
	}
	f := form{country: o.firstRegion(v.r.Header.Get("Accept-Language"))}
	return v.show(http.StatusOK, optInView(v, o, f, v.stamp(o)))
}

func (v *visit) stamp(o offer) string { return sealJSON(v.s.Keys, stampPlace, newStamp(o, v.s.Now())) }

// takeOptIn takes the form. A machine that fell into the trap reads a page like everybody's, and nothing happened.
func takeOptIn(v *visit) error {
	o, err := v.offer()
	if err != nil {
		return err
	}
	if err := v.r.ParseForm(); err != nil {
		return v.unreadable(err)
	}
	sent := v.r.PostForm
	var t stamp
	known := openJSON(v.s.Keys, stampPlace, sent.Get(stampField), &t)
	when := t.judge(o, v.s.Now())
	if !known || when == forged || sent.Get(trapField) != "" {
		return v.to(v.nextPath(o, next{}))
	}
	f := readForm(o, sent, v.lang)
	if key, not := resend[when]; not {
		f.again(key, v.lang)
	}
	if len(f.wrong) > 0 {
		return v.back(o, f, when, sent.Get(stampField))
	}
	if err := v.pass(o, f.address); errs.CodeOf(err) == errs.TooMany {
		f.again("web.again.many", v.lang)
		v.w.Header().Set("Retry-After", "3600")
		return v.show(http.StatusTooManyRequests, optInView(v, o, f, sent.Get(stampField)))
	} else if err != nil {
		return err
	}
	return v.optIn(o, f, t, when == tooSoon)
}

// resend is what a person reads whose form is right and was not taken.
var resend = map[timing]string{tooLate: "web.again.late", changed: "web.again.changed"}

// back shows the form as it was filled in. The stamp stays while it holds, so that correcting a number does not count as quick;
// boxes do not: after a change of the wording nobody agreed to the new one yet.
func (v *visit) back(o offer, f form, when timing, old string) error {
	if when == tooLate || when == changed {
		old = v.stamp(o)
	}
	if when == changed {
		f.ticked, f.all = nil, false
	}
	return v.show(http.StatusUnprocessableEntity, optInView(v, o, f, old))
}

func (v *visit) unreadable(err error) error {
	if _, large := err.(*http.MaxBytesError); large {
		return errs.New(errs.TooLarge, "").Because(err)
	}
	return errs.New(errs.Invalid, "").Because(err)
}

// optIn hands the act to the desk and sends the reader on. A form sent faster than people type is taken (a browser may
// have filled it in), but nobody is asked anything because of it: the link alone cannot be turned against strangers.
func (v *visit) optIn(o offer, f form, t stamp, quick bool) error {
	done, err := v.act(o, f, t, quick)
	if err != nil {
		return err
	}
	n := next{Link: done.Confirmation.URL, Needed: o.marketing(f.ticked)}
	if n.Needed && !quick && o.offersCode() {
		n.Request = done.Confirmation.Request
	}
	return v.to(v.nextPath(o, n))
}

func (v *visit) act(o offer, f form, t stamp, quick bool, more ...consent.Evidence) (intake.OptedIn, error) {
	return v.s.Desk.OptIn(v.r.Context(), intake.OptIn{
		Tenant: o.source.Tenant, Address: f.address, Topics: f.ticked, Source: o.source.ID, Language: o.lang(), Channel: "web",
		Actor: consent.Actor{Kind: consent.Person}, Witnessed: true, Evidence: append(v.proof(o, f, t), more...), SeenKey: t.seenKey(f), NoQuestion: quick,
	})
}

// next is the state of the page after the form: only the link to WhatsApp, which leads whoever uses it to their own account.
// It travels sealed in the address, so that the page can be reloaded, and found again after WhatsApp was opened. It comes from
// the boxes ticked and never from what is known about the number.
type next struct {
	Link   string `json:"l,omitempty"` // "" = what machines get
	Needed bool   `json:"n,omitempty"` // the person's own word is needed: marketing was ticked
	At     int64  `json:"t"`

	Request string `json:"r,omitempty"` // that a code by SMS may confirm; "" = the page offers none
	Code    string `json:"c,omitempty"` // how far that is: codeSent, codeRight, codeOver
}

const (
	nextParam = "next"
	nextPlace = "web/next/"
	nextLife  = 24 * time.Hour
)

func (v *visit) nextPath(o offer, n next) string {
	n.At = v.s.Now().UnixMicro()
	q := url.Values{nextParam: {sealJSON(v.s.Keys, nextPlace+o.source.ID, n)}, "lang": {o.lang()}}
	return "/o/" + url.PathEscape(o.source.ID) + "?" + q.Encode()
}

// showNext shows what comes next; an old or broken link leads back to the form.
func (v *visit) showNext(o offer, sealed string) error {
	var n next
	if !openJSON(v.s.Keys, nextPlace+o.source.ID, sealed, &n) || v.s.Now().Sub(time.UnixMicro(n.At)) > nextLife {
		return v.to("/o/" + url.PathEscape(o.source.ID))
	}
	return v.showStep(o, n, sealed, http.StatusOK, "")
}

func (v *visit) showStep(o offer, n next, sealed string, status int, wrong string) error {
	v.w.Header().Set("X-Robots-Tag", "noindex")
	if n.Link == "" || n.Code == codeRight {
		return v.show(status, doneView(v, o, step{code: n.Code}))
	}
	chat := v.s.ChatURL(n.Link)
	qr, err := qrCode(chat)
	if err != nil {
		return err
	}
	to := step{chat: chat, text: textOf(n.Link), qr: qr, sealed: sealed, code: n.Code, offers: n.Request != "" && o.offersCode(), wrong: wrong}
	if !n.Needed {
		return v.show(status, doneView(v, o, to))
	}
	return v.show(status, nextView(v, o, to))
}

// step is the way into WhatsApp.
type step struct {
	chat   string // address
	text   string // what the person will send
	qr     code
	sealed string
	offers bool   // a code by SMS
	code   string // how far that is
	wrong  string // what is wrong with the code that was typed
}

// textOf is the prefilled text of a wa.me link.
func textOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return u.Query().Get("text")
}
