package wording

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxLine bounds one line of input.
const maxLine = 256 << 10

// LintLines judges JSON lines: one line out for each line in, in order. What a line leaves out comes from def. A line that
// cannot be read gives {"error":…} and the work goes on.
func LintLines(in io.Reader, out io.Writer, def Input) error {
	r := bufio.NewReaderSize(in, 64<<10)
	w := bufio.NewWriter(out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for {
		line, tooLong, err := readLine(r)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read lint lines: %w", err)
		}
		if len(line) > 0 || err == nil {
			if encErr := enc.Encode(lintLine(line, tooLong, def)); encErr != nil {
				return fmt.Errorf("write lint lines: %w", encErr)
			}
		}
		if err != nil {
			break
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write lint lines: %w", err)
	}
	return nil
}

// readLine reads one line without its end; what is beyond maxLine is dropped.
func readLine(r *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			tooLong = true
		} else {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			if tooLong && len(line) == 0 {
				line = []byte{' '}
			}
			return bytes.TrimRight(line, "\r\n"), tooLong, err
		}
	}
}

type lineError struct {
	Error string `json:"error"`
}

// lintLine judges one line, or says in one sentence what is wrong with it.
func lintLine(line []byte, tooLong bool, def Input) any {
	if tooLong {
		return lineError{fmt.Sprintf("line is longer than %d bytes", maxLine)}
	}
	given := struct {
		*Input
		UI   *UI     `json:"ui"` // decoded apart: the default's values are shared by all lines
		Text *string `json:"text"`
	}{Input: &def}
	if err := json.Unmarshal(line, &given); err != nil {
		return lineError{"not a JSON object of this form: " + jsonFault(err)}
	}
	if given.Text == nil && def.Text == "" {
		return lineError{"text is missing"}
	}
	if given.UI != nil {
		def.UI = given.UI
	}
	if given.Text != nil {
		def.Text = *given.Text
	}
	if err := def.check(); err != nil {
		return lineError{err.Error()}
	}
	return Lint(def)
}

// check names the first field that cannot be used.
func (in Input) check() error {
	switch {
	case in.Business == "":
		return errors.New("business is missing")
	case in.Kind != "" && !slices.Contains(Kinds, in.Kind):
		return errors.New("kind is none of web thread sms ivr missed_call paper confirm stop_ack")
	case in.Purpose != "" && !slices.Contains(Purposes, in.Purpose):
		return errors.New("purpose is neither marketing nor utility")
	case len(in.Text) > maxText:
		return fmt.Errorf("text is longer than %d bytes", maxText)
	}
	return nil
}

// jsonFault tells what is wrong without repeating what was sent.
func jsonFault(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fmt.Sprintf("field %s is a %s", wrong.Field, wrong.Value)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("syntax error at byte %d", syntax.Offset)
	}
	return "unreadable"
}
