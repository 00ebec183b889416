package emulator

import "encoding/json"

// The shapes below are those of Meta's webhooks in 2026 (WA/webhooks/reference). Keys that may be missing are omitempty:
// for a person behind a username wa_id, from and recipient_id are left out, not empty.

type envelope struct {
	Object string  `json:"object"`
	Entry  []entry `json:"entry"`
}

type entry struct {
	ID      string            `json:"id"`
	Time    int64             `json:"time,omitempty"` // account and template fields only
	Changes []json.RawMessage `json:"changes"`
}

type change struct {
	Field string `json:"field"`
	Value any    `json:"value"`
}

type metadata struct {
	DisplayPhoneNumber string `json:"display_phone_number"`
	PhoneNumberID      string `json:"phone_number_id"`
}

type waProfile struct {
	Name     string `json:"name"`
	Username string `json:"username,omitempty"`
}

type waContact struct {
	Profile waProfile `json:"profile"`
	WaID    string    `json:"wa_id,omitempty"`
	UserID  string    `json:"user_id"`
}

// messagesValue carries inbound messages, statuses or errors.
type messagesValue struct {
	Product     string          `json:"messaging_product"`
	Metadata    metadata        `json:"metadata"`
	Contacts    []waContact     `json:"contacts,omitempty"`
	Messages    []any           `json:"messages,omitempty"`
	Statuses    []status        `json:"statuses,omitempty"`
	Preferences []preference    `json:"user_preferences,omitempty"`
	Calls       []callEvent     `json:"calls,omitempty"`
	Errors      json.RawMessage `json:"errors,omitempty"`
}

type status struct {
	ID              string        `json:"id"`
	Status          string        `json:"status"`
	Timestamp       string        `json:"timestamp"`
	RecipientID     string        `json:"recipient_id,omitempty"`
	RecipientUserID string        `json:"recipient_user_id,omitempty"`
	Opaque          string        `json:"biz_opaque_callback_data,omitempty"`
	Pricing         *pricing      `json:"pricing,omitempty"`
	Errors          []statusError `json:"errors,omitempty"`
}

type pricing struct {
	Billable bool   `json:"billable"`
	Model    string `json:"pricing_model"`
	Type     string `json:"type"`
	Category string `json:"category"`
}

type statusError struct {
	Code    int       `json:"code"`
	Title   string    `json:"title"`
	Message string    `json:"message"`
	Data    errorData `json:"error_data"`
	Href    string    `json:"href,omitempty"` // in statuses only
}

// preference is one entry of user_preferences; its timestamp is an integer, unlike those of messages.
type preference struct {
	WaID      string `json:"wa_id,omitempty"`
	UserID    string `json:"user_id"`
	Detail    string `json:"detail"`
	Category  string `json:"category"`
	Value     string `json:"value"`
	SignupID  string `json:"signup_id,omitempty"`
	Timestamp int64  `json:"timestamp"`
}

type callEvent struct {
	ID         string `json:"id"`
	From       string `json:"from,omitempty"`
	FromUserID string `json:"from_user_id,omitempty"`
	To         string `json:"to"`
	Event      string `json:"event"`
	Direction  string `json:"direction"`
	Timestamp  string `json:"timestamp"`
	Status     string `json:"status,omitempty"`
	Session    any    `json:"session,omitempty"`
	StartTime  string `json:"start_time,omitempty"`
	EndTime    string `json:"end_time,omitempty"`
	Duration   int    `json:"duration,omitempty"`
}

func (n *number) metadata() metadata { return metadata{n.digits, n.id} }
