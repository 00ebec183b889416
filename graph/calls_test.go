package graph

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// asked keeps the last request and answers each path with a golden file.
func asked(t *testing.T, answers map[string]string) (*Client, *http.Request, *string) {
	var last http.Request
	var body string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		last, body = *r, string(b)
		file, ok := answers[r.Method+" "+strings.TrimPrefix(r.URL.Path, "/v26.0/")]
		switch {
		case !ok:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write(golden(t, "answer/error_graph"))
		case strings.HasPrefix(file, "{"):
			_, _ = io.WriteString(w, file)
		default:
			_, _ = w.Write(golden(t, "answer/"+file))
		}
	}))
	t.Cleanup(s.Close)
	return clientTo(s.URL), &last, &body
}

func TestReads(t *testing.T) {
	c, last, body := asked(t, map[string]string{
		"GET 31": "phone", "GET 21": "health", "GET debug_token": "debug_token", "GET 31/message_history": "history",
		"GET 82": "media", "POST 21/subscribed_apps": `{"success":true}`, "POST 31/messages": `{"success":true}`,
		"DELETE 31/contact_book": `{"messaging_product":"whatsapp","success":true,"deleted":true}`,
		"POST 31/media":          `{"id":"810000000000001"}`, "POST 21/message_templates": `{"id":"71","status":"PENDING","category":"MARKETING"}`,
	})
	ctx := context.Background()
	p, err := c.PhoneNumber(ctx, "31", "")
	if err != nil || p.Quality != "GREEN" || p.Status != "CONNECTED" || p.Limit != 2000 || p.Throughput != "STANDARD" || p.Display != "+44 20 7946 0101" {
		t.Errorf("%+v, %v", p, err)
	}
	if last.Header.Get("Authorization") != "Bearer "+secretToken || last.URL.Query().Get("appsecret_proof") == "" || !strings.Contains(last.URL.Query().Get("fields"), "health_status") {
		t.Errorf("%v %v", last.URL, last.Header)
	}
	h, err := c.HealthStatus(ctx, "21")
	if err != nil || h.CanSend != "BLOCKED" || len(h.Entities) != 4 || h.Entities[2].Problems[0].Code != 141999 || len(h.Entities[0].Info) != 1 {
		t.Errorf("%+v, %v", h, err)
	}
	d, err := c.DebugToken(ctx)
	if err != nil || !d.Valid || !d.Expires.IsZero() || len(d.Scopes) != 2 || d.Targets["whatsapp_business_messaging"][0] != "210000000000001" {
		t.Errorf("%+v, %v", d, err)
	}
	e, err := c.MessageHistory(ctx, "31", "wamid.AAA")
	if err != nil || len(e) != 1 || e[0].DeliveryStatus != "DELIVERED" || e[0].WebhookState != "FAILED" || e[0].Time.Unix() != 1795000000 {
		t.Errorf("%+v, %v", e, err)
	}
	m, err := c.MediaURL(ctx, "82", "31")
	if err != nil || m.Size != 1234 || m.URL == "" || last.URL.Query().Get("phone_number_id") != "31" {
		t.Errorf("%+v, %v", m, err)
	}
	if err := c.SubscribeApp(ctx, "21"); err != nil {
		t.Error(err)
	}
	if err := c.MarkRead(ctx, "31", "wamid.A", true); err != nil || !strings.Contains(*body, `"typing_indicator"`) {
		t.Errorf("%v, %s", err, *body)
	}
	if err := c.ForgetContact(ctx, "31", "GB.7000"); err != nil || last.URL.Query().Get("bsuid") != "GB.7000" {
		t.Errorf("%v, %s", err, last.URL)
	}
	id, err := c.MediaUpload(ctx, "31", "image/png", `a"b.png`, []byte("PNG"))
	if err != nil || id != "810000000000001" || !strings.Contains(*body, "messaging_product") || !strings.Contains(*body, "image/png") {
		t.Errorf("%s, %v, %s", id, err, *body)
	}
	n, err := c.CreateTemplate(ctx, "21", NewTemplate{Name: "a", Language: "en_GB", Category: "UTILITY", Components: []byte("[]")})
	if err != nil || n.ID != "71" || n.Category != "MARKETING" || n.Status != "PENDING" {
		t.Errorf("%+v, %v", n, err)
	}
	_, err = c.PhoneNumber(ctx, "99", "")
	var g *Error
	if !errors.As(err, &g) || g.Code != 100 || g.Subcode != 33 || g.HTTP != 400 {
		t.Errorf("%v", err)
	}
}

func TestTemplatesPageByPage(t *testing.T) {
	page := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page++
		if want := map[int]string{1: "", 2: "A2", 3: "A3"}[page]; r.URL.Query().Get("after") != want {
			t.Errorf("page %d after %q", page, r.URL.Query().Get("after"))
		}
		switch page {
		case 1:
			_, _ = io.WriteString(w, `{"data":[{"id":"1","name":"a","language":"en-US"}],"paging":{"cursors":{"after":"A2"},"next":"https://elsewhere.example/?access_token=x"}}`)
		case 2:
			_, _ = io.WriteString(w, `{"data":[{"id":2,"name":"b","rejected_reason":"SCAM"}],"paging":{"cursors":{"after":"A3"},"next":"y"}}`)
		default:
			_, _ = w.Write(golden(t, "answer/templates"))
		}
	}))
	defer s.Close()
	all, err := clientTo(s.URL).Templates(context.Background(), "21")
	if err != nil || len(all) != 3 || all[0].Language != "en_US" || all[1].ID != "2" || all[1].RejectedReason != "SCAM" {
		t.Fatalf("%+v, %v", all, err)
	}
	last := all[2]
	if last.Category != "MARKETING" || last.PreviousCategory != "UTILITY" || last.RejectedReason != "" || last.Quality != "" || string(last.Components) == "" {
		t.Errorf("%+v", last)
	}
}

func TestBlockUsersTellsWhoWasAndWhoWasNot(t *testing.T) {
	for _, c := range []struct {
		file         string
		status       int
		done, failed int
		code         Code
	}{{"blocked", 200, 1, 0, 0}, {"unblocked", 200, 1, 0, 0}, {"blocked_in_part", 400, 1, 1, 139100}} {
		var method, body string
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			method, body = r.Method, string(b)
			w.WriteHeader(c.status)
			_, _ = w.Write(golden(t, "answer/"+c.file))
		}))
		done, failed, err := clientTo(s.URL).BlockUsers(context.Background(), "31", c.file != "unblocked", []string{"+447700900123", "GB.7000"})
		var g *Error
		if errors.As(err, &g) != (c.code != 0) || g != nil && g.Code != c.code || len(done) != c.done || len(failed) != c.failed {
			t.Errorf("%s: %v %v %v", c.file, done, failed, err)
		}
		for _, f := range failed {
			if f.Code != 131047 {
				t.Errorf("%s: not for the reason %d", c.file, f.Code)
			}
		}
		if want := map[bool]string{true: "DELETE", false: "POST"}[c.file == "unblocked"]; method != want {
			t.Errorf("%s by %s", c.file, method)
		}
		if !strings.Contains(body, `{"user":"+447700900123"},{"user_id":"GB.7000"}`) {
			t.Error(body)
		}
		s.Close()
	}
}

func TestTheTokenGoesToMetaAlone(t *testing.T) {
	c := &Client{Token: secretToken}
	for address, want := range map[string]bool{
		"https://lookaside.fbsbx.com/x": true, "https://graph.facebook.com/x": true, "https://mmg.whatsapp.net/x": true,
		"http://lookaside.fbsbx.com/x": false, "https://fbsbx.com.evil.example/x": false, "https://evilfbsbx.com/x": false,
		"https://127.0.0.1/x": false, "https://lookaside.fbsbx.com:8443/x": false, "file:///etc/passwd": false, "//x": false, ":": false,
	} {
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // nothing is fetched: only the refusal counts
		_, err := c.MediaDownload(ctx, address, 10)
		if errors.Is(err, errForeignHost) == want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestMediaDownloadKeepsItsLimit(t *testing.T) {
	s := answering(t, 200, "0123456789")
	c := clientTo(s.URL)
	if b, err := c.MediaDownload(context.Background(), s.URL+"/m", 10); err != nil || string(b) != "0123456789" {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := c.MediaDownload(context.Background(), s.URL+"/m", 9); err == nil {
		t.Error("more than the limit came through")
	}
}
