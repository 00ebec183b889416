package app

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"jawort/db"
)

// After a burst Go keeps what it needed: garbage until the next collection, which comes two minutes later when nothing happens, and
// freed pages for longer. Ten thousand kept connections would cost half as much again.
const (
	idleFor   = 10 * time.Second
	idleSpare = 16 << 20 // bytes that are worth a collection
)

// heap is what the runtime tells of itself.
type heap struct{ cycles, live, objects, free uint64 }

func readHeap() heap {
	s := []metrics.Sample{{Name: "/gc/cycles/total:gc-cycles"}, {Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/free:bytes"}}
	metrics.Read(s)
	return heap{s[0].Value.Uint64(), s[1].Value.Uint64(), s[2].Value.Uint64(), s[3].Value.Uint64()}
}

// spare says whether the process has been so idle since before that no collection was needed, and yet holds much that it could give back.
func (h heap) spare(before heap) bool {
	garbage := h.objects - min(h.objects, h.live)
	return h.cycles == before.cycles && garbage+h.free > idleSpare
}

// giveBack returns spare memory to the machine while nothing happens, the database's among it.
func giveBack(ctx context.Context, d *db.DB) {
	tick := time.NewTicker(idleFor)
	defer tick.Stop()
	for before := readHeap(); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if readHeap().spare(before) {
			d.Shrink(ctx)
			debug.FreeOSMemory()
		}
		before = readHeap()
	}
}
