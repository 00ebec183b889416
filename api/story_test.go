package api

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"jawort/api/clienttest"
)

// program is another program that uses the API through the generated client.
type program struct {
	st *stage
	c  *clienttest.ClientWithResponses
}

func (st *stage) program() *program {
	c, err := clienttest.NewClientWithResponses(st.url, clienttest.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+st.a.key)
		return nil
	}))
	if err != nil {
		st.t.Fatal(err)
	}
	return &program{st, c}
}

func (p *program) must(err error) {
	p.st.t.Helper()
	if err != nil {
		p.st.t.Fatal(err)
	}
}

// TestAStoryThroughAGeneratedClient: ask, opt in, ask again, send, opt out, ask and send in vain, read the ledger. Every answer
// passes the types that somebody else's generator made of our document.
func TestAStoryThroughAGeneratedClient(t *testing.T) {
	eachStage(t, func(st *stage) {
		p, ctx, who := st.program(), t.Context(), "tel:+4915155555540"
		if v := p.check(who); v != clienttest.DecisionVerdictRefuse {
			t.Errorf("before anything: %s", v)
		}
		in, err := p.c.CreateOptinWithResponse(ctx, nil, clienttest.OptinInput{Address: who, Topics: []string{"order_updates", "offers"}, Source: st.a.source})
		p.must(err)
		if in.JSON201 == nil || string(in.JSON201.Confirmation.Status) != "write_first" || in.JSON201.Topics["order_updates"].State != "declared" {
			t.Fatalf("opt-in: %s", in.Body)
		}
		if !strings.HasPrefix(*in.JSON201.Confirmation.Url, "https://wa.me/") {
			t.Errorf("link %s", *in.JSON201.Confirmation.Url)
		}
		if v := p.check(who); v != clienttest.DecisionVerdictAllow {
			t.Errorf("after the opt-in: %s", v)
		}
		id := p.send(who, http.StatusAccepted)
		m, err := p.c.GetMessageWithResponse(ctx, id)
		p.must(err)
		if m.JSON200 == nil || m.JSON200.Id != id || m.JSON200.Decision.Verdict != clienttest.DecisionVerdictAllow || m.JSON200.Wamid != nil {
			t.Errorf("message: %s", m.Body)
		}
		p.leaves(who)
		if v := p.check(who); v != clienttest.DecisionVerdictRefuse {
			t.Errorf("after the opt-out: %s", v)
		}
		p.send(who, http.StatusConflict)
		p.reads(who, in.JSON201.Contact)
	})
}

func (p *program) check(who string) clienttest.DecisionVerdict {
	p.st.t.Helper()
	topic := "order_updates"
	a, err := p.c.CheckWithResponse(p.st.t.Context(), clienttest.CheckInput{Number: p.st.a.number, To: []string{who}, Topic: &topic})
	p.must(err)
	if a.JSON200 == nil || len(a.JSON200.Results) != 1 || a.JSON200.Results[0].To != who {
		p.st.t.Fatalf("check: %s", a.Body)
	}
	return a.JSON200.Results[0].Verdict
}

func (p *program) send(who string, want int) string {
	p.st.t.Helper()
	key := "send-" + who + http.StatusText(want)
	a, err := p.c.CreateMessageWithResponse(p.st.t.Context(), &clienttest.CreateMessageParams{IdempotencyKey: &key}, clienttest.MessageInput{
		Number: p.st.a.number, To: who, Template: &clienttest.Template{Name: "order_update", Language: clienttest.Locale{Code: "de"}}})
	p.must(err)
	if a.StatusCode() != want {
		p.st.t.Fatalf("send: %d %s", a.StatusCode(), a.Body)
	}
	if want == http.StatusAccepted {
		return a.JSON202.Id
	}
	problem := a.ApplicationproblemJSONDefault
	if problem == nil || problem.Decision == nil || problem.Decision.Verdict != clienttest.DecisionVerdictRefuse || problem.Decision.Reasons[0].Code == "" {
		p.st.t.Errorf("refusal: %s", a.Body)
	}
	return ""
}

func (p *program) leaves(who string) {
	p.st.t.Helper()
	stop := clienttest.OptoutInput{Address: who, Scope: "all", Via: "letter"}
	first, err := p.c.CreateOptoutWithResponse(p.st.t.Context(), nil, stop)
	p.must(err)
	again, err := p.c.CreateOptoutWithResponse(p.st.t.Context(), nil, stop)
	p.must(err)
	if first.JSON201 == nil || again.JSON200 == nil || again.JSON200.Event != first.JSON201.Event {
		p.st.t.Errorf("opt-outs: %s %s", first.Body, again.Body)
	}
}

func (p *program) reads(who, contact string) {
	p.st.t.Helper()
	c, err := p.c.LookupContactWithResponse(p.st.t.Context(), clienttest.LookupInput{Address: who})
	p.must(err)
	if c.JSON200 == nil || c.JSON200.Id != contact || !c.JSON200.Suppressed {
		p.st.t.Fatalf("contact: %s", c.Body)
	}
	for _, t := range c.JSON200.Topics {
		if t.State != "withdrawn" {
			p.st.t.Errorf("topic %s is %s after a stop of everything", t.Topic, t.State)
		}
	}
	e, err := p.c.ListContactEventsWithResponse(p.st.t.Context(), contact, nil)
	p.must(err)
	if e.JSON200 == nil {
		p.st.t.Fatalf("events: %s", e.Body)
	}
	var kinds []string
	for i, x := range e.JSON200.Data {
		kinds = append(kinds, x.Kind)
		if x.Rev != int64(i+1) || x.Witnessed {
			p.st.t.Errorf("event %d: rev %d, witnessed %t", i, x.Rev, x.Witnessed)
		}
	}
	if s := strings.Join(kinds, " "); s != "declared requested withdrawn" {
		p.st.t.Errorf("the ledger says %s", s)
	}
}
