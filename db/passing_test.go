package db

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// What may do well later is told from what the statement itself did wrong.
func TestIsPassing(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{errors.New("something else"), false},
		{fmt.Errorf("webhook: %w", ErrClosed), true},
		{fmt.Errorf("commit: %w: %w", ErrUncertain, errors.New("x")), true},
		{mapped(&pgconn.PgError{Code: "40P01"}), true},
		{mapped(&pgconn.PgError{Code: "57P01"}), true},
		{mapped(&pgconn.PgError{Code: "23505"}), false},
		{mapped(&pgconn.PgError{Code: "22021"}), false},
		{mapped(&pgconn.PgError{Code: "42703"}), false},
		{mapped(errors.New("unexpected EOF")), true},
	} {
		if got := IsPassing(c.err); got != c.want {
			t.Errorf("%v: %v, want %v", c.err, got, c.want)
		}
	}
}
