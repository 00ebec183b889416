package cli

import (
	"context"
	"fmt"

	"jawort/upkeep"
)

// numberCmd connects the business's WhatsApp numbers.
type numberCmd struct {
	Connect connectCmd `cmd:"" help:"Take a number at Meta into Jawort, or its new token and secret."`
}

type connectCmd struct {
	Config    `embed:""`
	Number    string `arg:"" placeholder:"PHONE_NUMBER_ID" help:"Meta's id of the number (WhatsApp > API Setup)."`
	Waba      string `required:"" placeholder:"ID" help:"Id of its WhatsApp business account."`
	Portfolio string `placeholder:"ID" help:"Id of the business portfolio; the account stands for it when left out."`
	Tenant    string `help:"The business, where there are several."`
	Mode      string `default:"enforce" enum:"observe,warn,enforce" help:"What the gate does with a refusal: ${enum}."`
	Graph     string `default:"https://graph.facebook.com" placeholder:"URL" help:"Base of the Graph API; another one for the emulator."`
	Token     string `env:"JAWORT_META_TOKEN" hidden:"" help:"Permanent token of a system user, by environment."`
	AppSecret string `env:"JAWORT_META_APP_SECRET" hidden:"" help:"The app's secret, by environment."`
	JSON      bool   `name:"json" help:"Answer in JSON."`
}

// Help stands below the command's usage.
func (c *connectCmd) Help() string {
	return "The token is read from JAWORT_META_TOKEN and the app's secret from JAWORT_META_APP_SECRET: what stands on the command line is seen by others."
}

func (c *connectCmd) Run(ctx context.Context, t *terminal) error {
	n, err := upkeep.Connect(ctx, c.settings(), upkeep.Connection{Tenant: c.Tenant, Number: c.Number, WABA: c.Waba, Portfolio: c.Portfolio,
		Base: c.Graph, Token: c.Token, AppSecret: c.AppSecret, Mode: c.Mode})
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(t.out, n)
	}
	fmt.Fprintf(t.out, "connected %s (%s), status %s\n", n.Display, n.Name, n.Status)
	fmt.Fprintf(t.out, "in Meta's App Dashboard > WhatsApp > Configuration, the callback is %s and the verify token the one of JAWORT_VERIFY_TOKEN\n", n.Webhook)
	if !n.Listens {
		fmt.Fprintln(t.out, "Meta did not yet subscribe the app to the account's webhooks; call this again once the callback is set")
	}
	return nil
}
