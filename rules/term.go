package rules

import "time"

// Term is the time a law leaves for doing something. The zero Term is "at once".
type Term struct {
	Count int
	Unit  Unit // empty with Count 0
}

// Unit is what a Term is counted in.
type Unit string

// The units that the records use.
const (
	Hours          Unit = "hours"
	BusinessDays   Unit = "business_days"
	CalendarDays   Unit = "days"
	CalendarMonths Unit = "months"
)

// AtOnce reports that the law leaves no time.
func (t Term) AtOnce() bool { return t.Count == 0 }

// End is the moment by which it must be done. Business days leave out Saturdays and Sundays, on the calendar of from; public holidays
// are no days off here, for no source tells them, and a term keeps the time of day it began at: both err towards the earlier end.
func (t Term) End(from time.Time) time.Time {
	switch t.Unit {
	case Hours:
		return from.Add(time.Duration(t.Count) * time.Hour)
	case CalendarDays:
		return from.AddDate(0, 0, t.Count)
	case CalendarMonths:
		return Months(t.Count).After(from)
	case BusinessDays:
		end := from
		for left := t.Count; left > 0; {
			if end = end.AddDate(0, 0, 1); end.Weekday() != time.Saturday && end.Weekday() != time.Sunday {
				left--
			}
		}
		return end
	}
	return from
}

// terms takes out of the record how soon an opt-out must be obeyed, and out of ours how soon a wish to be forgotten must be answered. A
// deadline told in words ("at once", "without delay", "reasonable time") is at once.
func (b *book) terms(r *Rules, id string, rec record, day time.Time) {
	type span struct {
		N    int
		Unit Unit
	}
	stop := decode[struct{ Deadline *span }](rec.Revocation, id+"/revocation").Deadline
	if stop != nil && stop.N > 0 {
		r.StopWithin = Term{stop.N, stop.Unit}
	}
	r.Proofs["stop_within"] = rec.Revocation.proof()
	l, _ := b.own(id, "answer_within", day)
	answer := decode[span](l, "answer_within")
	r.AnswerWithin, r.Proofs["answer_within"] = Term{answer.N, answer.Unit}, l.proof()
}
