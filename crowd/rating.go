package crowd

// Rating is Meta's word for a number or a template.
type Rating string

// The words. Unknown: too little was delivered to tell.
const (
	Green   Rating = "GREEN"
	Yellow  Rating = "YELLOW"
	Red     Rating = "RED"
	Unknown Rating = "UNKNOWN"
)

// window: "recipients' reaction over the last 7 days, weighted by recency; signals: blocks, reports, mutes, archives and the reason users
// give when blocking" (Meta, WA/messages/send-messages).
const window = 7 * Day

// Assumptions: Meta tells neither what a signal weighs nor where the colours begin.
const (
	yellowFrom = 0.010 // weighted signals of what was delivered
	redFrom    = 0.020
	fewest     = 50 // deliveries until there is a rating
)

// weighs is what an act does to the rating. A stop, by word or by Meta's button, is no complaint to Meta as far as anybody knows.
var weighs = map[Act]float64{Block: 1, Report: 2, Archive: 0.25}

// Meter is a rating as it runs: deliveries and signals of the last seven days, an hour each. The zero value has heard nothing.
type Meter struct {
	hours [int(window / Hour)]struct{ delivered, bad float64 }
	upTo  int64 // the hour that is being filled
}

// roll empties the hours that have fallen out of the window.
func (m *Meter) roll(now int64) {
	hour := now / Hour
	n := int64(len(m.hours))
	for h := max(m.upTo+1, hour-n+1); h <= hour; h++ {
		m.hours[h%n] = struct{ delivered, bad float64 }{}
	}
	m.upTo = max(m.upTo, hour)
}

// Delivered counts messages that arrived.
func (m *Meter) Delivered(now int64, messages int) {
	m.roll(now)
	m.hours[(now/Hour)%int64(len(m.hours))].delivered += float64(messages)
}

// Heard takes in what somebody did.
func (m *Meter) Heard(now int64, a Act) {
	m.roll(now)
	m.hours[(now/Hour)%int64(len(m.hours))].bad += weighs[a]
}

// Rate of the signals among what was delivered: a fresh one counts in full, one of a week ago no more (that it falls evenly is an
// assumption); known is false while too little was delivered.
func (m *Meter) Rate(now int64) (rate float64, known bool) {
	m.roll(now)
	var delivered, bad float64
	n := int64(len(m.hours))
	for age := range n {
		if m.upTo < age {
			break
		}
		h := m.hours[(m.upTo-age)%n]
		delivered += h.delivered
		bad += h.bad * (1 - float64(age)/float64(n))
	}
	if delivered < fewest {
		return 0, false
	}
	return bad / delivered, true
}

// Rating is the word for it.
func (m *Meter) Rating(now int64) Rating {
	rate, known := m.Rate(now)
	switch {
	case !known:
		return Unknown
	case rate >= redFrom:
		return Red
	case rate >= yellowFrom:
		return Yellow
	}
	return Green
}
