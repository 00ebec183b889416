package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"time"

	"jawort/account"
	"jawort/app"
	"jawort/db"
	"jawort/id"
	"jawort/manager"
)

// ui opens every page of the manager as an owner, over one connection, in a business with many people and ten times as many messages.
func ui(ctx context.Context, r *run) error {
	sink, stop, err := r.startSink(ctx)
	if err != nil {
		return err
	}
	defer stop()
	w, err := r.filled(ctx, sink)
	if err != nil {
		return err
	}
	defer w.stop()
	reader, pages, err := w.signIn(ctx)
	if err != nil {
		return err
	}
	if pages, err = w.withMore(ctx, reader, pages, r.People); err != nil {
		return err
	}
	worst, slowest := 0.0, ""
	err = r.profiled(func() error {
		for _, p := range pages {
			if !strings.HasPrefix(p.Name, r.Only) {
				continue
			}
			p95, least, err := r.look(reader, "http://"+w.addr+p.Path, p.Form)
			if err != nil {
				return fmt.Errorf("page %s: %w", p.Name, err)
			}
			r.note("%s: %s %.1f ms, the quickest %.1f ms", r.engine, p.Name, p95, least)
			r.say("%s: %s %.1f ms, the quickest %.1f ms, %s", r.engine, p.Name, p95, least, load())
			if p95 > worst {
				worst, slowest = p95, p.Name
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	what := fmt.Sprintf("%d pages, %d people, %d messages; the slowest is %s", len(pages), r.People, r.People*r.Messages, slowest)
	r.add(Row{What: what, Value: worst, Unit: "ms, p95", Target: 150, Stretch: 50, Less: true})
	return nil
}

// signIn is an owner with a browser's cookies, and the pages there are to open.
func (w *world) signIn(ctx context.Context) (*http.Client, []app.Page, error) {
	var token string
	var pages []app.Page
	err := w.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		owner, err := account.Invite(ctx, tx, w.tenant, account.Staff{Email: id.New("bench", time.Now()) + "@x.example", Name: "Bench", Role: account.Owner, Language: "de"}, "bench")
		if err != nil {
			return err
		}
		if pages, err = app.Looks(ctx, tx, w.tenant); err != nil {
			return err
		}
		token, err = account.NewLink(ctx, tx, w.tenant, owner.ID, "bench")
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	jar, _ := cookiejar.New(nil) // fails only for bad options
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := c.PostForm("http://"+w.addr+manager.LinkPath(token), nil)
	if err != nil {
		return nil, nil, err
	}
	resp.Body.Close()
	if len(pages) < 20 || resp.StatusCode != http.StatusSeeOther {
		return nil, nil, errors.New("the owner does not get in, or finds hardly a page")
	}
	return c, pages, nil
}

// looks is how often a page is opened; the first time is not counted, and a page of a second is looked at less often.
const (
	looks     = 21
	slowLooks = 4
)

// look is the 95th of a hundred times to open a page, in milliseconds, and the least of them, which a loaded machine disturbs the least.
func (r *run) look(c *http.Client, address string, form url.Values) (p95, least float64, err error) {
	times := make([]float64, 0, looks)
	for len(times) < looks && (len(times) < slowLooks || times[1] < 1000) {
		begun := time.Now()
		resp, err := open(c, address, form)
		if err != nil {
			return 0, 0, err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusSeeOther { // a whole number leads to its person
			return 0, 0, fmt.Errorf("status %d, %w", resp.StatusCode, err)
		}
		times = append(times, float64(time.Since(begun).Microseconds())/1000)
	}
	times = times[1:]
	slices.Sort(times)
	return times[len(times)*95/100], times[0], nil
}

func open(c *http.Client, address string, form url.Values) (*http.Response, error) {
	if form != nil {
		return c.PostForm(address, form)
	}
	return c.Get(address)
}

// withMore adds the pages that the table has no line for.
func (w *world) withMore(ctx context.Context, c *http.Client, pages []app.Page, people int) ([]app.Page, error) {
	more, err := w.beyond(ctx, people)
	if err != nil {
		return nil, err
	}
	for _, p := range append(slices.Clone(pages), more...) {
		if p.Form != nil || !strings.HasPrefix(p.Name, "people/") && !strings.HasPrefix(p.Name, "messages/") && !strings.HasPrefix(p.Name, "proof/") {
			continue
		}
		behind, ok, err := later(c, "http://"+w.addr, p, 3)
		if err != nil {
			return nil, err
		}
		if ok {
			more = append(more, behind)
		}
	}
	return append(pages, more...), nil
}
