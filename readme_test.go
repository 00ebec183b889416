package main

import (
	"bytes"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"jawort/cli"
)

var (
	pageLink    = regexp.MustCompile(`\]\(([^)#:]+)\)`)
	commandLine = regexp.MustCompile(`(?:go run \.|\./jawort) ([a-z]+(?: (?:found|link|connect|invite))?)\b`)
)

// Links lead somewhere, and the commands that the page tells people to type exist.
func TestReadmeIsTrue(t *testing.T) {
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	links, commands := pageLink.FindAllStringSubmatch(string(b), -1), commandLine.FindAllStringSubmatch(string(b), -1)
	if len(links) < 5 || len(commands) < 8 {
		t.Errorf("found only %d links and %d commands", len(links), len(commands))
	}
	for _, m := range links {
		if _, err := os.Stat(path.Clean(m[1])); err != nil {
			t.Errorf("README.md leads to %s, which is not there", m[1])
		}
	}
	for _, m := range commands {
		var out, errOut bytes.Buffer
		args := append(strings.Fields(m[1]), "--help")
		if code := cli.Main(args, strings.NewReader(""), &out, &errOut); code != 0 || !strings.Contains(out.String(), "Usage: jawort "+m[1]) {
			t.Errorf("README.md says %q: exit %d, %s", m[0], code, errOut.String())
		}
	}
	if !strings.Contains(string(b), "./test.sh") {
		t.Error("README.md does not name the test command")
	}
}
