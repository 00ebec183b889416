package intake

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/notice"
	"jawort/topic"
)

// ReceiptLife is how long a receipt can be read: as long as the business must be able to show the proof (§ 7a UWG, five years).
// It opts out for ever.
const ReceiptLife = 5 * 365 * 24 * time.Hour

const receiptPlace = "receipt"

// ReceiptToken is the capability in /r/{token}: it speaks for one entry of the ledger, and names nobody.
func (k *Desk) ReceiptToken(tenant, event string) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(k.o.Now().Add(ReceiptLife).Unix()))
	b = append(b, tenant+"\x00"+event...)
	return base64.RawURLEncoding.EncodeToString(k.o.Keys.Seal(receiptPlace, b))
}

// openReceipt reads a token; what does not open, and what is no entry of ours, reads the same.
func openReceipt(keys *account.Keyring, token string) (tenant, event string, until time.Time, err error) {
	if len(token) > maxToken || strings.ContainsAny(token, "\r\n") { // which base64 would pass over
		return "", "", until, errPreference
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return "", "", until, errPreference
	}
	b, err := keys.Open(receiptPlace, sealed)
	if err != nil || len(b) < 8 {
		return "", "", until, errPreference
	}
	tenant, event, ok := strings.Cut(string(b[8:]), "\x00")
	if !ok || tenant == "" || !id.Is("evt", event) {
		return "", "", until, errPreference
	}
	return tenant, event, time.Unix(int64(binary.BigEndian.Uint64(b)), 0), nil
}

// Receipt is what a receipt link shows. Of an old one, and of one whose person was erased, only business, zone and language are told.
type Receipt struct {
	Tenant    string
	Contact   string // who stands for the person today; "" = erased meanwhile
	Business  string
	Brand     account.Brand
	Zone      string // of the business, for dates
	Language  string // the person's, else the business's
	Expired   bool
	Stopped   bool  // everything is off
	StoppedAt int64 // since when; 0 = it is not
	Event     consent.Event
	Topics    []PreferenceTopic // those of the entry, as they stand today
	Words     notice.Version    // Body "" = no wording was shown
	Masked    string            // the address, not readable by strangers
	Leaf      []byte            // what the log proves
}

// Check is the value the log holds for the entry: the leaf's hash of RFC 6962.
func (r Receipt) Check() string {
	h := sha256.Sum256(append([]byte{0}, r.Leaf...))
	return hex.EncodeToString(h[:])
}

// Gone says that nothing is held any more.
func (r Receipt) Gone() bool { return r.Contact == "" }

// Receipt reads what a receipt link shows, and changes nothing.
func (k *Desk) Receipt(ctx context.Context, token string) (Receipt, error) {
	tenant, event, until, err := openReceipt(k.o.Keys, token)
	if err != nil {
		return Receipt{}, err
	}
	var r Receipt
	err = k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		r = Receipt{Tenant: tenant, Expired: k.o.Now().After(until)}
		return r.read(ctx, tx, event)
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("read receipt: %w", err)
	}
	return r, nil
}

func (r *Receipt) read(ctx context.Context, tx *db.Tx, event string) error {
	e, err := receiptEvent(ctx, tx, r.Tenant, event)
	if err != nil {
		return err
	}
	p := Preferences{Tenant: r.Tenant, Expired: r.Expired}
	if err := p.read(ctx, tx, person{tenant: r.Tenant, contact: e.Contact}); err != nil {
		return err
	}
	r.Contact, r.Business, r.Zone, r.Language = p.Contact, p.Business, p.Zone, p.Language
	r.Brand, r.Stopped, r.StoppedAt = p.Brand, p.Stopped, p.StoppedAt
	if r.Expired || r.Gone() {
		return nil
	}
	r.Event, r.Masked = e, address.Address(e.Address).Masked()
	if e.Address == "" {
		r.Masked = ""
	}
	if err := r.addTopics(ctx, tx); err != nil {
		return err
	}
	if e.Notice != "" {
		if r.Words, err = notice.Body(ctx, tx, r.Tenant, e.Notice, e.NoticeVersion, e.Language); errs.CodeOf(err) == errs.NotFound {
			err = nil
		}
	}
	if err == nil {
		r.Leaf, _, err = consent.LeafOf(ctx, tx, r.Tenant, e.ID)
	}
	return err
}

// receiptEvent is an entry that has a receipt: a yes, a request for one, or a no.
func receiptEvent(ctx context.Context, tx *db.Tx, tenant, event string) (consent.Event, error) {
	e, err := consent.Get(ctx, tx, tenant, event)
	if errors.Is(err, db.ErrNone) || err == nil && !HasReceipt(e.Kind) {
		return e, errPreference
	}
	return e, err
}

// HasReceipt says which entries of the ledger people get a receipt for.
func HasReceipt(k consent.Kind) bool {
	switch k {
	case consent.Granted, consent.Declared, consent.Signup, consent.Requested, consent.Withdrawn, consent.Objected, consent.Declined:
		return true
	}
	return false
}

// addTopics reads the topics of the entry; one that speaks of everything has them all.
func (r *Receipt) addTopics(ctx context.Context, tx *db.Tx) error {
	all, err := consent.Stand(ctx, tx, r.Tenant, []string{r.Contact})
	if err != nil {
		return err
	}
	stands := all[r.Contact]
	topics, err := topic.List(ctx, tx, r.Tenant, true)
	if err != nil {
		return err
	}
	for _, t := range topics {
		if r.Event.Scope == consent.ScopeTopic && slices.Contains(r.Event.Topics, t.Code) {
			now := stands.Of(t.Code, consent.Class(t.Class))
			r.Topics = append(r.Topics, PreferenceTopic{Topic: t, State: now.State, Since: now.Since})
		}
	}
	return nil
}

// ReceiptStop opts out by a receipt: of everything, or only of what the receipt is about. It never expires.
func (k *Desk) ReceiptStop(ctx context.Context, token string, all bool, evidence []consent.Evidence) error {
	tenant, event, _, err := openReceipt(k.o.Keys, token)
	if err != nil {
		return err
	}
	var e consent.Event
	var now map[string]string
	err = k.db.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		if e, err = receiptEvent(ctx, tx, tenant, event); err != nil {
			return err
		}
		now, err = contact.Current(ctx, tx, tenant, []string{e.Contact})
		return err
	})
	if err != nil {
		return fmt.Errorf("opt out by receipt: %w", err)
	}
	if now[e.Contact] == "" { // erased meanwhile: nobody is left to write to
		return nil
	}
	scope, topics := consent.ScopeTopic, e.Topics
	if all || len(topics) == 0 {
		scope, topics = consent.ScopeAll, nil
	}
	return k.stopByPage(ctx, person{tenant: tenant, contact: e.Contact}, scope, topics, evidence)
}
