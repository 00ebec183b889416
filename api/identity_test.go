package api

import (
	"strings"
	"testing"

	"jawort/consent"
)

// Two contacts are said to be one, and not: who merged is found at the one that stays, a stop of either holds for both, what stood
// before stands again, and what is wrong is told at its field.
func TestMergeAndSplit(t *testing.T) {
	eachStage(t, func(st *stage) {
		st.others()
		a := st.a
		base := "/v1/contacts/"
		refusals := []struct {
			path, body string
			status     int
			field      string
		}{
			{a.con + "/merge", `{"other":"` + a.other + `","reason":"kurz"}`, 422, "reason"},
			{a.con + "/merge", `{"other":"` + a.other + `","reason":"              "}`, 422, "reason"},
			{a.con + "/merge", `{"other":"con_none","reason":"the same customer"}`, 422, "other"},
			{a.con + "/merge", `{"other":"` + st.b.other + `","reason":"the same customer"}`, 422, "other"},
			{a.con + "/merge", `{"other":"` + a.con + `","reason":"the same customer"}`, 422, ""},
			{a.con + "/split", `{"reason":"never merged at all"}`, 409, ""},
			{a.con + "/split", `{"reason":"kurz"}`, 422, "reason"},
			{"evt_1/merge", `{"other":"` + a.other + `","reason":"the same customer"}`, 404, ""},
			{"evt_1/split", `{"reason":"never merged at all"}`, 404, ""},
		}
		for _, r := range refusals {
			got := st.do(a.key, "POST", base+r.path, r.body).want(r.status)
			if f := strings.Join(got.fields(), " "); f != r.field {
				t.Errorf("%s %s names %q", r.path, r.body, f)
			}
		}
		if m := st.do(a.key, "POST", base+a.con+"/merge", a.fill(bodies["mergeContact"])).want(201); !strings.HasPrefix(m.str("event"), "evt_") ||
			m.str("contact") != a.con || m.str("other") != a.other {
			t.Errorf("merged: %s", m.body)
		}
		st.do(a.key, "POST", base+a.con+"/merge", a.fill(bodies["mergeContact"])).want(409)
		whole := st.do(a.key, "GET", base+a.other, "").want(200)
		if whole.str("id") != a.con || whole.str("merged_from") != a.other || !strings.Contains(whole.body, known) || !strings.Contains(whole.body, twin) {
			t.Errorf("whole: %s", whole.body)
		}
		// the one agreed to order news, the other stopped marketing: nobody gets anything by the other's word
		for topic, want := range map[string]string{"order_updates": "CONSENT_NONE", "offers": "STOPPED_MARKETING"} {
			for _, to := range []string{known, twin} {
				c := st.do(a.key, "POST", "/v1/check", a.fill(`{"number":"{number}","to":["`+to+`"],"topic":"`+topic+`"}`)).want(200)
				if !strings.Contains(c.body, `"verdict":"refuse"`) || !strings.Contains(c.body, want) {
					t.Errorf("%s of the whole to %s: %s", topic, to, c.body)
				}
			}
		}
		history := st.do(a.key, "GET", base+a.con+"/events", "").want(200).body
		if !strings.Contains(history, `"kind":"merged"`) || !strings.Contains(history, `"kind":"withdrawn"`) {
			t.Errorf("ledger: %s", history)
		}
		back := st.do(a.key, "POST", base+a.other+"/split", bodies["splitContact"]).want(201)
		if back.str("contact") != a.other || back.str("other") != a.con {
			t.Errorf("split: %s", back.body)
		}
		if c := st.do(a.key, "GET", base+a.con, "").want(200); !strings.Contains(c.body, `"class":"utility","state":"declared"`) || strings.Contains(c.body, twin) {
			t.Errorf("after the split: %s", c.body)
		}
		if c := st.do(a.key, "GET", base+a.other, "").want(200); c.str("id") != a.other || !strings.Contains(c.body, `"class":"marketing","state":"withdrawn"`) || strings.Contains(c.body, known) {
			t.Errorf("after the split, the other: %s", c.body)
		}
		if (&consent.Event{Kind: consent.Merged, Actor: consent.Actor{Kind: consent.Program}}).Voidable() {
			t.Error("a merge can be voided: its persons' grants would be taken for one's")
		}
	})
}
