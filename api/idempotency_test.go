package api

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/outbox"
	"jawort/source"
)

const aMessage = `{"number":"{number}","to":"{known}","template":{"name":"order_update","language":{"code":"de"}}}`

func (st *stage) post(path, body, key string) answer {
	st.t.Helper()
	return st.do(st.a.key, "POST", path, st.a.fill(body), "Idempotency-Key", key)
}

// sent counts the messages to the known person; the fixture put one.
func (st *stage) sent() int {
	st.t.Helper()
	var n int
	st.write(func(ctx context.Context, tx *db.Tx) error {
		list, err := outbox.OfContact(ctx, tx, st.a.tenant.ID, st.a.con, "", 1000)
		n = len(list) - 1
		return err
	})
	return n
}

func TestTheSameKeyGivesTheSameAnswer(t *testing.T) {
	eachStage(t, func(st *stage) {
		for path, body := range map[string]string{"/v1/messages": aMessage, "/v1/optins": bodies["createOptin"], "/v1/optouts": bodies["createOptout"],
			"/v1/topics": bodies["createTopic"], "/v1/sources": bodies["createSource"], "/v1/notices": bodies["createNotice"]} {
			first := st.post(path, body, "k"+path)
			again := st.post(path, body, "k"+path)
			if first.status >= 300 || again.status != first.status || again.body != first.body {
				st.t.Errorf("%s: first %d %s, then %d %s", path, first.status, first.body, again.status, again.body)
			}
			if again.head.Get("Idempotency-Replayed") != "true" || again.head.Get("Content-Type") != "application/json" {
				st.t.Errorf("%s: headers %v", path, again.head)
			}
		}
		if n := st.sent(); n != 1 {
			st.t.Errorf("%d messages", n)
		}
	})
}

func TestAnotherBodyUnderTheKey(t *testing.T) {
	eachStage(t, func(st *stage) {
		st.post("/v1/messages", aMessage, "k1").want(202)
		for _, a := range []answer{st.post("/v1/messages", strings.Replace(aMessage, `"de"`, `"en"`, 1), "k1"), st.post("/v1/optins", aMessage, "k1")} {
			if a.want(422).str("type") != "/docs#key_reused" {
				st.t.Error(a.body)
			}
		}
		if n := st.sent(); n != 1 {
			st.t.Errorf("%d messages", n)
		}
	})
}

func TestTwoProgramsDoNotMeet(t *testing.T) {
	eachStage(t, func(st *stage) {
		other := st.scopedKeys()("messages")
		one := st.post("/v1/messages", aMessage, "k1").want(202)
		two := st.do(other, "POST", "/v1/messages", st.a.fill(aMessage), "Idempotency-Key", "k1").want(202)
		if one.str("id") == two.str("id") {
			st.t.Error("two programs with the same key got one message")
		}
	})
}

func TestWhileTheFirstIsRunning(t *testing.T) {
	eachStage(t, func(st *stage) {
		body := []byte(st.a.fill(aMessage))
		if _, err := st.server.begins.Do(st.t.Context(), beginning{tenant: st.a.tenant.ID, sends: true,
			try: account.Try{Key: st.a.keyID + ":k1", Route: "POST /v1/messages", BodyHash: account.HashBody(body)}}); err != nil {
			st.t.Fatal(err)
		}
		a := st.post("/v1/messages", aMessage, "k1").want(409)
		if a.str("type") != "/docs#in_progress" || a.head.Get("Retry-After") != "1" {
			st.t.Errorf("%s, Retry-After %q", a.body, a.head.Get("Retry-After"))
		}
		if n := st.sent(); n != 0 {
			st.t.Errorf("%d messages", n)
		}
	})
}

func TestARace(t *testing.T) {
	eachStage(t, func(st *stage) {
		var wg sync.WaitGroup
		ids := make([]string, 24)
		for i := range ids {
			wg.Go(func() {
				for range 200 {
					a := st.post("/v1/messages", aMessage, fmt.Sprintf("k%d", i%3))
					if a.status == 409 && a.str("type") == "/docs#in_progress" {
						time.Sleep(5 * time.Millisecond)
						continue
					}
					if a.status != 202 {
						st.t.Errorf("%d %s", a.status, a.body)
					}
					ids[i] = a.str("id")
					return
				}
			})
		}
		wg.Wait()
		for i := range ids {
			if ids[i] == "" || ids[i] != ids[i%3] {
				st.t.Errorf("call %d got message %q, call %d got %q", i, ids[i], i%3, ids[i%3])
			}
		}
		if n := st.sent(); n != 3 {
			st.t.Errorf("%d messages under 3 keys", n)
		}
	})
}

func TestARefusalIsAnAnswer(t *testing.T) {
	eachStage(t, func(st *stage) {
		body := `{"number":"{number}","to":"tel:+4915155555520","template":{"name":"order_update","language":{"code":"de"}}}`
		first := st.post("/v1/messages", body, "k1").want(409)
		st.do(st.a.key, "POST", "/v1/optins", st.a.fill(`{"address":"tel:+4915155555520","topics":["order_updates"],"source":"{source}"}`)).want(201)
		again := st.post("/v1/messages", body, "k1").want(409)
		if first.str("type") != "/docs#refused" || again.body != first.body || again.head.Get("Content-Type") != problemType {
			st.t.Errorf("first %s then %s", first.body, again.body)
		}
		st.post("/v1/messages", body, "k2").want(202)
	})
}

func TestAMistakeFreesTheKey(t *testing.T) {
	eachStage(t, func(st *stage) {
		st.post("/v1/messages", `{"number":"{number}","to":"nobody","text":{"body":"x"}}`, "k1").want(422)
		st.post("/v1/messages", aMessage, "k1").want(202)
		st.post("/v1/topics", `{"code":"order_updates","class":"utility","texts":{"de":{"name":"x","value":"y"}}}`, "k2").want(409)
		st.post("/v1/topics", bodies["createTopic"], "k2").want(201)
	})
}

// crash makes the database what it was if the process had died after the effect and before the answer was stored.
func (st *stage) crash() {
	st.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `update idempotency set state = 'running', created_at = created_at - $1 where tenant = $2 and idem_key not like '%#%'`,
			2*account.IdempotencyStale.Microseconds(), st.a.tenant.ID)
		return err
	})
}

func TestAfterACrashTheRepetitionIsTheSameThing(t *testing.T) {
	eachStage(t, func(st *stage) {
		m := st.post("/v1/messages", aMessage, "m").want(202)
		in := st.post("/v1/optins", `{"address":"tel:+4915155555530","topics":["order_updates"],"source":"{source}"}`, "i").want(201)
		out := st.post("/v1/optouts", `{"address":"tel:+4915155555531","scope":"all","via":"letter"}`, "o").want(201)
		st.crash()
		again := st.post("/v1/messages", aMessage, "m").want(202)
		if again.str("id") != m.str("id") || st.sent() != 1 {
			st.t.Errorf("the message was put again: %s, %d in all", again.body, st.sent())
		}
		if again.str("decision", "verdict") != "allow" || again.str("decision", "id") != m.str("decision", "id") {
			st.t.Errorf("another decision: %s", again.body)
		}
		if a := st.post("/v1/optins", `{"address":"tel:+4915155555530","topics":["order_updates"],"source":"{source}"}`, "i").want(201); a.str("event") != in.str("event") {
			st.t.Errorf("the opt-in happened again: %s", a.body)
		}
		if a := st.post("/v1/optouts", `{"address":"tel:+4915155555531","scope":"all","via":"letter"}`, "o").want(200); a.str("event") != out.str("event") {
			st.t.Errorf("the opt-out happened again: %s", a.body)
		}
	})
}

func TestStoredAnswersAreSealed(t *testing.T) {
	eachStage(t, func(st *stage) {
		token := st.post("/v1/sources", bodies["createSource"], "k").want(201).str("token")
		var kept []byte
		st.write(func(ctx context.Context, tx *db.Tx) error {
			return tx.Row(ctx, `select answer from idempotency where tenant = $1`, st.a.tenant.ID).Scan(&kept)
		})
		if len(kept) == 0 || token == "" || bytes.Contains(kept, []byte(token)) || bytes.Contains(kept, []byte(`"id"`)) {
			st.t.Errorf("kept %d bytes, readable", len(kept))
		}
	})
}

func TestBadKeys(t *testing.T) {
	eachStage(t, func(st *stage) {
		for _, key := range []string{"", "with blank", "ümlaut", strings.Repeat("x", 201)} {
			a := st.post("/v1/messages", aMessage, key).want(422)
			if f := a.fields(); len(f) != 1 || f[0] != "Idempotency-Key" || a.str("errors", 0, "location") != "header.Idempotency-Key" {
				st.t.Errorf("%q: %s", key, a.body)
			}
		}
		st.post("/v1/messages", aMessage, strings.Repeat("x", 200)).want(202)
	})
}

func TestAPanicIsA500AndFreesTheKey(t *testing.T) {
	eachStage(t, func(st *stage) {
		judge := st.server.Judge
		st.server.Judge = func(source.Judged) []string { panic(mark) }
		a := st.post("/v1/sources/"+st.a.draft+"/live", "", "k").want(500)
		if a.str("type") != "/docs#internal" || !strings.Contains(st.logs.String(), "api: panic") {
			st.t.Errorf("%s", a.body)
		}
		clean(st.t, "answer", a.body)
		if strings.Contains(st.logs.String(), mark) {
			st.t.Error("the log has the panic's value")
		}
		st.server.Judge = judge
		st.post("/v1/sources/"+st.a.draft+"/live", "", "k").want(200)
	})
}
