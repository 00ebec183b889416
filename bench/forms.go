package bench

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]+)"`)

// forms sends the opt-in page's form from ever new people, beside bare rows in shared commits.
func forms(ctx context.Context, r *run) error {
	w, err := r.newWorld(ctx, "127.0.0.1:1")
	if err != nil {
		return err
	}
	defer w.stop()
	name, stamp, err := w.page(ctx)
	if err != nil {
		return err
	}
	var made counter
	var s storm
	err = r.profiled(func() error {
		s, err = r.steady(ctx, w.addr, func(int) request {
			form := url.Values{"country": {"DE"}, "phone": {"0" + phone(r.People + made.next()).Digits()[2:]}, "topic": {"offers"}, name: {stamp}}
			return request{path: "/o/" + w.source, kind: "application/x-www-form-urlencoded", also: http.StatusSeeOther, body: []byte(form.Encode())}
		})
		return err
	})
	if err != nil {
		return err
	}
	bare, err := r.bareCommits(ctx, w.app.DB)
	if err != nil {
		return err
	}
	r.add(Row{What: "forms of the opt-in page, 64 connections", Value: s.rate, Unit: "forms/s", Target: 2000, Stretch: 4000})
	r.note("%s: p50 %.1f ms, p99 %.1f ms; bare rows in shared commits, 64 callers: %.0f rows/s, of which this is %.2f", r.engine, s.p50.Seconds()*1000,
		s.p99.Seconds()*1000, bare, s.rate/bare)
	r.tellCPU("forms", s)
	return nil
}

// page opens the form once and waits until a person could have filled it in.
func (w *world) page(ctx context.Context) (name, stamp string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.addr+"/o/"+w.source, nil)
	if err != nil {
		return "", "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", "", err
	}
	m := hidden.FindSubmatch(text)
	if m == nil {
		return "", "", errors.New("the opt-in page has no form")
	}
	time.Sleep(2500 * time.Millisecond)
	return string(m[1]), string(m[2]), nil
}
