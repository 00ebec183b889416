package upkeep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jawort/account"
	"jawort/contact"
	"jawort/db"
)

// Finding is one thing that was looked at.
type Finding struct {
	Check string `json:"check"` // config key suppression database schema clock tenant staff number webhook
	State State  `json:"state"`
	Text  string `json:"text"`
	Fix   string `json:"fix,omitempty"` // empty when all is well
}

// State is how a finding stands.
type State string

// The states: Bad keeps Jawort from working, Warn does not.
const (
	Good State = "ok"
	Warn State = "warning"
	Bad  State = "missing"
)

// Skew is how far a clock may be from the database's before its node does not send (DESIGN section 5).
const Skew = 2 * time.Second

// Doctor looks at everything in turn; what cannot be looked at because of something before it is left out. Faults are what is wrong
// with the configuration. With meta the numbers are asked for at Meta too.
func Doctor(ctx context.Context, s Settings, faults []string, meta bool) []Finding {
	x := &visit{s: s, meta: meta}
	for _, f := range faults {
		x.add("config", Bad, "the configuration is not complete", f)
	}
	if len(faults) == 0 {
		x.add("config", Good, "the configuration is complete", "")
	}
	x.key()
	if d := x.database(ctx); d != nil {
		defer d.Close()
		if err := d.Read(ctx, x.house); err != nil {
			x.add("database", Bad, "the database cannot be read: "+err.Error(), "look at the server's own log")
		}
	}
	x.ask(ctx)
	return x.found
}

// Healthy says that nothing is missing.
func Healthy(found []Finding) bool {
	for _, f := range found {
		if f.State == Bad {
			return false
		}
	}
	return true
}

// visit is one run of Doctor.
type visit struct {
	s       Settings
	meta    bool
	keys    *account.Keyring // nil when there is none
	numbers []account.Number
	found   []Finding
}

func (x *visit) add(check string, state State, text, fix string) {
	x.found = append(x.found, Finding{check, state, text, fix})
}

func (x *visit) key() {
	keys, err := x.s.Keys()
	switch {
	case errors.Is(err, account.ErrNoKey):
		x.add("key", Bad, "there is no key for secrets at rest", "make one: jawort doctor --new-key > key.txt; chmod 600 key.txt; set JAWORT_KEY_FILE=key.txt; keep a copy apart from the backups")
	case err != nil:
		x.add("key", Bad, "the key cannot be used: "+err.Error(), "a key is a line id:base64 of 32 bytes, as `jawort doctor --new-key` makes it")
	default:
		x.keys = keys
		x.add("key", Good, "the key can be read", "")
	}
}

// database opens it for reading and looks at schema and clock; nil when it cannot be used.
func (x *visit) database(ctx context.Context) *db.DB {
	limit, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	d, err := x.s.read(limit)
	if err != nil {
		x.add("database", Bad, err.Error(), "check the address (JAWORT_DB), that the server runs and lets us in, and run `jawort migrate`")
		return nil
	}
	x.add("database", Good, fmt.Sprintf("%s can be reached and has this program's schema", d.Engine()), "")
	before := x.s.now()
	var theirs int64
	err = d.Peek(limit, func(ctx context.Context, tx *db.Tx) error {
		theirs, err = tx.Now(ctx)
		return err
	})
	after := x.s.now()
	if err != nil {
		x.add("clock", Warn, "the database's clock could not be read: "+err.Error(), "")
		return d
	}
	x.clock(before, time.UnixMicro(theirs), after)
	return d
}

// clock compares: the database's moment lies between before and after when the clocks agree.
func (x *visit) clock(before, theirs, after time.Time) {
	off := time.Duration(0)
	if theirs.Before(before) {
		off = before.Sub(theirs)
	}
	if theirs.After(after) {
		off = theirs.Sub(after)
	}
	if off > Skew {
		x.add("clock", Bad, fmt.Sprintf("this machine's clock is %s off the database's; more than %s and nothing is sent", off.Round(time.Millisecond), Skew), "let both machines keep time by NTP (timedatectl set-ntp true)")
		return
	}
	x.add("clock", Good, fmt.Sprintf("the clocks are within %s", max(off, time.Millisecond).Round(time.Millisecond)), "")
}

// house looks at the businesses, who may sign in, and their numbers.
func (x *visit) house(ctx context.Context, tx *db.Tx) error {
	tenants, err := account.Tenants(ctx, tx)
	if err != nil {
		return err
	}
	if len(tenants) == 0 {
		x.add("tenant", Bad, "there is no business yet", "jawort user found --business NAME --country DE --email YOU@EXAMPLE.COM --name YOU")
	}
	for _, t := range tenants {
		if err := x.tenant(ctx, tx, t); err != nil {
			return err
		}
	}
	return nil
}

func (x *visit) tenant(ctx context.Context, tx *db.Tx, t account.Tenant) error {
	if x.keys != nil {
		pepper, err := x.keys.Pepper(t)
		if err == nil {
			err = x.suppression(ctx, tx, t, pepper)
		} else {
			x.add("key", Bad, fmt.Sprintf("the key does not open the secrets of %s: %v", t.Name, err), "use the key the database was made with, or put it as a further line into the key file")
			err = nil
		}
		if err != nil {
			return err
		}
	}
	if t.HeldSince != 0 {
		x.add("tenant", Warn, fmt.Sprintf("%s is held after a restore: nothing is sent", t.Name), "an owner releases it in the manager")
	}
	staff, err := account.AllStaff(ctx, tx, t.ID)
	if err != nil {
		return err
	}
	owners := 0
	for _, m := range staff {
		if m.Role == account.Owner && m.DisabledAt == 0 {
			owners++
		}
	}
	if owners == 0 {
		x.add("staff", Bad, fmt.Sprintf("nobody is an owner of %s", t.Name), "jawort user invite --role owner --email YOU@EXAMPLE.COM --name YOU")
	}
	numbers, err := account.Numbers(ctx, tx, t.ID)
	if len(numbers) == 0 && err == nil {
		x.add("number", Warn, fmt.Sprintf("%s has no WhatsApp number", t.Name), "`jawort number connect PHONE_NUMBER_ID --waba ID`; both ids are on Meta's page WhatsApp > API Setup")
	}
	x.numbers = append(x.numbers, numbers...)
	return err
}

// suppression tries the key of the fingerprints on addresses that are there: under another one no opt-out on the list would be found.
func (x *visit) suppression(ctx context.Context, tx *db.Tx, t account.Tenant, pepper []byte) error {
	tried, wrong, err := contact.TryKey(ctx, tx, t.ID, pepper, 200)
	switch {
	case err != nil:
		return err
	case wrong > 0:
		x.add("suppression", Bad, fmt.Sprintf("%d of %d addresses of %s have a fingerprint of another key: the suppression list does not protect them", wrong, tried, t.Name),
			"put back the database row of this business (table tenant, column pepper) from a backup of the same time as its addresses")
	default:
		x.add("suppression", Good, fmt.Sprintf("the suppression list's key of %s is %s and fits its addresses", t.Name, contact.ListKey(pepper)), "")
	}
	return nil
}
