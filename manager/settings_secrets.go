package manager

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"jawort/account"
	"jawort/alert"
	"jawort/carrier"
	"jawort/db"
	"jawort/hook"
)

// keyRow is one key of the keyring: its fingerprint, never the key.
type keyRow struct {
	ID, Print string
	First     bool // seals what is new
	Missing   bool // seals something and is not in the keyring
	Sealed    int
}

func secrets(v *visit) error {
	var with map[string]int
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if with, err = account.SealedWith(ctx, tx); err != nil {
			return err
		}
		for _, count := range []func(context.Context, *db.Tx) (map[string]int, error){alert.SealedWith, carrier.SealedWith, hook.SealedWith} {
			more, err := count(ctx, tx)
			if err != nil {
				return err
			}
			for id, n := range more {
				with[id] += n
			}
		}
		return nil
	}); err != nil {
		return err
	}
	rows := keyRows(v.s.Keys, with)
	return v.show(http.StatusOK, secretsView(v, rows))
}

// keyRows puts the key that seals first, and names keys that are gone but still needed.
func keyRows(k *account.Keyring, with map[string]int) (out []keyRow) {
	for _, line := range k.Prints() {
		id, print, _ := strings.Cut(line, " ")
		out = append(out, keyRow{ID: id, Print: print, First: id == k.First(), Sealed: with[id]})
		delete(with, id)
	}
	for id, n := range with {
		out = append(out, keyRow{ID: id, Missing: true, Sealed: n})
	}
	slices.SortFunc(out, func(a, b keyRow) int {
		switch {
		case a.First != b.First:
			return map[bool]int{true: -1, false: 1}[a.First]
		default:
			return strings.Compare(a.ID, b.ID)
		}
	})
	return out
}

// reseal seals everything with the first key; the others can leave the keyring afterwards.
func reseal(v *visit) error {
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		n, err := account.Reseal(ctx, tx, v.s.Keys)
		if err != nil {
			return err
		}
		mails, err := alert.Reseal(ctx, tx, v.s.Keys)
		if err != nil {
			return err
		}
		lines, err := carrier.Reseal(ctx, tx, v.s.Keys)
		if err != nil {
			return err
		}
		hooks, err := hook.Reseal(ctx, tx, v.s.Keys)
		if err != nil {
			return err
		}
		n += mails + lines + hooks
		return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: "secrets.resealed", Object: v.tenant.ID,
			Detail: map[string]string{"key": v.s.Keys.First(), "count": strconv.Itoa(n)}})
	}); err != nil {
		return err
	}
	return v.saved("/settings/secrets", "manager.secrets.resealed")
}

// stale reports whether something is sealed with another key than the first.
func stale(rows []keyRow) bool {
	return slices.ContainsFunc(rows, func(r keyRow) bool { return !r.First && r.Sealed > 0 })
}
