package emulator

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"jawort/crowd"
)

// throng is people who act by themselves on what reaches them, and Meta's opinion of the numbers that write to them, both in quick time.
type throng struct {
	mu        sync.Mutex
	run       int // counts up, so that what was begun for an earlier crowd comes to nothing
	on        bool
	began     time.Time        // by the machine's clock
	clock     func() time.Time // the emulated one: a jump of it is a jump of the crowd's
	wall      time.Time        // by that one
	speed     float64          // of the crowd's time
	fit       float64
	rules     crowd.Rules
	people    map[*person]*crowd.Person
	phones    []string
	opinions  map[*number]*opinion
	templates map[*template]*liking
	acts      map[crowd.Act]int
	dice      *rand.Rand // of when somebody looks: what they do then is their own
}

// opinion is what Meta thinks of a number.
type opinion struct {
	crowd.Account
	before  string // its rating when the crowd came: what it returns to when there is too little to rate
	worst   crowd.Rating
	reached map[*person]int64
}

// liking is what Meta thinks of a template.
type liking struct {
	crowd.Meter
	before string // its quality when the crowd came
}

// crowdEpoch is where the crowd's own time begins: any hour will do that lies far from nought.
const crowdEpoch = 20458 * crowd.Day

// now is the crowd's time: ours, quickened, and what the clock was moved besides.
func (t *throng) now() int64 {
	ran := time.Since(t.began)
	jumped := max(0, t.clock().Sub(t.wall)-ran)
	return crowdEpoch + int64(ran.Seconds()*t.speed*float64(crowd.Second)) + jumped.Microseconds()
}

// wait is a span of the crowd's time in ours, a minute at most.
func (t *throng) wait(span int64) time.Duration {
	return min(time.Minute, time.Duration(float64(span)/t.speed)*time.Microsecond)
}

func (t *throng) opinionOf(n *number, rating string, level int) *opinion {
	o := t.opinions[n]
	if o == nil {
		o = &opinion{before: rating, reached: map[*person]int64{}}
		o.Rules, o.Level = t.rules, level
		t.opinions[n] = o
	}
	return o
}

// end sends the crowd home: people stay, and do nothing by themselves any more.
func (t *throng) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.on, t.people, t.phones, t.opinions, t.templates, t.acts = false, nil, nil, nil, nil, nil
	t.run++
}

// levelOf is where a messaging limit stands among the levels of today.
func levelOf(limit string) int {
	for i, l := range crowdLevels {
		if l == limit {
			return i
		}
	}
	return 1
}

var crowdLevels = []string{"TIER_250", "TIER_2K", "TIER_10K", "TIER_100K", "TIER_UNLIMITED"}

// felt is told of every message that arrived; false: the person is none of the crowd, or the message only answers them.
func (s *Server) felt(f *flow) bool {
	o := f.out
	if o.category == "service" {
		return false
	}
	s.estate.mu.RLock()
	rating, level, quality := o.number.quality, levelOf(s.estate.limit), ""
	if o.template != nil {
		quality = o.template.quality
	}
	s.estate.mu.RUnlock()
	t := &s.throng
	t.mu.Lock()
	defer t.mu.Unlock()
	who := t.people[o.who]
	if !t.on || who == nil {
		return false
	}
	now, of := t.now(), t.opinionOf(o.number, rating, level)
	of.Delivered(now, 1)
	if !o.inWindow {
		of.reached[o.who] = now
	}
	if o.template != nil {
		if t.templates[o.template] == nil {
			t.templates[o.template] = &liking{before: quality}
		}
		t.templates[o.template].Delivered(now, 1)
	}
	run, wait := t.run, t.wait(crowd.Delay(t.dice))
	s.later.after(wait, func() { s.reacts(f, run) })
	return true
}

// reacts is the person looking at a message, and what they do about it.
func (s *Server) reacts(f *flow, run int) {
	t, o := &s.throng, f.out
	t.mu.Lock()
	who := t.people[o.who]
	if t.run != run || who == nil {
		t.mu.Unlock()
		return
	}
	now := t.now()
	act := who.Receive(crowd.Message{Marketing: o.category == "marketing", Fit: t.fit, WayOut: true}, now)
	t.acts[act]++
	t.opinionOf(o.number, "GREEN", 1).Heard(now, act)
	if m := t.templates[o.template]; m != nil {
		m.Heard(now, act)
	}
	t.mu.Unlock()
	if act != crowd.Nothing {
		f.tell("read")
	}
	s.does(f, act)
	s.lookAround(run)
}

// does lets the act happen, with the webhooks that belong to it.
func (s *Server) does(f *flow, act crowd.Act) {
	p, n := f.out.who, f.out.number
	words := map[crowd.Act]string{crowd.Stop: "STOP", crowd.Answer: "Danke!"}
	switch act {
	case crowd.Stop, crowd.Answer:
		text := words[act]
		if _, _, err := s.say(p, n, saying{PhoneNumberID: n.id, Text: &text}); err != nil {
			s.log.Warn("crowd", "error", err)
		}
	case crowd.Tapped:
		s.prefer(p, n, "stop", "")
	case crowd.Block, crowd.Report:
		s.block(p, n, true)
		s.story(string(act), nameOf(p), "", "")
	}
}

// crowdTick looks around by itself: a rating also changes because time passes.
func (s *Server) crowdTick(run int) {
	s.throng.mu.Lock()
	on := s.throng.on && s.throng.run == run
	s.throng.mu.Unlock()
	if on {
		s.lookAround(run)
		s.later.after(200*time.Millisecond, func() { s.crowdTick(run) })
	}
}

// judged is what Meta thinks of a number or template now, and what it did about it.
type judged struct {
	n      *number
	t      *template
	rating crowd.Rating
	news   []crowd.News
	of     crowd.Account
	until  time.Time // of a restriction
	before string
}

// lookAround lets Meta judge, and tells what follows.
func (s *Server) lookAround(run int) {
	t := &s.throng
	t.mu.Lock()
	if !t.on || t.run != run {
		t.mu.Unlock()
		return
	}
	now := t.now()
	var list []judged
	for n, o := range t.opinions {
		reached := 0
		for _, at := range o.reached {
			if at > now-7*crowd.Day {
				reached++
			}
		}
		j := judged{n: n, news: o.Look(now, reached), rating: o.Rating(now), before: o.before}
		if end := o.HeldTo(now); end > 0 {
			j.until = s.clock.Now().Add(time.Duration(float64(end-now)/t.speed) * time.Microsecond)
		}
		j.of = o.Account
		if worse(j.rating, o.worst) {
			o.worst = j.rating
		}
		list = append(list, j)
	}
	for m, meter := range t.templates {
		list = append(list, judged{t: m, rating: meter.Rating(now), before: meter.before})
	}
	held := map[*number]crowd.Held{}
	for n, o := range t.opinions {
		held[n] = o.Held(now)
	}
	t.mu.Unlock()
	for _, j := range list {
		if j.t != nil {
			s.rateOnce(j)
			continue
		}
		s.settle(j, held[j.n])
	}
}

// worse: of what is known.
func worse(a, b crowd.Rating) bool {
	grave := map[crowd.Rating]int{crowd.Green: 1, crowd.Yellow: 2, crowd.Red: 3}
	return grave[a] > grave[b]
}

func (s *Server) rateOnce(j judged) {
	word := string(j.rating)
	if j.rating == crowd.Unknown {
		word = j.before
	}
	s.estate.mu.RLock()
	same := j.t.quality == word
	s.estate.mu.RUnlock()
	if !same {
		s.rate(j.t, word)
	}
}

// settle gives a number its rating, which no webhook tells, and sends those webhooks that there are.
func (s *Server) settle(j judged, held crowd.Held) {
	word := string(j.rating)
	if j.rating == crowd.Unknown {
		word = j.before
	}
	s.estate.mu.Lock()
	changed := j.n.quality != word
	j.n.quality = word
	s.estate.mu.Unlock()
	if changed {
		s.story("quality", "", word, "crowd")
	}
	for _, news := range j.news {
		switch news {
		case crowd.Warned:
			s.emitAccount("account_update", j.n.waba, map[string]any{"event": "ACCOUNT_VIOLATION", "violation_info": map[string]string{"violation_type": "SPAM"}})
		case crowd.Confined:
			s.confine(j.n.waba, held, j.until)
		case crowd.Raised, crowd.Lowered:
			limit := crowdLevels[j.of.Level]
			s.estate.mu.Lock()
			s.estate.limit = limit
			s.estate.mu.Unlock()
			s.tellNumber(j.n, limit, "")
		case crowd.Flag, crowd.Unflag: // before October 2025
			status, event := "FLAGGED", "FLAGGED"
			if news == crowd.Unflag {
				status, event = "CONNECTED", "UNFLAGGED"
			}
			s.estate.mu.Lock()
			j.n.status = status
			limit := s.estate.limit
			s.estate.mu.Unlock()
			s.emitAccount("phone_number_quality_update", j.n.waba, map[string]any{"display_phone_number": j.n.digits, "event": event, "current_limit": limit})
		}
	}
}

// confine is a step of enforcement, as POST account would take it.
func (s *Server) confine(a *waba, held crowd.Held, until time.Time) {
	value := map[string]any{"event": "DISABLED_UPDATE", "ban_info": map[string]any{"waba_ban_state": "DISABLE", "waba_ban_date": s.clock.Now().Format("January 2, 2006")}}
	if held != crowd.Locked {
		end := float64(until.Unix() + 1)
		list := []any{map[string]any{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": end}}
		if held == crowd.All {
			list = append(list, map[string]any{"restriction_type": "RESTRICTED_CUSTOMER_INITIATED_MESSAGING", "expiration": end})
		}
		value = map[string]any{"event": "ACCOUNT_RESTRICTION", "restriction_info": list}
	}
	s.estate.mu.Lock()
	a.enforce(value, s.clock.Now())
	s.estate.mu.Unlock()
	s.emitAccount("account_update", a, value)
}

// actsJSON shows every act, also those that nobody did.
func actsJSON(acts map[crowd.Act]int) json.RawMessage {
	out := map[string]int{"ignored": acts[crowd.Nothing]}
	for _, a := range []crowd.Act{crowd.Read, crowd.Answer, crowd.Archive, crowd.Stop, crowd.Tapped, crowd.Block, crowd.Report} {
		out[string(a)] = acts[a]
	}
	raw, _ := json.Marshal(out)
	return raw
}

func (s *Server) ctlCrowd(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.crowdView())
}

func (s *Server) ctlEndCrowd(w http.ResponseWriter, _ *http.Request) {
	s.throng.end()
	writeJSON(w, http.StatusOK, map[string]bool{"success": true})
}
