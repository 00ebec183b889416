package manager

import (
	"context"

	"jawort/account"
	"jawort/db"
	"jawort/look"
	"jawort/say"
)

// caution is what every page says on top, because it changes what goes out (LOOK section 6, banner).
type caution struct {
	Number, Name, Status, Mode, Brake string
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
			named[at].Rest = v.say("manager.banner."+key+".text") + " " + v.say("manager.banner.more", say.Args{"Count": more[key]})
			continue
		}
		first[key] = len(named)
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
