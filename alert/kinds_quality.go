package alert

import "time"

// Codes of the kinds about numbers, accounts, limits and templates.
const (
	RatingYellow     = "rating_yellow"
	RatingRed        = "rating_red"
	NumberFlagged    = "number_flagged"
	NumberStopped    = "number_stopped"
	NameRejected     = "name_rejected"
	SecurityChanged  = "security_changed"
	Restricted       = "restricted"
	AccountBanned    = "account_banned"
	ReviewRefused    = "review_refused" // Meta looked at the account and said no
	AccountGone      = "account_gone"
	AccountNotice    = "account_notice"
	Violation        = "violation"
	LimitLowered     = "limit_lowered"
	LimitRaised      = "limit_raised"
	HeadroomLow      = "headroom_low"
	TemplatePaused   = "template_paused"
	TemplateDisabled = "template_disabled"
	TemplateCategory = "template_category"
	TemplateComing   = "template_coming"
	TokenExpiring    = "token_expiring"
	TokenExpired     = "token_expired"
	PollFailing      = "poll_failing"
	IndexWorse       = "index_worse" // our own leading index; raised by whoever keeps it
)

// qualityKinds are about what Meta thinks of the business. News are told once: they have no end to tell of.
var qualityKinds = []Kind{
	{Code: AccountBanned, Severity: Bad, Group: OfQuality, Mailed: true, Leads: "/quality/account"},
	{Code: AccountGone, Severity: Bad, Group: OfQuality, Mailed: true, Leads: "/quality/account"},
	{Code: ReviewRefused, Severity: Bad, Group: OfQuality, Mailed: true, Leads: "/quality/account"},
	{Code: Restricted, Severity: Bad, Group: OfQuality, Mailed: true, Leads: "/quality"},
	{Code: NumberStopped, Severity: Bad, Group: OfQuality, Mailed: true, Leads: "/quality"},
	{Code: RatingRed, Severity: Bad, Group: OfQuality, Mailed: true, Leads: "/quality"},
	{Code: Violation, Severity: Bad, Group: OfQuality, Mailed: true, News: true, Leads: "/quality/account"},
	{Code: TemplateDisabled, Severity: Bad, Group: OfQuality, Mailed: true, Leads: "/quality/templates"},
	{Code: TokenExpired, Severity: Bad, Group: OfWorks, Mailed: true, Leads: "/settings/numbers"},
	{Code: RatingYellow, Severity: Warn, Group: OfQuality, Mailed: true, Leads: "/quality"},
	{Code: IndexWorse, Severity: Warn, Group: OfQuality, Mailed: true, Leads: "/quality/causes"},
	{Code: NumberFlagged, Severity: Warn, Group: OfQuality, Mailed: true, Leads: "/quality"},
	{Code: TemplatePaused, Severity: Warn, Group: OfQuality, Mailed: true, Leads: "/quality/templates"},
	{Code: TemplateCategory, Severity: Warn, Group: OfQuality, Mailed: true, News: true, Leads: "/quality/templates"},
	{Code: TemplateComing, Severity: Warn, Group: OfQuality, Mailed: true, News: true, Leads: "/quality/templates"},
	{Code: HeadroomLow, Severity: Warn, Group: OfQuality, Mailed: true, Leads: "/quality"},
	{Code: LimitLowered, Severity: Warn, Group: OfQuality, Mailed: true, News: true, Leads: "/quality"},
	{Code: LimitRaised, Severity: Good, Group: OfQuality, Mailed: true, News: true, Leads: "/quality"},
	{Code: NameRejected, Severity: Warn, Group: OfQuality, Mailed: true, Leads: "/quality"},
	{Code: AccountNotice, Severity: Warn, Group: OfQuality, Mailed: true, Leads: "/quality/account"},
	{Code: SecurityChanged, Severity: Warn, Group: OfWorks, Mailed: true, News: true, Leads: "/quality/account"},
	{Code: TokenExpiring, Severity: Warn, Group: OfWorks, Mailed: true, Leads: "/settings/numbers"},
	{Code: PollFailing, Severity: Warn, Group: OfWorks, Mailed: true, Leads: "/settings/numbers"},
}

func init() { Kinds = append(Kinds, qualityKinds...) }

// newsFor is how long news stay in the list.
const newsFor = 3 * 24 * time.Hour
