package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"jawort/account"
	"jawort/db"
)

// finders say what stands in the place of {…}: one value of the business with history.
var finders = map[string]string{
	"person":  `select contact from standing where tenant = $1 and topic = 'offers' and state = 'granted' order by contact limit 1`,
	"stopped": `select contact from standing where tenant = $1 and topic = 'offers' and state = 'withdrawn' order by contact limit 1`,
	"allowed": `select decision from decision where tenant = $1 and verdict = 'allow' order by decision desc limit 1`,
	"refused": `select decision from decision where tenant = $1 and verdict = 'refuse' order by decision desc limit 1`,
	"message": `select message from message where tenant = $1 and state in ('read', 'delivered') order by message desc limit 1`,
	"import":  `select import from import where tenant = $1 order by import desc limit 1`,
	"round":   `select round from round where tenant = $1 order by round desc limit 1`,
	"number":  `select number from number where tenant = $1 order by number limit 1`,
	"program": `select program from program where tenant = $1 order by program limit 1`,
	"desk":    `select program from program where tenant = $1 and human_answers order by program limit 1`,
	"told":    `select hook from hook where tenant = $1 and kind = 'own' order by hook limit 1`,
	"source":  `select source from source where tenant = $1 and state = 'live' and kind = 'web' order by source limit 1`,
	"thread":  `select source from source where tenant = $1 and kind = 'thread' order by source desc limit 1`,
	"paper":   `select source from source where tenant = $1 and kind = 'paper' order by source desc limit 1`,
	"ivr":     `select source from source where tenant = $1 and kind = 'ivr' order by source desc limit 1`,
	"missed":  `select source from source where tenant = $1 and kind = 'missed_call' order by source desc limit 1`,
	"serial":  `select serial from form where tenant = $1 and used_at is null order by serial limit 1`,
	"granted": `select event from event where tenant = $1 and kind = 'granted' order by event limit 1`,
}

// Gallery is the list of pages of a running demo.
type Gallery struct {
	Pages []Page

	app   *App
	staff map[string]account.Staff // by who looks
}

// Gallery makes what pages need to be seen in every state, an empty business and one in trouble, and fills the table in. It is
// served at PagesPath from then on, to callers on this machine.
func (a *App) Gallery(ctx context.Context, s Seeded, phones string) (*Gallery, error) {
	g := &Gallery{app: a, staff: map[string]account.Staff{}}
	if err := a.seedWays(ctx, s.Tenant); err != nil {
		return nil, err
	}
	if err := a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if g.staff[asOwner], err = account.StaffOf(ctx, tx, s.Tenant, s.Owner); err != nil {
			return err
		}
		if err := g.paper(ctx, tx, s.Tenant, s.Owner); err != nil {
			return err
		}
		return g.found(ctx, tx, s.Tenant)
	}); err != nil {
		return nil, fmt.Errorf("businesses for the list of pages: %w", err)
	}
	if err := g.unsure(ctx, phones); err != nil {
		return nil, err
	}
	if err := g.outgoing(ctx, s.Tenant); err != nil {
		return nil, err
	}
	if err := g.desk(ctx, s); err != nil {
		return nil, err
	}
	values, err := g.values(ctx, s, phones)
	if err != nil {
		return nil, err
	}
	for _, p := range pages {
		for name, value := range values {
			p.Path = strings.ReplaceAll(p.Path, "{"+name+"}", value)
		}
		if strings.Contains(p.Path, "{") {
			return nil, fmt.Errorf("page %s: nothing is known for %s", p.Name, p.Path)
		}
		g.Pages = append(g.Pages, p)
	}
	a.gallery.Store(g)
	return g, nil
}

// values fills the finders.
func (g *Gallery) values(ctx context.Context, s Seeded, phones string) (map[string]string, error) {
	out := map[string]string{"phones": phones, "link": "{link}"}
	err := g.app.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		for name, text := range finders {
			var v string
			if err := tx.Row(ctx, text, s.Tenant).Scan(&v); err != nil {
				return fmt.Errorf("find %s for the list of pages: %w", name, err)
			}
			out[name] = v
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out["preferences"] = g.app.Desk.PreferenceToken(s.Tenant, out["person"])
	out["preferences-stopped"] = g.app.Desk.PreferenceToken(s.Tenant, out["stopped"])
	out["receipt"] = g.app.Desk.ReceiptToken(s.Tenant, out["granted"])
	out["link"], err = g.Link(ctx, asOwner)
	return out, err
}

// Readers are who looks at pages, in the order of the table.
func (g *Gallery) Readers() []string {
	var out []string
	for _, p := range g.Pages {
		if !slices.Contains(out, p.As) {
			out = append(out, p.As)
		}
	}
	return out
}

// Link is a token that signs a reader in, once.
func (g *Gallery) Link(ctx context.Context, as string) (token string, err error) {
	member, ok := g.staff[as]
	if !ok {
		return "", fmt.Errorf("nobody looks as %q", as)
	}
	err = g.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		token, err = account.NewLink(ctx, tx, member.Tenant, member.ID, "pages")
		return err
	})
	return token, err
}
