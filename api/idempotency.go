package api

import (
	"bytes"
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/id"
)

// attempt is one request with an Idempotency-Key.
type attempt struct {
	key   string // as account keeps it: of this API key, so that two programs do not meet
	since int64
	seen  string // what makes the effect recognisable if the answer was never stored
	done  bool   // the answer was stored with the effect
	begun
}

// beginning and ending are what shares a commit with others.
type beginning struct {
	tenant string
	try    account.Try
	sends  bool
}

type begun struct {
	account.Begun
	message string // the message's id: the same for every try with this key and body
}

type ending struct {
	tenant  string
	outcome account.Outcome
	abandon bool
}

// keyShaped: printable ASCII, so that the header arrives as it was sent.
func keyShaped(key string) bool {
	if len(key) == 0 || len(key) > 200 {
		return false
	}
	for _, c := range []byte(key) {
		if c < 0x21 || c > 0x7e {
			return false
		}
	}
	return true
}

// once answers a POST that carries an Idempotency-Key.
func (s *server) once(w http.ResponseWriter, r *http.Request, c *call, o op, body []byte) {
	key := r.Header.Get("Idempotency-Key")
	if !keyShaped(key) || len(r.Header.Values("Idempotency-Key")) > 1 {
		(&wrong{in: "header", field: "Idempotency-Key", code: "api.idempotency_key", message: ""}).problem(c.lang).write(w)
		return
	}
	hash := account.HashBody(body)
	t := &attempt{key: c.key.ID + ":" + key, seen: "api:" + hex.EncodeToString(account.HashBody([]byte(c.key.ID + " " + key + " " + string(hash)))[:20])}
	b, err := s.begins.Do(r.Context(), beginning{c.tenant(), account.Try{Key: t.key, Route: r.Method + " " + r.URL.Path, BodyHash: hash}, o.sends})
	if err != nil {
		s.problem(r.Context(), c, err).write(w)
		return
	}
	t.begun, t.since = b, b.Since
	switch b.State {
	case account.Repeated:
		s.again(w, r, c, t)
	case account.Other:
		newProblem(c.lang, http.StatusUnprocessableEntity, kindKeyReused, "").write(w)
	case account.Running:
		p := newProblem(c.lang, http.StatusConflict, kindInProgress, "")
		p.retry = 1
		p.write(w)
	default:
		c.try = t
		s.first(w, r, c)
	}
}

// first runs the request and keeps its answer before anybody sees it.
func (s *server) first(w http.ResponseWriter, r *http.Request, c *call) {
	rec := &recorder{header: w.Header()}
	settled := false
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 10*time.Second)
	defer cancel()
	defer func() {
		if !settled { // a panic on its way to recover
			_, _ = s.ends.Do(ctx, ending{c.tenant(), s.outcome(c, 0, nil), true})
		}
	}()
	s.mux.ServeHTTP(rec, r)
	if !c.try.done {
		abandon := rec.status >= 300 && !c.keep
		if _, err := s.ends.Do(ctx, ending{c.tenant(), s.outcome(c, rec.status, rec.body.Bytes()), abandon}); err != nil {
			settled = true
			s.problem(ctx, c, err).write(w)
			return
		}
	}
	settled = true
	w.WriteHeader(rec.status)
	_, _ = w.Write(rec.body.Bytes()) // the caller is gone if it fails
}

// again gives the stored answer.
func (s *server) again(w http.ResponseWriter, r *http.Request, c *call, t *attempt) {
	body, err := s.Keys.Open(answerPlace(c, t), t.Answer)
	if err != nil {
		s.problem(r.Context(), c, err).write(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if t.Status >= 400 {
		w.Header().Set("Content-Type", problemType)
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(int(t.Status))
	_, _ = w.Write(body)
}

// answerPlace is where a stored answer belongs: it is sealed, because it can hold a token that is told only once.
func answerPlace(c *call, t *attempt) string { return c.tenant() + "/idempotency/" + t.key }

func (s *server) outcome(c *call, status int, body []byte) account.Outcome {
	return account.Outcome{Key: c.try.key, Since: c.try.since, Status: int64(status), Answer: s.Keys.Seal(answerPlace(c, c.try), body)}
}

// applyBegins enters many keys in one commit. Beside the key of a message stands a second row that keeps the message's id from
// the first try on: after a crash the repetition is the same message, and the outbox recognises it.
func (s *server) applyBegins(ctx context.Context, tx *db.Tx, in []beginning) ([]db.Outcome[begun], error) {
	out := make([]db.Outcome[begun], len(in))
	for tenant, of := range byTenant(in, func(b beginning) string { return b.tenant }) {
		tries := make([]account.Try, 0, 2*len(of))
		for _, i := range of {
			tries = append(tries, in[i].try)
		}
		for _, i := range of {
			if in[i].sends {
				t := in[i].try
				t.Key += "#" + hex.EncodeToString(t.BodyHash[:12])
				tries = append(tries, t)
			}
		}
		all, err := account.Begin(ctx, tx, tenant, tries)
		if err != nil {
			return nil, err
		}
		if err := s.nameMessages(ctx, tx, tenant, tries[len(of):], all[len(of):]); err != nil {
			return nil, err
		}
		next := len(of)
		for n, i := range of {
			out[i].Value = begun{Begun: all[n]}
			if in[i].sends {
				out[i].Value.message = string(all[next].Answer)
				next++
			}
		}
	}
	return out, nil
}

// nameMessages gives an id to every row that has none yet.
func (s *server) nameMessages(ctx context.Context, tx *db.Tx, tenant string, tries []account.Try, all []account.Begun) error {
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	ids := map[string][]byte{}
	var fresh []account.Outcome
	for i := range all {
		if all[i].State != account.Fresh {
			continue
		}
		all[i].Answer = []byte(id.At("msg", at))
		ids[tries[i].Key] = all[i].Answer
		fresh = append(fresh, account.Outcome{Key: tries[i].Key, Since: all[i].Since, Status: http.StatusAccepted, Answer: all[i].Answer})
	}
	for i := range all { // two of one batch with the same key
		if all[i].State == account.Running {
			all[i].Answer = ids[tries[i].Key]
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return account.Finish(ctx, tx, tenant, fresh)
}

// applyEnds keeps or frees many keys in one commit.
func (s *server) applyEnds(ctx context.Context, tx *db.Tx, in []ending) ([]db.Outcome[struct{}], error) {
	for tenant, of := range byTenant(in, func(e ending) string { return e.tenant }) {
		var finish, abandon []account.Outcome
		for _, i := range of {
			if in[i].abandon {
				abandon = append(abandon, in[i].outcome)
			} else {
				finish = append(finish, in[i].outcome)
			}
		}
		if len(finish) > 0 {
			if err := account.Finish(ctx, tx, tenant, finish); err != nil {
				return nil, err
			}
		}
		if err := account.Abandon(ctx, tx, tenant, abandon); err != nil {
			return nil, err
		}
	}
	return make([]db.Outcome[struct{}], len(in)), nil
}

func byTenant[T any](in []T, tenant func(T) string) map[string][]int {
	out := map[string][]int{}
	for i, x := range in {
		out[tenant(x)] = append(out[tenant(x)], i)
	}
	return out
}

// recorder holds an answer back until it is stored. Headers go straight to the writer's.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}
