package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"jawort/errs"
	"jawort/intake"
	"jawort/source"
)

// Where the page stands with a code by SMS.
const (
	codeSent  = "sent"
	codeRight = "right"
	codeOver  = "over"

	codeField = "code"
	codeDoor  = "optin:code"
)

// offersCode says whether the page of this source offers a code by SMS.
func (o offer) offersCode() bool {
	return intake.OffersCode(o.source.Settings.Code, o.source.Settings.Carrier, o.tenant.Policy)
}

// takeCode sends a code, or takes the one that was typed. What the page was told when the form was sent travels sealed; who has it
// filled in the form, so it opens nothing that the form had not.
func takeCode(v *visit) error {
	o, err := v.offer()
	if err != nil {
		return err
	}
	if err := v.r.ParseForm(); err != nil {
		return v.unreadable(err)
	}
	var n next
	sealed := v.r.PostForm.Get(nextParam)
	if !openJSON(v.s.Keys, nextPlace+o.source.ID, sealed, &n) || v.s.Now().Sub(time.UnixMicro(n.At)) > nextLife || n.Request == "" || !o.offersCode() {
		return v.to("/o/" + o.source.ID)
	}
	if err := v.passCode(o); err != nil {
		return err
	}
	typed, entered := v.r.PostForm[codeField]
	if !entered {
		if err := v.s.Desk.SendCode(v.r.Context(), o.source.Tenant, n.Request); err != nil {
			return err
		}
		n.Code = codeSent
		return v.to(v.nextPath(o, n))
	}
	result, err := v.s.Desk.EnterCode(v.r.Context(), o.source.Tenant, n.Request, strings.Join(typed, ""))
	switch {
	case err != nil:
		return err
	case result == intake.CodeRight:
		n = next{Link: n.Link, Code: codeRight}
	case result == intake.CodeOver:
		n.Code = codeOver
	default:
		return v.showStep(o, n, sealed, http.StatusUnprocessableEntity, v.say("web.code.wrong"))
	}
	return v.to(v.nextPath(o, n))
}

// passCode bounds what one network may try; five tries a code is the desk's own limit.
func (v *visit) passCode(o offer) error {
	pepper, err := v.s.Keys.Pepper(o.tenant)
	if err != nil {
		return err
	}
	hourly, _ := o.source.Settings.Limits()
	in, err := v.use(o.source.Tenant, source.Visit{Door: codeDoor, Fingerprint: networkPrint(pepper, network(v.s.client(v.r))), Slot: time.Hour, Limit: 5 * hourly})
	if err == nil && !in[0] {
		v.w.Header().Set("Retry-After", "3600")
		err = errs.New(errs.TooMany, "")
	}
	return err
}

func codeAction(o offer) templ.SafeURL {
	return templ.SafeURL("/o/code/" + o.source.ID + "?lang=" + o.lang())
}
