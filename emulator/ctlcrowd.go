package emulator

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"jawort/crowd"
)

// crowdBody is what POST /_emulator/crowd takes.
type crowdBody struct {
	People   int      `json:"people"`    // made with numbers kept for fiction, 100 if neither people nor phones are given
	Phones   []string `json:"phones"`    // or these, whoever they are
	Expects  *float64 `json:"expects"`   // share of them who know that they asked for it, 0.5 if not given
	Fit      *float64 `json:"fit"`       // how well marketing is aimed, 0.5 if not given
	Seed     uint64   `json:"seed"`      // the same seed is the same crowd
	Speed    float64  `json:"speed"`     // seconds of the crowd's time in one of ours, 8640 if not given: a day in ten seconds
	OldRules bool     `json:"old_rules"` // Meta's before October 2025: FLAGGED, and a lower limit
}

// The numbers of a crowd: Ofcom keeps +44 7700 900000 to 900999 for fiction, and leaves the first of them to others here.
const (
	crowdPhone  = 447700900200
	crowdPeople = 800
)

func (b *crowdBody) check() error {
	if b.People == 0 && len(b.Phones) == 0 {
		b.People = 100
	}
	half := 0.5
	if b.Expects == nil {
		b.Expects = &half
	}
	if b.Fit == nil {
		b.Fit = &half
	}
	if b.Speed == 0 {
		b.Speed = 8640
	}
	share := func(v float64) bool { return v >= 0 && v <= 1 }
	switch {
	case b.People < 0 || b.People > crowdPeople || len(b.Phones) > 10_000:
		return fmt.Errorf("people: want 1 to %d", crowdPeople)
	case !share(*b.Expects):
		return errors.New("expects: want a share from 0 to 1")
	case !share(*b.Fit):
		return errors.New("fit: want a share from 0 to 1")
	case !(b.Speed >= 1 && b.Speed <= 1_000_000):
		return errors.New("speed: want 1 to 1000000 seconds in a second")
	}
	return nil
}

// ctlAddCrowd begins a crowd; one that is there goes home first.
func (s *Server) ctlAddCrowd(w http.ResponseWriter, r *http.Request) {
	var in crowdBody
	if !take(w, r, &in) {
		return
	}
	if err := in.check(); err != nil {
		ctlError(w, http.StatusBadRequest, err)
		return
	}
	phones := in.Phones
	for i := range in.People {
		phones = append(phones, fmt.Sprint(crowdPhone+i))
	}
	folk, who := map[*person]*crowd.Person{}, make([]string, 0, len(phones))
	for i, phone := range phones {
		digits, _, ok := digitsOf(phone)
		if !ok || len(digits) < 7 {
			ctlError(w, http.StatusBadRequest, errors.New("phones: want 7 to 15 digits each"))
			return
		}
		p := s.people.meet(digits)
		s.touch(p)
		folk[p] = crowd.NewPerson(in.Seed, uint64(i), float64(i)+0.5 < *in.Expects*float64(len(phones)))
		who = append(who, digits)
	}
	s.throng.end()
	t := &s.throng
	t.mu.Lock()
	t.on, t.began, t.speed, t.fit, t.people, t.phones = true, time.Now(), in.Speed, *in.Fit, folk, who
	t.dice = rand.New(rand.NewPCG(in.Seed, 0))
	t.clock, t.wall = s.clock.Now, s.clock.Now()
	t.opinions, t.templates, t.acts = map[*number]*opinion{}, map[*template]*liking{}, map[crowd.Act]int{}
	if t.rules = crowd.Today; in.OldRules {
		t.rules = crowd.Before
	}
	run := t.run
	t.mu.Unlock()
	s.crowdTick(run)
	s.feed.tell("all")
	writeJSON(w, http.StatusOK, s.crowdView())
}

// crowdView is the crowd as the controls show it.
func (s *Server) crowdView() map[string]any {
	t := &s.throng
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.on {
		return map[string]any{"on": false, "phones": []string{}}
	}
	now, numbers := t.now(), []any{}
	for n, o := range t.opinions {
		rate, _ := o.Rate(now)
		numbers = append(numbers, map[string]any{"phone_number_id": n.id, "rating": o.Rating(now), "worst": o.worst, "rate": rate, "held": o.Held(now) != crowd.Free, "step": o.Step})
	}
	return map[string]any{"on": true, "phones": t.phones, "speed": t.speed, "day": float64(now-crowdEpoch) / float64(crowd.Day), "acts": actsJSON(t.acts), "numbers": numbers}
}
