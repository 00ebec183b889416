package graph

import (
	"context"
	"encoding/json"
	"net/url"
)

// AccountFields are what is worth polling of a business account; limit and health need v24 or later.
const AccountFields = "id,name,status,account_review_status,business_verification_status,owner_business_info," +
	"whatsapp_business_manager_messaging_limit,health_status"

// oldAccountFields and oldPhoneFields are what every version of the last years knows.
const (
	oldAccountFields = "id,name,account_review_status"
	oldPhoneFields   = "id,display_phone_number,verified_name,quality_rating,status,name_status,code_verification_status,throughput,messaging_limit_tier"
)

// BusinessAccount is a WhatsApp business account as it stands.
type BusinessAccount struct {
	ID, Name, Status     string
	Review, Verification string // account_review_status, business_verification_status
	Portfolio, Owner     string // id and name of the business portfolio; empty where Meta does not tell
	Limit                Limit
	Health               *Health
	Raw                  json.RawMessage
}

// Account reads a business account. Where Meta does not know a field, the old ones are asked for.
func (c *Client) Account(ctx context.Context, waba string) (BusinessAccount, error) {
	n, err := c.get(ctx, url.PathEscape(waba), url.Values{"fields": {AccountFields}})
	if isNoField(err) {
		n, err = c.get(ctx, url.PathEscape(waba), url.Values{"fields": {oldAccountFields}})
	}
	if err != nil {
		return BusinessAccount{}, err
	}
	owner := n.get("owner_business_info")
	a := BusinessAccount{ID: n.get("id").text(), Name: n.get("name").text(), Status: n.get("status").text(), Review: n.get("account_review_status").text(),
		Verification: n.get("business_verification_status").text(), Portfolio: owner.get("id").text(), Owner: owner.get("name").text(),
		Limit: n.get("whatsapp_business_manager_messaging_limit").limit(), Raw: json.RawMessage(n)}
	if h := n.get("health_status"); h.isObject() {
		a.Health = readHealth(h)
	}
	return a, nil
}

// isNoField is Meta's error for a field that its version does not know.
func isNoField(err error) bool {
	e, ok := err.(*Error)
	return ok && e.Code == 100 && e.Subcode != 33
}
