package upkeep

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// BringTo hands a list to a running Jawort by its API and waits until it is through.
func BringTo(ctx context.Context, base, key string, b ToBring, body []byte, progress func(done, total int64)) (Brought, error) {
	q := url.Values{"kind": {b.Kind}}
	for name, v := range map[string]string{"name": b.Name, "scope": b.Scope, "topics": strings.Join(b.Topics, ","), "origin": b.Origin, "region": b.Region, "columns": strings.Join(b.Columns, ",")} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if b.DryRun {
		q.Set("dry_run", "true")
	}
	base = strings.TrimSuffix(strings.TrimSuffix(base, "/"), "/v1") + "/v1/imports"
	var w wireImport
	if err := call(ctx, http.MethodPost, base+"?"+q.Encode(), key, body, &w); err != nil {
		return Brought{}, err
	}
	for w.State == "reading" || w.State == "running" {
		if progress != nil {
			progress(w.Progress.Done, w.Progress.Total)
		}
		select {
		case <-ctx.Done():
			return Brought{}, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
		if err := call(ctx, http.MethodGet, base+"/"+w.ID, key, nil, &w); err != nil {
			return Brought{}, err
		}
	}
	var rows struct{ Data []BroughtRow }
	if err := call(ctx, http.MethodGet, base+"/"+w.ID+"/rows?limit=100", key, nil, &rows); err != nil {
		return Brought{}, err
	}
	return Brought{ID: w.ID, State: w.State, Rows: w.Rows, Counts: w.result(), Forced: w.InForceAt, Problem: w.Problem, Told: rows.Data}, nil
}

// wireImport is as much of the API's answer as is shown.
type wireImport struct {
	ID, State, Problem string
	Rows               int64
	Expected, Came     map[string]int64
	InForceAt          *time.Time `json:"in_force_at"`
	Progress           struct{ Done, Total int64 }
}

// result is what came, and what the file itself said against rows.
func (w *wireImport) result() map[string]int64 {
	if len(w.Came) == 0 {
		return w.Expected
	}
	out := map[string]int64{}
	for v, n := range w.Expected {
		switch v {
		case "stop", "already_out", "agreed_now", "claim", "already_in", "kept_out", "declined":
		default:
			out[v] = n
		}
	}
	for v, n := range w.Came {
		out[v] = n
	}
	return out
}

// mostAnswer bounds what is read of an answer.
const mostAnswer = 1 << 20

func call(ctx context.Context, method, address, key string, body []byte, out any) error {
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return errors.New("the server's address cannot be read")
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "text/csv")
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("ask the server: %w", err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(io.LimitReader(a.Body, mostAnswer))
	if err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	if a.StatusCode >= 300 {
		var p struct {
			Detail string
			Errors []struct{ Field, Message string }
		}
		_ = json.Unmarshal(b, &p) // an answer that is no problem has no words
		for _, e := range p.Errors {
			p.Detail += " " + e.Field + ": " + e.Message
		}
		return fmt.Errorf("the server answers %d: %s", a.StatusCode, p.Detail)
	}
	return json.Unmarshal(b, out)
}
