package alert

import (
	"fmt"
	"testing"
	"time"

	"jawort/id"
)

// Of a program in which people are said to type, one text to thirty people within minutes is told of: whatever the numbers in it, and not
// what many people got over a day, or each their own.
func TestWhatNobodyTypes(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		for i, p := range []string{"prg_desk", "prg_shop"} {
			x.exec(`insert into program (tenant, program, name, mode, token_hash, scopes, topics, created_at, human_answers) values ($1, $2, $2, 'enforce', $3, '[]', '{}', 0, $4)`,
				x.tenant, p, []byte(p), i == 0)
		}
		n := int64(0)
		says := func(program, purpose, who, text string, ago time.Duration) {
			n++
			at := x.now.Add(-ago).UnixMicro() + n
			x.exec(`insert into message (tenant, message, number, contact, address, topic, purpose, program, kind, template, language, category, body, state, priority, due,
				expires_at, attempts, node, guard_rev, started_at, decision, wamid, error_code, error, created_at, accepted_at, sent_at, delivered_at, read_at, settled_at)
				values ($1, $2, 'n1', $3, '', '', $4, $5, 'text', '', '', '', $6, 'accepted', 0, 0, 0, 0, '', 0, 0, '', '', 0, '', $7, 0, 0, 0, 0, 0)`,
				x.tenant, id.At("msg", at), who, purpose, program, []byte(`{"to":"+49","type":"text","text":{"body":"`+text+`"}}`), at)
		}
		for i := range sameMany + 10 {
			who := fmt.Sprintf("con_%d", i)
			says("prg_desk", "human_answer", who, "Schönen Tag!", time.Duration(i)*time.Minute)
			says("prg_desk", "human_answer", who, "Guten Tag "+string(rune('a'+i%26))+string(rune('a'+i/26)), time.Minute)
			says("prg_desk", "human_answer", "con_0", "Moment bitte", time.Minute)
			says("prg_shop", "human_answer", who, "Sale", time.Minute)
			says("prg_desk", "", who, "Sale", time.Minute)
			if i < sameMany-1 {
				says("prg_desk", "human_answer", who, fmt.Sprintf("Sale! Code %d", 100*i), 2*time.Minute)
			}
		}
		x.watch()
		if open := x.kinds(); len(open) != 0 {
			t.Fatalf("open %v", open)
		}
		says("prg_desk", "human_answer", "con_last", "SALE!  Code 7", time.Minute)
		x.watch()
		open := x.open(x.tenant)
		if len(open) != 1 || open[0].Kind != ProgramBroadcasts || open[0].Subject != "prg_desk" || open[0].Title("en") != "“prg_desk” sends many people the same text" {
			t.Fatalf("open %+v", open)
		}
		x.exec(`update program set human_answers = false where tenant = $1`, x.tenant)
		x.watch()
		if open := x.kinds(); len(open) != 0 {
			t.Errorf("still %v", open)
		}
	})
}
