package story

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/intake"
	"jawort/upkeep"
)

// A copy is put back that is older than opt-outs, an erasure and a person who came later. Nothing leaves until an owner releases it, and
// then to nobody who had said no in between, whether the database of those days can still be read or somebody put the copy back by hand.
func TestRestore(t *testing.T) {
	each(t, func(w *world) {
		for _, phone := range []string{mareike, pia, ruben} {
			w.agree(phone)
			w.allowed(phone, "sommer_sale")
		}
		w.says(ole, "Guten Morgen") // known, agreed to nothing
		copied := filepath.Join(t.TempDir(), "copy")
		w.backup(copied)

		w.later(time.Minute)
		w.says(mareike, "Stop. Danke!")
		w.does(pia, object{"text": "keine Werbung mehr bitte"})
		w.eventually("the stop of offers", func() bool { return w.state(pia, "offers") == "withdrawn" })
		gone := w.lookup("tel:+" + ruben)["id"].(string)
		if err := w.app.Desk.Remove(t.Context(), intake.Removal{Tenant: w.Tenant, Contact: gone, Via: "page"}); err != nil {
			t.Fatal(err)
		}
		const stranger, lena = "491713920058", "491713920059" // never heard of when the copy was made
		w.seen.phone(stranger)
		w.must(http.StatusCreated, http.MethodPost, "/optouts", object{"address": "tel:+" + stranger, "scope": "all", "via": "letter"})
		w.agree(lena)
		w.stop()
		arrived := func() (n int) {
			for _, phone := range []string{mareike, pia, ruben, lena, stranger} {
				n += len(w.arrived(phone))
			}
			return n
		}
		before := arrived()

		got := w.restore(copied)
		if got.Unread != "" || got.Businesses != 1 || got.Stops == 0 || got.Suppressions == 0 || got.Erased != 1 {
			t.Errorf("restored %+v", got)
		}
		w.start()
		for _, phone := range []string{mareike, pia, ruben, lena, stranger} {
			if status, out := w.send(phone, "order_update"); status == http.StatusConflict {
				continue
			} else if out["status"] != "waiting" {
				t.Errorf("while all is held: %d %v", status, out)
			}
		}
		w.later(time.Minute)
		if n := arrived(); n != before {
			t.Fatalf("%d messages left while all is held", n-before)
		}
		w.release()
		w.silent("tel:+"+mareike, "a stop after the copy")
		w.silent("tel:+"+ruben, "an erasure after the copy")
		w.silent("tel:+"+stranger, "an opt-out of somebody who came after the copy")
		w.refused(pia, "sommer_sale", "STOPPED_MARKETING")
		w.refused(lena, "sommer_sale", "CONSENT_NONE") // what she agreed to is lost with its proof
		if name := w.must(http.StatusOK, http.MethodGet, "/contacts/"+gone, nil); strings.Contains(fmt.Sprint(name), ruben) {
			t.Error("who was erased is known again")
		}
		w.agree(lena)
		w.allowed(lena, "sommer_sale")
		w.stop() // before the database goes
	})
}

// A copy that somebody put back by hand, without restore, is held too.
func TestCopyIsHeld(t *testing.T) {
	w := newWorld(t, dbtest.URL(t, db.SQLite, db.Options{}))
	w.agree(mareike)
	copied := filepath.Join(t.TempDir(), "copy")
	w.backup(copied)
	w.stop()
	path := strings.TrimPrefix(w.db, "sqlite:")
	for _, part := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(path + part)
	}
	if err := os.Rename(copied, path); err != nil {
		t.Fatal(err)
	}
	w.start()
	if _, out := w.send(mareike, "sommer_sale"); out["status"] != "waiting" {
		t.Errorf("a copy put back by hand sends: %v", out)
	}
}

// What cannot be put back changes nothing.
func TestRestoreRefuses(t *testing.T) {
	w := newWorld(t, dbtest.URL(t, db.SQLite, db.Options{}))
	w.agree(mareike)
	folder := t.TempDir()
	copied, garbage := filepath.Join(folder, "copy"), filepath.Join(folder, "garbage")
	w.backup(copied)
	if err := os.WriteFile(garbage, []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		why  string
		r    upkeep.ToRestore
		key  string
		want string
	}{
		{"a server runs", upkeep.ToRestore{From: copied, Replace: true}, w.key, "stop the server first"},
		{"nobody said that the old one goes", upkeep.ToRestore{From: copied}, w.key, "--replace"},
		{"no file", upkeep.ToRestore{From: filepath.Join(folder, "none"), Replace: true}, w.key, "no file"},
	} {
		if _, err := upkeep.Restore(t.Context(), upkeep.Settings{Database: w.db, Key: c.key}, c.r); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.why, err)
		}
	}
	w.allowed(mareike, "sommer_sale")
	w.stop()
	whole, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	bent := filepath.Join(folder, "bent") // one page in the middle, as a disk or a transfer leaves it
	at := len(whole) / 8192 * 4096
	if err := os.WriteFile(bent, slices.Concat(whole[:at], bytes.Repeat([]byte{0xA5}, 4096), whole[at+4096:]), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		why  string
		r    upkeep.ToRestore
		key  string
		want string
	}{
		{"garbage", upkeep.ToRestore{From: garbage, Replace: true}, w.key, "copy"},
		{"a page that is bent", upkeep.ToRestore{From: bent, Replace: true}, w.key, "damaged"},
		{"another key", upkeep.ToRestore{From: copied, Replace: true}, account.NewKey("other"), "key"},
	} {
		if _, err := upkeep.Restore(t.Context(), upkeep.Settings{Database: w.db, Key: c.key}, c.r); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.why, err)
		}
	}
	w.start()
	w.allowed(mareike, "sommer_sale")
}

func (w *world) backup(to string) {
	w.Helper()
	if _, err := upkeep.Backup(w.Context(), upkeep.Settings{Database: w.db, Key: w.key}, to); err != nil {
		w.Fatal(err)
	}
}

// restore puts a copy back while nothing runs: on PostgreSQL into an empty database, beside the one that was in use.
func (w *world) restore(from string) upkeep.Restored {
	w.Helper()
	r := upkeep.ToRestore{From: from, Replace: true}
	if strings.HasPrefix(w.db, "postgres") {
		w.db, r.Lost = dbtest.Empty(w.T), w.db
	}
	out, err := upkeep.Restore(w.Context(), upkeep.Settings{Database: w.db, Key: w.key}, r)
	if err != nil {
		w.Fatal(err)
	}
	return out
}

// release is the owner letting messages go again.
func (w *world) release() {
	w.Helper()
	if err := w.app.DB.Write(w.Context(), func(ctx context.Context, tx *db.Tx) error {
		return account.Release(ctx, tx, w.Tenant, "usr_owner")
	}); err != nil {
		w.Fatal(err)
	}
}
