// Package api is the HTTP API of DESIGN section 10: what other programs ask and tell, with bearer keys, RFC 9457 problems
// and an OpenAPI document of itself.
package api

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"jawort/account"
	"jawort/db"
	"jawort/dispatch"
	"jawort/hook"
	"jawort/intake"
	"jawort/source"
)

// Deps is what the API stands on.
type Deps struct {
	DB       *db.DB
	Keys     *account.Keyring
	Desk     *intake.Desk
	Dispatch *dispatch.Dispatcher
	Log      *slog.Logger     // nil = silence
	Now      func() time.Time // nil = time.Now
	Judge    source.Judge     // of the wordings of a source that goes live
	Hooks    *hook.Bringer    // nil = nothing leaves
	Lists    bool             // somebody carries lists out, so that answers wait until they hold
}

// server answers the API's requests.
type server struct {
	Deps
	mux    *http.ServeMux
	huma   huma.API
	ops    map[string]op // by the mux's pattern
	begins *db.Group[beginning, begun]
	ends   *db.Group[ending, struct{}]
	keys   *db.SharedRead[string, account.Key] // by the hash of the bearer token
}

// New makes the handler of /v1/…, /openapi.json and /docs. What it starts ends with the database.
func New(d Deps) http.Handler { return newServer(d) }

func newServer(d Deps) *server {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	s := &server{Deps: d, mux: http.NewServeMux(), ops: map[string]op{}}
	s.keys = db.NewSharedRead(d.DB, func(ctx context.Context, tx *db.Tx, hash string) (account.Key, error) {
		return account.KeyByHash(ctx, tx, []byte(hash))
	})
	s.huma = humago.New(s.mux, config())
	s.begins = db.NewGroup(d.DB, db.GroupOptions{}, s.applyBegins)
	s.ends = db.NewGroup(d.DB, db.GroupOptions{}, s.applyEnds)
	for _, register := range []func(){s.optins, s.optouts, s.contacts, s.identity, s.asks, s.check, s.messages, s.topics, s.notices, s.sources,
		s.templates, s.numbers, s.programs, s.hooks, s.alerts, s.changes, s.imports} {
		register()
	}
	s.documents()
	return s
}

func config() huma.Config {
	text := huma.Format{Marshal: encode, Unmarshal: json.Unmarshal}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Jawort", Version: "1", Description: about},
			Servers: []*huma.Server{{URL: "/"}},
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{"key": {Type: "http", Scheme: "bearer"}},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": text, "json": text},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}
}

const about = "Collect opt-ins, obey opt-outs, ask the gate and send. Every request carries `Authorization: Bearer <key>`. " +
	"Errors are problems (RFC 9457) whose sentences follow Accept-Language (en, de). POST takes an Idempotency-Key. " +
	"Addresses are `tel:+4915112345678` or `wa:DE.7000000001` and never stand in a path or query. Times are RFC 3339 in UTC."

// encode writes an answer as it is stored and sent.
func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// read is for routes that change nothing.
func (s *server) read(ctx context.Context, f func(ctx context.Context, tx *db.Tx) error) error {
	return s.DB.Read(ctx, f)
}
