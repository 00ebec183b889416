package bring

import (
	"context"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"jawort/db"
	"jawort/roster"
)

// Reader runs a function in a transaction that only reads.
type Reader func(f func(ctx context.Context, tx *db.Tx) error) error

// outBatch is how many rows are read at a time, each part in a transaction of its own.
const outBatch = 500

// PeopleHead and EventsHead are the headings of what goes out. A table of people can be brought in again as it is.
var (
	PeopleHead = []string{"contact", "address", "name", "language", "topic", "status", "at", "source", "proof"}
	EventsHead = []string{"event", "contact", "rev", "kind", "scope", "topics", "address", "channel", "source", "number", "notice", "notice_version", "language",
		"actor_kind", "actor", "happened_at", "recorded_at", "witnessed", "ref", "reason"}
)

// OutPeople writes every person with every way to reach them and what stands for each topic, a row for each.
func OutPeople(read Reader, tenant string, w *csv.Writer) (n int, err error) {
	return out(read, w, PeopleHead, func(ctx context.Context, tx *db.Tx, after string) ([]string, [][]string, error) {
		return peopleBehind(ctx, tx, tenant, after, outBatch)
	})
}

// OutEvents writes the whole ledger, oldest first.
func OutEvents(read Reader, tenant string, w *csv.Writer) (n int, err error) {
	return out(read, w, EventsHead, func(ctx context.Context, tx *db.Tx, after string) ([]string, [][]string, error) {
		return eventsBehind(ctx, tx, tenant, after, outBatch)
	})
}

// out writes part after part until there is none; keys are those of the part.
func out(read Reader, w *csv.Writer, head []string, part func(ctx context.Context, tx *db.Tx, after string) (keys []string, rows [][]string, err error)) (n int, err error) {
	if err := w.Write(head); err != nil {
		return 0, err
	}
	for after := ""; ; {
		var keys []string
		var rows [][]string
		if err := read(func(ctx context.Context, tx *db.Tx) (err error) {
			keys, rows, err = part(ctx, tx, after)
			return err
		}); err != nil {
			return n, err
		}
		for _, row := range rows {
			for k := range row {
				row[k] = roster.Harmless(row[k])
			}
			if err := w.Write(row); err != nil {
				return n, err
			}
		}
		n += len(rows)
		if w.Flush(); w.Error() != nil || len(keys) == 0 {
			return n, w.Error()
		}
		after = keys[len(keys)-1]
	}
}

func stamp(us int64) string {
	if us == 0 {
		return ""
	}
	return time.UnixMicro(us).UTC().Format(time.RFC3339)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// listOf is a JSON list of codes as one cell.
func listOf(text string) string {
	return strings.ReplaceAll(strings.Trim(text, "[]"), `"`, "")
}
