package alert

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"jawort/db"
	"jawort/quality"
)

// said keeps words of a poll, as of now, and lets the watch look.
func (x *desk) said(list ...quality.Observation) {
	x.t.Helper()
	x.write(func(ctx context.Context, tx *db.Tx) error {
		for i := range list {
			list[i].Way = quality.ByPoll
		}
		if _, err := quality.Observe(ctx, tx, x.tenant, list, x.now.UnixMicro()); err != nil {
			return err
		}
		return Watch(ctx, tx, x.tenant)
	})
	x.pass(time.Second)
}

func (x *desk) rated(value string) {
	x.said(quality.Observation{Node: quality.OfNumber("106"), What: quality.Rating, Value: value})
}

func (x *desk) number106() {
	x.exec(`insert into number (tenant, number, waba, portfolio, display, name, country, base_url, token, app_secret, mode, throughput, settings, status, created_at)
		values ($1, '106', '21', '51', '4930', 'Bestellservice', 'DE', 'http://x.example', $2, $2, 'enforce', 80, '{}', 'CONNECTED', 0)`, x.tenant, []byte{})
	x.exec(`insert into portfolio (tenant, portfolio, name, send_limit, updated_at) values ($1, '51', 'Laden', 250, 0)`, x.tenant)
}

// A number falls and recovers: each step is told once, with its chart, and the all-clear only when it lasts.
func TestRatingInTheMail(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		var b box
		x.post.Send = b.send
		x.server(nil)
		x.number106()
		x.rated("GREEN")
		x.pass(48 * time.Hour)
		x.rated("GREEN")
		x.rated("YELLOW")
		if got := b.subjects(); got != "jonna@x.example: Bewertung von „Bestellservice“ ist Gelb" {
			t.Fatalf("letters:\n%s", got)
		}
		l := b.letters[0]
		for _, want := range []string{"Bewertung der letzten 30 Tage:\n17.\u00a0Nov. Grün, 19.\u00a0Nov. Gelb", "Ursachen"} {
			if !strings.Contains(l.Text, want) {
				t.Errorf("text lacks %q:\n%s", want, l.Text)
			}
		}
		if !strings.Contains(l.HTML, `bgcolor="#E5A100"`) || strings.Contains(l.HTML, "<img") || strings.Contains(l.HTML, " style=") {
			t.Error("the chart is not a table of colours")
		}
		x.rated("RED")
		for range 5 { // it flutters
			x.pass(2 * time.Minute)
			x.rated("GREEN")
			x.pass(2 * time.Minute)
			x.rated("RED")
		}
		if n := strings.Count(b.subjects(), "\n") + 1; n != 2 || !strings.HasSuffix(b.subjects(), "ist Rot") {
			t.Fatalf("letters:\n%s", b.subjects())
		}
		x.rated("GREEN")
		x.pass(settle + time.Minute)
		x.rated("GREEN")
		if n := strings.Count(b.subjects(), "Entwarnung: "); n != 2 || len(b.letters) != 4 {
			t.Errorf("letters:\n%s", b.subjects())
		}
		if k := x.kinds(); len(k) != 0 {
			t.Errorf("still open: %v", k)
		}
	})
}

// Many of one kind at once are one warning; a restriction ends by its time; news have no all-clear.
func TestNoStorm(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		var b box
		x.post.Send = b.send
		x.server(nil)
		x.number106()
		var good, paused []quality.Observation
		for i := range 12 {
			node := quality.OfTemplate("21", fmt.Sprintf("sale_%02d", i), "de")
			good = append(good, quality.Observation{Node: node, What: quality.Status, Value: "APPROVED"})
			paused = append(paused, quality.Observation{Node: node, What: quality.Status, Value: "PAUSED"})
		}
		x.said(good...)
		x.said(paused...)
		x.said(paused...)
		if got := b.subjects(); got != "jonna@x.example: Meta hat 12 Vorlagen pausiert" {
			t.Fatalf("letters:\n%s", got)
		}
		x.said(good...)
		x.pass(settle + time.Minute)
		x.said(good...)
		x.pass(time.Second)
		if len(b.letters) != 2 {
			t.Errorf("letters:\n%s", b.subjects())
		}
		b.letters = nil
		x.said(quality.Observation{Node: quality.OfAccount("21"), What: quality.RestrictionOf("RESTRICTED_BIZ_INITIATED_MESSAGING"), Value: "ACTIVE", Until: x.now.Add(24 * time.Hour).UnixMicro()},
			quality.Observation{Node: quality.OfAccount("21"), What: quality.Violation, Value: "SPAM"})
		if got := b.subjects(); !strings.Contains(got, "Eingeschränkt: Sie dürfen niemanden von sich aus anschreiben.") || !strings.Contains(got, "einen Verstoß vor: Spam") || len(b.letters) != 2 {
			t.Fatalf("letters:\n%s", got)
		}
		x.pass(25 * time.Hour)
		x.write(func(ctx context.Context, tx *db.Tx) error { return Watch(ctx, tx, x.tenant) })
		x.pass(80 * time.Hour)
		x.write(func(ctx context.Context, tx *db.Tx) error { return Watch(ctx, tx, x.tenant) })
		x.pass(time.Second)
		if len(b.letters) != 3 || !strings.Contains(b.subjects(), "Entwarnung: Die Einschränkung von „Bestellservice“ ist vorbei") || len(x.kinds()) != 0 {
			t.Errorf("letters:\n%s\nopen %v", b.subjects(), x.kinds())
		}
	})
}

// Each kind can have readers of its own, or none.
func TestChoices(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		var b box
		x.post.Send = b.send
		x.server(nil)
		x.number106()
		x.write(func(ctx context.Context, tx *db.Tx) error {
			return PutChoices(ctx, tx, x.tenant, []Choice{{Kind: RatingYellow, Off: true}, {Kind: RatingRed, Readers: []string{" IT@x.example "}}}, "usr_1")
		})
		x.rated("YELLOW")
		x.rated("RED")
		if got := b.subjects(); got != "it@x.example: The rating of “Bestellservice” is red" {
			t.Errorf("letters:\n%s", got)
		}
		for _, wrong := range []Choice{{Kind: "nothing"}, {Kind: MailFailed}, {Kind: RatingRed, Readers: []string{"no address"}}} {
			err := x.d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return PutChoices(ctx, tx, x.tenant, []Choice{wrong}, "usr_1")
			})
			if err == nil {
				t.Errorf("%+v was kept", wrong)
			}
		}
		x.write(func(ctx context.Context, tx *db.Tx) error {
			all, err := Choices(ctx, tx, x.tenant)
			if err != nil || len(all) != 2 || !all[RatingYellow].Off || all[RatingRed].Readers[0] != "it@x.example" {
				t.Errorf("%+v %v", all, err)
			}
			theirs, err := Choices(ctx, tx, x.other)
			if len(theirs) != 0 {
				t.Error("another business has them too")
			}
			return err
		})
	})
}
