package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"jawort/consent"
	"jawort/errs"
	"jawort/intake"
	"jawort/look"
	"jawort/say"
)

// showReceipt shows one entry of the ledger to the person it is about. Nothing changes here: link scanners open links.
func showReceipt(v *visit) error {
	v.private()
	r, err := v.receipt()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, receiptView(v, r, v.r.URL.Query().Get("done")))
}

func (v *visit) receipt() (intake.Receipt, error) {
	r, err := v.s.Desk.Receipt(v.r.Context(), v.r.PathValue("token"))
	if err == nil {
		v.of(r.Tenant, r.Business, r.Brand)
		v.choose(say.Public, r.Language)
	}
	return r, err
}

// takeReceipt opts out: of what the receipt is about if that was asked, else of everything. In doubt less is sent.
func takeReceipt(v *visit) error {
	v.private()
	if err := v.r.ParseForm(); err != nil {
		return v.unreadable(err)
	}
	off := "all"
	if v.r.PostForm.Get(offField) == "these" {
		off = "these"
	}
	token := v.r.PathValue("token")
	evidence := append(v.trace("/r/"), consent.Evidence{Kind: "form", Value: "off: " + off})
	if err := v.s.Desk.ReceiptStop(v.r.Context(), token, off == "all", evidence); err != nil {
		return err
	}
	return v.to("/r/" + token + "?done=" + off)
}

// offField is the name of the buttons that opt out.
const offField = "off"

// receiptFile is the receipt for machines: what is needed to see that page and ledger say the same. Neither number nor name stand
// in it.
func receiptFile(v *visit) error {
	v.private()
	r, err := v.receipt()
	if err != nil {
		return err
	}
	if r.Expired || r.Gone() {
		return errs.New(errs.NotFound, "")
	}
	e := r.Event
	h := v.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Disposition", `attachment; filename="receipt.json"`)
	if v.r.Method == http.MethodHead {
		return nil
	}
	out := json.NewEncoder(v.w)
	out.SetIndent("", "  ")
	return out.Encode(map[string]any{"business": r.Business, "event": e.ID, "kind": e.Kind, "scope": e.Scope, "topics": e.Topics, "channel": e.Channel,
		"happened_at": utc(e.HappenedAt), "recorded_at": utc(e.RecordedAt), "witnessed": e.Witnessed, "position": e.Position,
		"notice": e.Notice, "notice_version": e.NoticeVersion, "language": e.Language, "words": r.Words.Body, "words_sha256": e.NoticeHash,
		"leaf": r.Leaf, "leaf_hash": r.Check()})
}

func utc(micros int64) string { return time.UnixMicro(micros).UTC().Format(time.RFC3339Nano) }

// sortOf is what kind of receipt it is: yes, request, stop or no; part of the words' keys.
func sortOf(r intake.Receipt) string {
	switch r.Event.Kind {
	case consent.Requested:
		return "request"
	case consent.Withdrawn, consent.Objected:
		return "stop"
	case consent.Declined:
		return "no"
	}
	return "yes"
}

// moment is a point in time in the business's zone.
func (v *visit) moment(zone string, micros int64) string {
	at, err := time.LoadLocation(zone)
	if err != nil {
		at = time.UTC
	}
	return look.DateTime(v.lang, time.UnixMicro(micros).In(at))
}

// ways are the channels that have words of their own; of others we say nothing.
var ways = []string{"chat", "button", "sms", "voice", "missed_call", "web", "page", "link", "paper", "counter", "letter", "email", "phone", "api", "csv", "meta"}

// way is how it was given, in words; "" = not known.
func (v *visit) way(e consent.Event) string {
	if !slices.Contains(ways, e.Channel) {
		return ""
	}
	if e.Actor.Kind == consent.Staff {
		return v.say("web.way.staff", say.Args{"Way": v.say("web.way." + e.Channel)})
	}
	return v.say("web.way." + e.Channel)
}

// languageName is a language in the reader's words.
func (v *visit) languageName(lang string) string {
	return display.Languages(language.Make(v.lang)).Name(language.Make(tag(lang)))
}

// said are the person's own words, as the message that proves it has them; "" = nothing was written.
func said(e consent.Event) string {
	for _, x := range e.Evidence {
		if x.Kind == "message" {
			return wordsIn(x.Value)
		}
	}
	return ""
}

// wordsIn reads a message of Meta's: what was written, or the title of what was tapped.
func wordsIn(message string) string {
	type titled struct{ Title string }
	var m struct {
		Text        struct{ Body string }
		Button      struct{ Text string }
		Interactive struct {
			ButtonReply titled `json:"button_reply"`
			ListReply   titled `json:"list_reply"`
		}
	}
	if json.Unmarshal([]byte(message), &m) != nil {
		return ""
	}
	for _, words := range []string{m.Text.Body, m.Button.Text, m.Interactive.ButtonReply.Title, m.Interactive.ListReply.Title} {
		if words != "" {
			return words
		}
	}
	return ""
}

// doneBy is what was just switched off and since when, if the ledger says so too.
func (v *visit) doneBy(r intake.Receipt, done string) []string {
	if r.Stopped && done != "" {
		return []string{v.say("web.off.all.since", say.Args{"Moment": v.moment(r.Zone, r.StoppedAt)})}
	}
	var out []string
	for _, t := range r.Topics {
		if done == "these" && t.State == consent.StateWithdrawn {
			out = append(out, v.say("web.off.topic.since", say.Args{"Topic": t.Text(v.lang).Name, "Moment": v.moment(r.Zone, t.Since)}))
		}
	}
	return out
}

// stoppable says that what the entry is about still lets messages through, so that there is something to take back.
func stoppable(r intake.Receipt) bool {
	return (sortOf(r) == "yes" || sortOf(r) == "request") && slices.ContainsFunc(r.Topics, func(t intake.PreferenceTopic) bool { return !off(t.State) })
}

func emptyReceipt(r intake.Receipt) string {
	if r.Gone() {
		return "web.receipt.gone"
	}
	return "web.receipt.expired"
}

// quoted sets somebody's words in the reader's quotation marks.
func (v *visit) quoted(words string) string {
	if look.RightToLeft(v.lang) { // words in another direction stay between their marks (Unicode UAX 9, isolates)
		words = "\u2068" + words + "\u2069"
	}
	return v.say("web.quoted", say.Args{"Words": words})
}

// today is a topic as it stands, named only where the receipt has several.
func today(v *visit, r intake.Receipt, t intake.PreferenceTopic) string {
	word := v.say("web.state." + string(t.State))
	if len(r.Topics) > 1 {
		word = t.Text(v.lang).Name + ": " + word
	}
	return word
}

func (v *visit) preferencePath(r intake.Receipt) string {
	return "/p/" + v.s.Desk.PreferenceToken(r.Tenant, r.Contact)
}
