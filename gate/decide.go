// Package gate is the one answer to "may this message go to this person now": pure in Decide, fed by Load, kept by Keep.
package gate

import (
	"jawort/account"
	"jawort/consent"
)

const (
	second = int64(1_000_000)
	day    = 24 * 3600 * second

	liftAfter = consent.LiftAfter // an act lifts a suppression only when later by more than this (DESIGN section 5)
)

// Decide judges a message by the facts. It has no other input: the same facts give the same decision.
func Decide(f *Facts, m *Message) Decision {
	j := judge{f: f, m: m, as: m.judgedAs(f.Answers.Typed)}
	j.d.Purpose = j.as
	j.d.To, j.d.Contact, j.d.Rev, j.d.Rules, j.d.Topic = m.To, f.Contact, f.Rev, f.Rules.Version, f.Topic.Code
	if !f.Readable {
		j.d.add(Reason{Ground: LedgerUnreadable})
		j.d.settle(account.Enforce)
		return j.d
	}
	j.class = j.judgedClass()
	j.d.Class = j.class
	// The line, in the order of DESIGN section 6.
	j.ledger()
	j.identity()
	j.suppressed()
	j.category()
	j.platformStop()
	j.consent()
	j.tooOld()
	j.age()
	j.window()
	j.country()
	j.quietHours()
	j.frequency()
	j.brake()
	j.headroom()
	j.pairRate()
	j.throughput()
	j.d.settle(j.mode())
	return j.d
}

// judge is one evaluation: it collects reasons and stops at none of them.
type judge struct {
	f     *Facts
	m     *Message
	as    Purpose       // what it is judged by
	class consent.Class // what the message counts as; marketing where that is in doubt
	doubt bool          // topic or category is not known, so nothing is said about the strength of proof
	d     Decision
}

func (j *judge) refuse(g *Ground)                   { j.d.add(Reason{Ground: g}) }
func (j *judge) refuseNamed(g *Ground, name string) { j.d.add(Reason{Ground: g, Name: name}) }
func (j *judge) wait(g *Ground, until int64)        { j.waitCap(g, until, 0) }

// waitCap: an end that has passed without the fact changing is no end; look again in a second.
func (j *judge) waitCap(g *Ground, until, limit int64) {
	if until != 0 {
		until = max(until, j.f.Now+second)
	}
	j.d.add(Reason{Ground: g, Until: until, Count: limit})
}

func (j *judge) ordinary() bool  { return j.as == Ordinary }
func (j *judge) marketing() bool { return j.class == consent.Marketing }

// mode: Jawort's own sends are always enforced.
func (j *judge) mode() Mode {
	if j.m.Program == "" || !j.f.Mode.Valid() {
		return account.Enforce
	}
	return j.f.Mode
}

// judgedClass is Meta's category of a template, the category of a Direct Send, the topic's class of anything else;
// marketing, the strictest, where two of them differ or one is unknown.
func (j *judge) judgedClass() consent.Class {
	if !j.ordinary() {
		return consent.Utility
	}
	class := j.f.Topic.Class
	j.doubt = !j.f.Topic.Known || !knownClass(class)
	if category, given := j.ownCategory(); given {
		of, ok := ClassOf(category)
		j.doubt = j.doubt || !ok
		if of != class {
			return consent.Marketing
		}
	}
	if j.doubt {
		return consent.Marketing
	}
	return class
}

// ownCategory is the category the message has by itself; given is false for free-form text.
func (j *judge) ownCategory() (category string, given bool) {
	switch {
	case j.m.isTemplate():
		return j.f.Template.Category, true
	case j.m.DirectSend != "":
		return j.m.DirectSend, true
	}
	return "", false
}

func knownClass(c consent.Class) bool {
	return c == consent.Marketing || c == consent.Utility || c == consent.Authentication
}

func (j *judge) windowOpen() bool {
	w := &j.f.Window
	return w.OpenedAt > 0 && j.f.Now < w.Until
}

func (j *judge) ledger() {
	if j.f.Held {
		j.wait(HeldAfterRestore, 0)
	}
	if j.f.ClockOff {
		j.wait(ClockOff, 0)
	}
}

func (j *judge) identity() {
	i := &j.f.Identity
	if !j.f.NumberKnown {
		j.refuse(NumberUnknown)
	}
	if i.Unusable {
		j.refuse(AddressUnusable)
	}
	if i.Ambiguous {
		j.refuse(AddressAmbiguous)
	}
	if i.Foreign {
		j.refuse(AddressForeign)
	}
	if i.UserID && j.m.isTemplate() && j.class == consent.Authentication {
		j.refuse(AuthNeedsPhone)
	}
	if i.Erased {
		j.refuse(PersonErased)
	}
	if i.Moved || j.frozen() {
		j.refuse(IdentityChanged)
	}
}

// frozen: somebody else may be at the address. What the person did after the doubt arose counts again.
func (j *judge) frozen() bool {
	at := j.f.Identity.FrozenAt
	if at == 0 {
		return j.ordinary() && j.f.Standing.Proof == "frozen"
	}
	if j.ordinary() {
		return !j.agreedAfter(at)
	}
	return j.f.Window.OpenedAt <= at
}

// agreedAfter: the person's own act, witnessed and clearly later, lifts what came before it.
func (j *judge) agreedAfter(at int64) bool {
	s := &j.f.Standing
	return (s.State == consent.StateGranted || s.State == consent.StateDeclared) && s.OwnSince > at+liftAfter
}

func (j *judge) suppressed() {
	if j.suppresses(&j.f.SuppressedAll) {
		j.refuse(Suppressed)
	}
	if s := &j.f.SuppressedMarketing; (j.marketing() || j.as == ConfirmRequest || j.as == OptinAck) && j.suppresses(s) {
		j.refuse(SuppressedMarketing)
	}
}

func (j *judge) suppresses(s *Suppression) bool {
	if !s.On {
		return false
	}
	switch j.as {
	case Ordinary, OptinAck:
		return s.At == 0 || !j.agreedAfter(s.At)
	case StopAck, NotMeAck, RightsAnswer:
		return false // they answer somebody who has just written, about just that
	case HumanAnswer, WayBack:
		return j.f.Window.HumanAt <= s.At
	}
	return true
}

func (j *judge) platformStop() {
	p := &j.f.Person
	unbidden := j.ordinary() && j.marketing() || j.as == ConfirmRequest || j.as == OptinAck
	if p.PlatformStop && unbidden {
		j.refuse(PlatformStop)
	}
	if j.as == StopAck && j.f.Ack.ByPlatform {
		j.refuse(AckOfPlatformStop)
	}
	if p.SuspectedBlock && unbidden {
		j.refuse(SuspectedBlock)
	}
}

func (j *judge) tooOld() {
	s := &j.f.Standing
	if !j.ordinary() {
		return
	}
	switch s.State {
	case consent.StateLapsed:
		j.refuseNamed(ConsentLapsed, j.f.Topic.Code)
	case consent.StateOutdated:
		if s.Proof != "frozen" {
			j.refuseNamed(ConsentOutdated, j.f.Topic.Code)
		}
	case consent.StateGranted, consent.StateDeclared:
		if end := j.lapsesAt(); end != 0 && end <= j.f.Now {
			j.refuseNamed(ConsentLapsed, j.f.Topic.Code)
		}
	}
}

// lapsesAt is when the grant lapses unused; every message sent under it keeps it alive. 0 = never.
func (j *judge) lapsesAt() int64 {
	s, end := &j.f.Standing, j.f.Standing.ExpiresAt
	after := j.f.Rules.LapseAfter
	if !j.marketing() || after <= 0 {
		return end
	}
	if end == 0 {
		end = s.Since + after
	}
	if s.LastUsed > 0 {
		end = max(end, s.LastUsed+after)
	}
	return end
}

func (j *judge) age() {
	asked := j.ordinary() && j.marketing() || j.as == ConfirmRequest || j.as == OptinAck
	p := &j.f.Person
	if asked && p.AgeKnown && p.Age < j.f.Rules.MinAge {
		j.refuse(AgeTooLow)
	}
	if j.ordinary() && j.marketing() && !p.AgeKnown && j.f.Rules.AskAge {
		j.refuse(AgeUnknown)
	}
}

// window: only an approved template and a Direct Send pass a closed one, and no template opens it.
func (j *judge) window() {
	if !j.windowOpen() && !j.m.isTemplate() && j.m.DirectSend == "" {
		j.refuse(WindowClosed)
	}
}

func (j *judge) country() {
	if j.f.Rules.Barred {
		j.refuseNamed(CountryBarred, j.f.Country)
	}
	if j.f.Rules.NoMarketing && j.ordinary() && j.marketing() && j.notFreeForm() {
		j.refuseNamed(MarketingNotDelivered, j.f.Country)
	}
	if j.f.Rules.NoQuestion && j.as == ConfirmRequest && !j.windowOpen() {
		j.refuseNamed(QuestionNotAllowed, j.f.Country)
	}
}

func (j *judge) notFreeForm() bool { return j.m.isTemplate() || j.m.DirectSend != "" }
