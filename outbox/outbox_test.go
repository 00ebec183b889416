package outbox

import (
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jawort/address"
	"jawort/db"
	"jawort/db/dbtest"
)

const (
	ours   = "ten_ours"
	theirs = "ten_theirs"
	number = "310"
)

// bed is a database with the same messages for two tenants; what is done to ours must not touch theirs.
type bed struct {
	t  *testing.T
	d  *db.DB
	by string // the tenant that acts
}

func each(t *testing.T, f func(b *bed)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(&bed{t, d, ours}) })
}

func (b *bed) do(f func(ctx context.Context, tx *db.Tx) error) {
	b.t.Helper()
	if err := b.d.Write(b.t.Context(), f); err != nil {
		b.t.Fatal(err)
	}
}

func message(id string, change ...func(*Message)) Message {
	m := Message{ID: id, Number: number, Contact: "con_" + id, Address: address.Address("tel:+4915550000001"), Topic: "offers", Kind: "template",
		Template: "sommer_sale", Language: "de", Body: []byte(`{"to":"+4915550000001"}`), State: Queued, Priority: Normal, Due: 100, ExpiresAt: 1 << 50,
		Decision: "dec_1", CreatedAt: 50}
	for _, f := range change {
		f(&m)
	}
	return m
}

// put writes the same for both tenants.
func (b *bed) put(list ...Message) {
	b.t.Helper()
	b.do(func(ctx context.Context, tx *db.Tx) error {
		if err := Put(ctx, tx, theirs, list); err != nil {
			return err
		}
		return Put(ctx, tx, ours, list)
	})
}

func (b *bed) get(tenant, id string) (m Message) {
	b.t.Helper()
	b.do(func(ctx context.Context, tx *db.Tx) (err error) {
		m, err = Get(ctx, tx, tenant, id)
		return err
	})
	return m
}

func (b *bed) claim(now int64, limit int) (ids []string) {
	b.t.Helper()
	b.do(func(ctx context.Context, tx *db.Tx) error {
		list, err := Claim(ctx, tx, ours, number, now, limit)
		ids = nil
		for _, m := range list {
			ids = append(ids, m.ID)
		}
		return err
	})
	return ids
}

func (b *bed) start(id, node string, at, rev int64) {
	b.t.Helper()
	b.do(func(ctx context.Context, tx *db.Tx) error {
		m, err := Get(ctx, tx, b.by, id)
		if err != nil {
			return err
		}
		return Apply(ctx, tx, b.by, []Move{{ID: id, State: Started, Contact: m.Contact, Due: m.Due, At: at, Node: node, GuardRev: rev, Decision: "dec_2", Attempts: m.Attempts}})
	})
}

func (b *bed) settle(now int64, list ...Outcome) (written map[string]bool) {
	b.t.Helper()
	b.do(func(ctx context.Context, tx *db.Tx) (err error) {
		written, err = Settle(ctx, tx, list, now)
		return err
	})
	return written
}

func (b *bed) receive(list ...Receipt) (out []Matched) {
	b.t.Helper()
	b.do(func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = Receive(ctx, tx, ours, list)
		return err
	})
	return out
}

// untouched: the other tenant's message is as it was put.
func (b *bed) untouched(id string) {
	b.t.Helper()
	if m := b.get(theirs, id); m.State != Queued || m.WAMID != "" || m.Attempts != 0 || m.SettledAt != 0 {
		b.t.Errorf("the other tenant's %s was touched: %+v", id, m)
	}
}

func TestPutAndClaim(t *testing.T) {
	each(t, func(b *bed) {
		late := func(m *Message) { m.Due = 900 }
		b.put(message("bulk", func(m *Message) { m.Priority = Bulk }), message("b", func(m *Message) { m.Due = 90 }), message("a"),
			message("late", late), message("waits", func(m *Message) { m.State = Waiting }), message("first", func(m *Message) { m.Priority = First }),
			message("elsewhere", func(m *Message) { m.Number = "311" }), message("gone", func(m *Message) { m.State = Refused }))
		want := message("a")
		got := b.get(ours, "a")
		if got.Body = slices.Clone(got.Body); string(got.Body) != string(want.Body) || got.Address != want.Address || got.Due != 100 || got.Decision != "dec_1" {
			t := b.t
			t.Errorf("came back as %+v", got)
		}
		ids := b.claim(500, 10)
		if len(ids) != 5 || ids[0] != "first" || ids[1] != "b" || ids[4] != "bulk" {
			b.t.Errorf("claimed %v", ids)
		}
		if ids := b.claim(500, 2); !slices.Equal(ids, []string{"first", "b"}) {
			b.t.Errorf("claimed two: %v", ids)
		}
		if ids := b.claim(900, 10); !slices.Contains(ids, "late") {
			b.t.Errorf("due by now: %v", ids)
		}
		b.do(func(ctx context.Context, tx *db.Tx) error {
			if _, err := Get(ctx, tx, ours, "none"); err != db.ErrNone {
				b.t.Errorf("unknown message: %v", err)
			}
			return nil
		})
	})
}

// What an outcome makes of a started message.
func TestSettle(t *testing.T) {
	each(t, func(b *bed) {
		for _, c := range []struct {
			name string
			out  Outcome
			want State
			due  int64
		}{
			{"accepted", Outcome{State: Accepted, WAMID: "wamid.1"}, Accepted, 100},
			{"not sent", Outcome{State: Queued, After: 250}, Queued, 2250},
			{"refused by Meta", Outcome{State: Failed, Code: 131047, Error: "window closed"}, Failed, 100},
			{"no answer", Outcome{State: Unknown, Error: "no answer"}, Unknown, 100},
		} {
			id := strings.ReplaceAll(c.name, " ", "_")
			b.put(message(id))
			b.start(id, "n1", 1000, 1)
			c.out.Tenant, c.out.ID = ours, id
			if !b.settle(2000, c.out)[id] {
				b.t.Errorf("%s was not written", c.name)
			}
			m := b.get(ours, id)
			if m.State != c.want || m.Due != c.due || m.Attempts != 1 || m.SettledAt != 2000 || m.WAMID != c.out.WAMID || m.ErrorCode != c.out.Code || m.Error != c.out.Error {
				b.t.Errorf("%s: %+v", c.name, m)
			}
			b.untouched(id)
		}
	})
}

// The outcome of an attempt counts once: written again, it must not free a message that is on the wire for the next time.
func TestSettleAgain(t *testing.T) {
	each(t, func(b *bed) {
		b.put(message("m"))
		b.start("m", "n1", 1000, 1)
		late := Outcome{Tenant: ours, ID: "m", State: Queued, After: 50}
		b.settle(2000, late)
		if b.settle(2001, late)["m"] {
			b.t.Error("written twice")
		}
		b.start("m", "n2", 3000, 1)
		if b.settle(3001, late)["m"] || b.get(ours, "m").State != Started {
			b.t.Errorf("an old outcome freed what another node sends: %+v", b.get(ours, "m"))
		}
		b.settle(3002, Outcome{Tenant: ours, ID: "m", Attempts: 1, State: Accepted, WAMID: "w"})
		if m := b.get(ours, "m"); m.State != Accepted || m.Attempts != 2 {
			b.t.Errorf("%+v", m)
		}
	})
}

// What was given up as unknown is never queued again, but its own sender may tell that Meta took it.
func TestSettleAfterAbandon(t *testing.T) {
	each(t, func(b *bed) {
		for _, c := range []struct{ settled, want State }{{Queued, Unknown}, {Accepted, Accepted}, {Failed, Failed}, {Unknown, Unknown}} {
			id := "m_" + string(c.settled)
			b.put(message(id))
			b.start(id, "n1", 1000, 1)
			b.do(func(ctx context.Context, tx *db.Tx) error {
				_, err := Abandon(ctx, tx, nil, 1000, 0, 1500)
				return err
			})
			b.settle(2000, Outcome{Tenant: ours, ID: id, State: c.settled})
			if m := b.get(ours, id); m.State != c.want {
				b.t.Errorf("unknown, then %s: %s", c.settled, m.State)
			}
		}
	})
}

// Receipts that overtake our own settling stay.
func TestReceiptBeforeSettle(t *testing.T) {
	each(t, func(b *bed) {
		for _, c := range []struct {
			receipt, settled, want State
		}{{Sent, Accepted, Sent}, {Delivered, Accepted, Delivered}, {Read, Unknown, Read}, {Failed, Accepted, Failed}, {Delivered, Unknown, Delivered}} {
			id := "m_" + string(c.receipt) + "_" + string(c.settled)
			b.put(message(id))
			b.start(id, "n1", 1000, 1)
			r := Receipt{WAMID: "wamid." + id, ID: id, State: c.receipt, At: 1500}
			if c.receipt == Failed {
				r.Code, r.Error = 131026, "undeliverable"
			}
			b.receive(r)
			b.settle(2000, Outcome{Tenant: ours, ID: id, State: c.settled, WAMID: r.WAMID, Error: ""})
			m := b.get(ours, id)
			if m.State != c.want || m.WAMID != r.WAMID || m.ErrorCode != r.Code || m.Error != r.Error {
				b.t.Errorf("%s, then %s: %+v", c.receipt, c.settled, m)
			}
			b.untouched(id)
		}
	})
}

func TestReceive(t *testing.T) {
	each(t, func(b *bed) {
		b.put(message("m"), message("quiet"))
		b.start("m", "n1", 1000, 1)
		b.settle(2000, Outcome{Tenant: ours, ID: "m", State: Accepted, WAMID: "wamid.m"})
		got := b.receive(Receipt{WAMID: "wamid.m", State: Delivered, At: 3000}, Receipt{WAMID: "wamid.m", State: Sent, At: 2500},
			Receipt{WAMID: "wamid.stranger", State: Sent, At: 1}, Receipt{WAMID: "wamid.m", State: Delivered, At: 3000})
		if got[0].Message != "m" || got[0].Contact != "con_m" || got[0].Was != Accepted || got[2].Message != "" {
			b.t.Errorf("matched %+v", got)
		}
		m := b.get(ours, "m")
		if m.State != Delivered || m.DeliveredAt != 3000 {
			b.t.Errorf("%+v", m)
		}
		b.receive(Receipt{WAMID: "wamid.m", State: Sent, At: 9000}, Receipt{WAMID: "wamid.m", State: Read, At: 4000})
		if m := b.get(ours, "m"); m.State != Read || m.ReadAt != 4000 || m.DeliveredAt != 3000 {
			b.t.Errorf("%+v", m)
		}
		b.receive(Receipt{WAMID: "wamid.q", ID: "quiet", State: Delivered, At: 5}) // a claim about a message that was never started
		if m := b.get(ours, "quiet"); m.State != Queued {
			b.t.Errorf("a message that was not sent: %+v", m)
		}
		b.untouched("m")
	})
}

// Whatever receipts come in whatever order, and whenever our own outcome is written among them: no step goes back.
func TestReceiptsNeverGoBack(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	b := &bed{t, d, ours}
	n := 0
	rank := map[State]int{Started: 0, Unknown: 1, Accepted: 2, Sent: 3, Delivered: 4, Read: 5, Failed: 6}
	rapid.Check(t, func(r *rapid.T) {
		n++
		id := "m" + strings.Repeat("x", n%7) + string(rune('a'+n%26)) + strings.Repeat("y", n/26)
		b.put(message(id))
		b.start(id, "n1", 1000, 1)
		was := Started
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			if rapid.IntRange(0, 4).Draw(r, "settle") == 0 {
				b.settle(2000, Outcome{Tenant: ours, ID: id, State: rapid.SampledFrom([]State{Accepted, Unknown}).Draw(r, "outcome"), WAMID: "wamid." + id})
			} else {
				list := rapid.SliceOfN(rapid.SampledFrom([]State{Sent, Delivered, Read, Failed}), 1, 4).Draw(r, "receipts")
				var receipts []Receipt
				for _, s := range list {
					receipts = append(receipts, Receipt{WAMID: "wamid." + id, ID: id, State: s, At: 3000})
				}
				b.receive(receipts...)
			}
			m := b.get(ours, id)
			if rank[m.State] < rank[was] || was == Read && m.State != Read {
				r.Fatalf("went from %s to %s", was, m.State)
			}
			was = m.State
		}
	})
}

func TestInFlight(t *testing.T) {
	each(t, func(b *bed) {
		b.put(message("old"), message("new"), message("done"), message("alien"))
		b.start("old", "n1", 1000, 4)
		b.start("new", "n1", 1000, 5)
		b.start("done", "n1", 1000, 4)
		b.settle(1100, Outcome{Tenant: ours, ID: "done", State: Accepted})
		b.by = theirs
		b.start("alien", "n1", 1000, 4)
		b.do(func(ctx context.Context, tx *db.Tx) error {
			busy, err := InFlight(ctx, tx, ours, map[string]int64{"con_old": 5, "con_new": 5, "con_done": 5, "con_alien": 5, "con_nobody": 5})
			if !slices.Equal(busy, []string{"con_old"}) {
				b.t.Errorf("in flight: %v", busy)
			}
			return err
		})
	})
}

// A send to somebody merged into the person since counts whatever its revision, also over several merges.
func TestInFlightOverMerges(t *testing.T) {
	each(t, func(b *bed) {
		b.put(message("first"), message("second"), message("else"))
		b.do(func(ctx context.Context, tx *db.Tx) error {
			into := db.RowsOf([][2]string{{"con_first", "con_second"}, {"con_second", "con_third"}, {"con_third", ""}, {"con_else", ""}},
				func(c [2]string) []any { return []any{c[0], c[1]} })
			_, err := tx.Exec(ctx, `insert into contact (tenant, contact, name, username, language, merged_into, created_at) select $1, r.contact, '', '', '', nullif(r.into_contact, ''), 1 from {rows $2: contact text, into_contact text} r`, ours, into)
			return err
		})
		busy := func(want ...string) {
			b.t.Helper()
			b.do(func(ctx context.Context, tx *db.Tx) error {
				got, err := InFlight(ctx, tx, ours, map[string]int64{"con_third": 3, "con_else": 3})
				if !slices.Equal(got, want) {
					b.t.Errorf("in flight: %v, want %v", got, want)
				}
				return err
			})
		}
		b.start("else", "n1", 1000, 9)
		busy()
		b.start("first", "n1", 1000, 9)
		busy("con_third")
		b.start("second", "n1", 1000, 9)
		busy("con_third")
		b.settle(1100, Outcome{Tenant: ours, ID: "first", State: Accepted}, Outcome{Tenant: ours, ID: "second", State: Accepted})
		busy()
	})
}

// What a dead node had started is unknown; what a node not seen lately started a moment ago may still leave.
func TestAbandon(t *testing.T) {
	each(t, func(b *bed) {
		b.put(message("alive"), message("dead"), message("fresh"), message("ages"), message("queued"))
		b.start("alive", "n1", 5000, 1)
		b.start("dead", "n2", 5000, 1)
		b.start("fresh", "n2", 9000, 1)
		b.start("ages", "n1", 1000, 1)
		b.do(func(ctx context.Context, tx *db.Tx) error {
			n, err := Abandon(ctx, tx, []string{"n1"}, 8000, 2000, 9500)
			if n != 2 {
				b.t.Errorf("abandoned %d", n)
			}
			return err
		})
		for id, want := range map[string]State{"alive": Started, "dead": Unknown, "fresh": Started, "ages": Unknown, "queued": Queued} {
			if m := b.get(ours, id); m.State != want {
				b.t.Errorf("%s is %s, want %s", id, m.State, want)
			}
		}
	})
}

func TestCount(t *testing.T) {
	each(t, func(b *bed) {
		use := Use{Contact: "con_a", Number: number, Topic: "offers", At: 3*Day + 5, N: 1, Owed: 700}
		sent := func(tenant string) (n, owed int64) {
			b.do(func(ctx context.Context, tx *db.Tx) error {
				if err := tx.Row(ctx, `select coalesce(sum(sent), 0) from sent_count where tenant = $1 and contact = 'con_a' and day = 3`, tenant).Scan(&n); err != nil {
					return err
				}
				return tx.Row(ctx, `select coalesce(max(owed_until), 0) from pair_pace where tenant = $1 and contact = 'con_a'`, tenant).Scan(&owed)
			})
			return n, owed
		}
		b.do(func(ctx context.Context, tx *db.Tx) error {
			if err := Count(ctx, tx, theirs, []Use{use}); err != nil {
				return err
			}
			again := use
			again.Owed = 1300
			if err := Count(ctx, tx, ours, []Use{use, again}); err != nil {
				return err
			}
			return Count(ctx, tx, ours, nil)
		})
		if n, owed := sent(ours); n != 2 || owed != 1300 {
			b.t.Errorf("counted %d, owed %d", n, owed)
		}
		b.do(func(ctx context.Context, tx *db.Tx) error { return Uncount(ctx, tx, ours, []Use{use}) })
		if n, owed := sent(ours); n != 1 || owed != 1300 {
			b.t.Errorf("after giving one back: %d, owed %d", n, owed)
		}
		b.do(func(ctx context.Context, tx *db.Tx) error {
			for range 3 {
				if err := Uncount(ctx, tx, ours, []Use{use}); err != nil {
					return err
				}
			}
			return nil
		})
		if n, _ := sent(ours); n != 0 {
			b.t.Errorf("below nothing: %d", n)
		}
		if n, _ := sent(theirs); n != 1 {
			b.t.Errorf("the other tenant's count is %d", n)
		}
	})
}

func TestBody(t *testing.T) {
	for _, c := range []struct {
		name, want string
		to         address.Address
		category   string
		context    string
	}{
		{"phone", `{"biz_opaque_callback_data":"m","messaging_product":"whatsapp","recipient_type":"individual","text":{"body":"x"},"to":"+4915550000001","type":"text"}`, "tel:+4915550000001", "", ""},
		{"user", `{"biz_opaque_callback_data":"m","messaging_product":"whatsapp","recipient":"DE.1234567890","recipient_type":"individual","text":{"body":"x"},"type":"text"}`, "wa:DE.1234567890", "", ""},
		{"answer", `{"biz_opaque_callback_data":"m","category":"utility","context":{"message_id":"wamid.1"},"messaging_product":"whatsapp","recipient_type":"individual","text":{"body":"x"},"to":"+4915550000001","type":"text"}`, "tel:+4915550000001", "utility", "wamid.1"},
	} {
		got, err := Body("m", c.to, "text", c.category, []byte(`{"body":"x"}`), c.context)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %s, %v\nwant %s", c.name, got, err, c.want)
		}
	}
	if _, err := Body("m", "tel:+4915550000001", "text", "", []byte(`{`), ""); err == nil {
		t.Error("broken content was taken")
	}
}
