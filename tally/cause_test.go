package tally

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/db"
	"jawort/id"
)

// deed is one thing of the causes' world, as the test remembers it beside the tables.
type deed struct {
	at                       int64
	kind, contact, id        string
	topic, template, program string
	source, staff            string
	state, key               string
	code                     int64
}

// street is a business's street: people, what they agreed to, what they were sent, what they did then.
type street struct {
	*shop
	r     *rand.Rand
	deeds []*deed
}

func (x *street) sow(query string, args ...any) {
	x.Helper()
	x.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
}

func (x *street) event(kind, contact, topic, source, staff, reason string) {
	now := x.at.Load()
	d := &deed{at: now, kind: kind, contact: contact, id: id.At("evt", now), topic: topic, source: source, staff: staff, code: int64(len(x.deeds) + 1)}
	actor := "person"
	if staff != "" {
		actor = "staff"
	}
	if reason == "other" {
		d.kind = "told nothing"
	}
	x.deeds = append(x.deeds, d)
	x.sow(`insert into event (tenant, event, contact, rev, kind, scope, topics, address, channel, source, number, notice, notice_version, notice_hash, language,
		actor_kind, actor, happened_at, recorded_at, witnessed, channel_seq, value, until, other, cap_month, ref, reason, evidence, seen_key)
		values ($1, $2, $3, $4, $5, 'topic', $6, '', 'web', $7, '', $8, 3, '', 'de', $9, $10, $11, $11, true, '', '', 0, '', 0, '', $12, '[]', '')`,
		x.tenant.ID, d.id, contact, d.code, kind, `["`+topic+`"]`, source, "ntc_"+source, actor, staff, now, reason)
}

func (x *street) message(contact, topic, template, program, state, purpose string) *deed {
	now := x.at.Load()
	d := &deed{at: now, kind: "message", contact: contact, id: id.At("msg", now), topic: topic, template: template, program: program, state: state}
	if program == "" && purpose != "" && purpose != "confirm_request" {
		d.kind = "answer"
	}
	wamid := ""
	if state != "waiting" && state != "refused" {
		wamid = "w" + d.id
	}
	x.deeds = append(x.deeds, d)
	x.sow(`insert into message (tenant, message, number, contact, address, topic, purpose, program, kind, template, language, category, body, state, priority, due,
		expires_at, attempts, node, guard_rev, started_at, decision, wamid, error_code, error, created_at, accepted_at, sent_at, delivered_at, read_at, settled_at)
		values ($1, $2, 'n1', $3, '', $4, $5, $6, 'template', $7, 'de', '', $8, $9, 5, 0, 0, 0, '', 0, 0, '', $10, 0, '', $11, 0, 0, 0, 0, 0)`,
		x.tenant.ID, d.id, contact, topic, purpose, program, template, []byte{}, state, wamid, now)
	return d
}

func (x *street) goes(d *deed, state string) {
	d.state = state
	x.sow(`update message set state = $3, wamid = case when $3 = 'refused' then '' else 'w' || message end where tenant = $1 and message = $2`, x.tenant.ID, d.id, state)
}

func (x *street) signal(d *deed, code int64) {
	now := x.at.Load()
	x.deeds = append(x.deeds, &deed{at: now, kind: "signal", contact: d.contact, topic: d.topic, template: d.template, program: d.program, key: d.id, code: code})
	x.sow(`insert into signal (tenant, signal, at, number, message, code) values ($1, $2, $3, 'n1', $4, $5)`, x.tenant.ID, id.At("sig", now), now, d.id, code)
}

// act is the plain reader of what act() asks the database.
func (x *street) act(contact, topic string, at int64) *deed {
	var best *deed
	for _, d := range x.deeds {
		if d.contact == contact && d.at <= at && (d.kind == "granted" || d.kind == "requested") {
			if best == nil || d.topic == topic || best.topic != topic {
				best = d
			}
		}
	}
	return best
}

func (d *deed) sent() bool {
	return d.kind == "message" && d.state != "waiting" && d.state != "refused" && d.state != "queued"
}

// plain counts everything anew, row by row.
func (x *street) plain(now int64) map[string]int64 {
	out := map[string]int64{}
	count := func(what string, m, a *deed) {
		out[what+" /"]++
		put := func(kind, key string) {
			if key != "" {
				out[what+" "+kind+"/"+key]++
			}
		}
		if m != nil {
			put("topic", m.topic)
			put("template", m.template)
			put("program", m.program)
			put("number", "n1")
		}
		if a != nil {
			put("source", a.source)
			put("notice", "ntc_"+a.source+"/3")
			put("staff", a.staff)
		}
	}
	words := map[string]string{"withdrawn": Stopped, "objected": Stopped, "platform_stopped": MetaStop, "disputed": NotMe, "reason_given": Complaint}
	for _, d := range x.deeds {
		switch {
		case d.sent():
			a := x.act(d.contact, d.topic, d.at)
			count(Reached, d, a)
			if d.at < now-soon.Microseconds() {
				count(Followed, d, a)
				if d.state == "read" || d.state == "delivered" {
					count(Arrived, d, a)
				}
				if d.state == "read" {
					count(Seen, d, a)
				}
			}
		case d.kind == "signal" && (d.code == 131049 || d.code == 131026):
			var m *deed
			for _, y := range x.deeds {
				if y.id == d.key {
					m = y
				}
			}
			count(map[int64]string{131049: Enough, 131026: Nowhere}[d.code], m, x.act(m.contact, m.topic, m.at))
		case words[d.kind] != "":
			var m *deed
			for _, y := range x.deeds {
				if y.sent() && y.contact == d.contact && y.at <= d.at && y.at > d.at-soon.Microseconds() {
					m = y
				}
			}
			topic := ""
			if m != nil {
				topic = m.topic
			}
			a := x.act(d.contact, topic, d.at)
			if a != nil && m == nil && a.at <= d.at-soon.Microseconds() {
				a = nil
			}
			count(words[d.kind], m, a)
		}
	}
	return out
}

func (x *street) counted() map[string]int64 {
	x.Helper()
	var f Figures
	if err := x.d.Read(x.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = ReadCauses(ctx, tx, x.tenant.ID, x.zone, october)
		return err
	}); err != nil {
		x.Fatal(err)
	}
	out := map[string]int64{}
	for _, c := range f.Counts {
		out[c.What+" "+c.A+"/"+c.B] += c.Times
	}
	return out
}

// live lets an hour or so of the street's life pass.
func (x *street) live() {
	pick := func(list ...string) string { return list[x.r.IntN(len(list))] }
	x.at.Add(int64(x.r.IntN(5*3600)+1) * 1_000_000)
	who, topic := pick("con_a", "con_b", "con_c", "con_d"), pick("offers", "orders")
	switch x.r.IntN(9) {
	case 0, 1:
		x.event("granted", who, topic, pick("src_a", "src_b", ""), pick("", "usr_1"), "")
	case 2:
		x.event("requested", who, topic, "src_c", "", "")
	case 3, 4, 5:
		x.message(who, topic, pick("sale", "order", ""), pick("", "prg_1"), pick("accepted", "delivered", "read", "sent", "unknown", "waiting", "refused"), pick("", "", "confirm_request", "stop_ack"))
	case 6:
		x.event(pick("withdrawn", "objected", "disputed", "platform_stopped"), who, topic, "", "", "")
	case 7:
		x.event("reason_given", who, topic, "", "", pick("too_many", "never_asked", "other"))
	case 8:
		var sent []*deed
		for _, d := range x.deeds {
			if d.sent() {
				sent = append(sent, d)
			}
		}
		if len(sent) > 0 {
			x.signal(sent[x.r.IntN(len(sent))], []int64{131049, 131026, 131050}[x.r.IntN(3)])
		}
	}
}

// Counted piece by piece, while messages are under way and things go on, it comes to what a plain count of everything comes to.
func TestCausesAreWhatAPlainCountSays(t *testing.T) {
	each(t, func(s *shop) {
		x := &street{shop: s, r: rand.New(rand.NewPCG(7, 11))}
		var waiting []*deed
		for i := range 110 {
			x.live()
			if d := x.deeds; len(d) > 0 && d[len(d)-1].state == "waiting" {
				waiting = append(waiting, d[len(d)-1])
			}
			if i%9 == 4 {
				x.roll()
			}
			if i%23 == 10 && len(waiting) > 0 {
				x.goes(waiting[0], []string{"sent", "refused"}[i%2])
				waiting = waiting[1:]
			}
		}
		for _, d := range waiting {
			x.goes(d, "accepted")
		}
		x.later(3 * time.Minute)
		x.roll()
		compare(t, x, "in pieces")
		x.write(func(ctx context.Context, tx *db.Tx) error { return Rebuild(ctx, tx, x.tenant.ID) })
		x.roll()
		x.later(72 * time.Hour)
		x.roll()
		compare(t, x, "rebuilt, days later")
	})
}

// compare leaves the followed out while messages of two days ago still change their state: they are looked at once.
func compare(t *testing.T, x *street, when string) {
	t.Helper()
	want, got := x.plain(x.at.Load()), x.counted()
	var faults []string
	for k, n := range want {
		if got[k] != n && !strings.HasPrefix(k, Followed) && !strings.HasPrefix(k, Arrived) && !strings.HasPrefix(k, Seen) {
			faults = append(faults, fmt.Sprintf("%s is %d, plainly %d", k, got[k], n))
		}
	}
	for k, n := range got {
		if want[k] == 0 && !strings.HasPrefix(k, Followed) {
			faults = append(faults, fmt.Sprintf("%s is %d, plainly nothing", k, n))
		}
	}
	slices.Sort(faults)
	if len(faults) > 0 || len(want) < 30 {
		t.Errorf("%s, of %d counts:\n%s", when, len(want), strings.Join(faults, "\n"))
	}
}

// What happened a moment ago stands there at once, before anything is rolled up.
func TestCausesAtOnce(t *testing.T) {
	each(t, func(s *shop) {
		x := &street{shop: s, r: rand.New(rand.NewPCG(1, 2))}
		x.event("granted", "con_a", "offers", "src_a", "usr_1", "")
		x.later(time.Hour)
		x.roll()
		m := x.message("con_a", "offers", "sale", "prg_1", "sent", "")
		x.later(time.Second)
		x.event("withdrawn", "con_a", "offers", "", "", "")
		x.signal(m, 131026)
		got := x.counted()
		for _, k := range []string{"reached source/src_a", "stopped source/src_a", "stopped notice/ntc_src_a/3", "stopped staff/usr_1", "stopped template/sale", "stopped topic/offers",
			"stopped program/prg_1", "stopped number/n1", "nowhere source/src_a", "stopped /"} {
			if got[k] != 1 {
				t.Errorf("%s: %d", k, got[k])
			}
		}
		x.later(50 * time.Hour)
		x.goes(m, "read")
		x.roll()
		if got := x.counted(); got["seen template/sale"] != 1 || got["followed source/src_a"] != 1 || got["stopped template/sale"] != 1 {
			t.Errorf("two days later: %v", got)
		}
	})
}
