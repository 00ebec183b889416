package gate

import "jawort/consent"

// consent: has the person agreed to the topic, strongly enough for its class, and not taken it back.
func (j *judge) consent() {
	switch j.as {
	case Ordinary:
		j.topicConsent()
	case ConfirmRequest:
		j.mayBeAsked()
	case StopAck, NotMeAck:
		j.mayBeAcknowledged()
	case HumanAnswer:
		j.mayBeAnswered()
	case WayBack:
		j.mayComeBack()
	case OptinAck:
		j.mayBeConfirmed()
	}
}

func (j *judge) topicConsent() {
	p, topic := &j.f.Person, j.f.Topic.Code
	if p.Restricted {
		j.refuse(Restricted)
	}
	stopped := p.StopAll || p.StopMarketing && j.marketing()
	if p.StopAll {
		j.refuse(StoppedAll)
	}
	if p.StopMarketing && j.marketing() {
		j.refuse(StoppedMarketing)
	}
	switch s := &j.f.Standing; s.State {
	case consent.StateGranted:
	case consent.StateDeclared:
		if j.marketing() && !j.doubt {
			j.refuseNamed(ConsentTooWeak, topic)
		}
	case consent.StateLapsed, consent.StateOutdated: // the next step says so
	case consent.StateWithdrawn:
		if !stopped {
			j.refuseNamed(Withdrawn, topic)
		}
	case consent.StateDeclined:
		j.refuseNamed(Declined, topic)
	case consent.StatePaused:
		j.paused()
	case consent.StateNone:
		j.refuseNamed(ConsentNone, topic)
	case consent.StateRequested:
		j.refuseNamed(ConsentRequested, topic)
	case consent.StateClaimed:
		j.refuseNamed(ConsentClaimed, topic)
	default:
		j.refuseNamed(ConsentUnreadable, topic)
	}
}

// paused: with an end it is a wait, without one somebody has to decide first.
func (j *judge) paused() {
	if end := j.f.Standing.ExpiresAt; end > 0 {
		j.d.add(Reason{Ground: PausedUntil, Until: max(end, j.f.Now+second), Name: j.f.Topic.Code})
		return
	}
	j.refuseNamed(Paused, j.f.Topic.Code)
}

// mayBeAsked: the question is never put to somebody who has said no in any way; the link stays open to them.
func (j *judge) mayBeAsked() {
	p := &j.f.Person
	withdrawn := j.f.Standing.State == consent.StateWithdrawn
	if p.StopAll || p.StopMarketing || p.StoppedAt > 0 || withdrawn {
		j.refuse(QuestionAfterStop)
	}
	declined := j.f.Standing.State == consent.StateDeclined && p.DeclinedAt == 0
	quiet := j.f.Rules.QuietAfterNo
	if !j.askedForIt() && (declined || p.DeclinedAt > 0 && (quiet <= 0 || j.f.Now < p.DeclinedAt+quiet)) {
		j.refuse(QuestionAfterNo)
	}
	if p.WrongAddress {
		j.refuse(QuestionWrongAddress)
	}
	if p.Restricted {
		j.refuse(Restricted)
	}
}

// askedForIt: a no is quiet for a year unless the person writes again and asks; that answer stands inside the window, with buttons.
// intake puts it for their own word only.
func (j *judge) askedForIt() bool {
	p := &j.f.Person
	return !j.m.isTemplate() && j.windowOpen() && p.DeclinedAt > 0 && j.f.Window.HumanAt > p.DeclinedAt
}

func (j *judge) mayBeAcknowledged() {
	if j.f.Ack.Unwanted {
		j.refuse(AckUnwanted)
	}
	if j.f.Person.StoppedAt == 0 {
		j.refuse(AckWithoutStop)
	}
}

// mayComeBack: only to somebody who stopped, and only to a message of theirs that is newer than every stop.
func (j *judge) mayComeBack() {
	p := &j.f.Person
	if p.StoppedAt == 0 || j.f.Window.HumanAt <= p.StoppedAt {
		j.refuse(AnswerAfterStop)
	}
	if p.Restricted {
		j.refuse(Restricted)
	}
}

// mayBeConfirmed: only what holds is confirmed, and only while nothing that stops the person's messages is newer than their yes.
func (j *judge) mayBeConfirmed() {
	p, t := &j.f.Person, &j.f.Topic
	if p.Restricted {
		j.refuse(Restricted)
	}
	if p.StopAll {
		j.refuse(StoppedAll)
	}
	if p.StopMarketing && t.Class != consent.Utility {
		j.refuse(StoppedMarketing)
	}
	if p.StoppedAt > 0 && j.f.Window.HumanAt <= p.StoppedAt {
		j.refuse(AnswerAfterStop)
	}
	if !t.Known || j.f.Standing.State != consent.StateGranted {
		j.refuse(AckWithoutGrant)
	}
}

// mayBeAnswered: what stops a person's answer is a stop of everything, or the limiting of processing, unless the
// person wrote again after it. A stop of marketing stops no conversation.
func (j *judge) mayBeAnswered() {
	p := &j.f.Person
	if p.StopAll && j.f.Window.HumanAt <= p.StoppedAt || p.StopAll && p.StoppedAt == 0 {
		j.refuse(AnswerAfterStop)
	}
	if p.Restricted {
		j.refuse(Restricted)
	}
}
