package bench

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"jawort/app"
	"jawort/db"
)

// beyond are pages that the table of looks has no line for: lists further back, filters that find hardly anybody, what is searched for, and what
// the people see whom the business writes to.
func (w *world) beyond(ctx context.Context, people int) (out []app.Page, err error) {
	for _, p := range []struct{ name, path string }{
		{"people/by-source", "/people?source=" + w.source}, {"people/stopped", "/people?stop=all"}, {"people/on-list", "/people?stop=list"}, {"people/rare", "/people?language=de&stop=all&seen=-90"},
		{"people/never-wrote", "/people?topic=offers&state=granted&seen=30"}, {"people/lapses", "/people?lapses=30"}, {"people/doubt", "/people?doubt=frozen"},
		{"people/joined", "/people?joined=7&language=de"}, {"people/language-none", "/people?language=fr"},
		{"messages/failed", "/messages/all?state=failed"}, {"messages/sent", "/messages/all?state=sent&number=" + numberOf(1)}, {"messages/none", "/messages/all?template=none"},
		{"proof/by-number", "/decisions?verdict=refuse&number=" + numberOf(1)}, {"proof/by-template", "/decisions?template=none"},
	} {
		out = append(out, app.Page{Name: p.name, Path: p.path})
	}
	for name, typed := range map[string]string{"name": "anna brandt", "surname": "engel", "start": string(phone(people / 2))[4:10], "number": string(phone(people / 3))[4:], "nobody": "zzyzx", "letter": "a"} {
		out = append(out, app.Page{Name: "search/" + name, Path: "/search", Form: url.Values{"q": {typed}}})
	}
	err = w.app.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		var who, event string
		if err := tx.Row(ctx, `select contact, event from event where tenant = $1 and kind = 'granted' order by event limit 1`, w.tenant).Scan(&who, &event); err != nil {
			return err
		}
		out = append(out, app.Page{Name: "public/optin", Path: "/o/" + w.source}, app.Page{Name: "public/preferences", Path: "/p/" + w.app.Desk.PreferenceToken(w.tenant, who)},
			app.Page{Name: "public/receipt", Path: "/r/" + w.app.Desk.ReceiptToken(w.tenant, event)})
		return nil
	})
	return out, err
}

// later follows a list so many times to what is older.
func later(c *http.Client, base string, p app.Page, times int) (app.Page, bool, error) {
	at := p.Path
	for range times {
		resp, err := c.Get(base + at)
		if err != nil {
			return p, false, err
		}
		text, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			return p, false, err
		}
		_, rest, found := strings.Cut(string(text), `<a class="btn" href="`)
		for found && !strings.Contains(rest[:strings.IndexByte(rest, '"')], "after=") && !strings.Contains(rest[:strings.IndexByte(rest, '"')], "before=") {
			_, rest, found = strings.Cut(rest, `<a class="btn" href="`)
		}
		if !found {
			return p, false, nil
		}
		at = strings.ReplaceAll(rest[:strings.IndexByte(rest, '"')], "&amp;", "&")
	}
	return app.Page{Name: p.Name + "-later", Path: at}, true, nil
}
