package alert

import (
	"context"
	"errors"
	"testing"
	"time"

	"jawort/db"
	"jawort/docs"
	"jawort/mail"
)

// Every answer of a mail server is tried on a letter in every state: what moves is what is drawn.
func TestDrawingOfLetter(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		var answer error
		x.post.Send = func(context.Context, mail.Server, mail.Letter) error { return answer }
		x.server(nil)
		later := &mail.Failure{Why: mail.Later, Code: 451, Err: errors.New("x")}
		answers := []struct {
			name string
			err  error
			wait time.Duration
		}{
			{"taken", nil, 2 * time.Minute}, {"refused for good", &mail.Failure{Why: mail.Malformed, Code: 550, Err: errors.New("x")}, 2 * time.Minute},
			{"not now", later, 2 * time.Minute}, {"not now after a day", later, 26 * time.Hour},
		}
		state := func(id string) (s string) {
			x.write(func(ctx context.Context, tx *db.Tx) error {
				list, err := ToldOf(ctx, tx, x.tenant, []string{id})
				for _, l := range list[id] {
					if l.About == aboutRaised {
						s = l.State
					}
				}
				return err
			})
			return s
		}
		letter := func() (id string) {
			for _, a := range x.open(x.tenant) {
				if a.Kind == RoundGate {
					id = a.ID
				}
			}
			return id
		}
		var code []docs.Arrow
		for from, first := range map[string]error{waiting: later, sent: nil, failed: answers[1].err} {
			for _, a := range answers {
				x.clear(RoundGate, "106")
				answer = nil
				x.pass(time.Hour)
				answer = first
				x.raise(gate106(1))
				x.pass(time.Second)
				id := letter()
				if got := state(id); got != from {
					t.Fatalf("a letter that should be %s is %s", from, got)
				}
				if answer = a.err; a.wait > 24*time.Hour { // it is still seen: what is over is not told any more
					x.pass(20 * time.Hour)
					x.raise(gate106(1))
				}
				x.pass(a.wait - 20*time.Hour*min(1, a.wait/(24*time.Hour)))
				if to := state(id); to != from || from == waiting {
					code = append(code, docs.Arrow{From: from, To: to, By: a.name})
				}
			}
		}
		docs.Compare(t, "Letter", append(code, docs.Arrow{From: "[*]", To: waiting}))
	})
}
