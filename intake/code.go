package intake

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"

	"jawort/account"
	"jawort/address"
	"jawort/carrier"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/gate"
	"jawort/notice"
	"jawort/say"
)

// The second way to confirm a web form (DESIGN section 5, Confirming): six digits by SMS, typed into the page. It counts as a question:
// anybody can type somebody's number, so the limits of questions hold for it.
const (
	codeLife  = int64(10 * 60 * 1_000_000)
	codeTries = 5
)

// CodeResult is what came of a code that was typed.
type CodeResult string

// What came of it.
const (
	CodeRight CodeResult = "right"
	CodeWrong CodeResult = "wrong"
	CodeOver  CodeResult = "over" // too old, tried too often, used, or never sent
)

// coding carries one request for or by a code through its transaction.
type coding struct {
	k      *Desk
	tx     *db.Tx
	tenant string
	now    int64
	pepper []byte
	req    consent.Request
	place  *place
	line   carrier.Carrier
	holder contact.Holder
	revs   map[string]int64
}

// SendCode sends a code for an open request of a page that offers codes. It answers the same whether one was sent or not: a page must
// not tell who stopped, who declined, or who was asked yesterday.
func (k *Desk) SendCode(ctx context.Context, tenant, request string) error {
	return k.code(ctx, tenant, request, func(ctx context.Context, c *coding) error {
		may, err := c.mayAsk(ctx)
		if err != nil || !may {
			return err
		}
		code := newDigits()
		m, err := textMessage(c.line, c.holder.Contact, address.Address(c.req.Address), gate.ConfirmRequest, c.text(code), c.now)
		if err != nil {
			return err
		}
		c.req.Question, c.req.AskedAt = m.ID, c.now
		if err := consent.MarkQuestion(ctx, c.tx, tenant, c.req.ID, m.ID, c.now); err != nil {
			return err
		}
		if err := putCode(ctx, c.tx, tenant, smsCode{c.req.ID, m.ID, c.hash(code), c.now + codeLife, 0}); err != nil {
			return err
		}
		if err := consent.MarkAsked(ctx, c.tx, tenant, contact.Fingerprint(c.pepper, m.Address), c.req.Source, c.now); err != nil {
			return err
		}
		return k.post(ctx, c.tx, tenant, m)
	}, func() {})
}

// EnterCode takes a code that was typed. The right one is the person's own word, as if they had answered the SMS.
func (k *Desk) EnterCode(ctx context.Context, tenant, request, typed string) (out CodeResult, err error) {
	err = k.code(ctx, tenant, request, func(ctx context.Context, c *coding) error {
		out = CodeOver
		kept, ok, err := codeOf(ctx, c.tx, tenant, request)
		if err != nil || !ok || kept.until <= c.now || kept.tries >= codeTries {
			return err
		}
		if !hmac.Equal([]byte(kept.hash), []byte(c.hash(typedDigits(typed)))) {
			if out = CodeWrong; kept.tries+1 == codeTries {
				out = CodeOver
			}
			return countWrongCode(ctx, c.tx, tenant, request)
		}
		if quiet, err := c.quiet(ctx); err != nil || quiet {
			return err // a stop that came after the code was sent stands
		}
		out = CodeRight
		return c.grant(ctx, &kept)
	}, func() { out = CodeOver })
	return out, err
}

// code finds the request, locks who holds its address and runs f; otherwise answers a request that is over, or whose page offers no codes.
func (k *Desk) code(ctx context.Context, tenant, request string, f func(ctx context.Context, c *coding) error, otherwise func()) error {
	ctx = context.WithoutCancel(ctx) // who closes the page has still typed the code
	err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c := &coding{k: k, tx: tx, tenant: tenant}
		ok, err := c.open(ctx, request)
		if err != nil {
			return err
		}
		if !ok {
			otherwise()
			return nil
		}
		return f(ctx, c)
	})
	if err != nil && errs.CodeOf(err) == "" {
		err = errs.New(errs.Unavailable, "error.unavailable").Because(err)
	}
	return err
}

func (c *coding) open(ctx context.Context, request string) (ok bool, err error) {
	if c.now, err = c.tx.Now(ctx); err != nil {
		return false, err
	}
	if c.pepper, err = c.k.pepper(ctx, c.tx, c.tenant); err != nil {
		return false, err
	}
	all, err := consent.RequestsByID(ctx, c.tx, c.tenant, []string{request})
	if err != nil {
		return false, err
	}
	c.req = all[request]
	to := address.Address(c.req.Address)
	if !c.req.Open(c.now) || !to.IsPhone() {
		return false, nil
	}
	c.place = readPlace(ctx, c.tx, c.tenant, c.req.Source, c.req.NoticeVersion)
	if c.place.err != nil || !c.place.offersCode() {
		return false, nil // paused, outdated or changed meanwhile: the link is left
	}
	c.line, err = carrier.Get(ctx, c.tx, c.tenant, c.place.source.Settings.Carrier)
	if errs.CodeOf(err) == errs.NotFound || err == nil && c.line.OffAt != 0 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	holders, err := contact.LockCurrent(ctx, c.tx, c.tenant, []address.Address{to})
	c.holder = holders[to]
	c.revs = map[string]int64{c.holder.Contact: c.holder.Rev}
	return c.holder.Contact == c.req.Contact, err // the number may be somebody else's by now
}

// offersCode says whether the source's page offers a code. A business that wants the tap for SMS wants it here too.
func (p *place) offersCode() bool {
	return OffersCode(p.source.Settings.Code, p.source.Settings.Carrier, p.tenant.Policy)
}

// OffersCode is the same for a page that has not read the words.
func OffersCode(wanted bool, carrier string, policy account.Policy) bool {
	return wanted && carrier != "" && (policy.SMSNeedsTap == nil || !*policy.SMSNeedsTap) && !policy.NoQuestion
}

// quiet says that nobody may ask the person: they stopped, declined, or are suppressed.
func (c *coding) quiet(ctx context.Context) (bool, error) {
	print := contact.Fingerprint(c.pepper, address.Address(c.req.Address))
	suppressed, err := contact.Suppressions(ctx, c.tx, c.tenant, []string{print})
	if err != nil || len(suppressed) > 0 {
		return true, err
	}
	stand, err := consent.Stand(ctx, c.tx, c.tenant, []string{c.holder.Contact})
	s := stand[c.holder.Contact]
	return s.EverStopped() || s.DeclinedLately(c.now), err
}

func (c *coding) mayAsk(ctx context.Context) (bool, error) {
	if quiet, err := c.quiet(ctx); err != nil || quiet {
		return false, err
	}
	return mayAsk(ctx, c.tx, c.tenant, contact.Fingerprint(c.pepper, address.Address(c.req.Address)), c.now)
}

// text says what the code agrees to: whoever types it has read it.
func (c *coding) text(code string) string {
	text, _ := notice.Pick(c.place.texts, c.req.Language, c.place.tenant.Language)
	var names []string
	for _, t := range c.req.Topics {
		names = append(names, c.place.topics[t].Text(text.Language).Name)
	}
	return say.Text(say.MatchPublic(c.req.Language), "sms.code", say.Args{"Business": c.place.tenant.Name, "Topics": strings.Join(names, ", "), "Code": code[:3] + " " + code[3:]})
}

// grant writes the person's own word, on the carrier that proved the number.
func (c *coding) grant(ctx context.Context, kept *smsCode) error {
	e := consent.Event{Contact: c.holder.Contact, Kind: consent.Granted, Address: c.req.Address, Channel: "sms", Number: c.line.ID,
		Actor: consent.Actor{Kind: consent.Person}, HappenedAt: c.now, Witnessed: true, ChannelSeq: fmt.Sprintf("%020d.000", c.now),
		Evidence: []consent.Evidence{{Kind: "sms_code", Value: kept.message}}}
	if err := answers(ctx, c.tx, c.tenant, &e, &c.req); err != nil {
		return err
	}
	if _, err := consent.Append(ctx, c.tx, c.tenant, []consent.Event{e}, c.revs); err != nil {
		return err
	}
	if err := dropCode(ctx, c.tx, c.tenant, c.req.ID); err != nil {
		return err
	}
	return consent.CloseRequests(ctx, c.tx, c.tenant, map[string]consent.RequestState{c.req.ID: consent.RequestGranted})
}

// hash is how a code is stored: a million of them are quickly tried without the key.
func (c *coding) hash(code string) string {
	h := hmac.New(sha256.New, c.pepper)
	h.Write([]byte("sms code\x00" + c.req.ID + "\x00" + code))
	return hex.EncodeToString(h.Sum(nil))
}

func newDigits() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return fmt.Sprintf("%06d", n)
}

// typedDigits leaves the spaces and dashes out that people type along, and reads the digits of other scripts.
func typedDigits(typed string) string {
	var b strings.Builder
	for _, r := range typed {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= '٠' && r <= '٩':
			b.WriteRune('0' + r - '٠')
		case r >= '۰' && r <= '۹':
			b.WriteRune('0' + r - '۰')
		case r >= '०' && r <= '९':
			b.WriteRune('0' + r - '०')
		}
	}
	return b.String()
}
