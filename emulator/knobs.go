package emulator

import (
	"sync"
	"time"
)

// knobs are the settings that POST /_emulator/settings may change while the emulator runs.
type knobs struct {
	mu sync.RWMutex
	settings
	initial settings
}

type settings struct {
	statuses, pairRate, sink bool
	userCap, batch           int
	sent, delivered, read    time.Duration
	approveAfter, retryBase  time.Duration
	allowed                  map[string]bool // test number: only these recipients (131030); nil: everybody
	marketingMessagesOnly    bool            // 131063: marketing only by /marketing_messages
}

func newKnobs(o Options) *knobs {
	k := &knobs{settings: settings{statuses: o.Statuses != "off", pairRate: !o.Sink, sink: o.Sink, userCap: o.UserCap, batch: o.Batch,
		sent: o.Sent, delivered: o.Delivered, read: o.Read, approveAfter: o.ApproveAfter, retryBase: o.RetryBase}}
	k.initial = k.settings
	return k
}

func (k *knobs) get() settings {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.settings
}

func (k *knobs) change(f func(*settings)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f(&k.settings)
}

func (k *knobs) reset() { k.change(func(s *settings) { *s = k.initial }) }
