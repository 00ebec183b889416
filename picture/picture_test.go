package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"strings"
	"testing"
)

// sample is white with a black square at the left above.
func sample(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 255, 255, 255}
			if x < w/4 && y < h/4 {
				c = color.RGBA{0, 0, 0, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func coded(t *testing.T, kind string, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	if kind == "jpeg" {
		err = jpeg.Encode(&b, img, nil)
	} else {
		err = png.Encode(&b, img)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// camera puts an Exif part with an orientation and a place into a JPEG.
func camera(body []byte, how uint16) []byte {
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x02")
	tiff = append(tiff, 0x01, 0x12, 0, 3, 0, 0, 0, 1)
	tiff = binary.BigEndian.AppendUint16(tiff, how)
	tiff = append(tiff, 0, 0, 0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 40, 0, 0, 0, 0)
	tiff = append(tiff, "GPS 52.5200 N 13.4050 E"...)
	part := append([]byte("Exif\x00\x00"), tiff...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(part)+2))
	return append(append(head, part...), body[2:]...)
}

func dark(img *image.RGBA, x, y int) bool { return img.RGBAAt(x, y).G < 80 }

func TestTurnedUprightAndEmptied(t *testing.T) {
	for how, corner := range map[uint16][2]int{1: {0, 0}, 2: {1, 0}, 3: {1, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 1}, 8: {0, 1}, 9: {0, 0}} {
		img, err := Read(camera(coded(t, "jpeg", sample(120, 80)), how), 1000)
		if err != nil {
			t.Fatal(err)
		}
		w, h := img.Rect.Dx(), img.Rect.Dy()
		if turned := how >= 5 && how <= 8; turned != (w == 80 && h == 120) {
			t.Errorf("orientation %d: %dx%d", how, w, h)
		}
		if !dark(img, 4+corner[0]*(w-9), 4+corner[1]*(h-9)) || dark(img, 4+(1-corner[0])*(w-9), 4+(1-corner[1])*(h-9)) {
			t.Errorf("orientation %d: the square is not at %v", how, corner)
		}
		clean, err := JPEG(img)
		if err != nil || bytes.Contains(clean, []byte("GPS")) || bytes.Contains(clean, []byte("Exif")) || Kind(clean) != "jpeg" {
			t.Errorf("orientation %d: something of the file is left (%v)", how, err)
		}
	}
}

func TestNoLargerThanNeeded(t *testing.T) {
	for _, c := range [][3]int{{100, 50, 100}, {100, 50, 99}, {1000, 10, 100}, {1, 1, 5}, {333, 777, 100}} {
		img, err := Read(coded(t, "png", sample(c[0], c[1])), c[2])
		if err != nil || max(img.Rect.Dx(), img.Rect.Dy()) > c[2] || img.Rect.Empty() {
			t.Errorf("%v: %v, %v", c, img.Rect, err)
		}
	}
	clear := image.NewNRGBA(image.Rect(0, 0, 10, 10)) // transparent black is white paper
	if img, err := Read(coded(t, "png", clear), 100); err != nil || dark(img, 5, 5) || !Blank(img) {
		t.Errorf("transparent: %v", err)
	}
	if img, err := Read(coded(t, "png", sample(100, 100)), 100); err != nil || Blank(img) {
		t.Errorf("a square is blank: %v", err)
	}
}

// bomb is a PNG of a few hundred bytes that says it has so many pixels.
func bomb(w, h uint32) []byte {
	var b bytes.Buffer
	chunk := func(kind string, body []byte) {
		_ = binary.Write(&b, binary.BigEndian, uint32(len(body)))
		part := append([]byte(kind), body...)
		b.Write(part)
		_ = binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(part))
	}
	b.WriteString("\x89PNG\r\n\x1a\n")
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	chunk("IHDR", append(head, 8, 0, 0, 0, 0))
	var z bytes.Buffer
	zip := zlib.NewWriter(&z)
	_, _ = zip.Write(make([]byte, 1<<20))
	_ = zip.Close()
	chunk("IDAT", z.Bytes())
	chunk("IEND", nil)
	return b.Bytes()
}

// wide is a WebP without loss of a few bytes (RFC 9649, 3.4) that says it has so many pixels.
func wide(w, h uint32) []byte {
	head := append([]byte{0x2f}, binary.LittleEndian.AppendUint32(nil, (w-1)|(h-1)<<14)...)
	return riff("VP8L", append(head, make([]byte, 9)...))
}

// patched is a WebP whose outer size is small and whose inner picture is not.
func patched(w, h uint32) []byte {
	outer := riff("VP8X", []byte{0, 0, 0, 0, 9, 0, 0, 9, 0, 0})
	outer = append(outer, wide(w, h)[12:]...)
	binary.LittleEndian.PutUint32(outer[4:], uint32(len(outer)-8))
	return outer
}

func riff(chunk string, body []byte) []byte {
	out := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(12+len(body)))
	out = append(append(out, "WEBP"...), chunk...)
	return append(binary.LittleEndian.AppendUint32(out, uint32(len(body))), body...)
}

// What telephones and messengers write as WebP (samples of golang.org/x/image, BSD-3) is read, and written anew as a photo without what hid in it.
func TestWebP(t *testing.T) {
	for name, size := range map[string]image.Point{"lossy.webp": {150, 100}, "lossless.webp": {75, 100}} {
		body, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for what, b := range map[string][]byte{"as it is": body, "with more behind it": append(bytes.Clone(body), "<script>alert(1)</script>"...)} {
			img, err := Read(b, 1000)
			if err == nil && img.Rect.Size() != size {
				t.Errorf("%s: %v", name, img.Rect)
			}
			if err != nil {
				t.Errorf("%s %s: %v", name, what, err)
				continue
			}
			if clean, err := JPEG(img); err != nil || Kind(clean) != "jpeg" || bytes.Contains(clean, []byte("script")) {
				t.Errorf("%s %s: written as %q, %v", name, what, Kind(clean), err)
			}
		}
		if _, err := Read(body[:len(body)*2/3], 1000); !errors.Is(err, ErrBroken) {
			t.Errorf("two thirds of %s: %v", name, err)
		}
	}
}

func TestBadFiles(t *testing.T) {
	jpg := coded(t, "jpeg", sample(50, 50))
	for name, c := range map[string]struct {
		body []byte
		want error
	}{
		"nothing": {nil, ErrKind}, "svg": {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), ErrKind},
		"svg called png": {[]byte("PNG<svg onload=alert(1)>"), ErrKind}, "html": {[]byte("<!doctype html>"), ErrKind}, "gif": {[]byte("GIF89a"), ErrKind},
		"webp head": {[]byte("RIFF\x04\x00\x00\x00WEBPVP8 "), ErrBroken}, "riff of sound": {[]byte("RIFF\x04\x00\x00\x00WAVEfmt "), ErrKind},
		"html called webp": {[]byte("RIFF\xff\x00\x00\x00WEBPVP8 <script>alert(1)</script>"), ErrBroken}, "heic": {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1"), ErrHEIC},
		"avif": {[]byte("\x00\x00\x00\x18ftypavif"), ErrHEIC}, "film": {[]byte("\x00\x00\x00\x18ftypmp42"), ErrKind}, "webp bomb": {wide(16_000, 16_000), ErrLarge},
		"webp of two sizes": {patched(16_000, 16_000), ErrBroken}, "zip": {[]byte("PK\x03\x04"), ErrKind}, "head only": {[]byte("\x89PNG\r\n\x1a\n"), ErrBroken},
		"svg behind a head": {[]byte("\x89PNG\r\n\x1a\n<svg onload=alert(1)>"), ErrBroken}, "half": {jpg[:len(jpg)/3], ErrBroken}, "jpeg head": {[]byte("\xff\xd8\xff"), ErrBroken},
		"bomb": {bomb(100_000, 100_000), ErrLarge}, "wide bomb": {bomb(2_000_000, 1), ErrLarge}, "all pixels": {bomb(0x7fffffff, 0x7fffffff), ErrBroken}, "no pixels": {bomb(0, 5), ErrBroken},
		"short of its word": {bomb(6000, 6000), ErrBroken}, "many passes": {append(bytes.Clone(jpg), bytes.Repeat([]byte("\xff\xda"), 30)...), ErrLarge},
	} {
		if img, err := Read(c.body, 1000); !errors.Is(err, c.want) && !(c.want == ErrBroken && errors.Is(err, ErrLarge)) {
			t.Errorf("%s: %v %v, want %v", name, img != nil, err, c.want)
		}
	}
}

// What hides in a picture beside its pixels is gone after reading it.
func TestNothingHides(t *testing.T) {
	body := append(coded(t, "png", sample(60, 60)), "<script>alert(1)</script>PK\x03\x04"...)
	img, err := Read(body, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, write := range []func(image.Image) ([]byte, error){JPEG, PNG} {
		if clean, err := write(img); err != nil || bytes.Contains(clean, []byte("script")) || bytes.Contains(clean, []byte("PK")) {
			t.Errorf("something is left: %v", err)
		}
	}
}

func TestScansInAPDF(t *testing.T) {
	jpg := string(coded(t, "jpeg", sample(50, 50)))
	one := "5 0 obj<</Filter/DCTDecode>>stream\r\n" + jpg + "\nendstream endobj\n"
	for name, c := range map[string]struct {
		pdf  string
		want int
	}{"none": {"%PDF-1.4\n%%EOF", 0}, "one": {"%PDF-1.4\n" + one, 1}, "two": {"%PDF-1.4\n" + one + "stream\nq Q\nendstream" + one, 2}, "many": {"%PDF-" + strings.Repeat(one, 50), mostInPDF},
		"open": {"%PDF- stream\n" + jpg, 0}, "words": {strings.Repeat("stream", 10000), 0}} {
		found := InPDF([]byte(c.pdf))
		if len(found) != c.want {
			t.Errorf("%s: %d pictures, want %d", name, len(found), c.want)
		}
		for _, f := range found {
			if _, err := Read(f, 100); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00*\x00\x00\x00\x08"))
	f.Add(bomb(3, 3))
	f.Add(wide(3, 3))
	f.Add(patched(3, 3))
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > 1<<16 {
			return
		}
		InPDF(body)
		orientation(body)
		if img, err := Read(body, 64); err == nil && max(img.Rect.Dx(), img.Rect.Dy()) > 64 {
			t.Errorf("%v", img.Rect)
		}
	})
}
