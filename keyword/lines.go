package keyword

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxLine is the longest JSON line that is read; a longer one is answered with an error and skipped.
const maxLine = 1 << 20

type lineIn struct {
	Text  *string `json:"text"`
	Lang  string  `json:"lang"`
	Via   Via     `json:"via"`
	Asked Asked   `json:"asked"`
}

type lineOut struct {
	Intent     Intent  `json:"intent"`
	Confidence float64 `json:"confidence"`
	Matched    string  `json:"matched"`
}

type lineError struct {
	Error string `json:"error"`
}

// ReadLines answers each JSON line with one line, in order. A line it cannot read is answered with an error that does
// not repeat it; only reading and writing themselves can fail. lang is the hint for lines without one.
func ReadLines(r io.Reader, w io.Writer, lang string) error {
	in, out := bufio.NewReaderSize(r, 64<<10), bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for {
		line, long, err := nextLine(in)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read lines: %w", errors.Join(err, out.Flush()))
		}
		if err == nil || len(line) > 0 || long {
			if werr := enc.Encode(readLine(line, long, lang)); werr != nil {
				return fmt.Errorf("write lines: %w", werr)
			}
		}
		if err != nil {
			break
		}
		if in.Buffered() == 0 { // whoever pipes line by line waits for the answer
			if err := out.Flush(); err != nil {
				return fmt.Errorf("write lines: %w", err)
			}
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write lines: %w", err)
	}
	return nil
}

// nextLine is the next line without its end; what exceeds maxLine is dropped and said.
func nextLine(in *bufio.Reader) ([]byte, bool, error) {
	var line []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if long = long || len(line)+len(part) > maxLine; !long {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimRight(line, "\r\n"), long, err
		}
	}
}

func readLine(line []byte, long bool, lang string) any {
	if long {
		return lineError{"line is longer than 1 MiB"}
	}
	var in lineIn
	if err := json.Unmarshal(line, &in); err != nil {
		return lineError{"line is not a JSON object with text, lang, via, asked as strings"}
	}
	if in.Text == nil {
		return lineError{"text is missing"}
	}
	if in.Asked != AskedNothing && in.Asked != AskedOptin && in.Asked != AskedStopScope {
		return lineError{"asked must be optin or stop_scope"}
	}
	if in.Lang == "" {
		in.Lang = lang
	}
	r := Read(Input{Text: *in.Text, Lang: in.Lang, Via: in.Via, Asked: in.Asked})
	return lineOut{r.Intent, r.Confidence, r.Matched}
}
