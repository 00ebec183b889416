package gate

import "jawort/quality"

const (
	askEvery = day // confirming question: one in 24 h, two in 90 days (DESIGN section 5)
	askMost  = 2
	ackEvery = day // confirmation of an opt-out: one in 24 h (DESIGN section 6); of an agreement as well

	answersMost = 20 // answers in a row to somebody who says nothing any more: people who help come to an end before
)

func (j *judge) quietHours() {
	if j.ordinary() && j.marketing() && j.f.Quiet > j.f.Now {
		j.wait(QuietHours, j.f.Quiet)
	}
}

func (j *judge) frequency() {
	switch j.as {
	case Ordinary:
		if j.marketing() || j.notFreeForm() || !j.windowOpen() { // an answer to somebody who writes is no mailing
			j.cap(CapPromised, &j.f.Caps.Promised)
		}
		if j.marketing() {
			j.cap(CapDay, &j.f.Caps.Day)
			j.cap(CapMonth, &j.f.Caps.Month)
			if until := j.f.Caps.Meta; until > j.f.Now && !j.windowOpen() { // what is sent in a window Meta does not count
				j.wait(CapMeta, until)
			}
		}
	case ConfirmRequest:
		j.questions()
	case HumanAnswer:
		if j.f.Answers.Sent >= answersMost {
			j.refuse(AnswersUnheard)
		}
	case StopAck, NotMeAck:
		if last := j.f.Ack.LastAt; last > 0 && j.f.Now < last+ackEvery {
			j.refuse(AckTooSoon)
		}
	case OptinAck:
		if last := j.f.Ack.LastAt; last > 0 && j.f.Now < last+ackEvery {
			j.refuse(AgreedTooSoon)
		}
	}
}

func (j *judge) cap(g *Ground, c *Cap) {
	if c.Max > 0 && c.Sent >= c.Max {
		j.waitCap(g, c.FreeAt, c.Max)
	}
}

func (j *judge) questions() {
	a := &j.f.Asked
	if a.LastAt > 0 && j.f.Now < a.LastAt+askEvery {
		j.wait(QuestionTooSoon, a.LastAt+askEvery)
	}
	if a.In90 >= askMost {
		j.refuse(QuestionTooOften)
	}
	if a.DoorsAt > j.f.Now {
		j.wait(DoorsFull, a.DoorsAt)
	}
}

// brake: the number's and the template's. Answers to somebody who has just written go as long as Meta lets them.
func (j *judge) brake() {
	b, t := &j.f.Brake, &j.f.TemplateBrake
	switch {
	case !b.State.Known() || t.State != "" && !t.State.Known():
		j.refuse(BrakeUnknown)
	case b.State == quality.Stopped && !(b.Answers && j.windowOpen() && !j.notFreeForm()):
		j.wait(BrakeStopped, b.Until)
	case b.State != quality.Stopped && b.State.Stops(j.marketing()):
		j.wait(BrakeMarketing, b.Until)
	}
	if t.State.Known() && t.State.Stops(j.marketing()) {
		j.wait(BrakeTemplate, t.Until)
	}
	var turn int64
	for _, x := range []*Brake{b, t} {
		if x.State.Slows(j.marketing()) {
			turn = max(turn, x.SlowAt)
		}
	}
	if turn > j.f.Now {
		j.wait(BrakeSlow, turn)
	}
}

// headroom: whoever is written to in a window takes no slot (facts/meta.md 3).
func (j *judge) headroom() {
	h := &j.f.Headroom
	switch {
	case j.windowOpen() || !j.notFreeForm() || h.Held:
	case h.Free <= 0:
		j.wait(HeadroomFull, h.NextAt)
	case j.marketing() && h.FreeMarketing <= 0:
		j.wait(HeadroomReserved, h.NextAt)
	}
}

func (j *judge) pairRate() {
	if at := quality.PairFree(j.f.PairOwed); at > j.f.Now {
		j.wait(PairRate, at)
	}
}

func (j *judge) throughput() {
	if j.f.Throughput > j.f.Now {
		j.wait(Throughput, j.f.Throughput)
	}
}
