package emulator

import (
	"net/url"
	"slices"
	"strings"
)

// bench is what a page's address says: whose phones lie on it, which app each shows, and which business they talk with. It holds
// opaque ids only.
type bench struct {
	open []*person
	with string            // business number; "" = the one heard of last
	text string            // a draft for the first phone
	apps map[string]string // person → sms or call; otherwise the chat
	re   string            // the message that a phone answers to
}

const phonesOpen = 4 // at most, side by side

// benchOf reads the address of a page. Without ?open= the phones with something to see lie on it.
func (s *Server) benchOf(q url.Values, people []*person) bench {
	b := bench{with: q.Get("with"), text: clip(q.Get("text"), 4096), apps: map[string]string{}, re: clip(q.Get("re"), 200)}
	for _, id := range strings.Split(q.Get("open"), ",") {
		if p := s.people.byOpaque(id); p != nil && !slices.Contains(b.open, p) && len(b.open) < phonesOpen {
			b.open = append(b.open, p)
		}
	}
	if q.Get("open") == "" {
		b.open = firstPhones(people)
	}
	for _, x := range strings.Split(q.Get("app"), ",") {
		if id, app, ok := strings.Cut(x, "."); ok && (app == "sms" || app == "call") {
			b.apps[id] = app
		}
	}
	return b
}

// firstPhones are three phones, if possible those that somebody wrote to; a narrow screen shows fewer.
func firstPhones(people []*person) []*person {
	var told, rest []*person
	for _, p := range people {
		if p.heard() {
			told = append(told, p)
		} else {
			rest = append(rest, p)
		}
	}
	all := append(told, rest...)
	return all[:min(3, len(all))]
}

// heard says whether a business has written to this person.
func (p *person) heard() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(p.chat, func(b *bubble) bool { return b.From == "business" && b.shown() })
}

// link is the page's address; a draft and an answer stay out of it unless asked for.
func (b bench) link() string {
	q := url.Values{}
	ids := joinIDs(b.open)
	if ids == "" {
		ids = "none"
	}
	q.Set("open", ids)
	if b.with != "" {
		q.Set("with", b.with)
	}
	var apps []string
	for _, id := range strings.Split(ids, ",") {
		if app := b.apps[id]; app != "" {
			apps = append(apps, id+"."+app)
		}
	}
	if len(apps) > 0 {
		q.Set("app", strings.Join(apps, ","))
	}
	if b.text != "" {
		q.Set("text", b.text)
	}
	if b.re != "" {
		q.Set("re", b.re)
	}
	return "/?" + q.Encode()
}

// plain is the bench without draft and answer: what live parts are fetched from, and where forms come back to.
func (b bench) plain() bench {
	b.text, b.re = "", ""
	return b
}

// first puts a phone in front; on a small screen only that one is seen.
func (b bench) first(p *person) bench {
	b = b.plain()
	b.open = append([]*person{p}, slices.DeleteFunc(slices.Clone(b.open), func(x *person) bool { return x == p })...)
	b.open = b.open[:min(len(b.open), phonesOpen)]
	return b
}

func (b bench) without(p *person) bench {
	b = b.plain()
	b.open = slices.DeleteFunc(slices.Clone(b.open), func(x *person) bool { return x == p })
	return b
}

// showing has a phone show another of its apps; "" = the chat.
func (b bench) showing(id, app string) bench {
	b = b.plain()
	apps := map[string]string{id: app}
	for k, v := range b.apps {
		if k != id {
			apps[k] = v
		}
	}
	b.apps = apps
	return b
}

func (b bench) of(number string) bench {
	b = b.plain()
	b.with = number
	return b
}

func joinIDs(people []*person) string {
	var ids []string
	for _, p := range people {
		p.mu.Lock()
		ids = append(ids, p.id)
		p.mu.Unlock()
	}
	return strings.Join(ids, ",")
}
