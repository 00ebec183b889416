package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (s *Server) ctlNumbers(w http.ResponseWriter, _ *http.Request) {
	s.estate.mu.RLock()
	defer s.estate.mu.RUnlock()
	out := []any{}
	for _, n := range s.estate.order {
		out = append(out, map[string]any{"id": n.id, "display_phone_number": n.display, "verified_name": n.name, "waba_id": n.waba.id,
			"quality_rating": n.quality, "status": n.status, "limit": s.estate.limit, "throughput": n.speed.perSecond(), "direct_send": n.directSend})
	}
	writeJSON(w, http.StatusOK, map[string]any{"data": out})
}

func (s *Server) ctlAddNumber(w http.ResponseWriter, r *http.Request) {
	var in Number
	if !take(w, r, &in) {
		return
	}
	n := s.estate.addNumber(in, s.clock.Now())
	writeJSON(w, http.StatusOK, Number{ID: n.id, DisplayPhoneNumber: n.display, WABAID: n.waba.id, VerifiedName: n.name})
}

var (
	qualities = []string{"GREEN", "YELLOW", "RED", "NA", "UNKNOWN"}
	statuses  = []string{"CONNECTED", "DISCONNECTED", "PENDING", "FLAGGED", "RESTRICTED", "RATE_LIMITED", "BANNED", "DELETED", "MIGRATED", "UNVERIFIED"}
)

type numberChange struct {
	Quality    string          `json:"quality_rating"`
	Status     string          `json:"status"`
	Limit      string          `json:"limit"`
	Throughput json.RawMessage `json:"throughput"` // STANDARD, HIGH, UNLIMITED or messages a second
	DirectSend *bool           `json:"direct_send"`
	Name       string          `json:"verified_name"`
	NameStatus string          `json:"name_status"`
	Review     string          `json:"review_status"` // of its account
	Usage      *int            `json:"usage"`         // percent of the calls that the account may make
	UsageWait  int             `json:"usage_wait"`    // minutes until it may go on
	AppUsage   *appShare       `json:"app_usage"`     // of the calls that the app may make, whichever account they are about
}

var (
	nameStatuses = []string{"APPROVED", "AVAILABLE_WITHOUT_REVIEW", "DECLINED", "EXPIRED", "PENDING_REVIEW", "NONE"}
	reviews      = []string{"APPROVED", "REJECTED", "PENDING", "DEFERRED"}
)

// check refuses words that Meta has not.
func (in *numberChange) check() error {
	for _, f := range []struct {
		name, v string
		known   []string
	}{{"quality_rating", in.Quality, qualities}, {"status", in.Status, statuses}, {"name_status", in.NameStatus, nameStatuses}, {"review_status", in.Review, reviews}} {
		if f.v != "" && !slices.Contains(f.known, f.v) {
			return fmt.Errorf("%s: want one of %v", f.name, f.known)
		}
	}
	if _, ok := tiers[in.Limit]; in.Limit != "" && !ok {
		return errors.New("limit: want TIER_250, TIER_2K, TIER_10K, TIER_100K or TIER_UNLIMITED")
	}
	if in.Usage != nil && (*in.Usage < 0 || *in.Usage > 100) || in.UsageWait < 0 || in.UsageWait > 24*60 {
		return errors.New("usage: want 0 to 100, and usage_wait minutes up to a day")
	}
	return in.AppUsage.check()
}

// ctlNumber changes a number. The rating is told by no webhook (there is none), limit and throughput are.
func (s *Server) ctlNumber(w http.ResponseWriter, r *http.Request) {
	var in numberChange
	if !take(w, r, &in) {
		return
	}
	n := s.estate.number(r.PathValue("id"))
	if n == nil {
		ctlError(w, http.StatusNotFound, errors.New("no such number"))
		return
	}
	speed, level, err := readThroughput(in.Throughput)
	if err == nil {
		err = in.check()
	}
	if err != nil {
		ctlError(w, http.StatusBadRequest, err)
		return
	}
	s.estate.mu.Lock()
	for _, f := range []struct {
		v    string
		into *string
	}{{in.Quality, &n.quality}, {in.Status, &n.status}, {in.Limit, &s.estate.limit}, {in.Name, &n.name}, {level, &n.level},
		{in.NameStatus, &n.nameStatus}, {in.Review, &n.waba.review}} {
		if f.v != "" {
			*f.into = f.v
		}
	}
	if in.DirectSend != nil {
		n.directSend = *in.DirectSend
	}
	if in.Usage != nil {
		n.waba.usage, n.waba.usedUp = usage(n.waba.id, *in.Usage, in.UsageWait), *in.Usage >= 100
	}
	if in.AppUsage != nil {
		s.estate.app = in.AppUsage
	}
	s.estate.mu.Unlock()
	if level != "" {
		n.speed.set(speed)
	}
	s.tellNumber(n, in.Limit, level)
	s.tellReviews(n, &in)
	writeJSON(w, http.StatusOK, map[string]bool{"success": true})
}

func (s *Server) tellNumber(n *number, limit, level string) {
	s.estate.mu.RLock()
	now := s.estate.limit
	s.estate.mu.RUnlock()
	if limit != "" {
		v := map[string]any{"max_daily_conversations_per_business": limit, "max_phone_numbers_per_waba": 25}
		if limit == "TIER_250" {
			v = map[string]any{"max_daily_conversations_per_business": limit, "max_phone_numbers_per_business": 2}
		}
		s.emitAccount("business_capability_update", n.waba, v)
	}
	if level == "HIGH" {
		s.emitAccount("phone_number_quality_update", n.waba, map[string]any{"display_phone_number": n.digits, "event": "THROUGHPUT_UPGRADE",
			"current_limit": now, "max_daily_conversations_per_business": now})
	}
}

// tellReviews tells what came of looking at a name, and at an account.
func (s *Server) tellReviews(n *number, in *numberChange) {
	decision := map[string]string{"APPROVED": "APPROVED", "AVAILABLE_WITHOUT_REVIEW": "APPROVED", "DECLINED": "REJECTED", "PENDING_REVIEW": "PENDING"}[in.NameStatus]
	if decision != "" {
		v := map[string]any{"display_phone_number": n.digits, "decision": decision, "requested_verified_name": n.name, "rejection_reason": nil}
		if decision == "REJECTED" {
			v["rejection_reason"] = "NAME_NOT_CONSISTENT_WITH_BUSINESS"
		}
		s.emitAccount("phone_number_name_update", n.waba, v)
	}
	if in.Review != "" {
		s.emitAccount("account_review_update", n.waba, map[string]any{"decision": in.Review})
	}
}

func readThroughput(raw json.RawMessage) (speed int, level string, err error) {
	if len(raw) == 0 || string(raw) == "null" {
		return 0, "", nil
	}
	switch v := strings.ToUpper(strings.Trim(string(raw), `"`)); v {
	case "STANDARD":
		return 80, v, nil
	case "HIGH":
		return 1000, v, nil
	case "UNLIMITED", "0", "-1":
		return 0, "HIGH", nil
	default:
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 1_000_000 {
			return 0, "", errors.New("throughput: want STANDARD, HIGH, UNLIMITED or messages a second")
		}
		return n, map[bool]string{true: "HIGH", false: "STANDARD"}[n > 80], nil
	}
}

func (s *Server) ctlTemplates(w http.ResponseWriter, _ *http.Request) {
	s.estate.mu.RLock()
	defer s.estate.mu.RUnlock()
	out := []any{}
	for _, a := range s.estate.wabaOrder {
		for _, t := range a.sortedTemplates() {
			out = append(out, map[string]any{"id": t.id, "name": t.name, "language": t.language, "category": t.category,
				"status": t.stateAt(s.clock.Now()), "quality": t.quality, "waba_id": a.id, "components": t.components, "held": len(t.heldFlows)})
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"data": out})
}

var templateStates = []string{"APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED", "FLAGGED", "REINSTATED", "IN_APPEAL", "LOCKED",
	"ARCHIVED", "UNARCHIVED", "LIMIT_EXCEEDED", "PENDING_DELETION"}

type templateChange struct {
	Status   string `json:"status"`
	Category string `json:"category"`
	Notice   bool   `json:"notice"` // only announce the category, as 24 hours ahead
	Quality  string `json:"quality"`
	Pacing   string `json:"pacing"` // hold, release, drop
	Language string `json:"language"`
}

func (c templateChange) check() error {
	switch {
	case c.Status != "" && !slices.Contains(templateStates, c.Status):
		return fmt.Errorf("status: want one of %v", templateStates)
	case c.Category != "" && !slices.Contains([]string{"MARKETING", "UTILITY", "AUTHENTICATION"}, c.Category):
		return errors.New("category: want MARKETING, UTILITY or AUTHENTICATION")
	case c.Quality != "" && !slices.Contains(qualities, c.Quality):
		return fmt.Errorf("quality: want one of %v", qualities)
	case c.Pacing != "" && !slices.Contains([]string{"hold", "release", "drop"}, c.Pacing):
		return errors.New("pacing: want hold, release or drop")
	}
	return nil
}

// ctlTemplate changes all languages of a name, or the one named, and sends the webhooks that Meta would.
func (s *Server) ctlTemplate(w http.ResponseWriter, r *http.Request) {
	var in templateChange
	if !take(w, r, &in) {
		return
	}
	list := s.estate.named(r.PathValue("name"), in.Language)
	if len(list) == 0 {
		ctlError(w, http.StatusNotFound, errors.New("no such template"))
		return
	}
	if err := in.check(); err != nil {
		ctlError(w, http.StatusBadRequest, err)
		return
	}
	for _, t := range list {
		if in.Category != "" {
			s.recategorise(t, in.Category, in.Notice)
		}
		if in.Quality != "" {
			s.rate(t, in.Quality)
		}
		if in.Status != "" {
			s.setTemplate(t, in.Status)
		}
		if in.Pacing != "" {
			if err := s.pace(t, in.Pacing); err != nil {
				ctlError(w, http.StatusBadRequest, err)
				return
			}
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"success": true, "changed": len(list)})
}

// ctlEmit sends any webhook: {"field", "value", "phone_number_id"? | "waba_id"?}.
func (s *Server) ctlEmit(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Field         string          `json:"field"`
		Value         json.RawMessage `json:"value"`
		PhoneNumberID string          `json:"phone_number_id"`
		WABAID        string          `json:"waba_id"`
	}
	if !take(w, r, &in) {
		return
	}
	if in.Field == "" || len(in.Value) == 0 {
		ctlError(w, http.StatusBadRequest, errors.New("field and value are needed"))
		return
	}
	n := s.numberOf(w, in.PhoneNumberID)
	if n == nil {
		return
	}
	if slices.Contains([]string{"messages", "calls", "user_preferences"}, in.Field) {
		t := newTrack()
		s.emit(in.Field, n, in.Value, t)
		writeJSON(w, http.StatusOK, map[string]any{"success": true, "delivered": t.wait(r.Context(), r.URL.Query().Get("wait"))})
		return
	}
	a := s.account(n, in.WABAID)
	s.emitAccount(in.Field, a, in.Value)
	writeJSON(w, http.StatusOK, map[string]bool{"success": true})
}

func (s *Server) account(n *number, id string) *waba {
	s.estate.mu.RLock()
	defer s.estate.mu.RUnlock()
	if a := s.estate.wabas[id]; a != nil {
		return a
	}
	return n.waba
}

// ctlAccount does to a WABA what Meta's enforcement does, and sends account_update with the body as its value
// (WA/webhooks/reference/account_update). Restrictions hold until their expiration.
func (s *Server) ctlAccount(w http.ResponseWriter, r *http.Request) {
	var in struct {
		WABAID  string         `json:"waba_id"`
		Country string         `json:"block_country"` // 130497 for people of this country, no webhook
		Value   map[string]any `json:"value"`
	}
	if !take(w, r, &in) {
		return
	}
	a := s.account(s.estate.number(""), in.WABAID)
	if in.Country != "" {
		s.estate.mu.Lock()
		a.lockedUntil["COUNTRY_"+strings.ToUpper(in.Country)] = s.clock.Now().Add(365 * 24 * time.Hour)
		s.estate.mu.Unlock()
	}
	if in.Value != nil {
		s.estate.mu.Lock()
		a.enforce(in.Value, s.clock.Now())
		s.estate.mu.Unlock()
		s.emitAccount("account_update", a, in.Value)
	}
	writeJSON(w, http.StatusOK, map[string]bool{"success": true})
}

func (a *waba) enforce(v map[string]any, now time.Time) {
	switch v["event"] {
	case "ACCOUNT_RESTRICTION":
		list, _ := v["restriction_info"].([]any)
		for _, x := range list {
			m, _ := x.(map[string]any)
			kind, _ := m["restriction_type"].(string)
			until := now.Add(24 * time.Hour)
			if e, ok := m["expiration"].(float64); ok {
				until = time.Unix(int64(e), 0)
			}
			a.lockedUntil[kind] = until
		}
	case "DISABLED_UPDATE":
		info, _ := v["ban_info"].(map[string]any)
		switch info["waba_ban_state"] {
		case "DISABLE":
			a.lockedUntil["LOCKED"] = now.AddDate(100, 0, 0)
		case "REINSTATE":
			clear(a.lockedUntil)
		}
	}
}
