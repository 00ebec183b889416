package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"jawort/keyword"
)

// readCmd says what an inbound text asks for.
type readCmd struct {
	Text  *string `arg:"" optional:"" help:"The text; standard input when left out."`
	Lang  string  `placeholder:"de" help:"Language of the text, where known; a hint, never a limit."`
	Via   string  `default:"text" enum:"text,button,button_reply,list_reply,image_caption,sms,email" help:"How it came: ${enum}."`
	Asked string  `default:"" enum:",optin,stop_scope" help:"Our open question that it may answer: optin or stop_scope."`
	JSONL bool    `name:"jsonl" help:"Read JSON lines {\"text\",\"lang\",\"via\",\"asked\"} and answer each with one line."`
	JSON  bool    `name:"json" help:"Answer in JSON."`
}

func (c *readCmd) Run(t *terminal) error {
	if c.JSONL {
		if c.Text != nil {
			return wrongUse("read: with --jsonl the texts come on standard input")
		}
		return keyword.ReadLines(t.in, t.out, c.Lang)
	}
	text, err := given(c.Text, t.in)
	if err != nil {
		return err
	}
	r := keyword.Read(keyword.Input{Text: text, Lang: c.Lang, Via: keyword.Via(c.Via), Asked: keyword.Asked(c.Asked)})
	if c.JSON {
		return writeJSON(t.out, map[string]any{"intent": r.Intent, "confidence": r.Confidence, "matched": r.Matched})
	}
	fmt.Fprintf(t.out, "%s (confidence %.2f)\n", r.Intent, r.Confidence)
	if r.Matched != "" {
		fmt.Fprintf(t.out, "because of: %s\n", r.Matched)
	}
	return nil
}

const mostInput = 1 << 20 // bytes of one text on standard input

// given is the argument, or else standard input.
func given(arg *string, in io.Reader) (string, error) {
	if arg != nil {
		return *arg, nil
	}
	b, err := io.ReadAll(io.LimitReader(in, mostInput))
	if err != nil {
		return "", fmt.Errorf("read standard input: %w", err)
	}
	text := strings.TrimRight(string(b), "\r\n")
	if text == "" {
		return "", wrongUse("nothing to read: give a text as argument or on standard input")
	}
	return text, nil
}

// writeJSON writes one line.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
