package promise

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/consent"
	"jawort/db"
	"jawort/dispatch"
	"jawort/graph"
	"jawort/intake"
	"jawort/outbox"
	"jawort/test/fixture"
)

// child is a process of ours as serve runs it, cut down to what the promise is about: a desk behind HTTP, and a
// dispatcher that sends. It ends when its standard input does, or is killed.
func child() error {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	keys, err := account.ParseKeyring(os.Getenv("JAWORT_PROMISE_KEY"))
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, os.Getenv("JAWORT_PROMISE_DB"), db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	sender := dispatch.New(d, dispatch.Options{Keys: keys, Log: log})
	defer sender.Close()
	desk := intake.New(d, intake.Options{Keys: keys, Log: log, Wake: sender.Wake})
	defer desk.Close()
	if os.Getenv(listsRole) != "" {
		go carryLists(ctx, d, desk, log)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: doors(d, desk, sender), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	fmt.Println("http://" + listener.Addr().String())
	return sender.Run(ctx)
}

// order is one message to be submitted, by a name that its caller remembers.
type order struct {
	Tenant string          `json:"tenant"`
	To     address.Address `json:"to"`
	ID     string          `json:"id"`
	Due    int64           `json:"due"`
	Order  bool            `json:"order"` // an order update, not an offer
}

func (o order) submission() dispatch.Submission {
	m := (&fixture.World{Tenant: account.Tenant{ID: o.Tenant}}).Offer(o.To, o.ID)
	m.Due = o.Due
	if o.Order {
		m.Template, m.Content, m.Priority = "order_update", json.RawMessage(`{"name":"order_update","language":{"code":"de"}}`), outbox.Normal
	}
	return m
}

func doors(d *db.DB, desk *intake.Desk, sender *dispatch.Dispatcher) http.Handler {
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	}
	mux.HandleFunc("POST /stop", func(w http.ResponseWriter, r *http.Request) {
		var o order
		err := json.NewDecoder(r.Body).Decode(&o)
		if err == nil {
			_, err = desk.OptOut(r.Context(), intake.OptOut{Tenant: o.Tenant, Address: o.To, Scope: consent.ScopeAll, Via: "api"})
		}
		answer(w, err)
	})
	mux.HandleFunc("POST /hook", func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err == nil {
			err = desk.Webhook(r.Context(), raw, r.Header.Get(graph.SignatureHeader))
		}
		answer(w, err)
	})
	mux.HandleFunc("POST /submit", func(w http.ResponseWriter, r *http.Request) {
		var list []order
		err := json.NewDecoder(r.Body).Decode(&list)
		var all []dispatch.Submission
		for _, o := range list {
			all = append(all, o.submission())
		}
		for _, out := range sender.SubmitAll(r.Context(), all) {
			if err == nil && (out.Err != nil || out.Value.State == "") {
				err = errors.Join(out.Err, errors.New("not submitted"))
			}
			if out.Value.State == outbox.Refused { // by an opt-out that was quicker: nothing to remember
				_, _ = fmt.Fprintln(w, "")
				continue
			}
			_, _ = fmt.Fprintln(w, out.Value.ID)
		}
		answer(w, err)
	})
	mux.HandleFunc("POST /list", func(w http.ResponseWriter, r *http.Request) {
		b, err := stateOfLists(r.Context(), d)
		if answer(w, err); err == nil {
			_, _ = w.Write(b)
		}
	})
	mux.HandleFunc("POST /left", func(w http.ResponseWriter, r *http.Request) { // how many messages are about to go
		var n int64
		err := d.Read(r.Context(), func(ctx context.Context, tx *db.Tx) error {
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			return tx.Row(ctx, `select count(*) from message where state = 'queued' or state = 'waiting' and due <= $1`, now).Scan(&n)
		})
		if answer(w, err); err == nil {
			_, _ = fmt.Fprint(w, n)
		}
	})
	return mux
}

// process is a running child.
type process struct {
	cmd   *exec.Cmd
	url   string
	stdin io.WriteCloser
}

// spawn starts a child, with more in its environment, and waits until it listens.
func spawn(t *testing.T, url, key string, more ...string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0]) //nolint:gosec // ourselves
	cmd.Env = append(append(os.Environ(), role+"=1", "JAWORT_PROMISE_DB="+url, "JAWORT_PROMISE_KEY="+key), more...)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: cmd, stdin: stdin}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		p.kill()
		t.Fatalf("child did not start: %v", err)
	}
	p.url = strings.TrimSpace(line)
	return p
}

// kill is kill -9.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	_ = p.stdin.Close()
}

// end lets it finish.
func (p *process) end() {
	_ = p.stdin.Close()
	_ = p.cmd.Wait()
}

var client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// post calls a child; an error says that nothing was acknowledged.
func post(url, path string, body []byte, signature string) (string, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url+path, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set(graph.SignatureHeader, signature)
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %s", resp.StatusCode, text)
	}
	return string(text), err
}
