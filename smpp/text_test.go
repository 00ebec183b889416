package smpp

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestMeasure(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Size
	}{
		{"empty", "", Size{false, 0, 1, 160}},
		{"plain", "Hallo", Size{false, 5, 1, 155}},
		{"umlauts are GSM", "Größe äöü ÄÖÜ ß", Size{false, 15, 1, 145}},
		{"euro counts twice", "5 €", Size{false, 4, 1, 156}},
		{"160", strings.Repeat("a", 160), Size{false, 160, 1, 0}},
		{"161", strings.Repeat("a", 161), Size{false, 161, 2, 145}},
		{"306", strings.Repeat("a", 306), Size{false, 306, 2, 0}},
		{"307", strings.Repeat("a", 307), Size{false, 307, 3, 152}},
		{"euro at the seam is not torn", strings.Repeat("a", 152) + "€" + strings.Repeat("b", 20), Size{false, 174, 2, 131}},
		{"typographic quotes need Unicode", "„Ja“", Size{true, 4, 1, 66}},
		{"Arabic", "نعم", Size{true, 3, 1, 67}},
		{"Hindi", "हाँ", Size{true, 3, 1, 67}},
		{"an emoji is two units", "👍", Size{true, 2, 1, 68}},
		{"70", strings.Repeat("я", 70), Size{true, 70, 1, 0}},
		{"71", strings.Repeat("я", 71), Size{true, 71, 2, 63}},
		{"emoji at the seam is not torn", strings.Repeat("я", 66) + "👍" + strings.Repeat("я", 10), Size{true, 78, 2, 55}},
	} {
		if got := Measure(c.text); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// Whatever is cut comes out whole on the other side, and each piece fits into an SMS.
func TestPiecesComeTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("aZ9 €{}[]äß@Δ\n„🙂नعя")), 0, 600, -1).Draw(t, "text")
		coding, class, bodies := Pieces(text, 7)
		if len(bodies) != Measure(text).Parts {
			t.Fatalf("%d bodies, measured %d", len(bodies), Measure(text).Parts)
		}
		var j joiner
		for i := range bodies { // the last piece arrives first
			b := bodies[len(bodies)-1-i]
			if len(b) > 160 || coding == CodingUCS2 && len(b) > 140 {
				t.Fatalf("a piece of %d octets", len(b))
			}
			p, s, ok := Message{Class: class, Coding: coding, Body: b}.piece()
			if !ok {
				t.Fatal("not readable")
			}
			if p.Total == 0 {
				if s != text {
					t.Fatalf("%q came as %q", text, s)
				}
				return
			}
			whole, done := j.add(joinKey{"a", "b", p.Ref, p.Total}, p.Number, s, time.Unix(0, 0))
			if last := i == len(bodies)-1; done != last || done && whole != text {
				t.Fatalf("piece %d: done %v, %q of %q", i, done, whole, text)
			}
		}
	})
}

func TestJoinHasBounds(t *testing.T) {
	var j joiner
	at := time.Unix(1000, 0)
	for ref := range uint16(mostOf) {
		if _, done := j.add(joinKey{"one", "b", ref, 3}, 2, "x", at); done {
			t.Fatal("a piece of three is not whole")
		}
	}
	if s, done := j.add(joinKey{"one", "b", 99, 3}, 1, "STOP", at); !done || s != "STOP" {
		t.Errorf("a text too many of one sender: %q %v; it is handed on as it is", s, done)
	}
	if got := j.late(at); len(got) != 0 {
		t.Errorf("late too soon: %v", got)
	}
	if got := j.late(at.Add(time.Second)); len(got) != mostOf {
		t.Errorf("%d were late, want %d", len(got), mostOf)
	}
	if len(j.halves)+len(j.of) != 0 {
		t.Error("something is kept of what was handed on")
	}
	for i := range mostWaiting + 10 {
		j.add(joinKey{strings.Repeat("n", i), "b", 1, 2}, 1, "x", at)
	}
	if len(j.halves) != mostWaiting {
		t.Errorf("%d wait, at most %d may", len(j.halves), mostWaiting)
	}
	h := half{pieces: map[byte]string{1: "Bitte ", 3: "STOP"}}
	if got := h.text(3); got != "Bitte  … STOP" {
		t.Errorf("a gap reads %q", got)
	}
}

func TestReadsCodings(t *testing.T) {
	for _, c := range []struct {
		name     string
		m        Message
		text     string
		readable bool
	}{
		{"GSM", Message{Coding: 0, Body: []byte("Gr\x1e\x7e")}, "Grßü", true},
		{"GSM extension", Message{Coding: 0, Body: []byte{0x1b, 0x65, 0x1b, 0x3c, 0x1b, 'x', 0x1b}}, "€[x ", true},
		{"GSM with an eighth bit", Message{Coding: 0, Body: []byte{0x80 | 'A'}}, "A", true},
		{"ASCII that is UTF-8", Message{Coding: 1, Body: []byte("Grüße")}, "Grüße", true},
		{"ASCII", Message{Coding: 1, Body: []byte("a ~ [b] {1}")}, "a ~ [b] {1}", true},
		{"ASCII that is Latin 1", Message{Coding: 1, Body: []byte("Gr\xfc\xdfe")}, "Grüße", true},
		{"ASCII that is GSM", Message{Coding: 1, Body: []byte("f~r")}, "für", true},
		{"ASCII that is GSM by its sharp s", Message{Coding: 1, Body: []byte("Gru\x1ee")}, "Gruße", true},
		{"Latin 1", Message{Coding: 3, Body: []byte("Gr\xfc\xdfe")}, "Grüße", true},
		{"UCS-2", Message{Coding: 8, Body: []byte{0x06, 0x46, 0x06, 0x39}}, "نع", true},
		{"UCS-2 with half a character", Message{Coding: 8, Body: []byte{0, 'A', 0}}, "A", true},
		{"UCS-2 with half a pair", Message{Coding: 8, Body: []byte{0xd8, 0x3d}}, "\uFFFD", true},
		{"class 1, default alphabet", Message{Coding: 0xF1, Body: []byte("Ja")}, "Ja", true},
		{"general group, UCS-2", Message{Coding: 0x18, Body: []byte{0, 'J'}}, "J", true},
		{"binary", Message{Coding: 4, Body: []byte{1, 2}}, "", false},
		{"binary, as SMPP says", Message{Coding: 2, Body: []byte{1, 2}}, "", false},
		{"nobody knows", Message{Coding: 0x0D, Body: []byte("x")}, "", false},
		{"header cut short", Message{Class: 0x40, Body: []byte{9, 0, 3}}, "ΔΨ", true},
		{"header alone", Message{Class: 0x40, Body: []byte{5, 0, 3, 1, 2, 1}}, "", true},
	} {
		if c.name == "header cut short" {
			c.text = fromGSM(c.m.Body)
		}
		_, got, ok := c.m.piece()
		if got != c.text || ok != c.readable {
			t.Errorf("%s: %q %v, want %q %v", c.name, got, ok, c.text, c.readable)
		}
	}
}

func TestAlphabetHasNoGaps(t *testing.T) {
	if len(basic) != 128 || len(inBasic) != 127 || len(inExtension) != 10 {
		t.Fatalf("%d characters, %d and %d to be found", len(basic), len(inBasic), len(inExtension))
	}
	for r, b := range inBasic {
		if got := fromGSM([]byte{b}); got != string(r) {
			t.Errorf("%q comes back as %q", r, got)
		}
	}
}

func TestReceipts(t *testing.T) {
	for _, c := range []struct {
		name string
		m    Message
		want Receipt
		is   bool
	}{
		{"by custom", Message{Class: 4, Body: []byte("id:77 sub:001 dlvrd:001 submit date:2611230400 done date:2611230401 stat:DELIVRD err:000 text:id:evil stat:UNDELIV")}, Receipt{"77", Delivered, "000"}, true},
		{"by parameters", Message{Class: 4, ReceiptOf: "a1", ReceiptHas: 5, Body: []byte("id:other stat:DELIVRD")}, Receipt{"a1", Undeliverable, ""}, true},
		{"says nothing", Message{Class: 4}, Receipt{State: Unknown}, true},
		{"a text that looks like one", Message{Body: []byte("id:77 stat:DELIVRD")}, Receipt{}, false},
		{"unknown word", Message{Class: 4, Body: []byte("id:1 stat:HAPPY")}, Receipt{"1", Unknown, ""}, true},
	} {
		got, is := c.m.receipt()
		if got != c.want || is != c.is {
			t.Errorf("%s: %+v %v, want %+v %v", c.name, got, is, c.want, c.is)
		}
	}
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string]Address{
		"+4930123456": {1, 1, "4930123456"}, "12345": {3, 0, "12345"}, "Sonnenschein GmbH": {5, 0, "Sonnenschei"}, "": {5, 0, ""},
	} {
		if got := sender(in); got != want {
			t.Errorf("%q goes as %+v, want %+v", in, got, want)
		}
	}
	for want, in := range map[string]Address{"+4930123456": {1, 1, "4930123456"}, "12345": {3, 0, "12345"}, "Bank": {5, 0, "Bank"}, "bank": {1, 1, "bank"}} {
		if got := plain(in); got != want {
			t.Errorf("%+v came as %q, want %q", in, got, want)
		}
	}
	if got := validity(26*time.Hour + 5*time.Minute); got != "000001020500000R" {
		t.Errorf("validity %q", got)
	}
}

// FuzzDecode: no bytes bring the decoder down, and what it understood it can say again.
func FuzzDecode(f *testing.F) {
	for _, p := range []PDU{
		{Command: BindTransceiver, Sequence: 1, Bind: Binding{"a", "b", "c"}},
		{Command: SubmitSMResp, Sequence: 2, ID: "x"},
		{Command: DeliverSM, Sequence: 3, Message: Message{From: Address{1, 1, "49"}, To: Address{3, 0, "1"}, Class: 0x40, Coding: 8, Body: []byte{5, 0, 3, 1, 2, 1, 0, 65}}},
		{Command: DeliverSM, Sequence: 4, Message: Message{Class: 4, ReceiptOf: "7", ReceiptHas: 2, Part: Part{1, 2, 1}, Body: bytes.Repeat([]byte{7}, 300)}},
		{Command: EnquireLink, Sequence: 5},
	} {
		f.Add(p.Append(nil))
	}
	f.Add([]byte{0, 0, 0, 16, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := Decode(raw)
		if err != nil {
			return
		}
		p.Message.piece()
		p.Message.receipt()
		again, err := Decode(p.Append(nil))
		if err != nil {
			t.Fatalf("said again: %v", err)
		}
		if again.Command != p.Command || again.Sequence != p.Sequence || again.Message.From != p.Message.From || !bytes.Equal(again.Message.Body, p.Message.Body) {
			t.Fatalf("%+v became %+v", p, again)
		}
	})
}
