package emulator

import (
	"hash/maphash"
	"sync"
	"time"
)

// person is somebody with a toy phone. Fields below mu are guarded by it; phone changes only under the people's lock too.
type person struct {
	mu       sync.Mutex
	id       string // opaque, for the page; empty until known
	user     string // BSUID; empty until known
	phone    string // digits as people dial them
	holder   int    // 0 for the first holder of the number, then counted on
	name     string
	username string
	hidden   bool // a username stands in front of the number: wa_id, from and recipient_id are left out
	seeded   bool // made or touched by somebody; never forgotten to save memory
	absent   bool // not on WhatsApp
	offline  bool
	threads  []*thread
	chat     []*bubble
	waiting  []func() // what is delivered when the phone is online again
	marketed []time.Time
	unread   int
	called   []ring   // the newest last
	onCall   *sipCall // nil = none
	lastSeen int64    // order of the last thing that happened, for the list
}

// ring is one call from a toy phone. number is what was dialled; nobody = there is no such number.
type ring struct {
	at     time.Time
	number string
	nobody bool
	real   bool // over SIP, with somebody who may answer
}

// thread is a person and one business number.
type thread struct {
	number    *number
	opened    time.Time // last message or call of the person
	paid      time.Time // pair rate
	stopped   bool      // marketing stopped in the app
	blocked   bool      // the person blocked this number
	callRight time.Time // call permission until
	typing    time.Time // when the business last said that it is writing
}

// typingLasts: the indicator goes with the answer, or after 25 seconds (WA/typing-indicators).
const typingLasts = 25 * time.Second

// windowEnd is when free-form messages end: 24 h after the person's last message or call.
func (t *thread) windowEnd() time.Time {
	if t.opened.IsZero() {
		return time.Time{}
	}
	return t.opened.Add(24 * time.Hour)
}

func (p *person) thread(n *number) *thread {
	for _, t := range p.threads {
		if t.number == n {
			return t
		}
	}
	t := &thread{number: n}
	p.threads = append(p.threads, t)
	return t
}

// wa is the account number webhooks name.
func (p *person) wa() string { return waID(p.phone) }

const shards = 64

// people are found by their number (as an account: wa id) and by their user id, each sharded by hash.
type people struct {
	ids     *ids
	salt    string
	seed    maphash.Seed
	keep    int
	byPhone [shards]peopleShard

	mu      sync.RWMutex // guards the three below
	byUser  map[string]*person
	byID    map[string]*person
	holders map[string]int     // how many people have held a number before
	said    map[string]*person // who sent a message, by wamid
	sayings []string           // the same in order, to forget the oldest
	order   int64
}

type peopleShard struct {
	mu sync.RWMutex
	m  map[string]*person
}

func newPeople(keep int, i *ids) *people {
	p := &people{ids: i, salt: i.letters(12), seed: maphash.MakeSeed(), keep: keep}
	p.clear()
	return p
}

func (p *people) clear() {
	for i := range p.byPhone {
		p.byPhone[i].mu.Lock()
		p.byPhone[i].m = map[string]*person{}
		p.byPhone[i].mu.Unlock()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.byUser, p.byID, p.holders = map[string]*person{}, map[string]*person{}, map[string]int{}
	p.said, p.sayings = map[string]*person{}, nil
}

func (p *people) shard(wa string) *peopleShard {
	return &p.byPhone[maphash.String(p.seed, wa)%shards]
}

// find is nil for a number nobody has.
func (p *people) find(digits string) *person {
	wa := waID(digits)
	sh := p.shard(wa)
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	return sh.m[wa]
}

// meet finds or makes the person who holds a number. People made by a mere send may be forgotten again.
func (p *people) meet(digits string) *person {
	wa := waID(digits)
	sh := p.shard(wa)
	sh.mu.RLock()
	who := sh.m[wa]
	sh.mu.RUnlock()
	if who != nil {
		return who
	}
	p.mu.RLock()
	holder := p.holders[wa]
	p.mu.RUnlock()
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if who = sh.m[wa]; who != nil {
		return who
	}
	if len(sh.m) >= max(1, p.keep/shards) {
		p.forgetOne(sh)
	}
	who = &person{phone: digits, holder: holder}
	sh.m[wa] = who
	return who
}

// forgetOne makes room in a full shard. People whom somebody made or let speak stay.
func (p *people) forgetOne(sh *peopleShard) {
	for wa, who := range sh.m {
		who.mu.Lock()
		seeded, id, user := who.seeded, who.id, who.user
		who.mu.Unlock()
		if seeded {
			continue
		}
		delete(sh.m, wa)
		if id != "" {
			p.mu.Lock()
			delete(p.byID, id)
			delete(p.byUser, user)
			p.mu.Unlock()
		}
		return
	}
}

// known gives a person a name, an opaque id and their user id, and moves them to the top of the list.
func (p *people) known(who *person, portfolio string) {
	who.mu.Lock()
	defer who.mu.Unlock()
	p.knownLocked(who, portfolio)
}

func (p *people) knownLocked(who *person, portfolio string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.order++
	who.lastSeen = p.order
	if who.id != "" {
		return
	}
	who.id = personID(who.phone, who.holder, p.salt)
	if who.name == "" {
		who.name = madeUpName(who.phone)
	}
	p.byID[who.id] = who
	who.user = userID(portfolio, who.wa(), who.holder)
	p.byUser[who.user] = who
}

const saidKeep = 50_000

// spoke remembers who sent a message, so that it can be marked as read.
func (p *people) spoke(who *person, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.said[id] = who
	p.sayings = append(p.sayings, id)
	if len(p.sayings) > saidKeep {
		delete(p.said, p.sayings[0])
		p.sayings = p.sayings[1:]
	}
}

func (p *people) byOpaque(id string) *person {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.byID[id]
}

func (p *people) user(id string) *person {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.byUser[id]
}

// move gives a person another number; whoever held that number loses it.
func (p *people) move(who *person, digits, portfolio string) (oldUser, newUser string) {
	p.leave(who)
	who.mu.Lock()
	oldWA := who.wa()
	oldUser = userID(portfolio, oldWA, who.holder)
	p.mu.Lock()
	delete(p.byUser, oldUser)
	p.holders[oldWA] = who.holder + 1
	who.phone = digits
	newWA := who.wa()
	who.holder = p.holders[newWA]
	newUser = userID(portfolio, newWA, who.holder)
	who.user = newUser
	p.byUser[newUser] = who
	p.mu.Unlock()
	who.mu.Unlock()
	sh := p.shard(newWA)
	sh.mu.Lock()
	sh.m[newWA] = who
	sh.mu.Unlock()
	return oldUser, newUser
}

// leave takes a person's number away; the next holder gets another user id.
func (p *people) leave(who *person) {
	who.mu.Lock()
	wa, holder := who.wa(), who.holder
	who.mu.Unlock()
	sh := p.shard(wa)
	sh.mu.Lock()
	if sh.m[wa] == who {
		delete(sh.m, wa)
	}
	sh.mu.Unlock()
	p.mu.Lock()
	p.holders[wa] = holder + 1
	p.mu.Unlock()
}

var names = []string{"Aylin", "Jörg", "Renate", "Mehmet", "Klara", "Priya", "Tomasz", "Zoë", "Luis", "Fatou", "Hanna", "Émile",
	"Noor", "Sven", "Ioana", "Kwame", "Marta", "Yuki", "Ada", "Björn"}

func madeUpName(phone string) string {
	n := 0
	for i := 0; i < len(phone); i++ {
		n = n*31 + int(phone[i])
	}
	return names[(n&0x7fffffff)%len(names)]
}
