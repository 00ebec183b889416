package source

import "time"

// Why a source rests by itself (DESIGN section 5, Confirming): its questions reach people who did not ask.
const (
	FewAnswers = "few_answers" // fewer than a fifth of the last 50 questions were answered
	NotMe      = "not_me"      // people say that it was not them
	Burst      = "burst"       // very many questions within an hour, hardly an answer
)

// ByItself are the reasons that no member of staff gives.
var ByItself = []string{FewAnswers, NotMe, Burst}

const (
	restSample  = 50             // questions that are judged, and that a burst needs
	restShare   = 5              // one answer in so many is enough
	restNotMe   = 3              // so many strangers are no accident
	restNotMeOf = 10             // one stranger in so many is too many
	restRipe    = 24 * time.Hour // a question counts as unanswered after it
	burstWithin = time.Hour
	burstRipe   = 10 * time.Minute // whoever wants messages taps soon
)

// Question is one neutral question that a source put to somebody.
type Question struct {
	At       int64
	Answered bool // yes or no
	NotMe    bool // "that was not me"; an answer too
}

// Rests says whether a source should pause itself for what came of its questions, the newest first; "" = no.
func Rests(list []Question, now int64) (why string) {
	var ripe, answered, strangers, sample int
	var burst, burstAnswered int
	for _, q := range list {
		age := time.Duration(now-q.At) * time.Microsecond
		if age >= burstRipe && age < burstRipe+burstWithin {
			burst++
			burstAnswered += one(q.Answered)
		}
		if sample < restSample {
			sample++
			strangers += one(q.NotMe)
		}
		if ripe < restSample && (q.Answered || age >= restRipe) {
			ripe++
			answered += one(q.Answered)
		}
	}
	switch {
	case strangers >= restNotMe && strangers*restNotMeOf >= sample:
		return NotMe
	case ripe >= restSample && answered*restShare < ripe:
		return FewAnswers
	case burst >= restSample && burstAnswered*restShare < burst:
		return Burst
	}
	return ""
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
