package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// PhoneFields are what is worth polling of a number; limit and health need v24 or later.
const PhoneFields = "id,display_phone_number,verified_name,quality_rating,quality_score,status,name_status," +
	"code_verification_status,platform_type,throughput,account_mode,whatsapp_business_manager_messaging_limit,health_status"

// PhoneNumber is a number as it stands (GET /{phone}). No webhook carries the quality rating: poll.
type PhoneNumber struct {
	ID, Display, VerifiedName  string
	Quality                    string // GREEN YELLOW RED; empty for NA, UNKNOWN and absent
	Rated                      bool   // Meta told the rating, be it that there is none
	Status                     string // CONNECTED FLAGGED RESTRICTED …: sources differ, an open list
	NameStatus, CodeStatus     string
	Platform, Throughput, Mode string
	Limit                      Limit
	Health                     *Health
	Raw                        json.RawMessage
}

// Health is health_status, the best single poll (WA/support/health-status).
type Health struct {
	CanSend  string // AVAILABLE LIMITED BLOCKED: the worst of the entities
	Entities []HealthEntity
}

// HealthEntity is one of number, account, portfolio, app, template.
type HealthEntity struct {
	Type, ID, CanSend string
	Info              []string // with LIMITED
	Problems          []HealthProblem
}

// HealthProblem comes with BLOCKED.
type HealthProblem struct {
	Code                  int64
	Description, Solution string
}

// PhoneNumber reads a number; empty fields: PhoneFields.
func (c *Client) PhoneNumber(ctx context.Context, id, fields string) (PhoneNumber, error) {
	n, err := c.get(ctx, url.PathEscape(id), url.Values{"fields": {first(fields, PhoneFields)}})
	if err != nil {
		return PhoneNumber{}, err
	}
	return readPhoneNumber(n), nil
}

// PhoneNumbers lists an account's numbers.
func (c *Client) PhoneNumbers(ctx context.Context, waba string) ([]PhoneNumber, error) {
	var all []PhoneNumber
	take := func(n node) { all = append(all, readPhoneNumber(n)) }
	path := url.PathEscape(waba) + "/phone_numbers"
	err := c.pages(ctx, path, url.Values{"fields": {PhoneFields}}, take)
	if isNoField(err) {
		all = nil
		err = c.pages(ctx, path, url.Values{"fields": {oldPhoneFields}}, take)
	}
	return all, err
}

func readPhoneNumber(n node) PhoneNumber {
	p := PhoneNumber{
		ID: n.get("id").text(), Display: n.get("display_phone_number").text(), VerifiedName: n.get("verified_name").text(),
		Quality: n.get("quality_rating").text(), Status: n.get("status").text(), NameStatus: n.get("name_status").text(),
		CodeStatus: n.get("code_verification_status").text(), Platform: n.get("platform_type").text(),
		Throughput: n.get("throughput").get("level").text(), Mode: n.get("account_mode").text(),
		Limit: n.get("whatsapp_business_manager_messaging_limit").limit(), Raw: json.RawMessage(n),
	}
	if p.Limit == LimitUnknown { // until v23
		p.Limit = n.get("messaging_limit_tier").limit()
	}
	said := first(p.Quality, n.get("quality_score").get("score").text())
	p.Rated = said != ""
	p.Quality = rating(said)
	if h := n.get("health_status"); h.isObject() {
		p.Health = readHealth(h)
	}
	return p
}

func rating(s string) string {
	switch s {
	case "GREEN", "YELLOW", "RED":
		return s
	}
	return ""
}

func readHealth(n node) *Health {
	h := &Health{CanSend: n.get("can_send_message").text()}
	for v := range n.get("entities").items() {
		e := HealthEntity{Type: v.get("entity_type").text(), ID: v.get("id").text(), CanSend: v.get("can_send_message").text()}
		for i := range v.get("additional_info").items() {
			e.Info = append(e.Info, i.text())
		}
		for p := range v.get("errors").items() {
			e.Problems = append(e.Problems, HealthProblem{p.get("error_code").number(), p.get("error_description").text(), p.get("possible_solution").text()})
		}
		h.Entities = append(h.Entities, e)
	}
	return h
}

// HealthStatus asks a node (account, number or template) whether it can send.
func (c *Client) HealthStatus(ctx context.Context, id string) (*Health, error) {
	n, err := c.get(ctx, url.PathEscape(id), url.Values{"fields": {"health_status"}})
	if err != nil {
		return nil, err
	}
	return readHealth(n.get("health_status")), nil
}

// SubscribeApp lets the app have the account's webhooks.
func (c *Client) SubscribeApp(ctx context.Context, waba string) error {
	return c.succeed(c.post(ctx, url.PathEscape(waba)+"/subscribed_apps", nil))
}

// MarkRead sets the blue ticks, and shows "typing…" for up to 25 s if asked.
func (c *Client) MarkRead(ctx context.Context, phoneID, wamid string, typing bool) error {
	body := map[string]any{"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
	if typing {
		body["typing_indicator"] = map[string]string{"type": "text"}
	}
	b, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("graph: mark read: %w", err)
	}
	return c.succeed(c.post(ctx, url.PathEscape(phoneID)+"/messages", b))
}

// succeed checks for {"success":true}.
func (c *Client) succeed(n node, err error) error {
	if err == nil && !n.get("success").yes() {
		return fmt.Errorf("graph: Meta did not confirm")
	}
	return err
}

// TokenInfo is what Meta says about a token (GET /debug_token).
type TokenInfo struct {
	AppID, Type, Application string
	Valid                    bool
	Expires                  time.Time // zero: never
	Scopes                   []string
	Targets                  map[string][]string // scope → WABAs or portfolios it is limited to
}

// DebugToken asks about the client's own token. It travels in the query, as Meta wants it; no error repeats it.
func (c *Client) DebugToken(ctx context.Context) (TokenInfo, error) {
	n, err := c.get(ctx, "debug_token", url.Values{"input_token": {c.Token}})
	if err != nil {
		return TokenInfo{}, err
	}
	d := n.get("data")
	t := TokenInfo{
		AppID: d.get("app_id").text(), Type: d.get("type").text(), Application: d.get("application").text(),
		Valid: d.get("is_valid").yes(), Expires: d.get("expires_at").time(), Targets: map[string][]string{},
	}
	for s := range d.get("scopes").items() {
		t.Scopes = append(t.Scopes, s.text())
	}
	for g := range d.get("granular_scopes").items() {
		var ids []string
		for id := range g.get("target_ids").items() {
			ids = append(ids, id.text())
		}
		t.Targets[g.get("scope").text()] = ids
	}
	return t, nil
}

// HistoryEvent is one step of a message as Meta has it.
type HistoryEvent struct {
	MessageID, DeliveryStatus, WebhookState string // SENT DELIVERED READ FAILED DELETED; PENDING DELIVERED FAILED RETRYING
	Time                                    time.Time
	Error                                   string
}

// MessageHistory tells what became of a message whose webhooks were missed. Whether an account has this edge is
// not documented: be ready for an *Error.
func (c *Client) MessageHistory(ctx context.Context, phoneID, wamid string) ([]HistoryEvent, error) {
	var all []HistoryEvent
	err := c.pages(ctx, url.PathEscape(phoneID)+"/message_history", url.Values{"message_id": {wamid}}, func(n node) {
		for e := range n.get("events").get("data").items() {
			all = append(all, HistoryEvent{
				n.get("message_id").text(), e.get("delivery_status").text(), e.get("webhook_update_state").text(),
				e.get("timestamp").time(), e.get("error_description").text(),
			})
		}
	})
	return all, err
}

// pages walks a list by its cursors: never by paging.next, which carries the token.
func (c *Client) pages(ctx context.Context, path string, query url.Values, each func(node)) error {
	for page, after := 0, ""; page < 1000; page++ {
		if after != "" {
			query.Set("after", after)
		}
		n, err := c.get(ctx, path, query)
		if err != nil {
			return err
		}
		for item := range n.get("data").items() {
			each(item)
		}
		paging := n.get("paging")
		next := paging.get("cursors").get("after").text()
		if paging.get("next").text() == "" || next == "" || next == after {
			return nil
		}
		after = next
	}
	return fmt.Errorf("graph: list of more than %s pages", strconv.Itoa(1000))
}

// BlockUsers adds people to the number's block list, or takes them off: phone numbers with plus, or user ids.
// Only people who wrote in the last 24 hours can be blocked (else 131047), at most 1,000 a call.
func (c *Client) BlockUsers(ctx context.Context, phoneID string, block bool, people []string) (done []Recipient, failed []Unblockable, err error) {
	method, users := http.MethodPost, make([]map[string]string, len(people))
	if !block {
		method = http.MethodDelete
	}
	for i, p := range people {
		users[i] = map[string]string{blockKey(p): p}
	}
	return c.blockList(ctx, method, phoneID, map[string]any{"messaging_product": "whatsapp", "block_users": users})
}
