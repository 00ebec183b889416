package emulator

import "sync"

// feed tells live pages which phone has news. A slow page loses nothing: it gets one "all" instead.
type feed struct {
	mu      sync.Mutex
	subs    map[chan string]bool
	stories stories
	done    bool
}

func newFeed() *feed { return &feed{subs: map[chan string]bool{}} }

func (f *feed) listen() chan string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.done {
		return nil
	}
	c := make(chan string, 64)
	f.subs[c] = true
	return c
}

func (f *feed) leave(c chan string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.subs, c)
}

func (f *feed) tell(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.subs {
		select {
		case c <- id:
		default:
		}
	}
}

func (f *feed) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done = true
	for c := range f.subs {
		close(c)
	}
	f.subs = map[chan string]bool{}
}
