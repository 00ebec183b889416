package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"jawort/account"
	"jawort/consent"
	"jawort/db"
	"jawort/intake"
	"jawort/source"
)

// OptinInput is what a person did, told by a program.
type OptinInput struct {
	Address    string          `json:"address" maxLength:"200" doc:"tel:+… or wa:…"`
	Topics     []string        `json:"topics" minItems:"1" maxItems:"50" uniqueItems:"true" doc:"Codes of topics of the source"`
	Source     string          `json:"source" maxLength:"64" doc:"Where it was collected: a live source"`
	Notice     string          `json:"notice,omitempty" maxLength:"64" doc:"The wording that was shown, if you want it checked: it must be the source's"`
	Language   string          `json:"language,omitempty" maxLength:"16" doc:"Of the wording that was shown; else the business's"`
	Evidence   []EvidenceInput `json:"evidence,omitempty" maxItems:"20"`
	HappenedAt *time.Time      `json:"happened_at,omitempty" doc:"When the person did it; else now. Kept and shown, never lifts an opt-out"`
}

// EvidenceInput is a piece of proof that the caller has.
type EvidenceInput struct {
	Kind  string `json:"kind" pattern:"^[a-z][a-z_]{0,39}$" doc:"Such as form, page, ip, order"`
	Value string `json:"value" maxLength:"4096"`
}

// Optin answers an opt-in.
type Optin struct {
	Event        string               `json:"event"`
	Contact      string               `json:"contact"`
	Topics       map[string]TopicHeld `json:"topics" doc:"By code: the state that follows"`
	Confirmation Confirmation         `json:"confirmation"`
}

// TopicHeld is a person's state for one topic.
type TopicHeld struct {
	State string     `json:"state"`
	Since *time.Time `json:"since"`
	Proof string     `json:"proof"`
}

// Confirmation is what is still needed before marketing may be sent.
type Confirmation struct {
	Status string `json:"status" enum:"not_needed,write_first,sent,waiting,suppressed"`
	URL    string `json:"url,omitempty" format:"uri" doc:"wa.me link with the declaration and a one-time code"`
}

func (s *server) optins() {
	route(s, op{method: "POST", path: "/v1/optins", id: "createOptin", summary: "A person opted in", scope: account.ScopeOptins,
		status: http.StatusCreated}, s.optin)
}

func (s *server) optin(ctx context.Context, c *call, in *struct{ Body OptinInput }) (Optin, error) {
	b := &in.Body
	a, err := c.parseAddress("address", b.Address)
	if err != nil {
		return Optin{}, err
	}
	at, err := s.happened(c, b.HappenedAt)
	if err != nil {
		return Optin{}, err
	}
	proof, err := c.evidence(b.Evidence)
	if err != nil {
		return Optin{}, err
	}
	if b.Notice != "" {
		if err := s.noticeOf(ctx, c, b.Source, b.Notice); err != nil {
			return Optin{}, err
		}
	}
	done, err := s.Desk.OptIn(ctx, intake.OptIn{Tenant: c.tenant(), Address: a, Topics: b.Topics, Source: b.Source, Language: b.Language,
		Channel: "api", Actor: consent.Actor{Kind: consent.Person}, HappenedAt: at, Evidence: proof, SeenKey: c.seenKey()})
	if err != nil {
		return Optin{}, named(err, "source")
	}
	out := Optin{Event: done.Event.ID, Contact: done.Contact, Topics: map[string]TopicHeld{},
		Confirmation: Confirmation{done.Confirmation.Status, done.Confirmation.URL}}
	for code, t := range done.Topics {
		out.Topics[code] = TopicHeld{string(t.State), moment(t.Since), t.Proof}
	}
	return out, nil
}

// noticeOf checks that the wording the caller showed is the one that stands at the source now.
func (s *server) noticeOf(ctx context.Context, c *call, id, notice string) error {
	return s.read(ctx, func(ctx context.Context, tx *db.Tx) error {
		of, err := source.Get(ctx, tx, c.tenant(), id)
		if err != nil {
			return named(err, "source")
		}
		if of.Notice != notice {
			return c.at("notice", "api.notice_other")
		}
		return nil
	})
}

// tolerance is how far a caller's clock may be ahead of ours.
const tolerance = 5 * time.Second

// dawn: WhatsApp did not exist before.
var dawn = time.Date(2009, 1, 1, 0, 0, 0, 0, time.UTC)

// happened is the time a caller told, 0 for now.
func (s *server) happened(c *call, told *time.Time) (int64, error) {
	now := s.Now()
	switch {
	case told == nil:
		return 0, nil
	case told.After(now.Add(tolerance)):
		return 0, c.at("happened_at", "api.future")
	case told.Before(dawn):
		return 0, c.at("happened_at", "api.long_ago")
	case told.After(now):
		return 0, nil
	}
	return told.UnixMicro(), nil
}

// evidence takes what the caller has, and notes through which key it came.
func (c *call) evidence(list []EvidenceInput) ([]consent.Evidence, error) {
	out := make([]consent.Evidence, 0, len(list)+1)
	for i, e := range list {
		if e.Kind == keyEvidence {
			return nil, c.at("evidence["+strconv.Itoa(i)+"].kind", "api.evidence_kind")
		}
		out = append(out, consent.Evidence{Kind: e.Kind, Value: e.Value})
	}
	return append(out, consent.Evidence{Kind: keyEvidence, Value: c.key.ID}), nil
}

const keyEvidence = "api_key"

// seenKey makes a repetition recognisable even when its first answer was never stored.
func (c *call) seenKey() string {
	if c.try == nil {
		return ""
	}
	return c.try.seen
}
