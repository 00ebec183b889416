package api

import (
	"context"
	"slices"
	"strconv"
	"time"

	"jawort/account"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/topic"
)

// Contact is a person as the business knows them.
type Contact struct {
	ID              string         `json:"id"`
	Addresses       []AddressHeld  `json:"addresses" doc:"Newest first, ended ones too"`
	Topics          []ContactTopic `json:"topics"`
	Suppressed      bool           `json:"suppressed" doc:"An address of the person is on the suppression list"`
	SuppressedScope string         `json:"suppressed_scope,omitempty" enum:"all,marketing"`
	PlatformStop    bool           `json:"platform_stop" doc:"Stopped with WhatsApp's own button, on any number"`
	Language        string         `json:"language,omitempty"`
	Rev             int64          `json:"rev"`
	MergedFrom      string         `json:"merged_from,omitempty" doc:"The id that was asked for, when it went up in this contact"`
}

// AddressHeld is one way to reach a person, from and to.
type AddressHeld struct {
	Address string     `json:"address"`
	WAID    string     `json:"wa_id"`
	Since   *time.Time `json:"since"`
	Until   *time.Time `json:"until"`
}

// ContactTopic is what a person said about one topic.
type ContactTopic struct {
	Topic         string     `json:"topic"`
	Class         string     `json:"class" enum:"marketing,utility,authentication"`
	State         string     `json:"state" enum:"none,requested,claimed,declared,granted,declined,withdrawn,paused,lapsed,outdated"`
	Since         *time.Time `json:"since"`
	ExpiresAt     *time.Time `json:"expires_at"`
	Source        string     `json:"source"`
	Notice        string     `json:"notice"`
	NoticeVersion int64      `json:"notice_version,omitempty"`
	Proof         string     `json:"proof,omitempty"`
}

// LookupInput names somebody in a body, because no address stands in a path.
type LookupInput struct {
	Address string `json:"address" maxLength:"200" doc:"tel:+… or wa:…"`
}

// ContactPath is the part of a path that names one.
type ContactPath struct {
	ID string `path:"id" doc:"con_…"`
}

func (s *server) contacts() {
	route(s, op{method: "POST", path: "/v1/contacts/lookup", id: "lookupContact", summary: "Who is behind an address", scope: account.ScopeContacts,
		reads: true}, s.lookup)
	route(s, op{method: "GET", path: "/v1/contacts/{id}", id: "getContact", summary: "A person with what stands for them", scope: account.ScopeContacts}, s.contact)
	route(s, op{method: "GET", path: "/v1/contacts/{id}/events", id: "listContactEvents", summary: "A person's entries in the ledger, oldest first",
		scope: account.ScopeContacts}, s.events)
}

func (s *server) lookup(ctx context.Context, c *call, in *struct{ Body LookupInput }) (out Contact, err error) {
	a, err := c.parseAddress("address", in.Body.Address)
	if err != nil {
		return out, err
	}
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		who, err := contact.ByAddress(ctx, tx, c.tenant(), a)
		if errs.CodeOf(err) == errs.NotFound {
			return newProblem(c.lang, 404, "", "contact.unknown")
		}
		if err != nil {
			return err
		}
		out, err = describe(ctx, tx, c.tenant(), who)
		return err
	})
	return out, err
}

func (s *server) contact(ctx context.Context, c *call, in *ContactPath) (out Contact, err error) {
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		who, err := current(ctx, tx, c.tenant(), in.ID)
		if err != nil {
			return err
		}
		if out, err = describe(ctx, tx, c.tenant(), who); who.ID != in.ID {
			out.MergedFrom = in.ID
		}
		return err
	})
	return out, err
}

// current reads who a contact's id stands for today.
func current(ctx context.Context, tx *db.Tx, tenant, asked string) (contact.Contact, error) {
	if !id.Is("con", asked) {
		return contact.Contact{}, errs.New(errs.NotFound, "contact.unknown")
	}
	now, err := contact.Current(ctx, tx, tenant, []string{asked})
	if err != nil {
		return contact.Contact{}, err
	}
	if now[asked] == "" {
		return contact.Contact{}, errs.New(errs.NotFound, "contact.unknown")
	}
	return contact.Get(ctx, tx, tenant, now[asked])
}

// describe gathers what stands for a person.
func describe(ctx context.Context, tx *db.Tx, tenant string, who contact.Contact) (Contact, error) {
	out := Contact{ID: who.ID, Language: who.Language, Addresses: []AddressHeld{}, Topics: []ContactTopic{}}
	var prints []string
	for _, e := range who.Addresses {
		out.Addresses = append(out.Addresses, AddressHeld{string(e.Address), e.WAID, moment(e.Since), moment(e.Until)})
		if e.Until == 0 {
			prints = append(prints, e.Fingerprint)
		}
	}
	stands, err := consent.Stand(ctx, tx, tenant, []string{who.ID})
	if err != nil {
		return out, err
	}
	standing := stands[who.ID]
	topics, err := topic.List(ctx, tx, tenant, true)
	if err != nil {
		return out, err
	}
	for _, t := range topics {
		if _, said := standing.Topics[t.Code]; t.RetiredAt != 0 && !said {
			continue
		}
		out.Topics = append(out.Topics, topicOf(&standing, t))
	}
	suppressed, err := contact.Suppressions(ctx, tx, tenant, prints)
	if err != nil {
		return out, err
	}
	for _, x := range suppressed {
		if out.Suppressed = true; out.SuppressedScope != contact.All {
			out.SuppressedScope = x.Scope
		}
	}
	if standing.Person.Suppressed {
		out.Suppressed, out.SuppressedScope = true, contact.All
	}
	out.PlatformStop, out.Rev = len(standing.PlatformStops) > 0, standing.Rev
	return out, nil
}

// topicOf is the state a reader sees: a stop of everything makes each topic withdrawn (DESIGN section 10).
func topicOf(standing *consent.Standing, t topic.Topic) ContactTopic {
	st := standing.Of(t.Code, consent.Class(t.Class))
	return ContactTopic{Topic: t.Code, Class: string(t.Class), State: string(st.State), Since: moment(st.Since), ExpiresAt: moment(st.ExpiresAt),
		Source: st.Source, Notice: st.Notice, NoticeVersion: st.NoticeVersion, Proof: st.Proof}
}

func (s *server) events(ctx context.Context, c *call, in *struct {
	ContactPath
	Paging
}) (out page[Event], err error) {
	var all []consent.Event
	err = s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		who, err := current(ctx, tx, c.tenant(), in.ID)
		if err != nil {
			return err
		}
		history, err := consent.History(ctx, tx, c.tenant(), []string{who.ID})
		all = history[who.ID]
		return err
	})
	if err != nil {
		return out, err
	}
	slices.SortStableFunc(all, func(a, b consent.Event) int { return int(a.RecordedAt - b.RecordedAt) }) // of merged persons, in one line
	cutout, err := cut(c, in.Paging, all, func(e consent.Event) string { return e.ID + strconv.FormatInt(e.Rev, 10) })
	out = page[Event]{Data: make([]Event, len(cutout.Data)), Next: cutout.Next}
	for i := range cutout.Data {
		out.Data[i] = event(&cutout.Data[i])
	}
	return out, err
}
