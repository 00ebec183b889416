package manager

import (
	"context"

	"jawort/account"
	"jawort/db"
	"jawort/look"
	"jawort/quality"
	"jawort/say"
)

// caution is what every page says on top, because it changes what goes out (LOOK section 6, banner).
type caution struct {
	Number, Name, Status, Mode, Brake string

	held quality.Standing // what Meta forbids the whole account; zero = nothing
}

// cautions reads numbers that are restricted, braked or only observed, the gravest first.
func cautions(ctx context.Context, tx *db.Tx, tenant string) ([]caution, error) {
	rows, err := tx.Query(ctx, `
		select n.number, n.name, n.status, n.mode, coalesce(b.state, 'open') from number n
		left join brake b on b.tenant = n.tenant and b.number = n.number
		where n.tenant = $1 and (n.status in ('FLAGGED', 'RATE_LIMITED', 'RESTRICTED', 'BANNED', 'DISCONNECTED') or n.mode <> 'enforce'
			or b.state in ('slow', 'marketing_stopped', 'stopped'))
		order by n.number limit 100`, tenant)
	return db.All(rows, err, func(r *db.Rows, c *caution) error { return r.Scan(&c.Number, &c.Name, &c.Status, &c.Mode, &c.Brake) })
}

// heldAccounts reads the accounts that Meta holds back: the index knows that there are none, at nearly every request.
func heldAccounts(ctx context.Context, tx *db.Tx, tenant string) ([]caution, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	type held struct {
		s, health quality.Standing
		name      string
	}
	rows, err := tx.Query(ctx, `
		select h.node, h.what, h.value, h.since, h.until, coalesce(c.value, ''), coalesce(c.before, ''), coalesce(c.since, 0), coalesce(c.last_at, 0),
			coalesce((select min(n.name) from number n where n.tenant = h.tenant and 'waba/' || n.waba = h.node), '')
		from health h left join health c on c.tenant = h.tenant and c.node = h.node and c.what = 'can_send'
		where h.tenant = $1 and (h.what >= 'restriction:' and h.what < 'restriction;' or h.what = 'ban') and (h.until = 0 or h.until > $2)
		order by h.node, h.what limit 50`, tenant, now)
	list, err := db.All(rows, err, func(r *db.Rows, x *held) error {
		return r.Scan(&x.s.Node, &x.s.What, &x.s.Value, &x.s.Since, &x.s.Until, &x.health.Value, &x.health.Before, &x.health.Since, &x.health.LastAt, &x.name)
	})
	var out []caution
	for _, x := range list {
		if quality.InForce(x.s, x.health, now) && x.name != "" {
			out = append(out, caution{Name: x.name, held: x.s})
		}
	}
	return out, err
}

// grave orders banners: what stands still first.
var grave = []string{"bad", "warn", "idle"}

// banners are the cautions in words; of each kind only the first by name, the others as a number.
func (v *visit) banners() []look.Notice {
	var out []look.Notice
	if v.tenant.HeldSince != 0 {
		n := look.Notice{Kind: "bad", Strong: v.say("manager.held"), Rest: v.say("manager.held.text")}
		if v.may(account.MayTenant) {
			n.Way = look.Way{Label: v.say("manager.held.go"), Href: "/settings/release"}
		}
		out = append(out, n)
	}
	first, more := map[string]int{}, map[string]int{}
	var named []look.Notice
	for _, c := range v.cautions {
		kind, key := c.gravest()
		if at, ok := first[key]; ok {
			more[key]++
			if c.held.Value != "" {
				continue // the page of quality lists them all
			}
			named[at].Rest = v.say("manager.banner."+key+".text") + " " + v.say("manager.banner.more", say.Args{"Count": more[key]})
			continue
		}
		first[key] = len(named)
		if c.held.Value != "" {
			named = append(named, look.Notice{Kind: kind, Strong: v.restriction(c.held), Rest: v.say("quality.held.text", say.Args{"Until": v.until(c.held.Until)}),
				Way: look.Way{Label: v.say("manager.banner.go"), Href: "/quality"}})
			continue
		}
		named = append(named, look.Notice{Kind: kind, Strong: v.say("manager.banner."+key, say.Args{"Name": c.Name}), Rest: v.say("manager.banner." + key + ".text"),
			Way: look.Way{Label: v.say("manager.banner.go"), Href: v.numberPath(c.Number)}})
	}
	for _, kind := range grave {
		for _, n := range named {
			if n.Kind == kind {
				out = append(out, n)
			}
		}
	}
	return out
}

// gravest is the one thing that a banner says of a number.
func (c caution) gravest() (kind, key string) {
	switch {
	case c.held.Value != "":
		return "bad", "held"
	case c.Status == "RESTRICTED" || c.Status == "BANNED" || c.Status == "DISCONNECTED":
		return "bad", "restricted"
	case c.Brake == "stopped":
		return "bad", "stopped"
	case c.Brake == "marketing_stopped":
		return "bad", "marketing_stopped"
	case c.Brake == "slow":
		return "warn", "slow"
	case c.Status == "FLAGGED" || c.Status == "RATE_LIMITED":
		return "warn", "flagged"
	case c.Mode == "warn":
		return "idle", "warning"
	}
	return "idle", "observing"
}

// numberPath is where a number is told about: its health, else the list of numbers.
func (v *visit) numberPath(number string) string {
	if v.s.has("GET /quality") {
		return "/quality#n" + number
	}
	return "/settings"
}
