package cli

import (
	"context"
	"fmt"
	"io"

	"jawort/upkeep"
)

// checkCmd asks the gate and sends nothing.
type checkCmd struct {
	Config   `embed:""`
	Number   string `required:"" help:"Meta's phone_number_id of the sender."`
	To       string `required:"" placeholder:"ADDRESS" help:"tel:+…, wa:…, or a telephone number."`
	Topic    string `xor:"what" required:"" help:"Topic of the message."`
	Template string `xor:"what" required:"" help:"Name of the template."`
	Lang     string `placeholder:"de" help:"Language of the template, and of the reasons (de or en)."`
	JSON     bool   `name:"json" help:"Answer in JSON."`
}

// The exit codes of check beside 0 for allow and 1 for an answer that cannot be known.
const (
	exitRefuse = 3
	exitWait   = 4
)

func (c *checkCmd) Run(ctx context.Context, t *terminal) error {
	if c.Template != "" && c.Lang == "" {
		return wrongUse("check: --template needs --lang, since every language of a template is a template of its own")
	}
	d, err := upkeep.Check(ctx, c.settings(), upkeep.Ask{Number: c.Number, To: c.To, Topic: c.Topic, Template: c.Template, Language: c.Lang}, readerLanguage(c.Lang))
	if err != nil {
		return err
	}
	if c.JSON {
		err = writeJSON(t.out, d)
	} else {
		writeDecision(t.out, d)
	}
	switch {
	case err != nil:
		return err
	case d.Verdict == upkeep.Refuse:
		return exit{code: exitRefuse}
	case d.Verdict == upkeep.Wait:
		return exit{code: exitWait}
	}
	return nil
}

// readerLanguage is the reader's of the two we write: pt_BR reads English.
func readerLanguage(lang string) string {
	if len(lang) >= 2 && lang[:2] == "de" {
		return "de"
	}
	return "en"
}

func writeDecision(w io.Writer, d upkeep.Answer) {
	fmt.Fprint(w, d.Verdict)
	if d.Until != nil {
		fmt.Fprintf(w, " until %s", *d.Until)
	}
	fmt.Fprintln(w)
	if d.Effective != d.Verdict {
		fmt.Fprintf(w, "  (but the number's mode is %s: %s)\n", d.Mode, d.Effective)
	}
	for _, r := range d.Reasons {
		fmt.Fprintf(w, "  %s: %s\n", r.Code, r.Text)
		if r.Fix != "" {
			fmt.Fprintf(w, "    → %s\n", r.Fix)
		}
	}
}
