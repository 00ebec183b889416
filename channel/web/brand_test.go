package web

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"regexp"
	"strings"
	"testing"

	"jawort/account"
	"jawort/blob"
	"jawort/db"
)

func TestABusinessInItsOwnColours(t *testing.T) {
	each(t, func(s *shop) {
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 4, 2))); err != nil {
			t.Fatal(err)
		}
		var logo, secret blob.Blob
		s.write(func(ctx context.Context, tx *db.Tx) (err error) {
			if logo, err = blob.Put(ctx, tx, s.tenant.ID, blob.Limits{}, blob.Blob{Class: blob.House, Body: picture.Bytes()}); err != nil {
				return err
			}
			if secret, err = blob.Put(ctx, tx, s.tenant.ID, blob.Limits{}, blob.Blob{Class: blob.Evidence, Owner: "con_x", Body: picture.Bytes()}); err != nil {
				return err
			}
			return account.SetBrand(ctx, tx, s.tenant.ID, account.Brand{Accent: "#A33B20", Logo: logo.Hash}, "test")
		})
		b := s.browser()
		for _, page := range []string{"/o/" + s.source.ID, s.link(), s.receipt("granted")} {
			a := b.get(page)
			sheets := a.all("link[rel=stylesheet]")
			if len(sheets) != 2 || attr(sheets[1], "href") != "/o/brand/a33b20.css" || attr(a.one(t, "span.logo img"), "alt") != "" {
				t.Fatalf("%s: %s", page[:3], a.body)
			}
			img := b.get(attr(a.one(t, "span.logo img"), "src"))
			if img.code != 200 || img.head.Get("Content-Type") != "image/png" || img.body != picture.String() || !strings.Contains(img.head.Get("Cache-Control"), "immutable") {
				t.Errorf("the logo: %d %v", img.code, img.head)
			}
			css := b.get("/o/brand/a33b20.css")
			if css.code != 200 || !strings.HasPrefix(css.head.Get("Content-Type"), "text/css") || !strings.Contains(css.body, "--accent: light-dark(#a33b20,") || css.head.Get("Set-Cookie") != "" {
				t.Errorf("the colours: %d %s", css.code, css.body)
			}
		}
		for _, path := range []string{"/o/logo/" + s.tenant.ID + "/" + secret.Hash, "/o/logo/ten_x/" + logo.Hash, "/o/logo/" + s.tenant.ID + "/", "/o/brand/A33B20.css", "/o/brand/fff.css",
			"/o/brand/ffffff.css", "/o/brand/a33b20", "/o/brand/a33b2}body{.css", "/o/brand/%0a%0a%0a.css"} {
			if a := b.get(path); a.code != 404 {
				t.Errorf("%s: %d", path, a.code)
			}
		}
	})
}

// Whatever accent a business may choose, words in it and on it can be read, on light pages and on dark ones.
func TestEveryAccentCanBeRead(t *testing.T) {
	colour := regexp.MustCompile(`#[0-9a-f]{6}`)
	tried := 0
	for r := 0; r < 256; r += 15 {
		for g := 0; g < 256; g += 15 {
			for b := 0; b < 256; b += 15 {
				c := account.Colour{R: uint8(r), G: uint8(g), B: uint8(b)}
				if account.Contrast(c, account.White) < account.LeastContrast {
					continue
				}
				tried++
				var x []account.Colour
				for _, hex := range colour.FindAllString(brandStyle(c), -1) {
					one, _ := account.ParseColour(hex)
					x = append(x, one)
				}
				// accent, strong, soft, on accent: light and dark each
				for i, pair := range [][2]account.Colour{{x[0], account.White}, {x[1], account.Night}, {x[2], account.White}, {x[3], account.Night},
					{x[0], x[4]}, {x[1], x[5]}, {x[0], x[6]}, {x[1], x[7]}} {
					if got := account.Contrast(pair[0], pair[1]); got < account.LeastContrast {
						t.Fatalf("%s, pair %d: %s on %s is %.2f", c, i, pair[0], pair[1], got)
					}
				}
			}
		}
	}
	if tried < 500 {
		t.Fatalf("only %d accents tried", tried)
	}
}
