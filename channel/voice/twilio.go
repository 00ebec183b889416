package voice

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"jawort/account"
	"jawort/blob"
	"jawort/db"
	"jawort/errs"
	"jawort/sound"
)

// Handler serves providers whose telephony lives with them, in Twilio's language: POST /in/voice/{provider}, where {provider} is
// the id of a line, and the sounds they fetch.
func (h *House) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /in/voice/{provider}", h.asked)
	mux.HandleFunc("GET /in/voice/{provider}/sound", h.fetched)
	return mux
}

const (
	mostForm   = 16 << 10
	callLife   = time.Hour // of a call's state in a provider's hands
	momentName = "voice/moment/"
	soundName  = "voice/sound/"
	momentKey  = "m"
	soundKey   = "s"
)

// travelling is a call's state while the provider has it. It is sealed, for this call alone.
type travelling struct {
	Call   string `json:"c"`
	Moment Moment `json:"m"`
	At     int64  `json:"t"`
	Began  int64  `json:"b"`
	From   int    `json:"f"` // length of the caller's number: a change of caller is no answer of this call
}

// hiddenAt are what Twilio writes where a number is hidden (the letters of ANONYMOUS, RESTRICTED, UNKNOWN and so on as keys).
var hiddenAt = []string{"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "+464"}

// asked is the provider's question what to say: at the beginning of a call and after each key.
func (h *House) asked(w http.ResponseWriter, r *http.Request) {
	l, form, err := h.verified(w, r)
	if err != nil {
		refuse(w, err)
		return
	}
	call, from := form.Get("CallSid"), form.Get("From")
	if call == "" || len(call) > 100 {
		refuse(w, errs.New(errs.Invalid, ""))
		return
	}
	o, err := h.offer(r.Context(), []string{form.Get("To"), form.Get("Called")}, way{lines: []string{l.ID}})
	if err != nil {
		answerXML(w, twiml{Reject: &reject{"rejected"}})
		return
	}
	if slices.Contains(hiddenAt, from) {
		from = ""
	}
	a := act{id: "http:" + callMark(l.ID+"\x00"+call), caller: o.caller(from), line: o.dialled}
	if o.source.Kind == "missed_call" {
		a.how = "rejected"
		if err := h.missed(r.Context(), o, a); err != nil {
			h.d.Log.Error("take a missed call", "source", o.source.ID, "error", err)
		}
		answerXML(w, twiml{Reject: &reject{"busy"}})
		return
	}
	h.turn(w, r, l, o, a, form)
}

// callMark names a call in few letters, whatever its provider calls it.
func callMark(id string) string {
	sum := sha256.Sum256([]byte("jawort call\x00" + id))
	return hex.EncodeToString(sum[:16])
}

// turn goes one step of the script.
func (h *House) turn(w http.ResponseWriter, r *http.Request, l account.Line, o *offer, a act, form url.Values) {
	call, now := form.Get("CallSid"), h.d.Now()
	at := travelling{Call: call, Began: now.UnixMicro(), From: len(form.Get("From"))}
	var turn Turn
	if sealed := r.URL.Query().Get(momentKey); sealed == "" {
		turn = o.script.Begin(a.caller == "")
	} else {
		if !h.open(momentName+l.ID, sealed, &at) || at.Call != call || at.From != len(form.Get("From")) || now.Sub(time.UnixMicro(at.At)) > callLife {
			refuse(w, errs.New(errs.Forbidden, ""))
			return
		}
		in := Silence
		if d := form.Get("Digits"); len(d) >= 1 && strings.Contains("0123456789*#", d[:1]) {
			in = d[0]
		}
		turn = o.script.After(at.Moment, in)
	}
	a.moment, a.lasted = turn.Next, now.Sub(time.UnixMicro(at.Began))
	if turn.Next.At.Ends() {
		answerXML(w, twiml{Play: h.links(l, o, h.end(r.Context(), o, a, turn)), Hangup: &struct{}{}})
		return
	}
	at.Moment, at.At = turn.Next, now.UnixMicro()
	action := h.address(l) + "?" + url.Values{momentKey: {h.seal(momentName+l.ID, at)}}.Encode()
	answerXML(w, twiml{Gather: &gather{Digits: 1, Timeout: int(h.d.Patience / time.Second), Action: action, Method: "POST", Empty: true,
		Play: h.links(l, o, turn.Say)}})
}

func (h *House) address(l account.Line) string { return h.d.Base + "/in/voice/" + url.PathEscape(l.ID) }

// verified reads the form of a request whose signature is the line's (Twilio: Security, validating requests).
func (h *House) verified(w http.ResponseWriter, r *http.Request) (account.Line, url.Values, error) {
	unknown := errs.New(errs.Unauthorised, "")
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	if err := r.ParseForm(); err != nil {
		return account.Line{}, nil, errs.New(errs.Invalid, "").Because(err)
	}
	var l account.Line
	err := h.d.DB.Read(r.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		l, err = account.LineByID(ctx, tx, r.PathValue("provider"))
		return err
	})
	if errs.CodeOf(err) == errs.NotFound || err == nil && l.Kind != account.LineTwilio {
		return l, nil, unknown
	}
	if err != nil {
		return l, nil, err
	}
	token, err := h.d.Keys.LinePassword(l)
	if err != nil {
		return l, nil, err
	}
	at := h.d.Base + r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		at += "?" + r.URL.RawQuery
	}
	if token == "" || !hmac.Equal([]byte(Sign(token, at, r.PostForm)), []byte(r.Header.Get("X-Twilio-Signature"))) {
		return l, nil, unknown
	}
	if sid := r.PostForm.Get("AccountSid"); l.Login != "" && sid != l.Login {
		return l, nil, unknown
	}
	return l, r.PostForm, nil
}

// Sign is Twilio's signature of a form: HMAC-SHA1 over the address and the fields in order.
func Sign(token, at string, form url.Values) string {
	m := hmac.New(sha1.New, []byte(token))
	m.Write([]byte(at))
	for _, k := range slices.Sorted(maps.Keys(form)) {
		for _, v := range slices.Compact(slices.Sorted(slices.Values(form[k]))) { // as Twilio's own libraries do
			m.Write([]byte(k + v))
		}
	}
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// named is a sound in an address.
type named struct {
	Tenant   string `json:"t,omitempty"`
	Blob     string `json:"b,omitempty"`
	Language string `json:"l,omitempty"`
	Standard string `json:"n,omitempty"`
}

// links are the addresses of what is said. They are sealed, so that nobody walks through a business's files.
func (h *House) links(l account.Line, o *offer, list []Prompt) []string {
	var out []string
	for _, p := range list {
		n := named{Language: p.Language, Standard: p.Standard}
		if p.Slot != "" {
			n = named{Tenant: o.source.Tenant, Blob: o.recorded(p)}
		}
		out = append(out, h.address(l)+"/sound?"+url.Values{soundKey: {h.seal(soundName+l.ID, n)}}.Encode())
	}
	return out
}

// fetched is the provider reading a sound.
func (h *House) fetched(w http.ResponseWriter, r *http.Request) {
	var n named
	if !h.open(soundName+r.PathValue("provider"), r.URL.Query().Get(soundKey), &n) {
		http.NotFound(w, r)
		return
	}
	b := h.d.Standard(n.Language, n.Standard)
	if n.Blob != "" {
		err := h.d.DB.Read(r.Context(), func(ctx context.Context, tx *db.Tx) error {
			kept, err := blob.Get(ctx, tx, n.Tenant, n.Blob)
			b = kept.Body
			return err
		})
		if err != nil {
			http.NotFound(w, r)
			return
		}
	}
	if pcm, err := sound.Read(b); err == nil { // A-law files of ours become what every player knows
		b = sound.WAV(pcm)
	}
	w.Header().Set("Content-Type", "audio/wav")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "private, max-age=3600")
	_, _ = w.Write(b)
}

func (h *House) seal(place string, v any) string {
	b, _ := json.Marshal(v) // plain values: cannot fail
	return base64.RawURLEncoding.EncodeToString(h.d.Keys.Seal(place, b))
}

func (h *House) open(place, s string, v any) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return false
	}
	plain, err := h.d.Keys.Open(place, b)
	return err == nil && json.Unmarshal(plain, v) == nil
}

type twiml struct {
	XMLName xml.Name  `xml:"Response"`
	Reject  *reject   `xml:"Reject,omitempty"`
	Gather  *gather   `xml:"Gather,omitempty"`
	Play    []string  `xml:"Play,omitempty"`
	Hangup  *struct{} `xml:"Hangup,omitempty"`
}

type reject struct {
	Reason string `xml:"reason,attr"`
}

type gather struct {
	Digits  int      `xml:"numDigits,attr"`
	Timeout int      `xml:"timeout,attr"`
	Action  string   `xml:"action,attr"`
	Method  string   `xml:"method,attr"`
	Empty   bool     `xml:"actionOnEmptyResult,attr"`
	Play    []string `xml:"Play"`
}

func answerXML(w http.ResponseWriter, t twiml) {
	b, err := xml.Marshal(t)
	if err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = w.Write(append([]byte(xml.Header), b...))
}

func refuse(w http.ResponseWriter, err error) {
	switch errs.CodeOf(err) {
	case errs.Invalid, errs.TooLarge:
		http.Error(w, "the form could not be read", http.StatusBadRequest)
	case errs.Unauthorised:
		http.Error(w, "the signature does not match", http.StatusUnauthorized)
	case errs.Forbidden:
		http.Error(w, "this step belongs to another call", http.StatusForbidden)
	default:
		http.Error(w, "not taken; please ask again", http.StatusServiceUnavailable)
	}
}
