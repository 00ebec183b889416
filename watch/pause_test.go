package watch

import (
	"errors"
	"testing"
	"time"

	"jawort/graph"
)

func TestPause(t *testing.T) {
	const five = 5 * time.Minute
	broken, limited := errors.New("broken"), &graph.Error{Code: 80007}
	for name, tc := range map[string]struct {
		every   time.Duration
		usage   graph.Usage
		failure error
		failing time.Duration
		want    time.Duration
	}{
		"as usual":                      {five, graph.Usage{Percent: 12}, nil, 0, five},
		"much used":                     {five, graph.Usage{Percent: 60}, nil, 0, 2 * five},
		"nearly all used":               {five, graph.Usage{Percent: 99}, nil, 0, 6 * five},
		"Meta says how long":            {five, graph.Usage{Percent: 100, Wait: 3 * time.Hour}, nil, 0, 3 * time.Hour},
		"failed once":                   {five, graph.Usage{}, broken, 0, five},
		"failing for half an hour":      {five, graph.Usage{}, broken, 30 * time.Minute, 30 * time.Minute},
		"failing for a day":             {five, graph.Usage{}, broken, 24 * time.Hour, time.Hour},
		"asked to ask less":             {five, graph.Usage{}, limited, 0, 6 * five},
		"asked to ask less, for hours":  {five, graph.Usage{}, limited, 5 * time.Hour, time.Hour},
		"what is asked twice a day":     {12 * time.Hour, graph.Usage{}, nil, 0, 12 * time.Hour},
		"never more than an hour apart": {30 * time.Minute, graph.Usage{Percent: 90}, nil, 0, time.Hour},
	} {
		if got := Pause(tc.every, tc.usage, tc.failure, tc.failing); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}
