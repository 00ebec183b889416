package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"jawort/consent"
	"jawort/errs"
	"jawort/intake"
	"jawort/look"
	"jawort/say"
)

// showPreferences shows what a person agreed to. Nothing changes here: link scanners open links.
func showPreferences(v *visit) error {
	v.private()
	p, err := v.preferences()
	if err != nil {
		return err
	}
	if v.r.URL.Query().Has(removeField) && !p.Expired && p.Contact != "" {
		return v.show(http.StatusOK, removeView(v, p))
	}
	s, err := v.toChat()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, preferencesView(v, p, v.r.URL.Query().Get("done"), s))
}

func (v *visit) preferences() (intake.Preferences, error) {
	p, err := v.s.Desk.Preferences(v.r.Context(), v.r.PathValue("token"))
	if err == nil {
		v.of(p.Tenant, p.Business, p.Brand)
		v.choose(say.Public, p.Language)
	}
	return p, err
}

// private keeps a page that is a capability out of search engines and of other sites' logs.
func (v *visit) private() {
	v.w.Header().Set("X-Robots-Tag", "noindex, nofollow")
	v.w.Header().Set("Referrer-Policy", "no-referrer")
}

// takePreferences opts out: of the topics named, else of everything. A form of mail programs (RFC 8058) or an empty one names
// none; in doubt less is sent.
func takePreferences(v *visit) error {
	v.private()
	if err := v.r.ParseForm(); err != nil {
		return v.unreadable(err)
	}
	for _, f := range changes {
		if v.r.PostForm.Has(f.field) {
			return f.take(v)
		}
	}
	scope, topics, done := consent.ScopeAll, []string(nil), "all"
	if named := v.r.PostForm[topicField]; len(named) > 0 {
		p, err := v.preferences()
		if err != nil {
			return err
		}
		if slices.ContainsFunc(named, func(code string) bool { return !slices.Contains(p.Codes, code) }) {
			return errs.New(errs.Invalid, "")
		}
		scope, topics, done = consent.ScopeTopic, named, strings.Join(named, ",")
	}
	token := v.r.PathValue("token")
	evidence := append(v.trace("/p/"), consent.Evidence{Kind: "form", Value: "off: " + done})
	if err := v.s.Desk.PreferenceStop(v.r.Context(), token, scope, topics, evidence); err != nil {
		return err
	}
	return v.to("/p/" + token + "?done=" + url.QueryEscape(done))
}

// reasonField is the name of the buttons that say why; a form with it stops nothing.
const reasonField = "why"

// changes are the forms of the page that are no opt-out of everything, by the field that marks each.
var changes = []struct {
	field string
	take  func(*visit) error
}{{reasonField, (*visit).takeReason}, {chooseField, (*visit).takeChoice}, {pauseField, (*visit).takePause}, {languageField, (*visit).takeLanguage}, {removeField, (*visit).takeRemoval}}

// takeReason keeps why somebody stopped.
func (v *visit) takeReason() error {
	token := v.r.PathValue("token")
	if err := v.s.Desk.PreferenceReason(v.r.Context(), token, v.r.PostForm.Get(reasonField), v.trace("/p/")); err != nil {
		return err
	}
	return v.to("/p/" + token + "?done=" + url.QueryEscape(v.r.PostForm.Get("done")))
}

// off says whether a topic's messages are over, so that a receipt has nothing to switch off.
func off(s consent.State) bool {
	switch s {
	case consent.StateWithdrawn, consent.StateDeclined, consent.StateLapsed, consent.StateNone:
		return true
	}
	return false
}

// shapes are the status shapes of LOOK section 2 for a topic's state.
var shapes = map[consent.State]string{consent.StateGranted: "ok", consent.StateDeclared: "ok", consent.StateRequested: "wait",
	consent.StateClaimed: "wait", consent.StatePaused: "wait", consent.StateWithdrawn: "bad", consent.StateOutdated: "warn"}

// since is the day a state began, in the business's zone.
func (v *visit) since(p intake.Preferences, micros int64) string {
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		zone = time.UTC
	}
	return look.Date(v.lang, time.UnixMicro(micros).In(zone))
}

// done is what was just switched off and since when, if the ledger says so too: an address with ?done= alone claims nothing.
func (v *visit) done(p intake.Preferences, done string) []string {
	if p.Removed {
		return nil
	}
	if p.Stopped {
		return []string{v.say("web.off.all.since", say.Args{"Moment": v.moment(p.Zone, p.StoppedAt)})}
	}
	var out []string
	codes := strings.Split(done, ",")
	for _, t := range p.Topics {
		if slices.Contains(codes, t.Code) && t.State == consent.StateWithdrawn {
			out = append(out, v.say("web.off.topic.since", say.Args{"Topic": t.Text(v.lang).Name, "Moment": v.moment(p.Zone, t.Since)}))
		}
	}
	if done == pauseField && p.PausedUntil > 0 {
		out = append(out, v.say("web.pause.until", say.Args{"Moment": v.moment(p.Zone, p.PausedUntil)}))
	}
	return out
}

// introduction is the sentence below the heading.
func introduction(p intake.Preferences) string {
	switch {
	case p.Removed:
		return "web.remove.done"
	case p.Expired && p.Stopped:
		return "web.prefs.expired_off"
	case p.Expired:
		return "web.prefs.expired"
	case p.Stopped:
		return "web.prefs.stopped"
	case len(p.Topics) == 0:
		return "web.prefs.none"
	}
	return "web.prefs.text"
}
