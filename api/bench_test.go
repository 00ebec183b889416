package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"jawort/db"
	"jawort/db/dbtest"
)

// BenchmarkCheck asks about 1,000 people at once, a tenth of them known.
func BenchmarkCheck(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(engine.String(), func(b *testing.B) {
			st := newStage(b, dbtest.Open(b, engine))
			var to []string
			for i := range 1000 {
				to = append(to, fmt.Sprintf(`"tel:+49151%08d"`, 10_000_000+i))
			}
			for i := range 100 {
				st.do(st.a.key, "POST", "/v1/optins", st.a.fill(`{"address":`+to[10*i]+`,"topics":["order_updates"],"source":"{source}"}`)).want(201)
			}
			body := st.a.fill(`{"number":"{number}","topic":"order_updates","to":[` + strings.Join(to, ",") + `]}`)
			for b.Loop() {
				r := httptest.NewRequest("POST", "/v1/check", strings.NewReader(body))
				r.Header.Set("Authorization", "Bearer "+st.a.key)
				w := httptest.NewRecorder()
				if st.server.ServeHTTP(w, r); w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
}
