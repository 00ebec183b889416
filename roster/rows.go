package roster

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"jawort/address"
)

// reader takes records to rows.
type reader struct {
	o    Options
	l    *List
	at   map[Field]int
	seen map[address.Address]int // where in Rows
}

func (r *reader) cell(rec record, f Field) string {
	i, ok := r.at[f]
	if !ok || i >= len(rec.cells) {
		return ""
	}
	return unformula(rec.cells[i])
}

// unformula takes off what spreadsheets put around a number to keep its digits: ="+49…", '+49….
func unformula(s string) string {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, `="`); ok {
		s = strings.TrimSuffix(rest, `"`)
	}
	return strings.TrimSpace(strings.TrimPrefix(s, "'"))
}

var rounded = regexp.MustCompile(`^[+]?\d+(?:[.,]\d+)?[eE][+]?\d+$`)

func (r *reader) row(rec record) {
	row := Row{Line: rec.line, Text: rec.text, Name: r.name(rec), Status: statusOf(r.cell(rec, State)), At: moment(r.cell(rec, When))}
	r.left(rec, &row)
	for _, t := range strings.FieldsFunc(r.cell(rec, TopicOf), func(c rune) bool { return c == ',' || c == ';' || c == '|' }) {
		if t = strings.TrimSpace(t); t != "" {
			row.Topics = append(row.Topics, t)
		}
	}
	row.Address, row.Problem = r.number(rec)
	if rec.open {
		row.Problem = OpenQuote
	}
	if len(rec.cells) > 2*len(r.l.Columns)+8 {
		row.Problem = Wide
	}
	if row.Problem != "" {
		r.l.Rows = append(r.l.Rows, Row{Line: rec.line, Problem: row.Problem, Text: begin(rec.text)})
		return
	}
	r.add(row, rec)
}

// left reads the columns that say somebody left. A no there says that they did not, which is no yes to anything else.
func (r *reader) left(rec record, row *Row) {
	for _, i := range r.l.gone {
		if i >= len(rec.cells) || strings.Trim(rec.cells[i], " -'") == "" {
			continue
		}
		if isNo(rec.cells[i]) || slices.Contains(stays, plain(rec.cells[i])) {
			if row.Status == Unsaid {
				row.Status = In
			}
			continue
		}
		if row.Status = Out; !moment(rec.cells[i]).IsZero() {
			row.At = moment(rec.cells[i])
		}
		return
	}
}

// stays are words in such a column by which somebody did not leave.
var stays = []string{"subscribed", "opt in", "optin", "opted in", "active", "aktiv", "angemeldet", "in", "start", "none", "not unsubscribed"}

// add keeps one row a person; where two contradict each other the opt-out holds.
func (r *reader) add(row Row, rec record) {
	i, known := r.seen[row.Address]
	switch {
	case !known:
		r.seen[row.Address] = len(r.l.Rows)
		r.l.Rows = append(r.l.Rows, row)
	case r.l.Rows[i].Status == row.Status:
		r.l.Twice++
	default:
		if row.Status == Out || r.l.Rows[i].Status == In { // the lesser word
			r.l.Rows[i].Status = row.Status
		}
		r.l.Rows = append(r.l.Rows, Row{Line: rec.line, Problem: Contradict, Text: begin(rec.text)})
	}
}

func (r *reader) name(rec record) string {
	if n := r.cell(rec, Name); n != "" {
		return n
	}
	return strings.TrimSpace(r.cell(rec, First) + " " + r.cell(rec, Last))
}

// number is the row's telephone number: of its column, else of another that has numbers, else, in a list somebody typed by hand, of the
// first cell that is one. In a table with headings a day, an amount or somebody's customer number must not be taken for a number to call.
func (r *reader) number(rec record) (address.Address, Problem) {
	if c := r.cell(rec, Number); c != "" {
		return r.read(c)
	}
	for _, i := range r.l.phones {
		if i < len(rec.cells) && unformula(rec.cells[i]) != "" {
			return r.read(unformula(rec.cells[i]))
		}
	}
	worst := NoNumber
	strict := r.l.headed && len(rec.cells) >= len(r.l.Columns)
	if _, has := r.at[Number]; has && strict {
		return "", worst // what else is like a number may be the business's own
	}
	for _, c := range rec.cells {
		c = unformula(c)
		if rounded.MatchString(c) {
			worst = Rounded
		}
		if !couldBeNumber(c) || strict && !dialled(c) {
			continue
		}
		to, problem := r.read(c)
		if problem == "" {
			return to, ""
		}
		if worst != Rounded {
			worst = problem
		}
	}
	return "", worst
}

// dialled: it begins as a number does that somebody calls.
func dialled(c string) bool {
	c = strings.TrimPrefix(c, "whatsapp:")
	return strings.HasPrefix(c, "+") || strings.HasPrefix(c, "(") || strings.HasPrefix(c, "0") && len(c) >= 9
}

func (r *reader) read(c string) (address.Address, Problem) {
	switch {
	case c == "":
		return "", NoNumber
	case rounded.MatchString(c):
		return "", Rounded
	}
	if rest, ok := strings.CutPrefix(c, "whatsapp:"); ok { // as Twilio writes them
		c = rest
	}
	if strings.HasPrefix(c, "wa:") {
		to, err := address.Parse(c)
		if err != nil {
			return "", BadNumber
		}
		return to, ""
	}
	if to, ok := plainNumber(c); ok {
		return to, ""
	}
	if len(c) > 11 && strings.Trim(c, "0123456789") == "" && c[0] != '0' { // international, without its plus
		if to, err := address.ParsePhone("+"+c, r.o.Region); err == nil {
			return to, ""
		}
	}
	to, err := address.ParsePhone(c, r.o.Region)
	if err != nil {
		return "", BadNumber
	}
	return to, ""
}

// plainNumber reads +, country and number as programs write them, by their shape alone: a list of a million takes seconds and not a
// minute, and a number of a block opened last week is one too.
func plainNumber(c string) (address.Address, bool) {
	if len(c) < 9 || c[0] != '+' || strings.Trim(c[1:], "0123456789") != "" {
		return "", false
	}
	to, err := address.Parse("tel:" + c)
	return to, err == nil
}

// couldBeNumber spares the numbering plans what is plainly something else: names, dates with words, formulas.
func couldBeNumber(cell string) bool {
	cell = strings.TrimPrefix(unformula(cell), "whatsapp:")
	digits := 0
	for _, c := range cell {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case !strings.ContainsRune("+-–/.() \u00a0\u202ftelTEL:", c):
			return false
		}
	}
	return digits >= 6 && digits <= 20
}

// begin is how a line begins, for whoever looks for it.
func begin(s string) string { return Shorten(s, 60) }

// Shorten makes a text one line of so many characters.
func Shorten(s string, most int) string {
	if len(s) > 4*most+4 { // what is behind is not shown anyway
		s = s[:4*most+4]
	}
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
