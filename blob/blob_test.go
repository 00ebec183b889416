package blob

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"jawort/db"
	"jawort/db/dbtest"
)

func each(t *testing.T, f func(t *testing.T, in func(func(ctx context.Context, tx *db.Tx) error))) {
	t.Helper()
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			d := dbtest.OpenWith(t, engine, db.Options{Now: func() time.Time { return time.UnixMicro(1000) }})
			f(t, func(do func(ctx context.Context, tx *db.Tx) error) {
				t.Helper()
				if err := d.Write(context.Background(), do); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

var png = []byte("\x89PNG\r\n\x1a\n rest \x00\xff")

func TestPutAndGet(t *testing.T) {
	each(t, func(t *testing.T, in func(func(ctx context.Context, tx *db.Tx) error)) {
		in(func(ctx context.Context, tx *db.Tx) error {
			b, err := Put(ctx, tx, "ten", Limits{}, Blob{Class: Evidence, Owner: "con_1", Body: png})
			if err != nil || b.Type != "image/png" || b.Size != int64(len(png)) || b.CreatedAt != 1000 || b.Hash != Name(png, "con_1") {
				t.Errorf("put %+v, %v", b, err)
			}
			have, err := Get(ctx, tx, "ten", b.Hash)
			if err != nil || !bytes.Equal(have.Body, png) || have.Owner != "con_1" || have.Class != Evidence || have.Until != 0 {
				t.Errorf("got %+v, %v", have, err)
			}
			if d, err := Describe(ctx, tx, "ten", b.Hash); err != nil || d.Size != b.Size || d.Body != nil {
				t.Errorf("described %+v, %v", d, err)
			}
			for _, get := range []func(context.Context, *db.Tx, string, string) (Blob, error){Get, Describe} {
				if _, err := get(ctx, tx, "other", b.Hash); !errors.Is(err, ErrNone) {
					t.Errorf("another tenant got it: %v", err)
				}
			}
			if err := Delete(ctx, tx, "ten", b.Hash); err != nil {
				return err
			}
			if _, err := Get(ctx, tx, "ten", b.Hash); !errors.Is(err, ErrNone) {
				t.Errorf("after deleting: %v", err)
			}
			return Delete(ctx, tx, "ten", b.Hash)
		})
	})
}

// TestSameBytes: kept once per owner for the longer time; two owners have one each, and erasing one leaves the other.
func TestSameBytes(t *testing.T) {
	each(t, func(t *testing.T, in func(func(ctx context.Context, tx *db.Tx) error)) {
		in(func(ctx context.Context, tx *db.Tx) error {
			put := func(owner string, until int64) Blob {
				b, err := Put(ctx, tx, "ten", Limits{}, Blob{Class: Media, Owner: owner, Until: until, Body: png})
				if err != nil {
					t.Fatal(err)
				}
				return b
			}
			for _, c := range []struct{ put, want int64 }{{5000, 5000}, {3000, 5000}, {9000, 9000}, {0, 0}, {9999, 0}} {
				if b := put("con_1", c.put); b.Until != c.want {
					t.Errorf("put until %d: kept until %d, want %d", c.put, b.Until, c.want)
				}
			}
			one, other, house := put("con_1", 0), put("con_2", 0), put("", 0)
			if one.Hash == other.Hash || one.Hash == house.Hash || !strings.HasPrefix(one.Hash, house.Hash) {
				t.Errorf("names %s %s %s", one.Hash, other.Hash, house.Hash)
			}
			if used, err := Used(ctx, tx, "ten"); err != nil || used != 3*int64(len(png)) {
				t.Errorf("used %d, %v", used, err)
			}
			if all, err := OfOwner(ctx, tx, "ten", "con_1"); err != nil || len(all) != 1 || all[0].Hash != one.Hash {
				t.Errorf("of con_1: %+v, %v", all, err)
			}
			if n, err := DeleteOwner(ctx, tx, "ten", "con_1"); err != nil || n != 1 {
				t.Errorf("deleted %d, %v", n, err)
			}
			if _, err := DeleteOwner(ctx, tx, "ten", ""); err == nil {
				t.Error("everything without an owner was deleted")
			}
			_, err := Get(ctx, tx, "ten", other.Hash)
			return err
		})
	})
}

func TestLimits(t *testing.T) {
	each(t, func(t *testing.T, in func(func(ctx context.Context, tx *db.Tx) error)) {
		in(func(ctx context.Context, tx *db.Tx) error {
			limits := Limits{Most: 10, Quota: 25}
			for _, c := range []struct {
				body string
				want error
			}{{"", ErrEmpty}, {"01234567890", ErrTooLarge}, {"0123456789", nil}, {"9876543210", nil}, {"abcdef", ErrQuota}, {"abcde", nil}} {
				if _, err := Put(ctx, tx, "ten", limits, Blob{Class: House, Body: []byte(c.body)}); !errors.Is(err, c.want) {
					t.Errorf("%q: %v, want %v", c.body, err, c.want)
				}
			}
			if _, err := Put(ctx, tx, "two", limits, Blob{Class: House, Body: []byte("x")}); err != nil {
				t.Errorf("another tenant's room is full: %v", err)
			}
			if _, err := Put(ctx, tx, "two", limits, Blob{Class: "", Body: []byte("x")}); err == nil {
				t.Error("taken without a class")
			}
			return nil
		})
	})
}

func TestExpiry(t *testing.T) {
	each(t, func(t *testing.T, in func(func(ctx context.Context, tx *db.Tx) error)) {
		in(func(ctx context.Context, tx *db.Tx) error {
			for body, until := range map[string]int64{"over": 500, "just over": 1000, "not yet": 1001, "never": 0, "long over": 1} {
				if _, err := Put(ctx, tx, "ten", Limits{}, Blob{Class: Media, Until: until, Body: []byte(body)}); err != nil {
					return err
				}
			}
			for _, want := range []int64{2, 1, 0} {
				if n, err := DeleteExpired(ctx, tx, 2); err != nil || n != want {
					t.Errorf("deleted %d, want %d (%v)", n, want, err)
				}
			}
			for _, body := range []string{"not yet", "never"} {
				if _, err := Get(ctx, tx, "ten", Name([]byte(body), "")); err != nil {
					t.Errorf("%s: %v", body, err)
				}
			}
			return nil
		})
	})
}

// TestChangedBytes: bytes that were tampered with are not handed out.
func TestChangedBytes(t *testing.T) {
	each(t, func(t *testing.T, in func(func(ctx context.Context, tx *db.Tx) error)) {
		in(func(ctx context.Context, tx *db.Tx) error {
			b, err := Put(ctx, tx, "ten", Limits{}, Blob{Class: Evidence, Owner: "con_1", Body: png})
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `update blob set body = $1`, []byte("something else")); err != nil {
				return err
			}
			if _, err := Get(ctx, tx, "ten", b.Hash); err == nil || errors.Is(err, ErrNone) {
				t.Errorf("have %v", err)
			}
			return nil
		})
	})
}

func TestSniff(t *testing.T) {
	for body, want := range map[string]string{
		"\x89PNG\r\n\x1a\n":                       "image/png",
		"\xff\xd8\xff\xe0":                        "image/jpeg",
		"RIFF\x00\x00\x00\x00WEBPVP8 ":            "image/webp",
		"OggS\x00\x02":                            "audio/ogg",
		"#!AMR\n":                                 "audio/amr",
		"\xff\xf1\x50\x80":                        "audio/aac",
		"ID3\x03":                                 "audio/mpeg",
		"\x00\x00\x00\x18ftypM4A \x00\x00":        "audio/mp4",
		"\x00\x00\x00\x18ftypmp42\x00\x00":        "video/mp4",
		"\x00\x00\x00\x18ftyp3gp5\x00\x00":        "video/3gpp",
		"%PDF-1.7":                                "application/pdf",
		"BEGIN:VCARD\nVERSION:3.0":                "text/vcard",
		"Guten Tag":                               "text/plain; charset=utf-8",
		"<svg xmlns='http://www.w3.org/2000/svg'": "text/html",
		"GIF89a is a lie <script>":                "image/gif",
		"hello <ScRiPt>alert(1)</script>":         "text/html",
		"<!DOCTYPE html>":                         "text/html",
		"PK\x03\x04":                              "application/zip",
		"\x00\x01\x02":                            "application/octet-stream",
		"":                                        "text/plain; charset=utf-8",
	} {
		have := Sniff([]byte(body))
		if have != want && !(want == "text/html" && strings.HasPrefix(have, "text/html")) {
			t.Errorf("%q: %s, want %s", body, have, want)
		}
	}
	for typ, want := range map[string]bool{"image/png": true, "image/svg+xml": false, "text/html": false, "application/pdf": false, "text/plain; charset=utf-8": false, "": false} {
		if Showable(typ) != want {
			t.Errorf("%s showable: %t", typ, !want)
		}
	}
}

// FuzzSniff: markup is never showable, whatever stands before it.
func FuzzSniff(f *testing.F) {
	f.Add([]byte("x"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if typ := Sniff(append([]byte("text "), body...)); Showable(typ) {
			t.Fatalf("text became %s", typ)
		}
		Sniff(body)
	})
}
