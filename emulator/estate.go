package emulator

import (
	"sort"
	"strconv"
	"sync"
	"time"
)

// Number is a WhatsApp business number as one may register it.
type Number struct {
	ID                 string `json:"id"`
	DisplayPhoneNumber string `json:"display_phone_number"`
	WABAID             string `json:"waba_id"`
	VerifiedName       string `json:"verified_name"`
}

// waba is a WhatsApp Business Account: numbers, templates and the subscription of our one app.
type waba struct {
	id, name     string
	usage        []string // X-Business-Use-Case-Usage
	usedUp       bool     // calls about it are refused, messages apart
	review       string   // account_review_status
	subscribed   bool
	override     string // override_callback_uri; empty: the app's callback
	templates    map[string]*template
	signups      []*signup
	policySigned bool
	lockedUntil  map[string]time.Time // restriction_type or "LOCKED" → end
}

// number is one phone number. Fields are guarded by estate.mu; speed has its own lock.
type number struct {
	id, display, digits, name string
	waba                      *waba
	quality, status           string
	nameStatus                string
	override                  string
	speed                     *bucket
	level                     string // throughput.level
	pin                       string
	profile                   profile
	blocked                   map[*person]time.Time
	blockedOrder              []*person
	directSend                bool
	callsSeen                 int
	reports                   int // by people, since the start
}

// estate is everything the portfolio owns, by node id.
type estate struct {
	mu         sync.RWMutex
	o          Options
	portfolio  string
	app        *appShare // X-App-Usage
	limit      string
	callback   string
	sms        string
	wabas      map[string]*waba
	numbers    map[string]*number
	templates  map[string]*template
	signups    map[string]*signup
	order      []*number // as registered; the first is the default of say
	wabaOrder  []*waba
	createdNum int
}

func newEstate(o Options) *estate {
	return &estate{o: o, portfolio: o.PortfolioID, limit: o.Limit, callback: o.WebhookURL, sms: o.SMSWebhookURL,
		wabas: map[string]*waba{}, numbers: map[string]*number{}, templates: map[string]*template{}, signups: map[string]*signup{}}
}

func (e *estate) addNumber(n Number, now time.Time) *number {
	e.mu.Lock()
	defer e.mu.Unlock()
	if old := e.numbers[n.ID]; old != nil {
		return old
	}
	e.createdNum++
	if n.ID == "" {
		n.ID = "3100000000" + strconv.Itoa(10000+e.createdNum)
	}
	if n.DisplayPhoneNumber == "" {
		n.DisplayPhoneNumber = "+44 20 7946 " + strconv.Itoa(1000 + e.createdNum)[1:] + "0"
	}
	if n.VerifiedName == "" {
		n.VerifiedName = e.o.VerifiedName
	}
	if n.WABAID == "" {
		n.WABAID = e.o.WABAID
	}
	a := e.addWABA(n.WABAID, n.VerifiedName)
	digits, _, _ := digitsOf(n.DisplayPhoneNumber)
	p := &number{id: n.ID, display: n.DisplayPhoneNumber, digits: digits, name: n.VerifiedName, waba: a, quality: "GREEN",
		status: "CONNECTED", nameStatus: "APPROVED", speed: newBucket(e.o.Throughput), level: "STANDARD", blocked: map[*person]time.Time{}, directSend: true}
	e.numbers[n.ID] = p
	e.order = append(e.order, p)
	return p
}

func (e *estate) addWABA(id, name string) *waba {
	if a := e.wabas[id]; a != nil {
		return a
	}
	a := &waba{id: id, name: name, usage: usage(id, 1, 0), review: "APPROVED", subscribed: true, templates: map[string]*template{}, lockedUntil: map[string]time.Time{}}
	e.wabas[id] = a
	e.wabaOrder = append(e.wabaOrder, a)
	return a
}

func (e *estate) number(id string) *number {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if id == "" && len(e.order) > 0 {
		return e.order[0]
	}
	return e.numbers[id]
}

func (e *estate) all() []*number {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return append([]*number(nil), e.order...)
}

func (e *estate) setCallback(url string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.callback = url
}

func (e *estate) setSMSCallback(url string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sms = url
}

func (e *estate) smsCallback() string {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.sms
}

// destination says where a field of a number or WABA goes. Only messages and calls follow an override, number before
// WABA before app; account and template fields always go to the app's callback (WA/webhooks/override).
func (e *estate) destination(field string, n *number, a *waba) string {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if !a.subscribed {
		return ""
	}
	if field == "messages" || field == "calls" {
		if n != nil && n.override != "" {
			return n.override
		}
		if a.override != "" {
			return a.override
		}
	}
	return e.callback
}

// sortedTemplates is every template of a WABA in the order of creation.
func (a *waba) sortedTemplates() []*template {
	out := make([]*template, 0, len(a.templates))
	for _, t := range a.templates {
		out = append(out, t)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].id < out[j].id })
	return out
}
