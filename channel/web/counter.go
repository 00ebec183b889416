package web

import (
	"context"
	"io"
	"net/http"
	"slices"
	"time"

	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/intake"
	"jawort/kiosk"
	"jawort/source"
)

// A tablet at the counter: opened by staff for one paper source, with a token of its own that opens this page and nothing else. Each
// person begins with an empty page in the source's first language; nothing of the one before is kept, shown again or filled in.

const (
	counterPath   = "/o/counter"
	counterCookie = "counter"
	mostSignature = 512 << 10
	signField     = "signature"
)

// counterHourly is how many people a tablet takes in an hour: more than a queue has, fewer than a script wants.
const counterHourly = 120

var counterClosed = errs.New(errs.NotFound, "kiosk.closed")

// counterError: a closed tablet says so, whatever opened the page.
func counterError(err error) error {
	if errs.CodeOf(err) == errs.Unauthorised {
		return counterClosed
	}
	return err
}

// openCounter asks before it opens: a link that is only looked at changes nothing.
func openCounter(v *visit) error {
	err := v.s.DB.Read(v.r.Context(), func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		_, err = kiosk.ByLink(ctx, tx, v.r.PathValue("link"), now)
		return err
	})
	if err != nil {
		return v.counterShut(err)
	}
	return v.show(http.StatusOK, counterOpenView(v))
}

// counterShut tells staff and customers alike that the tablet takes nothing.
func (v *visit) counterShut(err error) error {
	if errs.CodeOf(err) != errs.Unauthorised {
		return err
	}
	return v.show(http.StatusNotFound, troubleView(v, trouble{title: v.say("web.counter.closed"), text: v.say("kiosk.closed")}))
}

// beginCounter trades the link for the tablet's own token.
func beginCounter(v *visit) error {
	var token string
	err := v.s.DB.Write(v.r.Context(), func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		_, token, err = kiosk.Begin(ctx, tx, v.r.PathValue("link"), now)
		return err
	})
	if err != nil {
		return v.counterShut(err)
	}
	http.SetCookie(v.w, &http.Cookie{Name: counterCookie, Value: token, Path: counterPath, MaxAge: int(kiosk.Life / time.Second), HttpOnly: true,
		Secure: v.scheme() == "https", SameSite: http.SameSiteStrictMode})
	return v.to(counterPath)
}

// counter is the tablet that asks, with what it offers.
func (v *visit) counter() (kiosk.Kiosk, offer, error) {
	c, err := v.r.Cookie(counterCookie)
	if err != nil {
		return kiosk.Kiosk{}, offer{}, errs.New(errs.Unauthorised, "kiosk.closed")
	}
	var k kiosk.Kiosk
	if err := v.s.DB.Read(v.r.Context(), func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		k, err = kiosk.ByDevice(ctx, tx, c.Value, now)
		return err
	}); err != nil {
		return k, offer{}, err
	}
	o, err := v.offerOf(k.Source, "paper", v.counterLang)
	if err == nil && o.source.Tenant != k.Tenant {
		err = errs.New(errs.NotFound, "source.unknown")
	}
	return k, o, err
}

// counterLang is the language somebody touched, for this page only, else the source's first: no cookie carries it to the next person.
func (v *visit) counterLang(has []string) string {
	lang := v.r.URL.Query().Get("lang")
	if !slices.Contains(has, lang) {
		lang = has[0]
	}
	v.reads(lang)
	return lang
}

func showCounter(v *visit) error {
	_, o, err := v.counter()
	if err != nil {
		return v.counterShut(err)
	}
	v.w.Header().Set("X-Robots-Tag", "noindex")
	v.w.Header().Del("Set-Cookie") // the language touched is this person's, not the next one's
	v.about = ""
	return v.show(http.StatusOK, counterView(v, o, form{country: o.region("")}, v.stamp(o)))
}

// signedReply is the answer to a signed page.
type signedReply struct {
	reply
	Path string `json:"path,omitempty"` // of the code that opens WhatsApp on the person's own telephone
	Size int    `json:"size,omitempty"`
}

// takeCounter takes what somebody signed: a claim with the signature as its evidence. What comes back is the same for every number.
func takeCounter(v *visit) error {
	k, o, err := v.counter()
	if err != nil {
		return counterError(err)
	}
	if err := v.r.ParseMultipartForm(mostBytes + mostSignature); err != nil {
		return v.unreadable(err)
	}
	sent := v.r.PostForm
	var t stamp
	if known := openJSON(v.s.Keys, stampPlace, sent.Get(stampField), &t); !known || sent.Get(trapField) != "" {
		return errs.New(errs.Invalid, "")
	}
	f := readForm(o, sent, v.lang)
	if when := t.judge(o, v.s.Now()); when != inTime && when != tooSoon {
		f.again("web.counter.again", v.lang)
	}
	drawn, err := v.signature()
	if err != nil {
		return err
	}
	if len(drawn) == 0 {
		f.wrong[signField] = v.say("web.counter.unsigned")
	}
	if len(f.wrong) > 0 {
		v.tell(http.StatusUnprocessableEntity, reply{Wrong: f.wrong, Problem: f.wrong[stampField]})
		return nil
	}
	if err := v.passCounter(k, o, f); err != nil {
		return err
	}
	mark, err := v.s.Desk.KeepSignature(v.r.Context(), k.Tenant, f.address, drawn)
	if errs.FieldOf(err) == signField {
		v.tell(http.StatusUnprocessableEntity, reply{Wrong: map[string]string{signField: v.say("web.counter.unsigned")}})
		return nil
	}
	if err != nil {
		return err
	}
	done, err := v.s.Desk.OptIn(v.r.Context(), intake.OptIn{Tenant: k.Tenant, Address: f.address, Topics: f.ticked, Source: o.source.ID, Language: o.lang(),
		Channel: "counter", Actor: consent.Actor{Kind: consent.Person}, Claim: true, SeenKey: t.seenKey(f),
		Evidence: append(v.proof(o, f, t), mark, consent.Evidence{Kind: "kiosk", Value: k.ID + " opened by " + k.OpenedBy})})
	if err != nil {
		return err
	}
	return v.tellSigned(o, next{Link: done.Confirmation.URL, Needed: o.marketing(f.ticked)})
}

func (v *visit) tellSigned(o offer, n next) error {
	out := signedReply{reply: v.answer(o, n)}
	if n.Link != "" {
		c, err := qrCode(v.s.ChatURL(n.Link))
		if err != nil {
			return err
		}
		out.Path, out.Size, out.Link = c.path, c.size, "" // the person's own telephone opens it, not the tablet
		out.Text = v.say("web.counter.scan")
	}
	v.tell(http.StatusOK, out)
	return nil
}

// signature is what was drawn; nil = nothing was sent.
func (v *visit) signature() ([]byte, error) {
	file, head, err := v.r.FormFile(signField)
	if err != nil {
		return nil, nil // none was sent: told beside its field
	}
	defer file.Close()
	if head.Size > mostSignature {
		return nil, errs.New(errs.TooLarge, "")
	}
	return io.ReadAll(io.LimitReader(file, mostSignature))
}

// passCounter counts at the tablet's own door and at the address's.
func (v *visit) passCounter(k kiosk.Kiosk, o offer, f form) error {
	pepper, err := v.s.Keys.Pepper(o.tenant)
	if err != nil {
		return err
	}
	_, perAddress := o.source.Settings.Limits()
	in, err := v.use(k.Tenant,
		source.Visit{Door: "optin:kiosk", Fingerprint: networkPrint(pepper, k.ID), Slot: time.Hour, Limit: counterHourly},
		source.Visit{Door: addressDoor, Fingerprint: contact.Fingerprint(pepper, f.address), Slot: 24 * time.Hour, Limit: perAddress})
	if err == nil && slices.Contains(in, false) {
		err = errs.New(errs.TooMany, "")
	}
	return err
}

// counterChoices are the languages to touch; nothing of them is remembered.
func counterChoices(o offer) []choice {
	return choices(o.source.Settings.Languages, o.lang(), counterPath, "")
}
