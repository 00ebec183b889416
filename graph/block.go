package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// Unblockable is somebody Meta did not block, or did not unblock, and its reason.
type Unblockable struct {
	Recipient
	Code Code // 131047: the person did not write within 24 hours; 0 = not told
}

func blockKey(id string) string {
	if len(id) > 2 && id[2] == '.' {
		return "user_id"
	}
	return "user"
}

// blockList reads both halves of the answer: Meta reports partial success as HTTP 400 with code 139100 beside
// the lists of who was and who was not (WA/block-users).
func (c *Client) blockList(ctx context.Context, method, phoneID string, body any) (done []Recipient, failed []Unblockable, err error) {
	b, err := json.Marshal(body)
	if err != nil {
		return nil, nil, fmt.Errorf("graph: block users: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.address(url.PathEscape(phoneID)+"/block_users", nil), bytes.NewReader(b))
	if err != nil {
		return nil, nil, fmt.Errorf("graph: block users: %w", clean(err))
	}
	c.authorise(req)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.client().Do(req)
	if err != nil {
		return nil, nil, fmt.Errorf("graph: block users: %w", clean(err))
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, nil, fmt.Errorf("graph: block users: %w", clean(err))
	}
	return readBlockList(resp.StatusCode, raw)
}

func readBlockList(status int, raw []byte) (done []Recipient, failed []Unblockable, err error) {
	n, ok := root(raw)
	if !ok {
		return nil, nil, fmt.Errorf("graph: block users: status %d without a Graph answer", status)
	}
	lists := n.get("block_users")
	// Meta's own sample of unblocking prints added_users in one place and removed_users in another.
	done = append(recipients(lists.get("added_users")), recipients(lists.get("removed_users"))...)
	for n := range lists.get("failed_users").items() {
		u := Unblockable{Recipient: recipient(n)}
		for _, e := range readErrors(n.get("errors")) {
			u.Code = e.Code
		}
		failed = append(failed, u)
	}
	if e := ParseError(status, raw); e != nil {
		return done, failed, e
	}
	return done, failed, nil
}

func recipients(list node) []Recipient {
	var all []Recipient
	for n := range list.items() {
		all = append(all, recipient(n))
	}
	return all
}

func recipient(n node) Recipient {
	return Recipient{n.get("input").text(), n.get("wa_id").text(), n.get("user_id").text()}
}

// ForgetContact deletes a person from Meta's contact book of the portfolio: part of an erasure
// (WA/business-scoped-user-ids).
func (c *Client) ForgetContact(ctx context.Context, phoneID, userID string) error {
	query := url.Values{"messaging_product": {"whatsapp"}, "bsuid": {userID}}
	return c.succeed(c.call(ctx, http.MethodDelete, url.PathEscape(phoneID)+"/contact_book", query, "", nil))
}
