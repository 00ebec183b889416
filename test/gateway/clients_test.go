package gateway

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jawort/db"
	"jawort/hook"
	"jawort/test/fixture"
	"jawort/topic"
)

// peers are other people's clients, as their registry has them; clients.mjs drives them.
var peers = []string{"whatsapp-api-js@6.3.0", "@kapso/whatsapp-cloud-api@0.3.0", "@great-detail/whatsapp@9.2.0", "whatsapp-business@1.7.2", "whatsapp-cloud-api@0.3.1"}

// install puts the peers into a folder of the user's cache, once, and says where.
func install(t *testing.T) string {
	t.Helper()
	for _, need := range []string{"node", "npm"} {
		if _, err := exec.LookPath(need); err != nil {
			t.Fatalf("this test needs %s: install the packages nodejs and npm", need)
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "jawort-test", strings.NewReplacer("@", "_", "/", "_").Replace("clients-"+strings.Join(peers, "-")))
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err == nil {
		return dir
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), "clients-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(fresh)
	npm := exec.Command("npm", append([]string{"install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"}, peers...)...)
	npm.Dir = fresh
	if out, err := npm.CombinedOutput(); err != nil {
		t.Fatalf("npm install: %v\n%s", err, out)
	}
	if err := os.Rename(fresh, dir); err != nil && !errors.Is(err, os.ErrExist) {
		if _, there := os.Stat(filepath.Join(dir, "node_modules")); there != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// line is what the script tells.
type line struct {
	Client, Step, Why string
	OK                bool
	Listening         string
	Ready, Done       bool
}

// TestForeignClients: five clients that know nothing of us change their base URL, and everything else works as it did.
func TestForeignClients(t *testing.T) {
	dir := install(t)
	script, err := os.ReadFile("testdata/clients.mjs")
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, sqlite(t), plan{})
	b := &hook.Bringer{DB: h.DB, Keys: h.Keys, Node: "one", Poll: 20 * time.Millisecond}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	go func() { _ = b.Run(ctx) }()
	to := fixture.Phone(1)
	h.Grant(to)
	greeting(h)
	h.opens(1)
	args, _ := json.Marshal(map[string]any{"base": h.server.URL + "/graph", "token": h.token, "phone": fixture.NumberID, "waba": fixture.WABA,
		"to": "+" + to.Digits(), "stranger": "+" + fixture.Phone(2).Digits(), "inbound": h.inbound(1), "secret": h.Secret, "verify": "the client's own",
		"templates": h.templates()})
	node := exec.CommandContext(ctx, "node", "--input-type=module", "-e", string(script), string(args)) // so its imports are looked for in dir
	node.Dir, node.Stderr = dir, os.Stderr
	out, err := node.StdoutPipe()
	if err == nil {
		err = node.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = node.Wait() }()
	var steps []string
	ended := false
	for lines := bufio.NewScanner(out); !ended && lines.Scan(); {
		var l line
		if json.Unmarshal(lines.Bytes(), &l) != nil {
			t.Logf("node: %s", lines.Text())
			continue
		}
		switch {
		case l.Listening != "":
			if _, err := b.Create(ctx, hook.Hook{Tenant: h.Tenant.ID, Name: "Client", URL: l.Listening, Private: true}, "the client's own", "test"); err != nil {
				t.Errorf("handshake with the client's own code: %v", err)
			}
		case l.Ready:
			raw, signature := h.Says(to, "Danke", "DANKE")
			if err := h.Desk.Webhook(ctx, raw, signature); err != nil {
				t.Error(err)
			}
			b.Wake()
		case l.Done:
			ended = true
		default:
			steps = append(steps, l.Client+" "+l.Step)
			if !l.OK {
				t.Errorf("%s, %s: %s", l.Client, l.Step, l.Why)
			}
		}
	}
	if !ended || len(steps) != 33 {
		t.Errorf("%d steps, ended %v: %v", len(steps), ended, steps)
	}
	if n := len(h.Arrivals()); n != 18 {
		t.Errorf("%d messages arrived, want 18", n)
	}
	if slices.ContainsFunc(h.Arrivals(), func(a fixture.Arrival) bool { return a.To != to.Digits() }) {
		t.Error("somebody else was written to")
	}
}

// greeting is a template with a variable, known to Meta and to us.
func greeting(h *house) {
	h.T.Helper()
	h.Post(fixture.WABA+"/message_templates", map[string]any{"name": "greeting", "language": "de", "category": "UTILITY",
		"components": []any{map[string]any{"type": "BODY", "text": "Hallo {{1}}, Ihr Kaffee ist da.", "example": map[string]any{"body_text": [][]string{{"Ada"}}}}}})
	h.write(func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if _, err := topic.UpsertFromMeta(ctx, tx, h.Tenant.ID, fixture.WABA, []topic.Template{{Name: "greeting", Language: "de", Category: "UTILITY", Status: "APPROVED"}}, now); err != nil {
			return err
		}
		return topic.Assign(ctx, tx, h.Tenant.ID, fixture.WABA, "greeting", "order_updates")
	})
}

// opens lets a person write, at Meta and to us, so that free text may go.
func (h *house) opens(n int) {
	h.T.Helper()
	h.emulator("POST", "/_emulator/people", `{"phone":"`+fixture.Phone(n).Digits()+`","name":"Ada"}`, nil)
	h.emulator("POST", "/_emulator/people/"+fixture.Phone(n).Digits()+"/say", `{"text":"Guten Tag"}`, nil)
	raw, signature := h.Says(fixture.Phone(n), "Guten Tag", "HELLO")
	if err := h.Desk.Webhook(h.T.Context(), raw, signature); err != nil {
		h.T.Fatal(err)
	}
}

// inbound is Meta's id of what the person wrote last.
func (h *house) inbound(n int) string {
	h.T.Helper()
	var raw json.RawMessage
	h.emulator("GET", "/_emulator/people/"+fixture.Phone(n).Digits()+"/chat", "", &raw)
	i := strings.Index(string(raw), `"wamid.`)
	if i < 0 {
		h.T.Fatalf("no message in the chat: %s", raw)
	}
	id, _, _ := strings.Cut(string(raw)[i+1:], `"`)
	return id
}

func (h *house) templates() int {
	h.T.Helper()
	var list struct{ Data []json.RawMessage }
	h.emulator("GET", "/v26.0/"+fixture.WABA+"/message_templates?limit=100", "", &list)
	return len(list.Data)
}

func (h *house) emulator(method, path, body string, into any) {
	h.T.Helper()
	req, err := http.NewRequestWithContext(h.T.Context(), method, h.URL+path, strings.NewReader(body))
	if err != nil {
		h.T.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.Emulator.Token())
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.T.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	if resp.StatusCode/100 != 2 {
		h.T.Fatalf("emulator %s: %d %s", path, resp.StatusCode, raw)
	}
	if into != nil {
		if err := json.Unmarshal(raw, into); err != nil {
			h.T.Fatal(err)
		}
	}
}
