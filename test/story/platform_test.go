package story

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/quality"
)

// Stopping marketing in WhatsApp itself holds on every number of the business; order news goes on; a resume lifts only
// its own pair.
func TestPlatformStop(t *testing.T) {
	each(t, func(w *world) {
		second := w.secondNumber()
		w.agree(mareike)
		w.acts(mareike, "stop", nil)
		w.refused(mareike, "sommer_sale", "PLATFORM_STOP")
		w.refusedOn(second, mareike, "PLATFORM_STOP")
		w.allowed(mareike, "order_update")
		w.later(time.Minute)
		w.acts(mareike, "resume", object{"phone_number_id": second})
		w.refused(mareike, "sommer_sale", "PLATFORM_STOP")
		w.later(time.Minute)
		w.acts(mareike, "resume", nil)
		w.allowed(mareike, "sommer_sale")
	})
}

// Resuming is no consent: to somebody who never agreed nothing may be sent.
func TestResumeIsNoConsent(t *testing.T) {
	each(t, func(w *world) {
		w.acts(mareike, "resume", nil)
		w.refused(mareike, "sommer_sale", "CONSENT_NONE")
	})
}

// A message that fails with 131050 is Meta's word that the person stopped, though no webhook told it.
func TestFailedStatusIsAStop(t *testing.T) {
	each(t, func(w *world) {
		w.agree(mareike)
		w.control(http.MethodPost, "faults", object{"on": "webhook", "kind": "status", "status": 500, "field": "user_preferences"})
		w.control(http.MethodPost, "people/"+mareike+"/stop?wait=0", object{})
		status, out := w.send(mareike, "sommer_sale")
		if status != http.StatusAccepted {
			t.Fatalf("nobody told us yet: %d %v", status, out)
		}
		id := out["id"].(string)
		w.eventually("the failed status", func() bool {
			m := w.must(http.StatusOK, http.MethodGet, "/messages/"+id, nil)
			return m["status"] == "failed"
		})
		w.refused(mareike, "sommer_sale", "PLATFORM_STOP")
		w.allowed(mareike, "order_update")
	})
}

// secondNumber gives the business one more number, in the same account.
func (w *world) secondNumber() string {
	w.Helper()
	id := w.control(http.MethodPost, "numbers", object{"display_phone_number": "+49 30 23125 021", "waba_id": w.options.WABAID})["id"].(string)
	n := account.Number{Tenant: w.Tenant, ID: id, WABA: w.options.WABAID, Portfolio: w.options.PortfolioID, Display: "493023125021", Name: "Filiale",
		Country: "DE", BaseURL: w.phones, Mode: account.Enforce, Throughput: 80, Status: "CONNECTED"}
	err := w.app.DB.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		return account.PutNumber(ctx, tx, w.keys, w.Tenant, n, w.server.Token(), w.secret, "test")
	})
	if err != nil {
		w.Fatal(err)
	}
	return id
}

// refusedOn is refused from another number.
func (w *world) refusedOn(number, phone, reason string) {
	w.Helper()
	status, out := w.api(http.MethodPost, "/messages", object{"number": number, "to": "tel:+" + phone,
		"template": object{"name": "sommer_sale", "language": object{"code": "de"}}})
	d, _ := out["decision"].(object)
	if status != http.StatusConflict || !slices.Contains(reasons(d), reason) {
		w.Errorf("from the other number: %d %v, want %s", status, reasons(d), reason)
	}
}

// Meta's allowance is nearly used up, and Meta says for how long: the watcher asks again only then. What became of a name is told.
func TestWatcherHeedsUsage(t *testing.T) {
	each(t, func(w *world) {
		set := func(body object) { w.Helper(); w.control(http.MethodPost, "numbers/"+w.id, body) }
		poll := func() (p quality.Poll) {
			w.Helper()
			if err := w.app.DB.Read(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
				p, err = quality.PollOf(ctx, tx, w.Tenant, w.options.WABAID)
				return err
			}); err != nil {
				w.Fatal(err)
			}
			return p
		}
		kinds := func() (out []string) {
			_, list := w.api(http.MethodGet, "/alerts", nil)
			for _, a := range list["data"].([]any) {
				out = append(out, a.(map[string]any)["kind"].(string))
			}
			return out
		}
		w.eventually("the first poll", func() bool { return poll().OKAt > 0 })
		usual := poll()
		if usual.NextAt-usual.AskedAt > (10 * time.Minute).Microseconds() {
			t.Errorf("asked again after %d s as a rule", (usual.NextAt-usual.AskedAt)/1e6)
		}
		set(object{"usage": 100, "usage_wait": 90})
		w.later(6 * time.Minute)
		w.eventually("Meta's word is heeded", func() bool {
			p := poll()
			return p.Usage == 100 && p.NextAt-p.AskedAt >= (90*time.Minute).Microseconds()
		})
		if p := poll(); p.Error != "busy" || p.Code != 80007 {
			t.Errorf("the account's calls are used up: %+v", p)
		}
		set(object{"usage": 3, "name_status": "DECLINED"})
		w.eventually("the name is told", func() bool {
			return slices.Contains(kinds(), "name_rejected")
		})
		w.later(95 * time.Minute)
		w.eventually("it is asked as a rule again", func() bool { p := poll(); return p.Usage < 60 && p.NextAt-p.AskedAt < (10*time.Minute).Microseconds() })
		w.appUsage(set, poll)
		set(object{"name_status": "APPROVED"})
		w.eventually("the name is approved", func() (ok bool) {
			if err := w.app.DB.Read(context.Background(), func(ctx context.Context, tx *db.Tx) error {
				list, err := quality.Standings(ctx, tx, w.Tenant, quality.Name)
				ok = len(list) > 0 && !slices.ContainsFunc(list, func(s quality.Standing) bool { return s.Value != "APPROVED" })
				return err
			}); err != nil {
				w.Fatal(err)
			}
			return ok
		})
	})
}

// appUsage: the app as a whole has little left, then nothing. We ask less, messages go on, and afterwards all is as before.
func (w *world) appUsage(set func(object), poll func() quality.Poll) {
	w.Helper()
	pause := func(p quality.Poll) time.Duration { return time.Duration(p.NextAt-p.AskedAt) * time.Microsecond }
	set(object{"app_usage": object{"call_count": 12, "total_time": 91, "total_cputime": 3}})
	w.later(10 * time.Minute)
	w.eventually("the fullest of the app's three is heeded", func() bool { p := poll(); return p.Usage == 91 && pause(p) >= 30*time.Minute && p.Error == "" })
	set(object{"app_usage": 100})
	w.later(31 * time.Minute)
	w.eventually("the app's calls are used up", func() bool { p := poll(); return p.Error == "busy" && p.Code == 4 && pause(p) >= 30*time.Minute })
	w.agree(mareike)
	if status, out := w.send(mareike, "order_update"); status != http.StatusAccepted {
		w.Errorf("a message while the app's calls are used up: %d %v", status, out)
	}
	w.eventually("messages have limits of their own", func() bool { return w.got(mareike) })
	set(object{"app_usage": 2})
	w.later(61 * time.Minute)
	w.eventually("it is asked as a rule once more", func() bool { p := poll(); return p.Error == "" && p.Usage < 60 && pause(p) < 10*time.Minute })
}

// got says whether the emulator has taken a message to somebody.
func (w *world) got(phone string) bool {
	w.Helper()
	list, _ := w.control(http.MethodGet, "messages?to="+phone, nil)["data"].([]any)
	return len(list) > 0
}
