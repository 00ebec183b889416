package dispatch

import (
	"fmt"
	"testing"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/gate"
)

// Only who really leaves may take a slot of the limit: one for each token, one for each person, passages by their own tokens, in the order asked.
func TestLeavers(t *testing.T) {
	const n = "n1"
	p := &departures{numbers: map[string]*leaving{n: {tokens: 2, passes: 1}}, holders: map[address.Address]contact.Holder{}}
	var in []*Submission
	var facts []gate.Facts
	var decisions []gate.Decision
	for _, c := range []struct {
		who     int
		pass    bool
		number  string
		verdict gate.Verdict
	}{{1, true, n, gate.Allow}, {2, true, n, gate.Allow}, {1, false, n, gate.Allow}, {3, false, n, gate.Wait}, {3, false, n, gate.Allow}, {4, false, "n2", gate.Allow},
		{5, false, n, gate.Allow}, {6, false, n, gate.Allow}} {
		to, who := address.Address(fmt.Sprintf("tel:+4915112345%03d", c.who)), fmt.Sprintf("con_%d", c.who)
		p.holders[to] = contact.Holder{Contact: who}
		s := Submission{Number: c.number, To: to}
		if c.pass {
			s.pass = &Passage{}
		}
		in = append(in, &s)
		facts = append(facts, gate.Facts{Contact: who})
		decisions = append(decisions, gate.Decision{Verdict: c.verdict, Effective: c.verdict, Mode: account.Enforce, Class: consent.Marketing})
	}
	got := p.leavers(in, facts, decisions, 1)
	if fmt.Sprint(got) != fmt.Sprint(map[int]bool{0: true, 4: true, 6: true}) {
		t.Errorf("%v leave", got)
	}
	p.holders[in[6].To] = contact.Holder{Contact: "con_other"} // merged since the facts were read
	if p.leavers(in, facts, decisions, 1)[6] {
		t.Error("somebody leaves whose lock is another's")
	}
}
