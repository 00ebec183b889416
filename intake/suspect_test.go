package intake

import (
	"testing"

	"jawort/outbox"
)

func TestSilence(t *testing.T) {
	sent := func(at int64) outbox.Message { return outbox.Message{ID: "m", State: outbox.Sent, SentAt: at} }
	read := outbox.Message{State: outbox.Read, SentAt: 1, DeliveredAt: 2, ReadAt: 3}
	failed := outbox.Message{State: outbox.Failed, SentAt: 4}
	for name, tc := range map[string]struct {
		list  []outbox.Message // newest first
		count int
		since int64
		ever  bool
	}{
		"nobody":                   {nil, 0, 0, false},
		"never reached":            {[]outbox.Message{sent(9), sent(8), sent(7)}, 3, 7, false},
		"reached before":           {[]outbox.Message{sent(9), sent(8), sent(7), read}, 3, 7, true},
		"reached in between":       {[]outbox.Message{sent(9), read, sent(8), sent(7), read}, 1, 9, true},
		"reached last":             {[]outbox.Message{read, sent(8), sent(7), sent(6)}, 0, 0, true},
		"failures count neither":   {[]outbox.Message{sent(9), failed, sent(7), read}, 2, 7, true},
		"what still waits neither": {[]outbox.Message{{State: outbox.Queued}, sent(9), read}, 1, 9, true},
	} {
		if count, since, _, ever := silence(tc.list); count != tc.count || since != tc.since || ever != tc.ever {
			t.Errorf("%s: %d since %d, reached before %v", name, count, since, ever)
		}
	}
}
