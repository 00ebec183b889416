package bench

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Grid is a table whose columns are compared with each other.
type Grid struct {
	Head  []string
	Lines [][]string
}

func (g *Grid) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, l := range append([][]string{g.Head}, g.Lines...) {
		fmt.Fprintln(t, strings.Join(l, "\t"))
	}
	return t.Flush()
}

// Print writes results as a person reads them.
func Print(w io.Writer, list []Result) error {
	if len(list) == 1 && list[0].Grid != nil {
		if err := list[0].Grid.print(w); err != nil {
			return err
		}
		return notes(w, list)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "bench\tengine\twhat\tmeasured\tbeside\tratio\ttarget\tstretch\tverdict")
	for _, r := range list {
		for _, x := range r.Rows {
			beside, ratio := "", ""
			if x.FloorAt > 0 {
				beside, ratio = x.Floor+": "+figure(x.FloorAt), figure(x.Ratio)
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s %s\t%s\t%s\t%s\t%s\t%s\n", x.Bench, x.Engine, x.What, figure(x.Value), x.Unit, beside, ratio,
				limit(x, x.Target), limit(x, x.Stretch), x.Verdict)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return notes(w, list)
}

func notes(w io.Writer, list []Result) error {
	for _, r := range list {
		for _, n := range r.Notes {
			fmt.Fprintln(w, "-", n)
		}
		fmt.Fprintln(w, "-", r.Load)
	}
	return nil
}

func limit(x Row, v float64) string {
	switch {
	case x.Target == 0:
		return ""
	case x.Less:
		return "≤ " + figure(v)
	}
	return "≥ " + figure(v)
}

// figure is a number with as many digits as it deserves.
func figure(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
