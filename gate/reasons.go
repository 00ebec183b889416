package gate

// Step is a place on the one line along which every message is judged (DESIGN section 6).
type Step int

// The line.
const (
	StepLedger Step = iota
	StepIdentity
	StepSuppressed
	StepCategory
	StepPlatformStop
	StepConsent
	StepTooOld
	StepAge
	StepWindow
	StepCountry
	StepQuietHours
	StepFrequency
	StepBrake
	StepHeadroom
	StepPairRate
	StepThroughput
)

var stepNames = [...]string{"readable ledger", "identity", "suppressed", "true category against the topic's class", "platform stop",
	"consent for the topic", "consent too old", "age", "service window or Direct Send", "country rules", "quiet hours", "frequency",
	"brake", "headroom", "pair rate", "throughput"}

func (s Step) String() string { return stepNames[s] }

// Ground is a declared reason: every "no" and "not yet" of the gate is one of those below.
// Its sentences are gate.<code>.text and gate.<code>.fix of package say.
type Ground struct {
	Code    string
	Step    Step
	Verdict Verdict
	Always  bool // holds in every mode
	Meta    int  // Meta's error code and HTTP status that a program gets for it (DESIGN section 10)
	HTTP    int
}

var grounds []*Ground

// Grounds lists every reason, in the order of the line.
func Grounds() []*Ground { return grounds }

// GroundOf finds a reason by its code; nil for a code that is none.
func GroundOf(code string) *Ground {
	for _, g := range grounds {
		if g.Code == code {
			return g
		}
	}
	return nil
}

func ground(s Step, v Verdict, code string, meta, http int) *Ground {
	g := &Ground{Code: code, Step: s, Verdict: v, Meta: meta, HTTP: http}
	grounds = append(grounds, g)
	return g
}

// always marks what is refused whatever the mode: suppressed, withdrawn, platform stop, changed identity, unreadable ledger.
func (g *Ground) always() *Ground { g.Always = true; return g }

// Readable ledger.
var (
	LedgerUnreadable = ground(StepLedger, Refuse, "LEDGER_UNREADABLE", 131016, 503).always()
	HeldAfterRestore = ground(StepLedger, Wait, "HELD_AFTER_RESTORE", 131016, 503).always()
	ClockOff         = ground(StepLedger, Wait, "CLOCK_OFF", 131016, 503).always()
)

// Identity.
var (
	NumberUnknown    = ground(StepIdentity, Refuse, "NUMBER_UNKNOWN", 10, 403).always()
	AddressUnusable  = ground(StepIdentity, Refuse, "ADDRESS_UNUSABLE", 131026, 400)
	AddressAmbiguous = ground(StepIdentity, Refuse, "ADDRESS_AMBIGUOUS", 131026, 400)
	AddressForeign   = ground(StepIdentity, Refuse, "ADDRESS_OF_OTHER_PORTFOLIO", 131026, 400)
	AuthNeedsPhone   = ground(StepIdentity, Refuse, "AUTHENTICATION_NEEDS_PHONE", 131026, 400) // Meta's 131062
	PersonErased     = ground(StepIdentity, Refuse, "PERSON_ERASED", 131050, 400).always()
	IdentityChanged  = ground(StepIdentity, Refuse, "IDENTITY_CHANGED", 131050, 400).always()
)

// Suppressed.
var (
	Suppressed          = ground(StepSuppressed, Refuse, "SUPPRESSED", 131050, 400).always()
	SuppressedMarketing = ground(StepSuppressed, Refuse, "SUPPRESSED_MARKETING", 131050, 400).always()
)

// True category against the topic's class.
var (
	KindUnknown         = ground(StepCategory, Refuse, "KIND_UNKNOWN", 131009, 400)
	QuestionNotUtility  = ground(StepCategory, Refuse, "QUESTION_NOT_UTILITY", 131009, 400)
	PurposeKind         = ground(StepCategory, Refuse, "PURPOSE_KIND", 131009, 400)
	PurposeUnknown      = ground(StepCategory, Refuse, "PURPOSE_UNKNOWN", 131009, 400)
	PurposeNotCallers   = ground(StepCategory, Refuse, "PURPOSE_NOT_CALLERS", 100, 400).always()
	TemplateUnknown     = ground(StepCategory, Refuse, "TEMPLATE_UNKNOWN", 132001, 404)
	TemplatePaused      = ground(StepCategory, Refuse, "TEMPLATE_PAUSED", 132015, 400)
	TemplateDisabled    = ground(StepCategory, Refuse, "TEMPLATE_DISABLED", 132016, 400)
	TemplateNotApproved = ground(StepCategory, Refuse, "TEMPLATE_NOT_APPROVED", 132001, 404)
	CategoryUnknown     = ground(StepCategory, Refuse, "CATEGORY_UNKNOWN", 132001, 404)
	DirectSendCategory  = ground(StepCategory, Refuse, "DIRECT_SEND_CATEGORY", 131009, 400)
	WrongEdge           = ground(StepCategory, Refuse, "WRONG_EDGE", 131055, 400)
	TopicUnknown        = ground(StepCategory, Refuse, "TOPIC_UNKNOWN", 132001, 404)
	CategoryMismatch    = ground(StepCategory, Refuse, "CATEGORY_MISMATCH", 132001, 404)
)

// Platform stop.
var (
	PlatformStop      = ground(StepPlatformStop, Refuse, "PLATFORM_STOP", 131050, 400).always()
	AckOfPlatformStop = ground(StepPlatformStop, Refuse, "ACK_OF_PLATFORM_STOP", 131050, 400).always()
	SuspectedBlock    = ground(StepPlatformStop, Refuse, "SUSPECTED_BLOCK", 131050, 400)
)

// Consent for the topic.
var (
	Restricted           = ground(StepConsent, Refuse, "PROCESSING_RESTRICTED", 131050, 400).always()
	StoppedAll           = ground(StepConsent, Refuse, "STOPPED_ALL", 131050, 400).always()
	StoppedMarketing     = ground(StepConsent, Refuse, "STOPPED_MARKETING", 131050, 400).always()
	Withdrawn            = ground(StepConsent, Refuse, "WITHDRAWN", 131050, 400).always()
	Declined             = ground(StepConsent, Refuse, "DECLINED", 131050, 400).always()
	ConsentNone          = ground(StepConsent, Refuse, "CONSENT_NONE", 131050, 400)
	ConsentRequested     = ground(StepConsent, Refuse, "CONSENT_REQUESTED", 131050, 400)
	ConsentClaimed       = ground(StepConsent, Refuse, "CONSENT_CLAIMED", 131050, 400)
	ConsentTooWeak       = ground(StepConsent, Refuse, "CONSENT_TOO_WEAK", 131050, 400)
	ConsentUnreadable    = ground(StepConsent, Refuse, "CONSENT_UNREADABLE", 131050, 400).always()
	Paused               = ground(StepConsent, Refuse, "PAUSED", 131050, 400)
	PausedUntil          = ground(StepConsent, Wait, "PAUSED_UNTIL", 131050, 400)
	QuestionAfterStop    = ground(StepConsent, Refuse, "QUESTION_AFTER_STOP", 131050, 400).always()
	QuestionAfterNo      = ground(StepConsent, Refuse, "QUESTION_AFTER_NO", 131050, 400).always()
	QuestionWrongAddress = ground(StepConsent, Refuse, "QUESTION_WRONG_ADDRESS", 131050, 400).always()
	AckUnwanted          = ground(StepConsent, Refuse, "ACK_UNWANTED", 131050, 400).always()
	AckWithoutStop       = ground(StepConsent, Refuse, "ACK_WITHOUT_STOP", 131050, 400)
	AckWithoutGrant      = ground(StepConsent, Refuse, "ACK_WITHOUT_GRANT", 131050, 400)
	AnswerAfterStop      = ground(StepConsent, Refuse, "ANSWER_AFTER_STOP", 131050, 400).always()
)

// Consent too old.
var (
	ConsentLapsed   = ground(StepTooOld, Refuse, "CONSENT_LAPSED", 131050, 400)
	ConsentOutdated = ground(StepTooOld, Refuse, "CONSENT_OUTDATED", 131050, 400)
)

// Age.
var (
	AgeTooLow  = ground(StepAge, Refuse, "AGE_TOO_LOW", 131050, 400)
	AgeUnknown = ground(StepAge, Refuse, "AGE_UNKNOWN", 131050, 400)
)

// Service window or Direct Send.
var WindowClosed = ground(StepWindow, Refuse, "WINDOW_CLOSED", 131047, 400)

// Country rules.
var (
	CountryBarred         = ground(StepCountry, Refuse, "COUNTRY_BARRED", 130497, 403)
	MarketingNotDelivered = ground(StepCountry, Refuse, "MARKETING_NOT_DELIVERED", 130497, 403)
	QuestionNotAllowed    = ground(StepCountry, Refuse, "QUESTION_NOT_ALLOWED", 130497, 403)
)

// Quiet hours.
var QuietHours = ground(StepQuietHours, Wait, "QUIET_HOURS", 131049, 400)

// Frequency.
var (
	CapPromised      = ground(StepFrequency, Wait, "CAP_PROMISED", 131049, 400)
	CapDay           = ground(StepFrequency, Wait, "CAP_DAY", 131049, 400)
	CapMonth         = ground(StepFrequency, Wait, "CAP_MONTH", 131049, 400)
	CapMeta          = ground(StepFrequency, Wait, "CAP_META", 131049, 400)
	QuestionTooSoon  = ground(StepFrequency, Wait, "QUESTION_TOO_SOON", 131049, 400)
	QuestionTooOften = ground(StepFrequency, Refuse, "QUESTION_TOO_OFTEN", 131049, 400)
	DoorsFull        = ground(StepFrequency, Wait, "DOORS_FULL", 131049, 400)
	AnswersUnheard   = ground(StepFrequency, Refuse, "ANSWERS_UNHEARD", 131049, 400)
	AckTooSoon       = ground(StepFrequency, Refuse, "ACK_TOO_SOON", 131049, 400)
	AgreedTooSoon    = ground(StepFrequency, Refuse, "AGREED_TOO_SOON", 131049, 400)
)

// Brake.
var (
	BrakeUnknown   = ground(StepBrake, Refuse, "BRAKE_UNKNOWN", 131048, 400)
	BrakeStopped   = ground(StepBrake, Wait, "BRAKE_STOPPED", 131048, 400)
	BrakeMarketing = ground(StepBrake, Wait, "BRAKE_MARKETING", 131048, 400)
	BrakeTemplate  = ground(StepBrake, Wait, "BRAKE_TEMPLATE", 131048, 400)
	BrakeSlow      = ground(StepBrake, Wait, "BRAKE_SLOW", 131048, 400)
)

// Headroom.
var (
	HeadroomFull     = ground(StepHeadroom, Wait, "HEADROOM_FULL", 131048, 400)
	HeadroomReserved = ground(StepHeadroom, Wait, "HEADROOM_RESERVED", 131048, 400)
)

// Pair rate and throughput.
var (
	PairRate   = ground(StepPairRate, Wait, "PAIR_RATE", 131056, 400)
	Throughput = ground(StepThroughput, Wait, "THROUGHPUT", 130429, 400)
)
