package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/gateway"
)

// idleLines are the keep-alive connections of programs that say nothing at the moment.
const idleLines = 10_000

// idleWait is how long they say nothing before the memory is read: app gives back what a burst left behind after ten to twenty seconds.
const idleWait = 25 * time.Second

// drop sends through the gateway as another program does, beside a bare reverse proxy before the same sink.
func drop(ctx context.Context, r *run) error {
	sink, stop, err := r.startSink(ctx)
	if err != nil {
		return err
	}
	defer stop()
	w, err := r.newWorld(ctx, sink)
	if err != nil {
		return err
	}
	defer w.stop()
	token, err := w.programToken(ctx)
	if err != nil {
		return err
	}
	bare, barely, err := r.proxied(ctx, sink)
	if err != nil {
		return err
	}
	next := w.passages(r.People, token)
	var many, one storm
	err = r.profiled(func() error {
		if many, err = r.steady(ctx, w.addr, next); err != nil {
			return err
		}
		one, err = r.drive(ctx, w.addr, 1, r.Span, next)
		return err
	})
	if err != nil {
		return err
	}
	r.judgeGateway(many, one, bare, barely)
	r.tellCPU("sends through the gateway", many)
	r.tellCPU("the proxy's", bare)
	return r.idle(ctx, w.addr, token)
}

func (r *run) judgeGateway(many, one, bare, barely storm) {
	target, stretch := 2.5, 2.0
	if r.engine == "postgres" {
		target, stretch = 4.5, 3.8
	}
	ms := func(s storm) float64 { return s.p50.Seconds() * 1000 }
	r.add(Row{What: "sends through the gateway, 64 connections", Value: many.rate, Unit: "messages/s", Floor: "a Go reverse proxy", FloorAt: bare.rate, Target: 0.65, Stretch: 0.95})
	r.add(Row{What: "one connection, p50", Value: ms(one), Unit: "ms", Floor: "a Go reverse proxy", FloorAt: ms(barely), Target: target, Stretch: stretch, Less: true})
	r.note("%s: p50 %.1f ms, p99 %.1f ms at 64 connections; p99 %.1f ms at one", r.engine, ms(many), many.p99.Seconds()*1000, one.p99.Seconds()*1000)
}

// proxied is the bare proxy under the same load: 64 connections, and one.
func (r *run) proxied(ctx context.Context, sink string) (many, one storm, err error) {
	addr, stop, err := proxy(sink)
	if err != nil {
		return many, one, err
	}
	defer stop()
	next := func(int) request { return request{path: "/v26.0/1/messages", body: sendBody} }
	if many, err = r.steady(ctx, addr, next); err == nil {
		one, err = r.drive(ctx, addr, 1, r.Span, next)
	}
	return many, one, err
}

// programToken makes a program that may send and read.
func (w *world) programToken(ctx context.Context) (token string, err error) {
	err = w.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, token, err = account.CreateProgram(ctx, tx, w.tenant, account.Program{Name: "Shop", Mode: account.Enforce, Scopes: account.GatewayScopes}, "bench")
		return err
	})
	return token, err
}

// passages are sends of a template, each to the next person, by all numbers in turn.
func (w *world) passages(people int, token string) func(int) request {
	head := "Authorization: Bearer " + token + "\r\n"
	var made counter
	return func(int) request {
		n := made.next()
		return request{path: gateway.Prefix + "/v26.0/" + numberOf(n) + "/messages", headers: head,
			body: fmt.Appendf(nil, `{"messaging_product":"whatsapp","recipient_type":"individual","to":"%s","type":"template",`+
				`"template":{"name":"sommer_sale","language":{"code":"de"}},"biz_opaque_callback_data":"order-%d"}`, phone(n%people).Digits(), n)}
	}
}

// idle holds many kept connections that have each asked once.
func (r *run) idle(ctx context.Context, addr, token string) error {
	before := pss()
	cmd := exec.CommandContext(ctx, r.Program, "bench", "idle")
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start idle connections: %w", err)
	}
	defer func() {
		_ = in.Close()
		_ = cmd.Wait()
	}()
	fmt.Fprintf(in, "%s %s %d\n", addr, token, idleLines)
	var held int
	if _, err := fmt.Fscanln(out, &held); err != nil || held != idleLines {
		return fmt.Errorf("idle connections: %d of %d, %w", held, idleLines, err)
	}
	time.Sleep(idleWait)
	r.add(Row{What: fmt.Sprintf("memory (PSS) with %d idle connections", held), Value: pss(), Unit: "MB", Target: 300, Less: true})
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	mb := func(n uint64) float64 { return float64(n) / (1 << 20) }
	r.note("%s: %.0f MB before they came; with them %.0f MB of stacks, %.0f MB of heap in use, %.0f MB of heap kept free", r.engine, before,
		mb(m.StackInuse), mb(m.HeapInuse), mb(m.HeapIdle-m.HeapReleased))
	return nil
}

// Idle opens as many connections as the first line of its input says ("address token number"), asks once on each and keeps them until
// its input ends. It prints how many were answered.
func Idle(in io.Reader, out io.Writer) error {
	lines := bufio.NewReader(in)
	var addr, token string
	var n, held int
	if _, err := fmt.Fscanln(lines, &addr, &token, &n); err != nil {
		return fmt.Errorf("idle: %w", err)
	}
	ask := "GET " + gateway.Prefix + "/v26.0/" + number + "?fields=id HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + token + "\r\n\r\n"
	kept := make([]*asker, 0, n)
	for range n {
		a, err := dial(addr)
		if err != nil {
			return fmt.Errorf("idle: after %d connections: %w", held, err)
		}
		kept = append(kept, a)
		if _, err := io.WriteString(a, ask); err != nil {
			return err
		}
		resp, err := http.ReadResponse(a.in, &http.Request{Method: http.MethodGet})
		if err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK && !strings.EqualFold(resp.Header.Get("Connection"), "close") {
			held++
		}
	}
	fmt.Fprintln(out, held)
	_, _ = io.Copy(io.Discard, lines)
	for _, a := range kept {
		a.Close()
	}
	return nil
}
