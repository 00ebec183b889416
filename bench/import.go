package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// importThen is listmonk's import of 100,000 people on the machine of facts/speed.md, in rows a second.
const importThen = 4_200.0

// bringIn hands a list of opt-outs to the API, as many rows as there are people, a half of them people who agreed: how long until all of them hold,
// and until the last entry is in the ledger.
func bringIn(ctx context.Context, r *run) error {
	sink, stop, err := r.startSink(ctx)
	if err != nil {
		return err
	}
	defer stop()
	proxy, err := r.bareProxy(ctx, sink)
	if err != nil {
		return err
	}
	w, err := r.newWorld(ctx, sink)
	if err != nil {
		return err
	}
	defer w.stop()
	var body bytes.Buffer
	for n := range r.People {
		fmt.Fprintln(&body, strings.TrimPrefix(string(phone(r.People/2+n)), "tel:"))
	}
	var held, done time.Duration
	err = r.profiled(func() error {
		began := time.Now()
		var list struct {
			ID, State string
			InForceAt string `json:"in_force_at"`
		}
		if err := w.ask(ctx, http.MethodPost, "/v1/imports?kind=optouts", &body, &list); err != nil {
			return err
		}
		for list.State != "done" {
			if held == 0 && list.InForceAt != "" {
				held = time.Since(began)
			}
			time.Sleep(20 * time.Millisecond)
			if err := w.ask(ctx, http.MethodGet, "/v1/imports/"+list.ID, nil, &list); err != nil {
				return err
			}
		}
		done = time.Since(began)
		if held == 0 {
			held = done
		}
		return nil
	})
	if err != nil {
		return err
	}
	rate := float64(r.People) / done.Seconds()
	r.add(Row{What: "rows read, in force and in the ledger", Value: rate, Unit: "rows/s", Floor: "listmonk's import, as 0.42 × a Go reverse proxy",
		FloorAt: proxy.rate * importThen / proxyThen, Target: 5, Stretch: 15})
	r.add(Row{What: "all opt-outs hold after", Value: held.Seconds(), Unit: "s"})
	r.note("%s: %d rows, half of them of people who agreed; in force at %.0f rows/s, the second of waiting for sends included", r.engine, r.People, float64(r.People)/held.Seconds())
	return nil
}

// ask asks the API once.
func (w *world) ask(ctx context.Context, method, path string, body io.Reader, out any) error {
	q, err := http.NewRequestWithContext(ctx, method, "http://"+w.addr+path, body)
	if err != nil {
		return err
	}
	name, value, _ := strings.Cut(strings.TrimSpace(w.key), ": ")
	q.Header.Set(name, value)
	q.Header.Set("Content-Type", "text/csv")
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		return err
	}
	if a.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %d %s", method, path, a.StatusCode, text)
	}
	return json.Unmarshal(text, out)
}
