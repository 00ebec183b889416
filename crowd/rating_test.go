package crowd

import "testing"

const t0 = int64(20458) * Day

func TestRating(t *testing.T) {
	for name, c := range map[string]struct {
		delivered int
		acts      map[Act]int
		later     int64
		want      Rating
	}{
		"nothing":                    {0, nil, 0, Unknown},
		"too little":                 {49, map[Act]int{Block: 40}, 0, Unknown},
		"all well":                   {1000, map[Act]int{Read: 700, Answer: 30, Nothing: 270}, 0, Green},
		"stops are no complaint":     {1000, map[Act]int{Stop: 200, Tapped: 100}, 0, Green},
		"just under":                 {1000, map[Act]int{Block: 9}, 0, Green},
		"one in a hundred":           {1000, map[Act]int{Block: 10}, 0, Yellow},
		"reports weigh twice":        {1000, map[Act]int{Report: 5}, 0, Yellow},
		"put away weighs little":     {1000, map[Act]int{Archive: 40}, 0, Yellow},
		"two in a hundred":           {1000, map[Act]int{Block: 20}, 0, Red},
		"half of it two days later":  {1000, map[Act]int{Block: 20}, 3*Day + 12*Hour, Yellow},
		"hardly any after six":       {1000, map[Act]int{Block: 20}, 6 * Day, Green},
		"nothing is known after all": {1000, map[Act]int{Block: 20}, 7 * Day, Unknown},
	} {
		var m Meter
		m.Delivered(t0, c.delivered)
		for a, n := range c.acts {
			for range n {
				m.Heard(t0, a)
			}
		}
		if got := m.Rating(t0 + c.later); got != c.want {
			rate, _ := m.Rate(t0 + c.later)
			t.Errorf("%s: %s (%.4f), want %s", name, got, rate, c.want)
		}
	}
}

// The running meter counts as one that is asked at the end, whatever the gaps between the hours.
func TestMeterForgets(t *testing.T) {
	var m Meter
	for h := range int64(1000) {
		if h%3 == 0 || h > 900 {
			m.Delivered(t0+h*Hour, 10)
		}
		if h < 700 {
			m.Heard(t0+h*Hour, Block)
		}
	}
	if rate, known := m.Rate(t0 + 999*Hour); rate != 0 || !known {
		t.Errorf("%.4f %v", rate, known)
	}
	m.Heard(t0+999*Hour, Block)
	// 99 of the last hours count in full with 10 each, of the 69 before every third
	if rate, _ := m.Rate(t0 + 999*Hour); rate < 1.0/1240 || rate > 1.0/1200 {
		t.Errorf("one of %.1f", 1/rate)
	}
}
