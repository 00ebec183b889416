package smpp

import "strings"

// Part is where a piece stands in a long text; the zero value is a text of one piece.
type Part struct {
	Ref           uint16
	Total, Number byte // of Total pieces the Number-th, from 1
}

// What fits (3GPP TS 23.040, 9.2.3.24.1): septets and UTF-16 units of a text alone, and of a piece beside its header of 6 octets.
const (
	alone7, piece7   = 160, 153
	alone16, piece16 = 70, 67
)

// MostParts of one text: what phones and operators still join.
const MostParts = 10

const classHeader = 0x40 // esm_class: the body begins with a user data header

// Size is what a text costs as SMS.
type Size struct {
	Unicode bool // UCS-2, since a character is not in GSM 03.38
	Units   int  // septets, or UTF-16 units
	Parts   int
	Left    int // units until another part begins
}

// Measure counts what a text costs.
func Measure(s string) Size {
	z := Size{Unicode: !fitsGSM(s)}
	pieces, alone, piece := cut(s, z.Unicode), alone7, piece7
	if z.Unicode {
		alone, piece = alone16, piece16
	}
	for _, p := range pieces {
		z.Units += units(p, z.Unicode)
	}
	z.Parts = len(pieces)
	if z.Parts == 1 {
		z.Left = alone - z.Units
	} else {
		z.Left = piece - units(pieces[len(pieces)-1], z.Unicode)
	}
	return z
}

// units counts what is already coded.
func units(b []byte, unicode bool) int {
	if unicode {
		return len(b) / 2
	}
	return len(b)
}

// cut codes a text and cuts it into the pieces that are sent; no character is torn.
func cut(s string, unicode bool) [][]byte {
	code, alone, piece := septets, alone7, piece7
	if unicode {
		code, alone, piece = func(r rune) []byte { return toUCS2(string(r)) }, 2*alone16, 2*piece16
	}
	var coded [][]byte
	whole := 0
	for _, r := range s {
		c := code(r)
		coded, whole = append(coded, c), whole+len(c)
	}
	if whole <= alone {
		piece = alone
	}
	out := [][]byte{nil}
	for _, c := range coded {
		if last := len(out) - 1; len(out[last])+len(c) <= piece {
			out[last] = append(out[last], c...)
		} else {
			out = append(out, c)
		}
	}
	return out
}

// Pieces makes the bodies of a text: one, or several with a user data header that shares ref.
func Pieces(s string, ref byte) (coding, class byte, bodies [][]byte) {
	unicode := !fitsGSM(s)
	if unicode {
		coding = CodingUCS2
	}
	bodies = cut(s, unicode)
	if len(bodies) == 1 {
		return coding, 0, bodies
	}
	for i, b := range bodies {
		bodies[i] = append([]byte{5, 0, 3, ref, byte(len(bodies)), byte(i + 1)}, b...)
	}
	return coding, classHeader, bodies
}

// header takes the user data header off a body and says which piece it is. A header that does not hold together leaves the body as it is.
func header(b []byte) (Part, []byte) {
	if len(b) == 0 || int(b[0])+1 > len(b) {
		return Part{}, b
	}
	var p Part
	elements, rest := b[1:1+int(b[0])], b[1+int(b[0]):]
	for len(elements) >= 2 && len(elements) >= 2+int(elements[1]) {
		id, v := elements[0], elements[2:2+int(elements[1])]
		switch {
		case id == 0x00 && len(v) == 3:
			p = Part{uint16(v[0]), v[1], v[2]}
		case id == 0x08 && len(v) == 4:
			p = Part{uint16(v[0])<<8 | uint16(v[1]), v[2], v[3]}
		}
		elements = elements[2+len(v):]
	}
	return p, rest
}

// piece is what arrived: its place, and its text.
func (m Message) piece() (p Part, text string, readable bool) {
	raw := m.Body
	if m.Class&classHeader != 0 {
		p, raw = header(raw)
	} else {
		p = m.Part
	}
	if p.Total < 2 || p.Number < 1 || p.Number > p.Total {
		p = Part{}
	}
	text, readable = decodeText(m.Coding, raw)
	return p, strings.ToValidUTF8(text, "\uFFFD"), readable
}
