package emulator

import (
	"errors"
	"net/http"
	"time"
)

// settingsBody is both what GET shows and what POST changes; what is left out stays.
type settingsBody struct {
	Statuses   *bool     `json:"statuses,omitempty"`
	PairRate   *bool     `json:"pair_rate,omitempty"`
	Sink       *bool     `json:"sink,omitempty"`
	UserCap    *int      `json:"user_cap,omitempty"` // negative: no limit
	Batch      *int      `json:"batch,omitempty"`
	SentMS     *int      `json:"sent_ms,omitempty"`
	DeliveryMS *int      `json:"delivered_ms,omitempty"`
	ReadMS     *int      `json:"read_ms,omitempty"` // negative: no read receipts
	ApproveMS  *int      `json:"approve_ms,omitempty"`
	RetryMS    *int      `json:"retry_ms,omitempty"`
	Allowed    *[]string `json:"allowed_recipients,omitempty"` // as of a test number; empty list: everybody again
	MMOnly     *bool     `json:"marketing_messages_only,omitempty"`
}

func (s *Server) ctlSettings(w http.ResponseWriter, _ *http.Request) {
	k := s.knobs.get()
	ms := func(d time.Duration) *int { n := int(d.Milliseconds()); return &n }
	writeJSON(w, http.StatusOK, settingsBody{Statuses: &k.statuses, PairRate: &k.pairRate, Sink: &k.sink, UserCap: &k.userCap,
		Batch: &k.batch, SentMS: ms(k.sent), DeliveryMS: ms(k.delivered), ReadMS: ms(k.read), ApproveMS: ms(k.approveAfter),
		RetryMS: ms(k.retryBase), MMOnly: &k.marketingMessagesOnly})
}

func (s *Server) ctlSet(w http.ResponseWriter, r *http.Request) {
	var in settingsBody
	if !take(w, r, &in) {
		return
	}
	if err := in.check(); err != nil {
		ctlError(w, http.StatusBadRequest, err)
		return
	}
	s.knobs.change(in.apply)
	s.ctlSettings(w, r)
}

func (b settingsBody) check() error {
	for _, v := range []*int{b.SentMS, b.DeliveryMS, b.ApproveMS, b.RetryMS} {
		if v != nil && (*v < 0 || *v > 86_400_000) {
			return errors.New("milliseconds: want 0 to a day")
		}
	}
	if b.Batch != nil && (*b.Batch < 1 || *b.Batch > 1000) {
		return errors.New("batch: want 1 to 1000")
	}
	return nil
}

func (b settingsBody) apply(s *settings) {
	for _, f := range []struct {
		from *bool
		into *bool
	}{{b.Statuses, &s.statuses}, {b.PairRate, &s.pairRate}, {b.Sink, &s.sink}, {b.MMOnly, &s.marketingMessagesOnly}} {
		if f.from != nil {
			*f.into = *f.from
		}
	}
	for _, f := range []struct{ from, into *int }{{b.UserCap, &s.userCap}, {b.Batch, &s.batch}} {
		if f.from != nil {
			*f.into = *f.from
		}
	}
	for _, f := range []struct {
		from *int
		into *time.Duration
	}{{b.SentMS, &s.sent}, {b.DeliveryMS, &s.delivered}, {b.ReadMS, &s.read}, {b.ApproveMS, &s.approveAfter}, {b.RetryMS, &s.retryBase}} {
		if f.from != nil {
			*f.into = time.Duration(*f.from) * time.Millisecond
		}
	}
	if b.Allowed != nil {
		s.allowed = nil
		for _, a := range *b.Allowed {
			if d, _, ok := digitsOf(a); ok {
				if s.allowed == nil {
					s.allowed = map[string]bool{}
				}
				s.allowed[waID(d)] = true
			}
		}
	}
}
