package quality

// Second is one second in the microseconds that all times here have.
const Second int64 = 1_000_000

// Meta's pair rate: one message in 6 seconds to the same person, after a burst of 45 that is paid back
// (facts/meta.md 5.4).
const (
	PairEvery = 6 * Second
	PairBurst = 45
)

// PairFree is the moment from which the pair may have its next message, given the bucket's theoretical arrival time
// (pair_pace.owed_until; 0 = never sent). A moment not after now means: now.
func PairFree(owedUntil int64) int64 { return owedUntil - (PairBurst-1)*PairEvery }

// PairTake is the bucket after one more message at now.
func PairTake(owedUntil, now int64) int64 { return max(owedUntil, now) + PairEvery }

// PairGiveBack undoes a PairTake whose message was definitely not sent.
func PairGiveBack(owedUntil int64) int64 { return max(0, owedUntil-PairEvery) }

// Bucket is a number's throughput: rate tokens a second, at most one second's worth saved up. It is a plain value:
// each process keeps its share, and Meta's 131056 and 130429 are the backstop.
type Bucket struct {
	Rate  int64 // tokens a second; 0 gives none
	level int64 // millionths of a token
	at    int64
	begun bool
}

// Take removes up to n tokens at now and says how many it got, and when there will be another when it got fewer.
func (b *Bucket) Take(n int, now int64) (got int, next int64) {
	b.fill(now)
	got = int(min(int64(n), b.level/Second))
	got = max(got, 0)
	b.level -= int64(got) * Second
	if got < n {
		next = b.nextAt(now)
	}
	return got, next
}

// GiveBack returns tokens that were not used.
func (b *Bucket) GiveBack(n int) { b.level = min(b.level+int64(n)*Second, b.Rate*Second) }

func (b *Bucket) fill(now int64) {
	if !b.begun {
		b.begun, b.at, b.level = true, now, b.Rate*Second
		return
	}
	if now <= b.at { // a clock that went back earns nothing
		return
	}
	b.level = min(b.Rate*Second, b.level+min(now-b.at, Second)*b.Rate)
	b.at = now
}

func (b *Bucket) nextAt(now int64) int64 {
	if b.Rate <= 0 {
		return now + 60*Second // nothing is set free by waiting; look again
	}
	missing := Second - b.level%Second
	return now + (missing+b.Rate-1)/b.Rate
}
