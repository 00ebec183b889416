package alert

import (
	"context"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/id"
	"jawort/source"
)

func (x *desk) exec(text string, args ...any) {
	x.t.Helper()
	x.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, text, args...)
		return err
	})
}

// sent puts a message that Meta took at a moment before now.
func (x *desk) sent(ago time.Duration, state string) {
	at := x.now.Add(-ago).UnixMicro()
	x.exec(`insert into message (tenant, message, number, contact, address, topic, purpose, program, kind, template, language, category, body, state, priority, due,
		expires_at, attempts, node, guard_rev, started_at, decision, wamid, error_code, error, created_at, accepted_at, sent_at, delivered_at, read_at, settled_at)
		values ($1, $2, '106', 'con_1', '', '', '', '', 'text', '', '', '', $3, $4, 0, 0, 0, 1, '', 0, 0, '', '', 0, '', $5, $5, 0, 0, 0, 0)`,
		x.tenant, id.At("msg", at), []byte{}, state, at)
}

func (x *desk) heard(ago time.Duration) {
	at := x.now.Add(-ago).UnixMicro()
	x.exec(`insert into raw_webhook (tenant, raw, channel, received_at, signature, body, items, bad) values ($1, $2, 'whatsapp', $3, '', $4, 1, 0)`,
		x.tenant, id.At("raw", at), at, []byte{})
}

func (x *desk) kinds() (out []string) {
	for _, a := range x.open(x.tenant) {
		out = append(out, a.Kind)
	}
	return out
}

func TestSilenceOfTheWebhook(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(x *desk)
		silent  bool
	}{
		"nothing sent, nothing heard":          {func(*desk) {}, false},
		"heard a moment ago":                   {func(x *desk) { x.sent(40*time.Minute, "accepted"); x.heard(time.Minute) }, false},
		"sent a moment ago":                    {func(x *desk) { x.heard(2 * time.Hour); x.sent(5*time.Minute, "accepted") }, false},
		"sent, and nothing since":              {func(x *desk) { x.heard(2 * time.Hour); x.sent(40*time.Minute, "accepted") }, true},
		"sent, and never heard anything":       {func(x *desk) { x.sent(40*time.Minute, "accepted") }, true},
		"quiet evening: all told of, no sends": {func(x *desk) { x.sent(3*time.Hour, "delivered"); x.heard(2 * time.Hour) }, false},
		"an SMS, and nothing since": {func(x *desk) {
			x.heard(2 * time.Hour)
			x.sent(40*time.Minute, "accepted")
			x.exec(`update message set kind = 'sms'`)
		}, false},
		"sent two days ago": {func(x *desk) { x.sent(49*time.Hour, "accepted") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, x *desk) {
				c.prepare(x)
				x.watch()
				if open := x.kinds(); (len(open) == 1) != c.silent {
					t.Errorf("open %v", open)
				}
			})
		})
	}
}

// The story of a silence: raised once, counted not at all while it lasts, cleared by the first word.
func TestSilenceEnds(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		x.heard(70 * time.Minute)
		x.sent(40*time.Minute, "accepted")
		for range 3 {
			x.watch()
			x.now = x.now.Add(time.Minute)
		}
		open := x.open(x.tenant)
		if len(open) != 1 || open[0].Seen != 1 || open[0].Title("de") != "Seit 70 Minuten keine Meldung von Meta" {
			t.Fatalf("open %+v %s", open, open[0].Title("de"))
		}
		x.heard(0)
		x.watch()
		if open := x.kinds(); len(open) != 0 {
			t.Errorf("still %v", open)
		}
	})
}

func TestHeldAndPaused(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		x.write(func(ctx context.Context, tx *db.Tx) error { return account.Hold(ctx, tx, x.now.UnixMicro()) })
		for _, s := range []struct{ id, state, why string }{{"src_1", "paused", source.FewAnswers}, {"src_2", "paused", "Umbau"}, {"src_3", "live", ""}} {
			x.exec(`insert into source (tenant, source, kind, name, state, token_hash, notice, notice_version, topics, number, settings, paused_why, created_at)
				values ($1, $2, 'web', 'Kasse', $3, $4, 'ntc_1', 1, '[]', '106', '{}', $5, 0)`, x.tenant, s.id, s.state, []byte(s.id), s.why)
		}
		x.watch()
		open := x.open(x.tenant)
		if len(open) != 2 || open[0].Kind != Held || open[1].Subject != "src_1" || open[1].Title("en") != "The source “Kasse” has paused itself" {
			t.Fatalf("open %+v", open)
		}
		x.write(func(ctx context.Context, tx *db.Tx) error { return account.Release(ctx, tx, x.tenant, "test") })
		x.exec(`update source set state = 'live', paused_why = '' where source = 'src_1'`)
		x.watch()
		if open := x.kinds(); len(open) != 0 {
			t.Errorf("still %v", open)
		}
	})
}

// A token counts as good again only when Meta took a message after the last refusal.
func TestTokenIsProven(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		x.sent(10*time.Minute, "delivered")
		x.raise(Condition{Kind: TokenRejected, Subject: "106", Detail: Detail{Name: "Service", Code: 190}})
		x.watch()
		if len(x.kinds()) != 1 {
			t.Fatal("an older message clears it")
		}
		x.now = x.now.Add(time.Hour)
		x.heard(0)
		x.sent(time.Minute, "accepted")
		x.watch()
		if open := x.kinds(); len(open) != 0 {
			t.Errorf("still %v", open)
		}
	})
}

// waits puts something that must be decided by a moment after now.
func (x *desk) waits(kind string, left time.Duration) string {
	at := x.now.UnixMicro()
	rev := id.At("rev", at+int64(left/time.Microsecond))
	x.exec(`insert into review (tenant, review, kind, inbound, said, via, entered_by, contact, guess, matched, created_at, received_at, due_at, law_at, rules,
			decided_by, decision, event, round, undone, undone_event, undone_at, undone_of, undone_by)
		values ($1, $2, $3, '', '', '', '', 'con_1', '', '', $4, $4, $5, 0, '', '', '', '', 0, '', '', 0, '', '')`,
		x.tenant, rev, kind, at, at+left.Microseconds())
	return rev
}

// What waits too long is told of once, however much it is, a wish to be forgotten a week before and by its id; it ends with the last decision.
func TestDeadlinesOfTheDesk(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		x.waits("text", 23*time.Hour)
		x.waits("text", -5*time.Minute) // the clock is about to decide it
		x.waits("erase", 20*24*time.Hour)
		x.watch()
		if open := x.kinds(); len(open) != 0 {
			t.Fatalf("in time: %v", open)
		}
		_, soon := x.waits("entered", -time.Hour), x.waits("erase", 6*24*time.Hour)
		for range 2 {
			x.watch()
		}
		open := x.open(x.tenant)
		if len(open) != 2 || open[0].Kind != DeskOverdue || open[0].Subject != many || open[0].Seen != 1 || open[1].Kind != DeskDue || open[1].Subject != soon {
			t.Fatalf("open %+v", open)
		}
		if text := open[1].Text("de"); !strings.Contains(text, "spätestens") || !strings.Contains(text, "2026") {
			t.Errorf("says %q", text)
		}
		x.now = x.now.Add(7 * 24 * time.Hour) // what was soon is late as well: told of in the same warning
		x.watch()
		open = x.open(x.tenant)
		if len(open) != 1 || open[0].Kind != DeskOverdue || open[0].Seen != 4 || !strings.HasPrefix(open[0].Title("de"), "4 Fristen") {
			t.Fatalf("a week later: %+v", open)
		}
		x.exec(`update review set decided_at = 1 where review <> $1`, soon)
		x.watch()
		if open := x.open(x.tenant); len(open) != 1 || open[0].Seen != 1 || !strings.HasPrefix(open[0].Title("de"), "Eine Frist") {
			t.Fatalf("all but one are decided: %+v", open)
		}
		x.exec(`update review set decided_at = 1`)
		x.watch()
		if open := x.kinds(); len(open) != 0 {
			t.Errorf("decided: %v", open)
		}
	})
}
