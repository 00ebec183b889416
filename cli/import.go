package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"jawort/upkeep"
)

// importCmd brings a list in.
type importCmd struct {
	Config `embed:""`
	File   string   `arg:"" help:"The table: CSV or text; - reads standard input."`
	Kind   string   `required:"" enum:"optouts,people,suppressions" help:"What is on it: ${enum}. Suppressions are fingerprints that export wrote."`
	Scope  string   `placeholder:"SCOPE" help:"What its opt-outs end: all or marketing; else all for optouts, marketing for people."`
	Topics []string `placeholder:"CODE" help:"What its people said yes to, parted by commas."`
	Origin string   `placeholder:"TEXT" help:"Where and how they did, in a sentence."`
	Region string   `placeholder:"DE" help:"Country of numbers without theirs; else the business's."`
	Column []string `placeholder:"FIELD" sep:"," help:"What each column holds: number name first_name last_name status topics at, or empty; else by the headings."`
	DryRun bool     `help:"Only say what each row would do."`
	Tenant string   `help:"The business, where there are several."`
	Server string   `placeholder:"URL" help:"Hand the list to a running Jawort, which must be so while it has the SQLite file."`
	APIKey string   `name:"api-key" env:"JAWORT_API_KEY" hidden:"" help:"Key for --server, with the scope imports."`
	JSON   bool     `name:"json" help:"Answer in JSON."`
}

// Help tells where the key for --server comes from.
func (c *importCmd) Help() string {
	return "Nobody is raised by a list: a yes on it is noted as a claim and allows nothing; an opt-out stays whatever a list says.\n" +
		"With --server the API key comes from the environment: JAWORT_API_KEY."
}

func (c *importCmd) Run(ctx context.Context, t *terminal) error {
	switch {
	case c.Scope != "" && c.Scope != "all" && c.Scope != "marketing":
		return wrongUse("import: --scope is all or marketing")
	case c.Server != "" && c.APIKey == "":
		return wrongUse("import: --server needs an API key in JAWORT_API_KEY")
	case c.Server != "" && c.Kind == "suppressions":
		return wrongUse("import: a suppression list goes into the database itself, or in the manager under People, Import")
	}
	body, name, err := c.read(t)
	if err != nil {
		return err
	}
	if c.Kind == "people" && (len(c.Topics) == 0 || c.Origin == "") {
		return wrongUse("import: people need --topics, and --origin says where and how they agreed")
	}
	if c.Kind == "suppressions" {
		n, err := upkeep.BringSuppressions(ctx, c.settings(), c.Tenant, body)
		if err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%d entries of the suppression list were taken.\n", n)
		return nil
	}
	b := upkeep.ToBring{Tenant: c.Tenant, Kind: c.Kind, Name: name, Scope: c.Scope, Topics: c.Topics, Origin: c.Origin, Region: c.Region, Columns: c.Column, DryRun: c.DryRun}
	var out upkeep.Brought
	if c.Server != "" {
		out, err = upkeep.BringTo(ctx, c.Server, c.APIKey, b, body, nil)
	} else {
		out, err = upkeep.Bring(ctx, c.settings(), b, body, nil)
	}
	if errors.Is(err, upkeep.ErrHeld) {
		return fmt.Errorf("%w\nOr hand the list to that server: jawort import --server URL, with an API key of the scope imports in JAWORT_API_KEY", err)
	}
	if err != nil {
		return err
	}
	return c.tell(t, out)
}

// read reads the file, or standard input.
func (c *importCmd) read(t *terminal) (body []byte, name string, err error) {
	if c.File == "-" {
		body, err = io.ReadAll(io.LimitReader(t.in, mostList+1))
	} else {
		name = filepath.Base(c.File)
		var f *os.File
		if f, err = os.Open(c.File); err != nil {
			return nil, "", wrongUse("import: %s cannot be read", c.File)
		}
		defer f.Close()
		body, err = io.ReadAll(io.LimitReader(f, mostList+1))
	}
	if err == nil && len(body) > mostList {
		err = wrongUse("import: the file is larger than 100 MB; split it")
	}
	return body, name, err
}

// mostList is the largest file (roster.MaxBytes).
const mostList = 100 << 20

func (c *importCmd) tell(t *terminal, out upkeep.Brought) error {
	if c.JSON {
		if err := writeJSON(t.out, out); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(t.out, "%s: %s, %d rows\n", out.ID, out.State, out.Rows)
		for _, v := range slices.Sorted(maps.Keys(out.Counts)) {
			fmt.Fprintf(t.out, "  %9d  %s\n", out.Counts[v], upkeep.VerdictWord(v))
		}
		if out.Forced != nil {
			fmt.Fprintf(t.out, "every opt-out on it holds since %s\n", out.Forced.Format("2006-01-02 15:04:05Z07:00"))
		}
		for _, r := range out.Told {
			fmt.Fprintf(t.out, "  line %d: %s: %s\n", r.Line, r.Text, r.Begins)
		}
	}
	if out.State == "failed" {
		return errors.New(out.Problem)
	}
	return nil
}
