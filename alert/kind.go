package alert

import (
	"strings"
	"time"

	"jawort/look"
	"jawort/say"
)

// Severity is how much it hurts; it names the shape that pages show.
type Severity string

// The closed list, the worst first.
const (
	Bad  Severity = "bad"  // something stands still, or nobody knows what happens
	Warn Severity = "warn" // it is getting worse
	Good Severity = "ok"   // worth knowing, and no harm
)

// Group is who is told: each has its own readers.
type Group string

// The closed list.
const (
	OfQuality Group = "quality" // numbers, ratings, limits
	OfConsent Group = "consent" // what goes past the gate, sources
	OfWorks   Group = "works"   // connections, tokens, mail
)

// Groups in the order in which pages show them.
var Groups = []Group{OfQuality, OfConsent, OfWorks}

// Kind is one condition that can be raised. Its sentences are alert.<code>.title, .text, .do and .clear in package say.
type Kind struct {
	Code     string
	Severity Severity
	Group    Group
	Mailed   bool
	Patience time.Duration // how long it must stand before a mail goes; 0 = at once
	Quiet    time.Duration // it clears by itself when not seen for so long; 0 = whoever raises it clears it
	News     bool          // it happened and does not last: told once, without an all-clear
	Leads    string        // the page where one can do something; empty: nowhere
}

// Codes of the kinds.
const (
	WebhookItems      = "webhook_items"
	WebhookSilent     = "webhook_silent"
	NumberUnconnected = "number_unconnected" // Meta tells of a number that nobody has connected
	TokenRejected     = "token_rejected"
	RoundGate         = "round_gate"
	WarnPassed        = "warn_passed"
	OtherPerson       = "other_person" // Meta's answer to a send names another person than the one who agreed
	SourcePaused      = "source_paused"
	Held              = "held"
	MailFailed        = "mail_failed"
	HookFailing       = "hook_failing"
	NewsFailing       = "news_failing"       // what we tell ourselves is not taken
	ProgramWrites     = "program_writes"     // a program goes on writing to people who opted out
	ProgramBroadcasts = "program_broadcasts" // people are said to type in a program, and one text went to many within minutes
	DeskOverdue       = "desk_overdue"       // somebody's opt-out or wish to be forgotten waits longer than it may
	DeskDue           = "desk_due"           // a wish to be forgotten is due in a few days

	BrakeSlow      = "brake_slow" // of a number or a template
	BrakeMarketing = "brake_marketing"
	BrakeStopped   = "brake_stopped"
)

// Kinds are all of them. Quality's own join here.
var Kinds = []Kind{
	{Code: WebhookSilent, Severity: Bad, Group: OfWorks, Mailed: true, Leads: "/settings/numbers"},
	{Code: TokenRejected, Severity: Bad, Group: OfWorks, Mailed: true, Leads: "/settings/numbers"},
	{Code: Held, Severity: Bad, Group: OfWorks, Mailed: true, Leads: "/settings/release"},
	{Code: BrakeStopped, Severity: Bad, Group: OfQuality, Mailed: true, Leads: "/quality/brake"},
	{Code: BrakeMarketing, Severity: Bad, Group: OfQuality, Mailed: true, Leads: "/quality/brake"},
	{Code: BrakeSlow, Severity: Warn, Group: OfQuality, Mailed: true, Leads: "/quality/brake"},
	{Code: OtherPerson, Severity: Warn, Group: OfConsent, Mailed: true, Quiet: 24 * time.Hour, Leads: "/people?doubt=frozen"},
	{Code: RoundGate, Severity: Warn, Group: OfConsent, Mailed: true, Quiet: 24 * time.Hour, Leads: "/decisions"},
	{Code: WarnPassed, Severity: Warn, Group: OfConsent, Mailed: true, Quiet: 24 * time.Hour, Leads: "/decisions?verdict=refuse"},
	{Code: SourcePaused, Severity: Warn, Group: OfConsent, Mailed: true, Leads: "/"},
	{Code: WebhookItems, Severity: Warn, Group: OfWorks, Mailed: true, Quiet: 24 * time.Hour},
	{Code: NumberUnconnected, Severity: Warn, Group: OfWorks, Mailed: true, Quiet: 24 * time.Hour, Leads: "/settings/numbers"},
	{Code: HookFailing, Severity: Warn, Group: OfWorks, Mailed: true, Leads: "/settings/hooks"},
	{Code: NewsFailing, Severity: Warn, Group: OfWorks, Mailed: true, Leads: "/settings/outgoing"},
	{Code: ProgramWrites, Severity: Warn, Group: OfConsent, Mailed: true, Leads: "/settings/programs"},
	{Code: ProgramBroadcasts, Severity: Warn, Group: OfConsent, Mailed: true, Leads: "/settings/programs"},
	{Code: DeskOverdue, Severity: Bad, Group: OfConsent, Mailed: true, Leads: "/messages"},
	{Code: DeskDue, Severity: Warn, Group: OfConsent, Mailed: true, Leads: "/messages"},
	{Code: MailFailed, Severity: Warn, Group: OfWorks, Leads: "/settings/mail"},
}

// KindOf finds a kind; nil when there is none.
func KindOf(code string) *Kind {
	for i := range Kinds {
		if Kinds[i].Code == code {
			return &Kinds[i]
		}
	}
	return nil
}

func (k *Kind) weight() int {
	switch {
	case k != nil && k.Severity == Bad:
		return 2
	case k != nil && k.Severity == Good:
		return 0
	}
	return 1
}

// Shape of the alert as pages draw it.
func (a *Alert) Shape() string {
	if k := KindOf(a.Kind); k != nil {
		return string(k.Severity)
	}
	return string(Warn)
}

// Leads is where one can do something about it; empty: nowhere.
func (a *Alert) Leads() string {
	if k := KindOf(a.Kind); k != nil {
		return k.Leads
	}
	return ""
}

// Title is a sentence that can stand in a mail's subject.
func (a *Alert) Title(lang string) string { return a.sentence(lang, "title") }

// Text says what it means and what we did.
func (a *Alert) Text(lang string) string { return a.sentence(lang, "text") }

// Do says what one can do about it.
func (a *Alert) Do(lang string) string { return a.sentence(lang, "do") }

// Over is what there is to say at its end, in place of what it meant and what to do.
func (a *Alert) Over(lang string) string { return say.Text(lang, "alert.mail.over") }

// AllClear is the title of its end.
func (a *Alert) AllClear(lang string) string { return a.sentence(lang, "clear") }

func (a *Alert) sentence(lang, part string) string {
	key := "alert." + a.Kind + "." + part
	if !say.Has(lang, key) {
		return a.Kind
	}
	name := strings.Join(strings.Fields(a.Detail.Name), " ") // a title is one line
	if name == "" {
		name = say.Text(lang, "alert.nameless")
	}
	args := say.Args{"Name": name, "Code": a.Detail.Code, "Count": a.Seen, "Number": look.Integer(lang, a.Seen), "Why": "", "Span": "", "Template": a.Detail.Template}
	if why := "mail.why." + a.Detail.Why; a.Detail.Why != "" && say.Has(lang, why) {
		args["Why"] = say.Text(lang, why)
	}
	if n := (a.LastAt - a.Detail.From) / 60_000_000; a.Detail.From > 0 && n > 1 { // of less than that nobody says "1 minutes"
		args["Span"] = span(lang, n)
	}
	a.Detail.words(lang, args)
	if a.Kind == Restricted && a.Detail.Value != "" && args["Value"] == a.Detail.Value { // one of Meta's that nobody has put into words
		args["Value"] = say.Text(lang, "quality.restriction.other", say.Args{"Word": a.Detail.Value})
	}
	return say.Text(lang, key, args)
}

// span is a time in the unit that one says it in: 40 minutes, 24 hours, 3 days.
func span(lang string, minutes int64) string {
	unit, n := "minutes", minutes
	switch {
	case minutes >= 3*24*60:
		unit, n = "days", minutes/(24*60)
	case minutes >= 2*60:
		unit, n = "hours", minutes/60
	}
	return say.Text(lang, "alert.span."+unit, say.Args{"Number": look.Integer(lang, n)})
}
