package look

// Run is a time in which something stayed as it was. From and To are shares of the span, 0 to 1.
type Run struct {
	From, To float64
	Is       string // ok warn bad; anything else = not rated
}

// Lanes is how a rating ran: the height says it, colour only repeats it.
type Lanes struct {
	Words [3]string // of the lanes, best first
	Runs  []Run
	Notes []float64 // where the numbered lines stand
}

// lanesLeft is where the lanes begin, in percent; before it stand their words.
const lanesLeft = 11.0

// laneAt is the middle of each lane.
var laneAt = map[string]float64{"ok": 12, "warn": 30, "bad": 48}

func laneX(share float64) float64 { return lanesLeft + (100-lanesLeft)*min(1, max(0, share)) }

// laneBar is one drawn run.
type laneBar struct {
	bar
	Fill string
}

// drawRuns works out the bars, and the strokes between a run and the next one beside it.
func drawRuns(runs []Run) (bars []laneBar, steps []stroke) {
	for i, r := range runs {
		mid, rated := laneAt[r.Is]
		if !rated || r.To <= r.From {
			continue
		}
		x, w := laneX(r.From), laneX(r.To)-laneX(r.From)
		bars = append(bars, laneBar{bar{pct(x), pct(max(w, 0.4)), px(mid - 4), "8"}, "f-" + r.Is})
		if i+1 < len(runs) && runs[i+1].From == r.To {
			if to, ok := laneAt[runs[i+1].Is]; ok && to != mid {
				steps = append(steps, stroke{pct(laneX(r.To)), px(mid), pct(laneX(r.To)), px(to)})
			}
		}
	}
	return bars, steps
}

// Level is what is used of a limit.
type Level struct {
	ID                    string // of the pattern; one a page
	Sentence              string // read aloud in place of the picture
	Used, Reserved, Limit int64
	Tight                 int // percent from which on it is tight
	TightWord             string
	Half, Whole           string // numbers below, as they are set
}

func (l Level) share(n int64) string {
	return pct(100 * float64(min(n, l.Limit)) / float64(max(1, l.Limit)))
}
