// Package channeltest is what every channel.Sender must do, whoever is behind it.
package channeltest

import (
	"context"
	"errors"
	"testing"
	"time"

	"jawort/channel"
)

// Peer is the provider's side of a test.
type Peer interface {
	// Next makes the next text end like that; "" = taken. false = this provider cannot say so.
	Next(t testing.TB, how channel.Reason) bool
	// Taken is how many texts it was asked to take so far, whatever it answered.
	Taken() int
}

// arrived waits until the peer has told of so many: what it saw may reach the test after its answer did.
func arrived(p Peer, n int) int {
	for until := time.Now().Add(10 * time.Second); p.Taken() < n && time.Now().Before(until); {
		time.Sleep(5 * time.Millisecond)
	}
	return p.Taken()
}

// Exercise runs a sender through the contract. start gives a sender that is ready, and its peer.
func Exercise(t *testing.T, start func(t *testing.T) (channel.Sender, Peer)) {
	t.Helper()
	m := channel.Outbound{ID: "msg_1", From: "+4930555010", To: "+4915112345678", Text: "Dürfen wir? نعم"}
	open, shut := func() bool { return true }, func() bool { return false }
	send := func(s channel.Sender, fence func() bool) (string, error) {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		return s.Send(ctx, m, fence)
	}
	t.Run("taken", func(t *testing.T) {
		s, p := start(t)
		first, err := send(s, open)
		second, err2 := send(s, open)
		if err != nil || err2 != nil || first == "" || first == second || arrived(p, 2) != 2 {
			t.Errorf("ids %q %q, errors %v %v, %d arrived", first, second, err, err2, p.Taken())
		}
	})
	t.Run("fence", func(t *testing.T) {
		s, p := start(t)
		if _, err := send(s, shut); channel.ReasonOf(err) != channel.Late {
			t.Errorf("with the fence shut: %v", err)
		}
		if _, err := send(s, open); err != nil || arrived(p, 1) != 1 { // what the first one brought would have come before it
			t.Errorf("after it: %v, %d arrived", err, p.Taken())
		}
	})
	for _, how := range channel.Reasons {
		if how == channel.Late {
			continue
		}
		t.Run(string(how), func(t *testing.T) {
			s, p := start(t)
			if !p.Next(t, how) {
				t.Logf("this provider never says %s", how)
				return
			}
			_, err := send(s, open)
			var e *channel.Error
			if !errors.As(err, &e) || e.Reason != how {
				t.Errorf("%v, want %s", err, how)
			}
		})
	}
}
