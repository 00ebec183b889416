package story

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"jawort/carrier"
	"jawort/db"
)

const hookKey = "ein gemeinsamer Schluessel"

// signedText brings an SMS to the door of somebody's own gateway, signed as Standard Webhooks has it.
func (w *world) signedText(path, id string, at time.Time, key, body string) int {
	w.Helper()
	sec := strconv.FormatInt(at.Unix(), 10)
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(id + "." + sec + "." + body))
	req, err := http.NewRequest(http.MethodPost, w.base+path, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	req.Header.Set("Webhook-Id", id)
	req.Header.Set("Webhook-Timestamp", sec)
	req.Header.Set("Webhook-Signature", "v1,"+base64.StdEncoding.EncodeToString(h.Sum(nil)))
	resp, err := client.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// Who cannot prove to be the provider changes nothing; what is proven takes effect once; a signature does not live for ever.
func TestSMSDoors(t *testing.T) {
	each(t, func(w *world) {
		var c carrier.Carrier
		if err := w.app.DB.Write(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			c, err = carrier.New(ctx, tx, w.keys, w.Tenant, carrier.Carrier{Kind: carrier.Webhook, Name: "eigenes", Number: smsNumber,
				Settings: carrier.Settings{URL: "http://127.0.0.1:1/"}}, hookKey, now)
			return err
		}); err != nil {
			w.Fatal(err)
		}
		w.agree(mareike)
		path, now := "/in/sms/webhook/"+c.ID, w.clock.Now()
		stop := fmt.Sprintf(`{"from":"+%s","to":"%s","text":"STOP"}`, mareike, smsNumber)
		for name, got := range map[string]int{
			"another key":        w.signedText(path, "a1", now, "falsch", stop),
			"too old":            w.signedText(path, "a2", now.Add(-6*time.Minute), hookKey, stop),
			"from the future":    w.signedText(path, "a3", now.Add(6*time.Minute), hookKey, stop),
			"nobody's carrier":   w.signedText("/in/sms/webhook/car_000000000000000000000000000", "a4", now, hookKey, stop),
			"another kind":       w.signedText("/in/sms/twilio/"+c.ID, "a5", now, hookKey, stop),
			"no text and signed": w.signedText(path, "a6", now, hookKey, `{"to":"x"}`) - http.StatusBadRequest + http.StatusUnauthorized,
			"garbage and signed": w.signedText(path, "a7", now, hookKey, "\xff{") - http.StatusBadRequest + http.StatusUnauthorized,
		} {
			if got != http.StatusUnauthorized {
				w.Errorf("%s: answered %d", name, got)
			}
		}
		if got := w.signedText(path, "a8", now, hookKey, strings.Repeat("x", 70_000)); got != http.StatusRequestEntityTooLarge {
			w.Errorf("too large: %d", got)
		}
		w.stands(mareike, "offers=granted")
		for range 2 {
			if got := w.signedText(path, "b1", now, hookKey, stop); got != http.StatusOK {
				w.Errorf("a stop: %d", got)
			}
		}
		w.stands(mareike, "offers=withdrawn")
		w.refused(mareike, "sommer_sale", "STOPPED_ALL")
		n := 0
		for _, k := range w.kinds(mareike) {
			if k == "withdrawn" {
				n++
			}
		}
		if n != 1 {
			w.Errorf("%d withdrawals of one text", n)
		}
	})
}
