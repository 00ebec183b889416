package poster

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/text/unicode/norm"
)

// Noto Naskh Arabic and Noto Serif Devanagari, whole: shaping needs all their glyphs. Both under the Open Font License beside them.
var (
	//go:embed fonts/noto-naskh-arabic-400.ttf
	arabic []byte
	//go:embed fonts/noto-naskh-arabic-600.ttf
	arabicBold []byte
	//go:embed fonts/noto-serif-devanagari-400.ttf
	devanagari []byte
	//go:embed fonts/noto-serif-devanagari-600.ttf
	devanagariBold []byte
)

// typeface is a font as the PDF and as the shaper know it.
type typeface struct {
	family, style string // in the PDF
	body          []byte
}

// cases are the typefaces of each style, the first of which is set as text; the others are there for what it lacks.
var cases = map[string][]typeface{
	"serif":  {{"serif", "", serif}, {"arabic", "", arabic}, {"devanagari", "", devanagari}},
	"serifB": {{"serif", "B", serifBold}, {"arabic", "B", arabicBold}, {"devanagari", "B", devanagariBold}},
	"sans":   {{"sans", "", sans}, {"arabic", "", arabic}, {"devanagari", "", devanagari}},
}

// parsed are the fonts, read once.
var parsed = sync.OnceValue(func() map[string][]*font.Font {
	out := map[string][]*font.Font{}
	for name, list := range cases {
		for _, t := range list {
			f, err := font.ParseTTF(bytes.NewReader(t.body))
			if err != nil {
				panic(fmt.Sprintf("font %s: %v", t.family, err)) // embedded: cannot happen in a built program
			}
			out[name] = append(out[name], f.Font)
		}
	}
	return out
})

// setter breaks texts into lines and puts them onto paper: joined, reordered and stacked as their scripts want it.
type setter struct {
	*fpdf.Fpdf
	shaper    shaping.HarfbuzzShaper
	segments  shaping.Segmenter
	wrapper   shaping.LineWrapper
	faces     map[string][]*font.Face
	rtl       bool // of the sheet: texts begin at the right
	lang      language.Language
	height    float64 // of the page, in mm
	installed map[string]bool
}

func newSetter(pdf *fpdf.Fpdf, lang string, rtl bool, height float64) *setter {
	s := &setter{Fpdf: pdf, faces: map[string][]*font.Face{}, rtl: rtl, lang: language.NewLanguage(lang), height: height, installed: map[string]bool{}}
	for name, list := range parsed() {
		for _, f := range list {
			s.faces[name] = append(s.faces[name], font.NewFace(f))
		}
	}
	return s
}

// fallback picks the first face that has a sign.
type fallback []*font.Face

func (f fallback) ResolveFace(r rune) *font.Face {
	for _, face := range f {
		if _, ok := face.NominalGlyph(r); ok {
			return face
		}
	}
	return f[0]
}

// line is one line of a text, its runs from left to right.
type line struct {
	name  string
	runs  []shaping.Output
	text  []rune
	from  int // the part of text it shows
	to    int
	width float64 // mm
}

// shapedAt is the size in points at which everything is shaped: the shaper takes whole ones only.
const shapedAt = 100

// mm is a length of the shaper, in 64ths of a point, in millimetres of a text so many points large.
func mm[N ~int32](v N, points float64) float64 {
	return float64(v) / 64 * points / shapedAt * perPoint
}

// perPoint is how many millimetres a point has.
const perPoint = 25.4 / 72

// plain: text that is set as text has the width its letters have; the others are drawn as they were shaped.
var plain = []shaping.FontFeature{{Tag: opentype.MustNewTag("kern")}, {Tag: opentype.MustNewTag("liga")}, {Tag: opentype.MustNewTag("clig")}}

// breaks splits a text at its own line ends and where its script allows; a word wider than the sheet is broken anywhere.
func (s *setter) breaks(name string, points, width float64, text string) []line {
	var out []line
	for paragraph := range strings.SplitSeq(norm.NFC.String(settable(text)), "\n") {
		runes := []rune(strings.Join(strings.Fields(paragraph), " "))
		if len(runes) == 0 {
			out = append(out, line{name: name})
			continue
		}
		direction := s.direction(runes)
		in := shaping.Input{Text: runes, RunEnd: len(runes), Direction: direction, Size: shapedAt << 6, Language: s.lang, FontFeatures: plain}
		var shaped []shaping.Output
		for _, part := range s.segments.Split(in, fallback(s.faces[name])) {
			if part.Face != s.faces[name][0] {
				part.FontFeatures = nil
			}
			shaped = append(shaped, s.shaper.Shape(part))
		}
		lines, _ := s.wrapper.WrapParagraph(shaping.WrapConfig{Direction: direction}, int(width/perPoint*shapedAt/points), runes, shaping.NewSliceIterator(shaped))
		for _, l := range lines {
			out = append(out, newLine(name, points, runes, l))
		}
	}
	return out
}

// direction is that of a paragraph: on a sheet from the right a sentence of another script still reads its own way.
func (s *setter) direction(text []rune) di.Direction {
	i := slices.IndexFunc(text, unicode.IsLetter)
	if s.rtl && (i < 0 || unicode.In(text[i], unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko)) {
		return di.DirectionRTL
	}
	return di.DirectionLTR
}

// settable leaves out what has no form on paper: control characters, orders to turn the direction round, and signs outside the fonts' plane.
func settable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == 0x200c, r == 0x200d: // the joiners are letters' business
			return r
		case r == 0xad || r > 0xffff || unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsControl(r) || r == unicode.ReplacementChar:
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

func newLine(name string, points float64, text []rune, runs shaping.Line) line {
	l := line{name: name, text: text, runs: slices.Clone(runs), from: len(text)}
	for _, r := range runs {
		l.from, l.to = min(l.from, r.Runes.Offset), max(l.to, r.Runes.Offset+r.Runes.Count)
		l.width += mm(r.Advance, points)
	}
	slices.SortStableFunc(l.runs, func(a, b shaping.Output) int { return int(a.VisualIndex - b.VisualIndex) })
	return l
}

// put draws a line whose left end and baseline are given, in points of the size it was broken for.
func (s *setter) put(l line, points, x, baseline float64) {
	for _, r := range l.runs {
		t := s.typeface(l.name, r.Face)
		words := l.text[r.Runes.Offset : r.Runes.Offset+r.Runes.Count]
		if r.Face == s.faces[l.name][0] && simple(r, len(words)) {
			s.SetFont(t.family, t.style, points)
			s.Text(x, baseline, string(words))
		} else {
			s.outlines(r, points, x, baseline)
			s.hidden(t, r, l.text, points, x, baseline)
		}
		x += mm(r.Advance, points)
	}
}

// simple: each sign has its own glyph at its own place.
func simple(r shaping.Output, signs int) bool {
	return r.Direction == di.DirectionLTR && len(r.Glyphs) == signs &&
		!slices.ContainsFunc(r.Glyphs, func(g shaping.Glyph) bool { return g.XOffset != 0 || g.YOffset != 0 })
}

func (s *setter) typeface(name string, f *font.Face) typeface {
	t := cases[name][max(0, slices.Index(s.faces[name], f))]
	if key := t.family + t.style; !s.installed[key] {
		s.installed[key] = true
		s.AddUTF8FontFromBytes(t.family, t.style, t.body)
	}
	return t
}

// outlines draws glyphs as paths: the library can set neither joined nor stacked scripts.
func (s *setter) outlines(r shaping.Output, points, x, baseline float64) {
	scale := points / float64(r.Face.Upem()) // points a unit of the font
	y := (s.height - baseline) / perPoint
	var b strings.Builder
	for _, g := range r.Glyphs {
		gx, gy := (x+mm(g.XOffset, points))/perPoint, y+mm(g.YOffset, points)/perPoint
		if o, ok := r.Face.GlyphData(g.GlyphID).(font.GlyphOutline); ok && len(o.Segments) > 0 {
			outline(&b, o.Segments, gx, gy, scale)
			b.WriteString("f\n")
		}
		x += mm(g.Advance, points)
	}
	if b.Len() > 0 {
		s.RawWriteStr("q 0 g\n" + b.String() + "Q\n")
	}
}

// outline writes one glyph's path; a quadratic curve is written as the cubic one it equals.
func outline(b *strings.Builder, segments []opentype.Segment, x, y, scale float64) {
	at := func(p opentype.SegmentPoint) (float64, float64) {
		return x + float64(p.X)*scale, y + float64(p.Y)*scale
	}
	var cx, cy float64
	for i, seg := range segments {
		ax, ay := at(seg.Args[0])
		switch seg.Op {
		case opentype.SegmentOpMoveTo:
			if i > 0 {
				b.WriteString("h ")
			}
			fmt.Fprintf(b, "%.2f %.2f m ", ax, ay)
			cx, cy = ax, ay
		case opentype.SegmentOpLineTo:
			fmt.Fprintf(b, "%.2f %.2f l ", ax, ay)
			cx, cy = ax, ay
		case opentype.SegmentOpQuadTo:
			ex, ey := at(seg.Args[1])
			fmt.Fprintf(b, "%.2f %.2f %.2f %.2f %.2f %.2f c ", cx+(ax-cx)*2/3, cy+(ay-cy)*2/3, ex+(ax-ex)*2/3, ey+(ay-ey)*2/3, ex, ey)
			cx, cy = ex, ey
		case opentype.SegmentOpCubeTo:
			bx, by := at(seg.Args[1])
			ex, ey := at(seg.Args[2])
			fmt.Fprintf(b, "%.2f %.2f %.2f %.2f %.2f %.2f c ", ax, ay, bx, by, ex, ey)
			cx, cy = ex, ey
		}
	}
	b.WriteString("h ")
}

// hidden lays the words over their drawing without ink, so that they are found and copied: word by word, each as wide as it is drawn.
func (s *setter) hidden(t typeface, r shaping.Output, text []rune, points, x, baseline float64) {
	s.SetTextRenderingMode(3)
	defer s.SetTextRenderingMode(0)
	from, to, start, end := -1, -1, 0.0, 0.0
	flush := func() {
		if from < 0 {
			return
		}
		word := slices.Clone(text[from:to])
		if r.Direction == di.DirectionRTL {
			slices.Reverse(word)
		}
		from = -1
		word = slices.DeleteFunc(word, func(c rune) bool { return c > 0xffff })
		s.SetFont(t.family, t.style, points)
		if w := s.GetStringWidth(string(word)); w > 0 && end > start {
			s.SetFontSize(points * (end - start) / w)
			s.Text(start, baseline, string(word))
		}
	}
	for _, g := range r.Glyphs {
		wide := mm(g.Advance, points)
		a, z := g.TextIndex(), g.TextIndex()+g.RunesCount()
		if unicode.IsSpace(text[a]) {
			flush()
		} else if from < 0 {
			from, to, start, end = a, z, x, x+wide
		} else {
			from, to, end = min(from, a), max(to, z), x+wide
		}
		x += wide
	}
	flush()
}

// Missing are the signs of a text that none of the fonts has: whoever prints somebody's exact words must know.
func Missing(text string) []rune {
	var out []rune
	for _, r := range norm.NFC.String(text) {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) || slices.Contains(out, r) {
			continue
		}
		if !slices.ContainsFunc(parsed()["serif"], func(f *font.Font) bool { _, ok := f.NominalGlyph(r); return ok }) {
			out = append(out, r)
		}
	}
	return out
}
