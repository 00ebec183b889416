// Package poster is what is printed and hung up: one sheet with the business's words, a QR code and the small print, as a PDF
// that is the same, byte for byte, for the same words.
package poster

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
)

// Subsets (Latin, Greek, Cyrillic) of Source Serif 4 and Inter, both under the Open Font License beside them.
var (
	//go:embed fonts/source-serif-4-400.ttf
	serif []byte
	//go:embed fonts/source-serif-4-600.ttf
	serifBold []byte
	//go:embed fonts/inter-400.ttf
	sans []byte
)

// Sizes a poster can have, in millimetres.
var Sizes = map[string][2]float64{"a4": {210, 297}, "a5": {148, 210}}

// Poster is what stands on it. Every text is handed in; one that is too long is set smaller, then cut with an ellipsis.
type Poster struct {
	Lang     string // BCP 47
	Size     string // one of Sizes
	Business string
	Headline string
	Topics   []Topic
	Call     string   // what to do, beside the code
	Steps    []string // what happens then
	Link     string   // below the code, for who types; "" = none
	LinkHint string
	Small    string // the wording, as it is on the page
	Foot     string // source and version
	Code     Code
}

// Topic is one thing people can agree to.
type Topic struct{ Name, Value string }

// Code is a QR code with its quiet zone.
type Code struct {
	Size int // modules in a row
	Runs []Run
}

// Run is a row of black modules side by side.
type Run struct{ X, Y, Length int }

// printed is the day every poster claims to be made: a file that changes by itself cannot be compared.
var printed = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// sheet is a poster on its way onto paper. Lengths are millimetres of A5, stretched to the sheet's own size.
type sheet struct {
	*fpdf.Fpdf
	p             Poster
	unit          float64
	width, height float64
	left, right   float64
}

// Draw makes the PDF.
func Draw(p Poster) ([]byte, error) {
	size, ok := Sizes[p.Size]
	if !ok {
		return nil, fmt.Errorf("poster of size %q", p.Size)
	}
	pdf := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: size[0], Ht: size[1]}})
	s := &sheet{Fpdf: pdf, p: p.clean(), unit: size[0] / 148, width: size[0], height: size[1]}
	s.left, s.right = s.mm(13), s.width-s.mm(13)
	settle(pdf, p.Lang, s.p.Headline+" · "+s.p.Business)
	pdf.AddUTF8FontFromBytes("serif", "", serif)
	pdf.AddUTF8FontFromBytes("serif", "B", serifBold)
	pdf.AddUTF8FontFromBytes("sans", "", sans)
	pdf.AddPage()
	s.draw()
	var b bytes.Buffer
	if err := pdf.Output(&b); err != nil {
		return nil, fmt.Errorf("draw poster: %w", err)
	}
	return b.Bytes(), nil
}

func (s *sheet) mm(v float64) float64 { return v * s.unit }

// draw sets head, topics, code and small print from the top and the foot towards each other; what is left is white.
func (s *sheet) draw() {
	foot := s.foot()
	y := s.mm(13)
	s.text("serif", "B", 11, 1.25, s.left, y, s.right-s.left, 1, s.p.Business)
	y += s.mm(8)
	s.rule(y, 0.35)
	y += s.mm(5)
	y = s.text("serif", "B", 27, 1.08, s.left, y, s.right-s.left, 3, s.p.Headline) + s.mm(4.5)
	y = s.topics(y, foot-s.codeHeight())
	s.code(max(y+s.mm(4), (y+foot-s.codeHeight())/2), foot)
}

// foot sets the small print upwards from the bottom and answers where it begins.
func (s *sheet) foot() float64 {
	width, points := s.right-s.left, 7.5
	lines := s.lines("serif", "", points, width, s.p.Small)
	for points > 5.5 && float64(len(lines))*s.lead(points, 1.38) > s.mm(48) {
		points -= 0.5
		lines = s.lines("serif", "", points, width, s.p.Small)
	}
	small := float64(len(lines)) * s.lead(points, 1.38)
	line := s.height - s.mm(13) - s.lead(6.5, 1.4)
	s.text("sans", "", 6.5, 1.4, s.left, line, width, 1, s.p.Foot)
	top := line - s.mm(2.5) - small
	s.set("serif", "", points, 1.38, s.left, top, lines)
	s.rule(top-s.mm(2.5), 0.25)
	return top - s.mm(2.5)
}

// topics lists what one gets, as many as there is room for.
func (s *sheet) topics(y, until float64) float64 {
	width := s.right - s.left
	for i, t := range s.p.Topics {
		need := s.lead(12.5, 1.3) + s.lead(10.5, 1.35)*float64(min(2, len(s.lines("serif", "", 10.5, width, t.Value))))
		if y+need > until && i > 0 {
			break
		}
		y = s.text("serif", "B", 12.5, 1.3, s.left, y, width, 1, t.Name)
		y = s.text("serif", "", 10.5, 1.35, s.left, y+s.mm(0.4), width, 2, t.Value) + s.mm(2.6)
	}
	return y
}

func (s *sheet) codeSide() float64   { return s.mm(58) }
func (s *sheet) codeHeight() float64 { return s.codeSide() + s.mm(10) }

// code sets the QR code and, beside it, what to do.
func (s *sheet) code(y, until float64) {
	side := s.codeSide()
	y = min(y, until-s.codeHeight())
	module := side / float64(s.p.Code.Size)
	edge := 4 * module // the quiet zone may reach over the margin: paper is white there
	x := s.left - edge
	s.SetFillColor(0, 0, 0)
	for _, r := range s.p.Code.Runs {
		s.Rect(x+float64(r.X)*module, y+float64(r.Y)*module, float64(r.Length)*module, module*1.01, "F")
	}
	beside := x + side + s.mm(1)
	width := s.right - beside
	line := s.text("serif", "B", 15, 1.15, beside, y+edge-s.mm(1), width, 3, s.p.Call) + s.mm(2.5)
	for i, step := range s.p.Steps {
		s.text("serif", "B", 10, 1.35, beside, line, s.mm(5), 1, fmt.Sprint(i+1))
		line = s.text("serif", "", 10, 1.35, beside+s.mm(5), line, width-s.mm(5), 3, step) + s.mm(1.2)
	}
	if s.p.Link != "" {
		s.text("sans", "", 7.5, 1.4, s.left, y+side-edge+s.mm(2), s.right-s.left, 1, strings.TrimSpace(s.p.LinkHint+" "+s.p.Link))
	}
}

func (s *sheet) rule(y, weight float64) {
	s.SetLineWidth(s.mm(weight))
	s.Line(s.left, y, s.right, y)
}

// lead is the height of a line of so many points.
func (s *sheet) lead(points, spacing float64) float64 { return points * s.unit * spacing * 25.4 / 72 }

// text sets at most so many lines and answers where the next one would be. A text that needs more is set smaller, down to
// three quarters, and then cut.
func (s *sheet) text(family, style string, points, spacing, x, y, width float64, most int, text string) float64 {
	full := points
	lines := s.lines(family, style, points, width, text)
	for len(lines) > most && points > full*3/4 {
		points -= 0.5
		lines = s.lines(family, style, points, width, text)
	}
	if len(lines) > most {
		lines = append(slices.Clone(lines[:most-1]), s.cut(lines[most-1], width))
	}
	return s.set(family, style, points, spacing, x, y, lines)
}

func (s *sheet) set(family, style string, points, spacing, x, y float64, lines []string) float64 {
	s.SetFont(family, style, points*s.unit)
	for _, line := range lines {
		s.SetXY(x, y)
		s.CellFormat(0, s.lead(points, spacing), line, "", 0, "LM", false, 0, "")
		y += s.lead(points, spacing)
	}
	return y
}

// cut shortens a line so that an ellipsis fits.
func (s *sheet) cut(line string, width float64) string {
	runes := []rune(line)
	for len(runes) > 0 && s.GetStringWidth(string(runes)+" …") > width {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimSpace(string(runes)) + " …"
}

// lines breaks a text at its own line ends and at spaces; a word wider than the sheet is broken anywhere.
func (s *sheet) lines(family, style string, points, width float64, text string) []string {
	s.SetFont(family, style, points*s.unit)
	var out []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		line := ""
		for _, word := range strings.FieldsFunc(paragraph, func(r rune) bool { return r == ' ' || r == '\t' }) {
			if line != "" && s.GetStringWidth(line+" "+word) > width {
				out, line = append(out, line), ""
			}
			if line != "" {
				line += " "
			}
			line += word
			for s.GetStringWidth(line) > width && len([]rune(line)) > 1 {
				runes := []rune(line)
				n := len(runes) - 1
				for n > 1 && s.GetStringWidth(string(runes[:n])) > width {
					n--
				}
				out, line = append(out, string(runes[:n])), string(runes[n:])
			}
		}
		out = append(out, line)
	}
	return out
}

// clean takes out what has no form on paper: control characters, and signs outside the fonts' plane, which the library cannot set.
func (p Poster) clean() Poster {
	one := func(s string) string {
		return strings.Map(func(r rune) rune {
			switch {
			case r == '\n':
				return r
			case r == 0xad || r > 0xffff || unicode.Is(unicode.Mn, r) && r > 0x36f || unicode.Is(unicode.Cf, r):
				return -1
			case unicode.IsControl(r) || r == unicode.ReplacementChar:
				return ' '
			}
			return r
		}, strings.ToValidUTF8(s, ""))
	}
	for _, field := range []*string{&p.Business, &p.Headline, &p.Call, &p.Link, &p.LinkHint, &p.Small, &p.Foot} {
		*field = one(*field)
	}
	p.Topics, p.Steps = slices.Clone(p.Topics), slices.Clone(p.Steps)
	for i := range p.Topics {
		p.Topics[i] = Topic{one(p.Topics[i].Name), one(p.Topics[i].Value)}
	}
	for i := range p.Steps {
		p.Steps[i] = one(p.Steps[i])
	}
	return p
}
