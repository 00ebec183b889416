package alert

import "testing"

// A program that goes on writing to opted-out people is named once it is no oversight any more; our own news and Meta's webhooks that
// are not taken are two things.
func TestWhatLeavesAndWhoDoesNotListen(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		const day = 24 * 3600 * 1_000_000
		today := x.now.UnixMicro() / day
		for _, p := range []string{"prg_1", "prg_2"} {
			x.exec(`insert into program (tenant, program, name, mode, token_hash, scopes, topics, created_at) values ($1, $2, $2, 'enforce', $3, '[]', '{}', 0)`, x.tenant, p, []byte(p))
		}
		count := func(program, reason string, day, times int64) {
			x.exec(`insert into tally (tenant, what, day, a, b, times) values ($1, 'refused', $2, $3, $4, $5)`, x.tenant, day, program, reason, times)
		}
		count("prg_1", "SUPPRESSED", today, stubborn-5)
		count("prg_1", "WITHDRAWN", today-1, 4)
		count("prg_1", "WITHDRAWN", today-9, 400)
		count("prg_2", "CONSENT_NONE", today, 400)
		x.exec(`insert into hook (tenant, hook, kind, name, url, fields, numbers, private, state, since, alerts_since, secret, old_secret, old_until, node, lease_until,
			ok_at, failing_since, error, created_at)
			select $1, k.kind, k.kind, k.kind, '', '[]', '[]', true, 'active', '', 0, $2, $2, 0, '', 0, 0, 1, 'timeout', 0
			from (select 'meta' as kind union all select 'own' as kind) k`, x.tenant, []byte{})
		x.watch()
		if open := x.kinds(); len(open) != 2 || open[0] != HookFailing || open[1] != NewsFailing {
			t.Fatalf("open %v", open)
		}
		count("prg_1", "STOPPED_ALL", today, 1)
		x.exec(`update hook set failing_since = 0 where tenant = $1`, x.tenant)
		x.watch()
		open := x.open(x.tenant)
		if len(open) != 1 || open[0].Kind != ProgramWrites || open[0].Subject != "prg_1" || open[0].Title("de") != "„prg_1“ schreibt noch an Abgemeldete" {
			t.Fatalf("open %+v", open)
		}
		x.exec(`delete from tally where tenant = $1`, x.tenant)
		x.watch()
		if open := x.kinds(); len(open) != 0 {
			t.Errorf("still %v", open)
		}
	})
}
