package cli

import (
	"fmt"
	"strings"

	"jawort/address"
)

// addressCmd reads a telephone number as people type it.
type addressCmd struct {
	Number *string `arg:"" optional:"" help:"The number, or wa:… for a WhatsApp user id; standard input when left out."`
	Region string  `placeholder:"DE" help:"Country of numbers without country code."`
	JSONL  bool    `name:"jsonl" help:"Read JSON lines {\"input\",\"region\"} and answer each with one line."`
	JSON   bool    `name:"json" help:"Answer in JSON."`
}

func (c *addressCmd) Run(t *terminal) error {
	if c.JSONL {
		if c.Number != nil {
			return wrongUse("address: with --jsonl the numbers come on standard input")
		}
		return address.Lines(t.in, t.out, c.Region)
	}
	text, err := given(c.Number, t.in)
	if err != nil {
		return err
	}
	a, err := address.Read(text, c.Region)
	switch {
	case err != nil && c.JSON:
		if err := writeJSON(t.out, map[string]string{"error": err.Error()}); err != nil {
			return err
		}
		return exit{code: exitFailed}
	case err != nil:
		return err
	case c.JSON:
		return writeJSON(t.out, map[string]any{"address": a, "wa_ids": append([]string{}, a.WAIDs()...)})
	}
	fmt.Fprintln(t.out, a)
	if ids := a.WAIDs(); len(ids) > 1 {
		fmt.Fprintf(t.out, "WhatsApp also writes it as: %s\n", strings.Join(ids, ", "))
	}
	return nil
}
