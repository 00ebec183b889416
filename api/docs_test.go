package api

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// curl is one example of docs/api.md.
type curl struct {
	want      int
	url, body string
	header    []string
}

// curls reads the examples: a comment with the status, then one curl command.
func curls(t *testing.T, page string) []curl {
	t.Helper()
	var out []curl
	for _, block := range strings.Split(page, "```sh\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		block = strings.ReplaceAll(block, "\\\n", " ")
		want := 0
		for _, line := range strings.Split(strings.TrimSpace(block), "\n") {
			if status, ok := strings.CutPrefix(line, "# "); ok {
				want, _ = strconv.Atoi(status)
				continue
			}
			words := shellWords(t, line)
			if len(words) < 2 || words[0] != "curl" || want == 0 {
				t.Fatalf("not an example: %s", line)
			}
			out = append(out, example(t, words[1:], want))
		}
	}
	return out
}

func example(t *testing.T, words []string, want int) curl {
	c := curl{want: want}
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "--json":
			i++
			c.body = words[i]
		case "-H":
			i++
			name, value, ok := strings.Cut(words[i], ": ")
			if !ok {
				t.Fatalf("no header: %s", words[i])
			}
			c.header = append(c.header, name, value)
		default:
			c.url = words[i]
		}
	}
	return c
}

// shellWords splits at blanks outside quotes.
func shellWords(t *testing.T, line string) []string {
	t.Helper()
	var out []string
	var word strings.Builder
	quote, begun := rune(0), false
	for _, r := range line + " " {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, begun = r, true
		case quote == 0 && r == ' ':
			if begun {
				out = append(out, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if quote != 0 {
		t.Fatalf("an open quote: %s", line)
	}
	return out
}

func TestTheExamplesOfThePageWork(t *testing.T) {
	page, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := curls(t, string(page))
	if len(examples) < 8 {
		t.Fatalf("only %d examples", len(examples))
	}
	eachStage(t, func(st *stage) {
		fill := strings.NewReplacer("$JAWORT", "", "$KEY", st.a.key, "$NUMBER", st.a.number, "$SOURCE", st.a.source).Replace
		for _, c := range examples {
			method := "POST"
			if c.body == "" {
				method = "GET"
			}
			header := []string{"Content-Type", "application/json"} // what curl --json says by itself
			for _, h := range c.header {
				header = append(header, fill(h))
			}
			st.do("", method, fill(c.url), fill(c.body), header...).want(c.want)
		}
	})
}
