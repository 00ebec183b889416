package manager

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"jawort/account"
	"jawort/carrier"
	"jawort/channel"
	"jawort/db"
	"jawort/errs"
)

var smsRoutes = []route{
	{"GET /settings/sms", account.MayNumbers, carriers},
	{"GET /settings/sms/new", account.MayNumbers, newCarrier},
	{"POST /settings/sms", account.MayNumbers, createCarrier},
	{"GET /settings/sms/{carrier}", account.MayNumbers, oneCarrier},
	{"POST /settings/sms/{carrier}", account.MayNumbers, saveCarrier},
	{"POST /settings/sms/{carrier}/switch", account.MayNumbers, switchCarrier},
}

// CarrierLine is how the line to an operator stands.
type CarrierLine struct {
	Bound  bool
	Since  time.Time
	Reason channel.Reason // why it does not stand; "" = not tried yet
}

// carrierRow is one connection of the list.
type carrierRow struct {
	carrier.Carrier
	shape, word string
}

func carriers(v *visit) error {
	var rows []carrierRow
	if err := v.read(func(ctx context.Context, tx *db.Tx) error {
		list, err := carrier.List(ctx, tx, v.tenant.ID)
		for _, c := range list {
			r := carrierRow{Carrier: c}
			r.shape, r.word = v.carrierState(c)
			rows = append(rows, r)
		}
		return err
	}); err != nil {
		return err
	}
	return v.show(http.StatusOK, carriersView(v, rows))
}

// carrierState is shape and words for how a connection stands; HTTP providers have no line that could.
func (v *visit) carrierState(c carrier.Carrier) (shape, word string) {
	if c.OffAt != 0 {
		return "idle", v.say("manager.sms.off")
	}
	if c.Kind != carrier.SMPP || v.s.CarrierLine == nil {
		return "ok", v.say("manager.sms.on")
	}
	switch l, ok := v.s.CarrierLine(c.ID); {
	case ok && l.Bound:
		return "ok", v.say("manager.sms.bound")
	case ok && l.Reason != "":
		return "bad", v.say("manager.sms.why." + string(l.Reason))
	}
	return "wait", v.say("manager.sms.connecting")
}

// carrierData is what the page of one connection shows.
type carrierData struct {
	c      carrier.Carrier // ID "" = a new one
	form   typed
	door   string // where the provider brings texts; "" = it has its line
	tested bool
	why    channel.Reason // of the test; "" = it went well
}

func newCarrier(v *visit) error {
	kind := carrier.Kind(v.r.URL.Query().Get("kind"))
	if kind == "" {
		kind = carrier.SMPP
	}
	return v.show(http.StatusOK, carrierView(v, carrierData{c: carrier.Carrier{Kind: kind}, form: filled("kind", string(kind))}))
}

func createCarrier(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	d := carrierData{c: typedCarrier(f, carrier.Carrier{Kind: carrier.Kind(f.get("kind"))}), form: f}
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		at, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		made, err := carrier.New(ctx, tx, v.s.Keys, v.tenant.ID, d.c, f.get("secret"), at)
		if err != nil {
			return err
		}
		d.c.ID = made.ID
		return v.audit(ctx, tx, "carrier.created", made.ID)
	})
	if err != nil {
		if err := d.form.took(v, err, nil); err != nil {
			return err
		}
		return v.show(d.form.status(), carrierView(v, d))
	}
	return v.saved("/settings/sms/"+d.c.ID, "manager.sms.saved")
}

// typedCarrier is the connection as the form wants it.
func typedCarrier(f typed, c carrier.Carrier) carrier.Carrier {
	text := func(name string) string { return strings.TrimSpace(tidy(f.get(name))) }
	c.Name, c.Number = text("name"), compact(text("number"))
	c.Settings = carrier.Settings{Addr: text("addr"), TLS: f.on("tls"), Login: text("login"), Account: text("account"), URL: text("url"),
		Binds: int(whole(text("binds"))), Window: int(whole(text("window"))), PerSecond: float64(whole(text("per_second"))), Hourly: whole(text("hourly"))}
	return c
}

// compact takes out what people put between digits to read them.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -/().\u00a0\u202f", r) {
			return -1
		}
		return r
	}, s)
}

func (v *visit) theCarrier() (d carrierData, err error) {
	err = v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		d.c, err = carrier.Get(ctx, tx, v.tenant.ID, v.r.PathValue("carrier"))
		return err
	})
	if err != nil {
		return d, err
	}
	secret, err := carrier.Secret(v.s.Keys, d.c)
	if err == nil {
		if d.door = d.c.Door(secret); d.door != "" {
			d.door = v.base() + d.door
		}
	}
	n := func(x int) string { return capText(int64(x)) }
	s := d.c.Settings
	d.form = filled("name", d.c.Name, "number", d.c.Number, "addr", s.Addr, "login", s.Login, "account", s.Account, "url", s.URL,
		"binds", n(s.Binds), "window", n(s.Window), "per_second", n(int(s.PerSecond)), "hourly", capText(s.Hourly))
	if s.TLS {
		d.form.values.Set("tls", "on")
	}
	return d, err
}

func oneCarrier(v *visit) error {
	d, err := v.theCarrier()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, carrierView(v, d))
}

// saveCarrier keeps the connection, and with the other button tries it. A secret left empty stays, but only for the same server and login:
// otherwise whoever may change the server could have it sent to one of their own.
func saveCarrier(v *visit) error {
	d, err := v.theCarrier()
	if err != nil {
		return err
	}
	old := d.c
	if d.form, err = v.typed(); err != nil {
		return err
	}
	d.c = typedCarrier(d.form, d.c)
	secret := d.form.get("secret")
	if secret == "" && (old.Settings.Addr != d.c.Settings.Addr || old.Settings.URL != d.c.Settings.URL || old.Settings.Login != d.c.Settings.Login || old.Settings.TLS && !d.c.Settings.TLS) {
		d.form.refuse("secret", v.say("manager.sms.secret.again"))
		return v.show(d.form.status(), carrierView(v, d))
	}
	err = v.write(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.c, err = carrier.Change(ctx, tx, v.s.Keys, v.tenant.ID, d.c, secret); err != nil {
			return err
		}
		return v.audit(ctx, tx, "carrier.changed", d.c.ID)
	})
	if err != nil {
		if err := d.form.took(v, err, nil); err != nil {
			return err
		}
		return v.show(d.form.status(), carrierView(v, d))
	}
	if d.form.get("do") != "test" {
		return v.saved("/settings/sms/"+d.c.ID, "manager.sms.saved")
	}
	if v.s.TestCarrier == nil || !v.s.limits.forName("sms "+v.staff.ID) {
		return errs.New(errs.TooMany, "error.too_many")
	}
	d.tested, d.why = true, v.s.TestCarrier(v.r.Context(), d.c)
	return v.show(http.StatusOK, carrierView(v, d))
}

func switchCarrier(v *visit) error {
	f, err := v.typed()
	if err != nil {
		return err
	}
	off := f.get("off") == "on"
	if err := v.write(func(ctx context.Context, tx *db.Tx) error {
		at, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if err := carrier.Switch(ctx, tx, v.tenant.ID, v.r.PathValue("carrier"), off, at); err != nil {
			return err
		}
		return v.audit(ctx, tx, "carrier.switched", v.r.PathValue("carrier"))
	}); err != nil {
		return err
	}
	return v.saved("/settings/sms", "manager.sms.switched."+strconv.FormatBool(!off))
}
