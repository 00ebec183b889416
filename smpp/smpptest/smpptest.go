// Package smpptest runs somebody else's SMSC for tests: npm's smpp on node. What it saw is kept as the test's output.
package smpptest

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

//go:embed smsc.js
var script string

// version of the peer (facts: a real other implementation, MIT).
const version = "0.5.1"

// Seen is one line of what the SMSC saw.
type Seen struct {
	Line, Saw  string
	Seq        uint32
	Status     uint32
	From, To   string
	TON        byte
	Coding     byte
	Class      byte
	Registered byte
	Text       string
	UDH        []string
	Fault      any
}

// Options of Start.
type Options struct {
	Key, Cert string // PEM: TLS
}

// Login and Password are what the SMSC takes.
const Login, Password = "jawort", "geheim"

// SMSC is a running one.
type SMSC struct {
	Addr string
	in   io.WriteCloser

	mu   sync.Mutex
	seen []Seen
	more chan struct{} // closed and made anew with each line
}

// install puts the peer into a folder of the user's cache, once, and says where. npm asks its usual registry.
func install() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "jawort-test", "smpp-"+version)
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "smpp", "package.json")); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), "smpp-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(fresh)
	npm := exec.Command("npm", "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "smpp@"+version)
	npm.Dir = fresh
	if out, err := npm.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm install smpp@%s: %w\n%s", version, err, out)
	}
	if err := os.Rename(fresh, dir); err != nil && !errors.Is(err, os.ErrExist) {
		if _, there := os.Stat(filepath.Join(dir, "node_modules")); there != nil { // two tests may have fetched it at once
			return "", err
		}
	}
	return dir, nil
}

// Start runs an SMSC until the test ends.
func Start(t testing.TB, o Options) *SMSC {
	t.Helper()
	for _, need := range []string{"node", "npm"} {
		if _, err := exec.LookPath(need); err != nil {
			t.Fatalf("this test needs %s: install the packages nodejs and npm", need)
		}
	}
	dir, err := install()
	if err != nil {
		t.Fatal(err)
	}
	args, _ := json.Marshal(map[string]string{"key": o.Key, "cert": o.Cert, "login": Login, "password": Password})
	ctx, cancel := context.WithCancel(context.Background())
	node := exec.CommandContext(ctx, "node", "-e", script, string(args))
	node.Dir, node.Stderr = dir, os.Stderr
	s := &SMSC{more: make(chan struct{})}
	out, err := node.StdoutPipe()
	if err == nil {
		s.in, err = node.StdinPipe()
	}
	if err == nil {
		err = node.Start()
	}
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); s.read(out) }()
	t.Cleanup(func() {
		s.in.Close()
		cancel()
		<-done
		_ = node.Wait()
		s.keep(t)
	})
	s.Addr = "127.0.0.1:" + s.Wait(t, "ready", func(x Seen) bool { return x.Saw == "ready" }).Text
	return s
}

// read collects what the SMSC says.
func (s *SMSC) read(out io.Reader) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var x Seen
		if err := json.Unmarshal(lines.Bytes(), &x); err != nil {
			x = Seen{Saw: "garbled", Text: lines.Text()}
		}
		s.mu.Lock()
		s.seen = append(s.seen, x)
		close(s.more)
		s.more = make(chan struct{})
		s.mu.Unlock()
	}
}

// keep writes what it saw into the test's output: the first lines into its log, all of them into its artifacts (go test -artifacts).
func (s *SMSC) keep(t testing.TB) {
	var all []byte
	for i, x := range s.Seen() {
		line, _ := json.Marshal(x) // plain fields only
		all = append(append(all, line...), '\n')
		if i < 200 {
			t.Logf("SMSC saw %s", line)
		}
	}
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), "smsc.jsonl"), all, 0o644); err != nil {
		t.Error(err)
	}
}

// Seen is all of it so far, in order.
func (s *SMSC) Seen() []Seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Seen(nil), s.seen...)
}

// All are those that a condition holds for.
func (s *SMSC) All(is func(Seen) bool) []Seen {
	var out []Seen
	for _, x := range s.Seen() {
		if is(x) {
			out = append(out, x)
		}
	}
	return out
}

// Wait gives the first that a condition holds for; it fails after 15 s, naming what was awaited.
func (s *SMSC) Wait(t testing.TB, what string, is func(Seen) bool) Seen {
	t.Helper()
	return s.WaitN(t, what, 1, is)[0]
}

// WaitN waits until n of them are there.
func (s *SMSC) WaitN(t testing.TB, what string, n int, is func(Seen) bool) []Seen {
	t.Helper()
	late := time.After(15 * time.Second)
	for {
		s.mu.Lock()
		more := s.more
		s.mu.Unlock()
		if all := s.All(is); len(all) >= n {
			return all
		}
		select {
		case <-more:
		case <-late:
			t.Fatalf("the SMSC did not see %s (%d wanted); it saw %+v", what, n, s.Seen())
		}
	}
}

// Submitted says that a line is a text to somebody.
func Submitted(x Seen) bool { return x.Saw == "submit_sm" }

// Deliver hands a text to whoever is bound.
func (s *SMSC) Deliver(t testing.TB, from, to, text string) {
	s.Do(t, map[string]any{"do": "deliver", "from": strings.TrimPrefix(from, "+"), "to": strings.TrimPrefix(to, "+"), "text": text})
}

// Do tells the SMSC to do something; smsc.js knows what.
func (s *SMSC) Do(t testing.TB, command map[string]any) {
	t.Helper()
	line, err := json.Marshal(command)
	if err == nil {
		_, err = s.in.Write(append(line, '\n'))
	}
	if err != nil {
		t.Fatalf("tell the SMSC: %v", err)
	}
}

// Fault makes the next submits end otherwise: a status, "silent" or "cut".
func (s *SMSC) Fault(t testing.TB, faults ...any) {
	t.Helper()
	n := len(s.All(told))
	s.Do(t, map[string]any{"do": "fault", "faults": append([]any{}, faults...)}) // never null: it would be a fault of its own
	s.WaitN(t, "the faults", n+1, told)
}

// Now gives those that a condition holds for, once everything it saw before the call has been read from its pipe.
func (s *SMSC) Now(t testing.TB, is func(Seen) bool) []Seen {
	t.Helper()
	s.Fault(t) // its answer comes behind what was said before
	return s.All(is)
}

func told(x Seen) bool { return x.Saw == "told" }
