package cli

import (
	"context"
	"fmt"

	"jawort/upkeep"
)

// userCmd looks after staff, and makes the first business.
type userCmd struct {
	Found   foundCmd   `cmd:"" help:"Make the first business and its owner; prints the owner's login link."`
	Invite  inviteCmd  `cmd:"" help:"Add a member of staff; prints their login link."`
	Link    linkCmd    `cmd:"" help:"Print a login link for somebody who is there."`
	List    listCmd    `cmd:"" help:"List who may sign in."`
	Disable disableCmd `cmd:"" help:"Shut somebody out at once."`
}

type foundCmd struct {
	Config   `embed:""`
	Business string `required:"" help:"Name of the business, as notices must give it."`
	Country  string `required:"" help:"Its country, two letters."`
	Zone     string `default:"Europe/Berlin" help:"Its time zone."`
	Language string `default:"de" enum:"de,en" help:"Language of its notices: ${enum}."`
	Email    string `required:"" help:"The owner's e-mail."`
	Name     string `required:"" help:"The owner's name."`
}

func (c *foundCmd) Run(ctx context.Context, t *terminal) error {
	link, err := upkeep.Found(ctx, c.settings(),
		upkeep.Business{Name: c.Business, Country: c.Country, Zone: c.Zone, Language: c.Language}, upkeep.Member{Email: c.Email, Name: c.Name, Language: c.Language})
	return printLink(t, link, err)
}

type inviteCmd struct {
	Config   `embed:""`
	Email    string `required:"" help:"What they sign in with."`
	Name     string `required:"" help:"Their name."`
	Role     string `default:"agent" enum:"owner,admin,editor,agent,auditor" help:"What they may do: ${enum}."`
	Language string `default:"de" enum:"de,en" help:"Language of their pages: ${enum}."`
	Tenant   string `help:"The business, where there are several."`
}

func (c *inviteCmd) Run(ctx context.Context, t *terminal) error {
	link, err := upkeep.Invite(ctx, c.settings(), upkeep.Member{Tenant: c.Tenant, Email: c.Email, Name: c.Name, Role: c.Role, Language: c.Language})
	return printLink(t, link, err)
}

type linkCmd struct {
	Config `embed:""`
	Email  string `arg:"" help:"What they sign in with."`
}

func (c *linkCmd) Run(ctx context.Context, t *terminal) error {
	link, err := upkeep.Link(ctx, c.settings(), c.Email)
	return printLink(t, link, err)
}

func printLink(t *terminal, link string, err error) error {
	if err == nil {
		fmt.Fprintln(t.out, link)
		fmt.Fprintln(t.err, "works once, for 10 minutes")
	}
	return err
}

type listCmd struct {
	Config `embed:""`
	Tenant string `help:"Only this business."`
	JSON   bool   `name:"json" help:"Answer in JSON."`
}

func (c *listCmd) Run(ctx context.Context, t *terminal) error {
	all, err := upkeep.List(ctx, c.settings(), c.Tenant)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(t.out, map[string]any{"data": all})
	}
	for _, m := range all {
		state := "active"
		if m.Disabled {
			state = "disabled"
		}
		fmt.Fprintf(t.out, "%-8s %-8s %s <%s> %s\n", m.Role, state, m.Name, m.Email, m.Tenant)
	}
	return nil
}

type disableCmd struct {
	Config `embed:""`
	Email  string `arg:"" help:"What they sign in with."`
}

func (c *disableCmd) Run(ctx context.Context, t *terminal) error {
	if err := upkeep.Disable(ctx, c.settings(), c.Email); err != nil {
		return err
	}
	fmt.Fprintln(t.out, "disabled; their sessions and links are at an end")
	return nil
}
