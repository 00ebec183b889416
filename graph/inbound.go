package graph

import (
	"encoding/json"
	"time"
)

// Inbound is one entry of messages[] (WA/webhooks/reference/messages). Type says which part is set.
type Inbound struct {
	ID      string // wamid
	Type    string // text button interactive image … system edit revoke unsupported; whatever Meta says
	GroupID string

	Context  *Context
	Referral *Referral // the person came by an ad or post

	Text        string
	Button      *Reply // quick reply of a template: ID is the payload, Title the button's text
	Interactive *Interactive
	Media       *Media // image document audio video sticker
	Location    *Location
	Contacts    []SharedContact
	Reaction    *Reaction
	Order       *Order
	System      *System
	Edit        *Edit
	Revoke      *Revoke
	Unsupported string // what it was, as far as Meta tells: "poll_creation"
	Errors      []Error

	strange []node // the contents of kinds we do not know
}

// Context is the message a person answers, or the marks of one passed on.
type Context struct {
	From, ID                       string
	Forwarded, FrequentlyForwarded bool
	CatalogID, ProductRetailerID   string
}

// Reply is what was tapped.
type Reply struct{ ID, Title, Description string }

// Referral is the click-to-WhatsApp ad or post a chat began with; clicking one is no opt-in.
type Referral struct {
	SourceURL, SourceID, SourceType, Headline, Body, ClickID string
	WelcomeText                                              string
}

// Media is a file, downloadable by its id for 7 days.
type Media struct {
	ID, MIME, SHA256, Caption, Filename, URL string
	Voice, Animated                          bool
}

// Location is a place that was sent.
type Location struct {
	Latitude, Longitude float64
	Name, Address, URL  string
}

// SharedContact is an address-book card; Origin "contact_request" is the person's own, given because we asked.
type SharedContact struct {
	Name, Origin string
	Phones       []SharedPhone
}

// SharedPhone is a number on such a card; WAID is empty where it has no account.
type SharedPhone struct{ Phone, WAID, Type string }

// Reaction: Emoji is empty when it was taken back.
type Reaction struct{ MessageID, Emoji string }

// Order is a filled cart.
type Order struct {
	CatalogID, Text string
	Items           []OrderItem
}

// OrderItem is a line of it.
type OrderItem struct {
	ProductRetailerID, Currency string
	Quantity                    int64
	Price                       float64
}

// System tells that an identity changed. WAID, UserID, ParentUserID are the new ones, where Meta tells them.
type System struct {
	Type, Body                           string // user_changed_number user_changed_user_id customer_identity_changed
	WAID, UserID, ParentUserID           string
	PreviousUserID, PreviousParentUserID string
	Identity                             *IdentityChange
}

// IdentityChange comes with customer_identity_changed, where the identity check is on.
type IdentityChange struct {
	Acknowledged bool
	Created      time.Time
	Hash         string
}

// Edit is a message put in the place of an earlier one.
type Edit struct {
	OriginalID string
	Message    *Inbound
}

// Revoke takes a message back.
type Revoke struct{ OriginalID string }

// JSON is what a flow's form was filled with: Meta sends JSON inside a string. Nil where it is none.
func (r *FlowReply) JSON() json.RawMessage {
	if !json.Valid([]byte(r.ResponseJSON)) {
		return nil
	}
	return json.RawMessage(r.ResponseJSON)
}
