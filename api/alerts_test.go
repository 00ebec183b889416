package api

import (
	"context"
	"slices"
	"testing"

	"jawort/alert"
	"jawort/db"
)

// Past warnings are paged, newest first, each once; open ones stand apart, and are told in the caller's language.
func TestAlertsArePaged(t *testing.T) {
	eachStage(t, func(st *stage) {
		codes := []string{alert.Held, alert.MailFailed, alert.TokenRejected}
		for _, code := range codes {
			st.write(func(ctx context.Context, tx *db.Tx) error {
				return alert.Raise(ctx, tx, st.a.tenant.ID, alert.Condition{Kind: code, Subject: "x", Detail: alert.Detail{Name: "Shop", Why: "timeout"}})
			})
			st.write(func(ctx context.Context, tx *db.Tx) error { return alert.Clear(ctx, tx, st.a.tenant.ID, code, "x") })
		}
		var kinds []string
		for url, pages := "/v1/alerts?state=cleared&limit=1", 0; url != ""; pages++ {
			a := st.do(st.a.key, "GET", url, "").want(200)
			kinds = append(kinds, a.str("data", 0, "kind"))
			if a.str("data", 0, "state") != "cleared" || a.str("data", 0, "cleared_at") == "" || pages > 5 {
				t.Fatalf("page %d: %s", pages, a.body)
			}
			if url = ""; a.str("next") != "" {
				url = "/v1/alerts?state=cleared&limit=1&cursor=" + a.str("next")
			}
		}
		slices.Reverse(codes)
		if !slices.Equal(kinds, codes) {
			t.Errorf("paged %v, want %v", kinds, codes)
		}
		de := st.do(st.a.key, "GET", "/v1/alerts/"+st.a.alert, "", "Accept-Language", "de").want(200)
		en := st.do(st.a.key, "GET", "/v1/alerts/"+st.a.alert, "", "Accept-Language", "en").want(200)
		if de.str("text") == en.str("text") || de.str("do") == "" {
			t.Errorf("not told in the caller's language: %s", de.body)
		}
		st.do(st.a.key, "GET", "/v1/alerts?state=cleared&cursor=%25%25", "").want(422)
	})
}
