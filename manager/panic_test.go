package manager

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jawort/db"
	"jawort/db/dbtest"
)

// A page that panics is answered by the page of an error: with an id that the log has too, and without what made it panic.
func TestAPanicIsAPage(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	var logs strings.Builder
	s := &server{Deps: Deps{DB: d, Log: slog.New(slog.NewTextHandler(&logs, nil)), Now: time.Now}}
	s.sessions = newSessions(d, s.sessionFailed, false)
	w := httptest.NewRecorder()
	s.sessions.LoadAndSave(s.open(func(*visit) error { panic("tel:+4915112345678") })).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/x", nil))
	body := w.Body.String()
	at := strings.Index(body, "err_")
	if w.Code != http.StatusInternalServerError || at < 0 || !strings.Contains(logs.String(), body[at:at+20]) {
		t.Errorf("%d %s\n%s", w.Code, body, logs.String())
	}
	if strings.Contains(body+logs.String(), "12345678") {
		t.Error("what made it panic stands on the page or in the log")
	}
}
