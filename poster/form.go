package poster

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the two types a logo may have here
	_ "image/png"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// Form is an opt-in form for a pen. Every text is handed in; the notice is printed whole or not at all.
type Form struct {
	Lang     string // BCP 47
	RTL      bool   // the language is written from the right
	Size     string // a5: one a page; a4: two side by side on a sheet to be cut
	Business string
	Logo     []byte // PNG or JPEG; nil = the name alone
	Ask      string // how to fill in
	Headline string
	Topics   []Topic
	Name     string // over the boxes for a name
	Phone    string // over the boxes for the number
	Notice   string // the exact words
	Privacy  string // "" = the notice says it
	Sign     string // below the line
	Scan     string // beside the code
	Serial   string // before the number of the form
	Foot     []string
	TearOff  string   // what the part below the dashes is
	Withdraw []string // what stands on it: how to withdraw
}

// Slip is what makes each form the only one of its kind.
type Slip struct {
	Serial string
	Code   Code
}

// ErrTooLong says that the notice does not fit on the form in letters that can be read.
var ErrTooLong = errors.New("the notice is too long for the form")

// densities are tried from roomy to narrow; the smallest sets the notice in 7 points.
var densities = []density{{1, true}, {0.93, true}, {0.86, true}, {0.8, true}, {0.8, false}, {0.72, false}, {0.64, false}}

type density struct {
	scale float64
	name  bool // with boxes for the name
}

// half is one form on its way onto paper, in millimetres of A5.
type half struct {
	*setter
	f     Form
	at    float64 // left edge on the sheet
	is    density
	dry   bool // measures only
	width float64
}

const (
	formWidth, formHeight = 148.0, 210.0
	formMargin            = 12.0
	tearHeight            = 34.0
	codeWide              = 25.0
)

// Forms draws a batch.
func Forms(f Form, slips []Slip) ([]byte, error) {
	width := formWidth
	switch f.Size {
	case "a4":
		width = 297
	case "a5":
	default:
		return nil, fmt.Errorf("form of size %q", f.Size)
	}
	pdf := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: width, Ht: formHeight}})
	settle(pdf, f.Lang, f.Headline+" · "+f.Business)
	h := &half{setter: newSetter(pdf, f.Lang, f.RTL, formHeight), f: f, width: formWidth - 2*formMargin}
	h.logo()
	if err := h.fit(); err != nil {
		return nil, err
	}
	for i, slip := range slips {
		left := f.Size == "a5" || i%2 == 0
		if left {
			pdf.AddPage()
		}
		h.at = formMargin
		if !left {
			h.at = width - formWidth + formMargin
			h.dashes(width/2, 0, width/2, formHeight)
		}
		h.draw(slip)
	}
	var b bytes.Buffer
	if err := pdf.Output(&b); err != nil {
		return nil, fmt.Errorf("draw forms: %w", err)
	}
	return b.Bytes(), nil
}

// settle makes the file the same, byte for byte, for the same words.
func settle(pdf *fpdf.Fpdf, lang, title string) {
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(printed)
	pdf.SetModificationDate(printed)
	pdf.SetProducer("Jawort", true)
	pdf.SetTitle(title, true)
	if strings.Trim(lang, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") == "" {
		pdf.SetLang(lang) // written as it is
	}
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCellMargin(0)
}

// fit finds the roomiest setting in which everything has its place.
func (h *half) fit() error {
	h.dry = true
	defer func() { h.dry = false }()
	for _, h.is = range densities {
		if h.top()+h.bottomHeight() <= formHeight {
			return nil
		}
	}
	return ErrTooLong
}

func (h *half) draw(slip Slip) {
	h.top()
	y := formHeight - h.bottomHeight()
	h.sign(y, slip)
	y += codeWide + 4
	h.rule(y, 0.2)
	y += 1.6
	for _, text := range h.f.Foot {
		y = h.block("sans", 6.5, 1.35, 0, y, h.width, text)
	}
	h.tearOff(slip)
}

// bottomHeight is what signature, foot and tear-off take.
func (h *half) bottomHeight() float64 {
	dry := h.dry
	h.dry = true
	foot := 0.0
	for _, text := range h.f.Foot {
		foot = h.block("sans", 6.5, 1.35, 0, foot, h.width, text)
	}
	h.dry = dry
	return codeWide + 4 + 1.6 + foot + 2.5 + tearHeight
}

// top sets everything from the head to the notice and answers where it ends.
func (h *half) top() float64 {
	k := h.is.scale
	y := 10.0
	name := 0.0
	if h.info() != nil {
		name = h.logoAt(y) + 2.5
	}
	ask := h.width - name - 34
	end := h.block("serifB", 11, 1.3, name, y+1.2, ask, h.f.Business)
	h.side("sans", 7.5, y+2, 33, h.f.Ask)
	y = max(end, y+8) + 2.5*k
	y = h.block("serifB", 19*k, 1.15, 0, y, h.width, h.f.Headline) + 2*k
	h.rule(y, 0.25)
	y += 3.5 * k
	for _, t := range h.f.Topics {
		h.box(0, y, 5, 5)
		next := h.block("serifB", 10.5*k, 1.3, 9, y, h.width-9, t.Name)
		if t.Value != "" {
			next = h.block("serif", 10*k, 1.35, 9, next, h.width-9, t.Value)
		}
		y = max(next, y+5) + 2*k
	}
	h.rule(y+0.8*k, 0.25)
	y += 3.6 * k
	if h.is.name {
		y = h.cells(y, h.f.Name, 24)
	}
	y = h.cells(y, h.f.Phone, 17)
	y = h.block("serif", 11*k, 1.36, 0, y+1*k, h.width, h.f.Notice)
	if h.f.Privacy != "" {
		y = h.block("serif", 11*k, 1.36, 0, y+1*k, h.width, h.f.Privacy)
	}
	return y + 4*k
}

// cells are boxes for one letter each.
func (h *half) cells(y float64, label string, count int) float64 {
	y = h.block("sans", 7.5, 1.35, 0, y, h.width, label) + 0.8
	gap := 1.0
	wide := (h.width - gap*float64(count-1)) / float64(count)
	for i := range count {
		h.box(float64(i)*(wide+gap), y, wide, 7.4)
	}
	return y + 7.4 + 3.2*h.is.scale
}

// sign is the line to sign on and, at the other side, the code.
func (h *half) sign(y float64, slip Slip) {
	line := y + codeWide - 5
	h.edge(0, line, 52, 0.25)
	h.block("sans", 7.5, 1.35, 0, line+0.9, 60, h.f.Sign)
	beside := 62.0
	x := h.from(beside, codeWide)
	if slip.Code.Size > 0 {
		module := codeWide / float64(slip.Code.Size-8)
		h.SetFillColor(0, 0, 0)
		for _, r := range slip.Code.Runs {
			h.Rect(x+float64(r.X-4)*module, y+float64(r.Y-4)*module, float64(r.Length)*module, module*1.01, "F")
		}
	}
	end := h.block("sans", 7.5, 1.4, beside+codeWide+4.5, y+3, h.width-beside-codeWide-4.5, h.f.Scan)
	h.block("sans", 7.5, 1.4, beside+codeWide+4.5, end+1.5, h.width-beside-codeWide-4.5, h.f.Serial+"\n"+slip.Serial)
}

// tearOff is what the person keeps.
func (h *half) tearOff(slip Slip) {
	y := formHeight - tearHeight
	h.dashes(h.at-formMargin, y, h.at+formWidth-formMargin, y)
	y += 3
	h.block("serifB", 9.5, 1.3, 0, y, h.width-36, h.f.TearOff)
	h.side("sans", 7.5, y+0.6, 35, slip.Serial)
	y += 5.4
	for _, points := range []float64{9, 8, 7, 6} {
		h.dry = true
		end := y
		for _, text := range h.f.Withdraw {
			end = h.block("serif", points, 1.34, 0, end, h.width, text) + 0.6
		}
		if h.dry = false; end <= formHeight-6 || points == 6 {
			for _, text := range h.f.Withdraw {
				y = h.block("serif", points, 1.34, 0, y, h.width, text) + 0.6
			}
			return
		}
	}
}

// from is where something so wide begins that stands so far from the side where reading begins.
func (h *half) from(start, wide float64) float64 {
	if h.f.RTL {
		return h.at + h.width - start - wide
	}
	return h.at + start
}

// block sets a text below each other and answers where the next one would be.
func (h *half) block(name string, points, spacing, start, y, width float64, text string) float64 {
	lead := points * spacing * perPoint
	for _, l := range h.breaks(name, points, width, text) {
		if !h.dry {
			h.put(l, points, h.from(start, l.width), y+lead*0.76)
		}
		y += lead
	}
	return y
}

// side sets a short text at the side where reading ends.
func (h *half) side(name string, points, y, width float64, text string) {
	for _, l := range h.breaks(name, points, width, text) {
		if !h.dry {
			h.put(l, points, h.from(h.width-l.width, l.width), y+points*1.35*perPoint*0.76)
		}
		y += points * 1.35 * perPoint
	}
}

func (h *half) rule(y, weight float64) { h.edge(0, y, h.width, weight) }

func (h *half) edge(start, y, wide, weight float64) {
	if h.dry {
		return
	}
	h.SetLineWidth(weight)
	h.Line(h.from(start, wide), y, h.from(start, wide)+wide, y)
}

func (h *half) box(start, y, wide, high float64) {
	if h.dry {
		return
	}
	h.SetLineWidth(0.25)
	h.Rect(h.from(start, wide), y, wide, high, "D")
}

func (h *half) dashes(x1, y1, x2, y2 float64) {
	h.SetLineWidth(0.2)
	h.SetDashPattern([]float64{1.6, 1.2}, 0)
	h.Line(x1, y1, x2, y2)
	h.SetDashPattern(nil, 0)
}

const logoName = "logo"

// logo hands the picture to the library; one it cannot read is left out, since the name says enough.
func (h *half) logo() {
	_, kind, err := image.DecodeConfig(bytes.NewReader(h.f.Logo))
	if err != nil {
		return
	}
	h.RegisterImageOptionsReader(logoName, fpdf.ImageOptions{ImageType: kind}, bytes.NewReader(h.f.Logo))
	if h.Err() {
		h.ClearError()
	}
}

func (h *half) info() *fpdf.ImageInfoType { return h.GetImageInfo(logoName) }

// logoAt draws the logo eight millimetres high, or as wide as a third of the sheet, and answers how wide it became.
func (h *half) logoAt(y float64) float64 {
	info := h.info()
	wide, high := 8*info.Width()/info.Height(), 8.0
	if most := h.width / 3; wide > most {
		wide, high = most, most*info.Height()/info.Width()
	}
	if !h.dry {
		h.ImageOptions(logoName, h.from(0, wide), y, wide, high, false, fpdf.ImageOptions{}, 0, "")
	}
	return wide
}
