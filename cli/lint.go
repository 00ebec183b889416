package cli

import (
	"fmt"
	"io"
	"slices"

	"jawort/wording"
)

// lintCmd judges the wording of an opt-in.
type lintCmd struct {
	Text     *string `arg:"" optional:"" help:"The wording; standard input when left out."`
	Business string  `placeholder:"NAME" help:"Name of the business that the wording must give; a line may name its own."`
	Lang     string  `placeholder:"de" help:"Language of the wording."`
	Country  string  `placeholder:"DE" help:"Country of the people who read it; the Union's rules when left out."`
	Purpose  string  `default:"marketing" enum:"marketing,utility" help:"What it asks consent for: ${enum}."`
	Kind     string  `default:"web" enum:"web,thread,sms,ivr,missed_call,paper,confirm,stop_ack" help:"Where it stands: ${enum}."`
	JSONL    bool    `name:"jsonl" help:"Read JSON lines {\"business\",\"lang\",\"country\",\"text\",\"ui\"} and answer each with one line."`
	JSON     bool    `name:"json" help:"Answer in JSON."`
}

func (c *lintCmd) Run(t *terminal) error {
	in := wording.Input{Business: c.Business, Lang: c.Lang, Country: c.Country, Purpose: c.Purpose, Kind: c.Kind}
	if c.JSONL {
		if c.Text != nil {
			return wrongUse("lint: with --jsonl the wordings come on standard input")
		}
		return wording.LintLines(t.in, t.out, in)
	}
	if c.Business == "" {
		return wrongUse("lint: --business is missing; the wording must name the business")
	}
	text, err := given(c.Text, t.in)
	if err != nil {
		return err
	}
	in.Text = text
	v := wording.Lint(in)
	if c.JSON {
		err = writeJSON(t.out, v)
	} else {
		writeVerdict(t.out, v)
	}
	if err == nil && !v.OK {
		return exit{code: exitFailed}
	}
	return err
}

// writeVerdict tells a person what is missing, and then what might be better.
func writeVerdict(w io.Writer, v wording.Verdict) {
	if v.OK {
		fmt.Fprintln(w, "ok: every must is there")
	}
	for _, code := range v.Missing {
		fmt.Fprintf(w, "missing %s\n", code)
		at := slices.IndexFunc(v.Faults, func(f wording.Warning) bool { return f.Code == code })
		if at >= 0 {
			writeWords(w, v.Faults[at])
		}
	}
	for _, x := range v.Warnings {
		fmt.Fprintf(w, "warning %s\n", x.Code)
		writeWords(w, x)
	}
}

func writeWords(w io.Writer, x wording.Warning) {
	if x.Passage != "" {
		fmt.Fprintf(w, "    “%s”\n", x.Passage)
	}
	if x.Text != "" {
		fmt.Fprintf(w, "    %s\n", x.Text)
	}
}
