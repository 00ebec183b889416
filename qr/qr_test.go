package qr

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"strings"
	"testing"
)

const link = "https://jawort.example/o/src_01k9t3w5rkd1m"

// The three pictures of a code show the same modules: finder patterns in three corners, white around.
func TestPicturesAgree(t *testing.T) {
	for name, draw := range map[string]func(string) (Code, error){"screen": Screen, "paper": Paper} {
		c, err := draw(link)
		if err != nil {
			t.Fatal(err)
		}
		n := c.Size()
		for _, corner := range [][2]int{{4, 4}, {n - 11, 4}, {4, n - 11}} {
			for i := range 7 {
				if !c.Dark(corner[0]+i, corner[1]) || !c.Dark(corner[0], corner[1]+i) || !c.Dark(corner[0]+3, corner[1]+3) || c.Dark(corner[0]+1, corner[1]+1) {
					t.Fatalf("%s: no finder pattern at %v", name, corner)
				}
			}
		}
		raw, err := c.PNG(5)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(raw))
		if err != nil || img.Bounds().Dx() != 5*n {
			t.Fatalf("%s: PNG %v %v", name, img.Bounds(), err)
		}
		runs := map[[2]int]bool{}
		for _, r := range c.Runs() {
			for i := range r.Length {
				runs[[2]int{r.X + i, r.Y}] = true
			}
		}
		for y := range n {
			for x := range n {
				r, _, _, _ := img.At(5*x+2, 5*y+2).RGBA()
				if dark := c.Dark(x, y); dark != (r == 0) || dark != runs[[2]int{x, y}] {
					t.Fatalf("%s: module %d %d differs", name, x, y)
				}
				if (x < 4 || y < 4 || x >= n-4 || y >= n-4) && c.Dark(x, y) {
					t.Fatalf("%s: the border is not white at %d %d", name, x, y)
				}
			}
		}
		if svg := string(c.SVG()); !strings.Contains(svg, c.Path()) || xml.NewDecoder(strings.NewReader(svg)).Decode(new(struct{})) != nil {
			t.Errorf("%s: SVG %.80s", name, svg)
		}
	}
}

func TestPaperIsDenser(t *testing.T) {
	a, err1 := Screen(link)
	b, err2 := Paper(link)
	if err1 != nil || err2 != nil || b.Size() <= a.Size() {
		t.Errorf("%d %d %v %v", a.Size(), b.Size(), err1, err2)
	}
	if _, err := Screen(strings.Repeat("x", 5000)); err == nil {
		t.Error("5000 letters fit a code")
	}
	if a.Dark(-1, 0) || a.Dark(0, 1000) {
		t.Error("outside is dark")
	}
}
