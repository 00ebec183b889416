package manager

import (
	"context"
	"net/http"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/kiosk"
	"jawort/qr"
	"jawort/source"
)

var counterRoutes = []route{
	{"GET /sources/{source}/counter", account.MayOptIn, counters},
	{"POST /sources/{source}/counter", account.MayOptIn, openCounter},
	{"POST /sources/{source}/counter/{kiosk}/close", account.MayOptIn, closeCounter},
}

// counterData is the page from which tablets are opened and closed.
type counterData struct {
	sourceData
	open  []kiosk.Kiosk
	names map[string]string // of who opened them
	link  string            // to be opened on another device; "" = none was asked for
	code  qr.Code
}

func counters(v *visit) error { return v.showCounters(http.StatusOK, "") }

func (v *visit) showCounters(status int, link string) error {
	d := counterData{link: link, names: map[string]string{}}
	if err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.sourceData, err = v.paperSource(ctx, tx); err != nil {
			return err
		}
		at, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if d.open, err = kiosk.OpenOnes(ctx, tx, v.tenant.ID, d.source.ID, at); err != nil {
			return err
		}
		for _, k := range d.open {
			s, err := account.StaffOf(ctx, tx, v.tenant.ID, k.OpenedBy)
			if err != nil && errs.CodeOf(err) != errs.NotFound {
				return err
			}
			d.names[k.OpenedBy] = s.Name
		}
		return nil
	}); err != nil {
		return err
	}
	if link != "" {
		var err error
		if d.code, err = qr.Screen(link); err != nil {
			return err
		}
	}
	return v.show(status, countersView(v, d))
}

// openCounter makes the link that opens a tablet, once. On this device it ends one's own session first: whoever stands at the tablet
// afterwards must not find the manager behind it.
func openCounter(v *visit) error {
	var token string
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		d, err := v.paperSource(ctx, tx)
		if err != nil {
			return err
		}
		if d.source.State != source.StateLive {
			return errs.New(errs.Conflict, "counter.not_live")
		}
		at, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		k, t, err := kiosk.Open(ctx, tx, v.tenant.ID, d.source.ID, v.staff.ID, at)
		token = t
		if err != nil {
			return err
		}
		return v.audit(ctx, tx, "kiosk.opened", k.ID)
	}); err != nil {
		return err
	}
	if v.r.PostFormValue("where") == "elsewhere" {
		return v.showCounters(http.StatusOK, v.base()+"/o/counter/"+token)
	}
	if err := v.s.sessions.Destroy(v.r.Context()); err != nil {
		return err
	}
	return v.to("/o/counter/" + token)
}

func closeCounter(v *visit) error {
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		at, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if err := kiosk.Close(ctx, tx, v.tenant.ID, v.r.PathValue("source"), v.r.PathValue("kiosk"), at); err != nil {
			return err
		}
		return v.audit(ctx, tx, "kiosk.closed", v.r.PathValue("kiosk"))
	}); err != nil {
		return err
	}
	return v.doneSource("counter", "counter.closed")
}
