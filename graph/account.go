package graph

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Account is what Meta did to a business account: account_update and account_review_update.
type Account struct {
	Event        string // ACCOUNT_RESTRICTION ACCOUNT_VIOLATION DISABLED_UPDATE …; REVIEW for account_review_update
	WABA         string // waba_info: for PARTNER_* events the entry's id is the portfolio's
	Restrictions []Restriction
	Violation    string // violation_type
	BanState     string // SCHEDULE_FOR_DISABLE DISABLE REINSTATE
	BanDate      string // in English words, as Meta sends it
	Reason       string // disconnection
	InitiatedBy  string
	Country      string
	Decision     string // of a review: APPROVED REJECTED PENDING DEFERRED
	OwnerID      string
	PartnerAppID string
}

// Restriction is a block that ends by itself; there is no webhook when it does.
type Restriction struct {
	Type        string
	Expires     time.Time
	Remediation string
}

// Alert is account_alerts.
type Alert struct{ EntityType, EntityID, Severity, Status, Type, Description string }

// Capability is business_capability_update: the limits of the portfolio.
type Capability struct {
	Limit             Limit // people per 24 hours over all numbers
	LimitPerPhone     Limit // until February 2026
	NumbersPerWABA    int64
	NumbersPerAccount int64 // max_phone_numbers_per_business, only at 250
}

// Number is what happened to one phone number: phone_number_quality_update (throughput, despite its name),
// phone_number_name_update, security.
type Number struct {
	Event           string
	Limit           Limit // of the portfolio
	Old, Current    Limit // historic
	Decision        string
	RequestedName   string
	RejectionReason string
	Requester       string
}

// Limit is how many people a business may write to in 24 hours.
type Limit int64

const (
	LimitUnknown   Limit = 0
	LimitUnlimited Limit = -1
)

// ParseLimit reads TIER_2K, TIER_UNLIMITED, 2000, "2000" and -1.
func ParseLimit(s string) Limit {
	s = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "TIER_")
	if s == "UNLIMITED" || s == "-1" {
		return LimitUnlimited
	}
	factor := int64(1)
	if k, ok := strings.CutSuffix(s, "K"); ok {
		s, factor = k, 1000
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || n < 0 {
		return LimitUnknown
	}
	return Limit(n * factor)
}

func (n node) limit() Limit { return ParseLimit(n.text()) }

// readAccountField reads the fields that carry one value and nobody's message.
func readAccountField(it Item, v node) Item {
	it.Raw = json.RawMessage(v)
	it.Key = it.hash()
	it.Display = v.get("display_phone_number").text()
	switch it.Field {
	case "account_update":
		it.Kind, it.Account = KindAccount, readAccount(v)
	case "account_review_update":
		it.Kind, it.Account = KindAccount, &Account{Event: "REVIEW", Decision: v.get("decision").text()}
	case "account_alerts":
		it.Kind, it.Alert = KindAlert, readAlert(v)
	case "business_capability_update":
		it.Kind, it.Capability = KindCapability, readCapability(v)
	case "phone_number_quality_update", "phone_number_name_update", "security":
		it.Kind, it.Number = KindNumber, readNumber(v)
	case "message_template_status_update":
		it.Kind, it.Template = KindTemplateStatus, readTemplateChange(v)
	case "message_template_quality_update":
		it.Kind, it.Template = KindTemplateQuality, readTemplateChange(v)
	case "template_category_update":
		it.Kind, it.Template = KindTemplateCategory, readTemplateChange(v)
	default:
		it.Kind = KindUnknown
	}
	return it
}

func readAccount(n node) *Account {
	waba, ban, off := n.get("waba_info"), n.get("ban_info"), n.get("disconnection_info")
	a := &Account{
		Event: n.get("event").text(), WABA: waba.get("waba_id").text(),
		Violation: n.get("violation_info").get("violation_type").text(),
		BanState:  ban.get("waba_ban_state").text(), BanDate: ban.get("waba_ban_date").text(),
		Reason: off.get("reason").text(), InitiatedBy: off.get("initiated_by").text(),
		Country: n.get("country").text(), OwnerID: waba.get("owner_business_id").text(),
		PartnerAppID: waba.get("partner_app_id").text(),
	}
	for r := range n.get("restriction_info").some() {
		a.Restrictions = append(a.Restrictions, Restriction{
			r.get("restriction_type").text(), r.get("expiration").time(), r.get("remediation").text(),
		})
	}
	return a
}

func readAlert(n node) *Alert {
	i := n.get("alert_info")
	if !i.isObject() { // older versions had no alert_info around them
		i = n
	}
	return &Alert{
		n.get("entity_type").text(), n.get("entity_id").text(), i.get("alert_severity").text(),
		i.get("alert_status").text(), i.get("alert_type").text(), i.get("alert_description").text(),
	}
}

func readCapability(n node) *Capability {
	return &Capability{
		Limit:          n.get("max_daily_conversations_per_business").limit(),
		LimitPerPhone:  n.get("max_daily_conversation_per_phone").limit(),
		NumbersPerWABA: n.get("max_phone_numbers_per_waba").number(), NumbersPerAccount: n.get("max_phone_numbers_per_business").number(),
	}
}

func readNumber(n node) *Number {
	return &Number{
		Event: n.get("event").text(), Limit: n.get("max_daily_conversations_per_business").limit(),
		Old: n.get("old_limit").limit(), Current: n.get("current_limit").limit(),
		Decision: n.get("decision").text(), RequestedName: n.get("requested_verified_name").text(),
		RejectionReason: n.get("rejection_reason").text(), Requester: n.get("requester").text(),
	}
}
