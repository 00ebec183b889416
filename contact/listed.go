package contact

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"jawort/db"
	"jawort/errs"
)

// ListHead is the heading of a suppression list as a table.
var ListHead = []string{"key", "fingerprint", "scope", "reason", "at"}

// ListKey names the key of the fingerprints without telling it: a list made under another one would match nobody.
func ListKey(pepper []byte) string {
	sum := sha256.Sum256(append([]byte("jawort suppression list\x00"), pepper...))
	return hex.EncodeToString(sum[:8])
}

// listRow is a suppression as a row of the table.
func (s *Suppression) listRow(key string) []string {
	return []string{key, s.Fingerprint, s.Scope, s.Reason, time.UnixMicro(s.At).UTC().Format(time.RFC3339Nano)}
}

// mostListed is how many suppressions one file may hold.
const mostListed = 5_000_000

// ReadList reads a list as OutSuppressions writes it; one bad row, or one of another key, and nothing is taken.
func ReadList(r io.Reader, key string) ([]Suppression, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = len(ListHead)
	var out []Suppression
	for {
		rec, err := in.Read()
		if errors.Is(err, io.EOF) && len(out) > 0 {
			return out, nil
		}
		if err != nil {
			return nil, badList(len(out) + 1)
		}
		if len(out) == 0 && strings.TrimPrefix(rec[0], "\ufeff") == ListHead[0] {
			continue
		}
		if rec[0] != key {
			return nil, errs.At("list", "contact.list_key")
		}
		at, err := time.Parse(time.RFC3339Nano, rec[4])
		print, bad := hex.DecodeString(rec[1])
		if err != nil || bad != nil || len(print) != sha256.Size || rec[2] != All && rec[2] != Marketing || at.UnixMicro() <= 0 || len(out) >= mostListed {
			return nil, badList(len(out) + 1)
		}
		out = append(out, Suppression{Fingerprint: rec[1], Scope: rec[2], Reason: "list", At: at.UnixMicro()})
	}
}

func badList(row int) error {
	return errs.At("list", "contact.list_row").With(errs.Args{"Row": strconv.Itoa(row)})
}

// OutSuppressions writes the whole list as a table.
func OutSuppressions(read func(f func(ctx context.Context, tx *db.Tx) error) error, tenant, key string, w *csv.Writer) (n int, err error) {
	if err := w.Write(ListHead); err != nil {
		return 0, err
	}
	for after := ""; ; {
		var part []Suppression
		if err := read(func(ctx context.Context, tx *db.Tx) (err error) {
			part, err = suppressionsBehind(ctx, tx, tenant, after, 1000)
			return err
		}); err != nil {
			return n, err
		}
		for i := range part {
			if err := w.Write(part[i].listRow(key)); err != nil {
				return n, err
			}
		}
		n += len(part)
		if w.Flush(); w.Error() != nil || len(part) == 0 {
			return n, w.Error()
		}
		after = part[len(part)-1].Fingerprint
	}
}

// TryKey says of how many of the newest addresses the fingerprint is not what the key makes of them.
func TryKey(ctx context.Context, tx *db.Tx, tenant string, pepper []byte, most int) (tried, wrong int, err error) {
	list, err := contactsBefore(ctx, tx, tenant, "", most)
	if err == nil {
		err = addEntries(ctx, tx, tenant, list)
	}
	for _, c := range list {
		for _, e := range c.Addresses {
			if tried++; e.Fingerprint != Fingerprint(pepper, e.Address) {
				wrong++
			}
		}
	}
	return tried, wrong, err
}
