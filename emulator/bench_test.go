package emulator

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// BenchmarkAccept is the cost of one plain template as a sink, without the network.
func BenchmarkAccept(b *testing.B) {
	s := New(Options{Token: "tok", Sink: true})
	defer s.Close()
	var n atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			body := fmt.Sprintf(`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+49151%08d","type":"template",`+
				`"biz_opaque_callback_data":"msg_01","template":{"name":"hello_world","language":{"code":"en_US"}}}`, n.Add(1)%1e8)
			r := httptest.NewRequest("POST", "/v26.0/"+phoneID+"/messages", strings.NewReader(body))
			r.Header.Set("Authorization", "Bearer tok")
			w := httptest.NewRecorder()
			s.Handler().ServeHTTP(w, r)
			if w.Code != 200 {
				b.Fatal(w.Body)
			}
		}
	})
}
