package address

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// longest is how much of a line is read; a number does not need more.
const longest = 64 << 10

type question struct {
	Input  *string `json:"input"`
	Region string  `json:"region"`
}

type answer struct {
	Address Address  `json:"address"`
	WAIDs   []string `json:"wa_ids"`
}

type refusal struct {
	Error string `json:"error"`
	Code  Code   `json:"code"`
}

// Lines answers JSON lines: in {"input","region"}, out {"address","wa_ids"} or {"error","code"}, one line out
// for each line in, in the same order. Region is used where a line names none. The error is only ever of
// reading or writing; what is wrong with a line stands in its answer.
func Lines(r io.Reader, w io.Writer, region string) error {
	in, out := bufio.NewReaderSize(r, longest), bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for {
		line, tooLong, err := readLine(in)
		if len(line) > 0 || err == nil {
			if err := enc.Encode(answerLine(line, tooLong, region)); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return out.Flush()
		}
		if err != nil {
			return errors.Join(err, out.Flush())
		}
		if in.Buffered() == 0 { // a person or a program waits at the other end
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
}

// readLine reads up to the line's end; of a line longer than the buffer it keeps the first part.
func readLine(in *bufio.Reader) (line []byte, tooLong bool, err error) {
	line, err = in.ReadSlice('\n')
	if err != bufio.ErrBufferFull {
		return line, false, err
	}
	line = bytes.Clone(line[:1])
	for err == bufio.ErrBufferFull {
		_, err = in.ReadSlice('\n')
	}
	return line, true, err
}

func answerLine(line []byte, tooLong bool, region string) any {
	if tooLong {
		return refuse(fault(LineTooLong))
	}
	var q question
	if err := json.Unmarshal(line, &q); err != nil || q.Input == nil {
		return refuse(fault(BadLine))
	}
	if q.Region != "" {
		region = q.Region
	}
	a, err := Read(*q.Input, region)
	if err != nil {
		return refuse(err)
	}
	ids := a.WAIDs()
	if ids == nil {
		ids = []string{}
	}
	return answer{a, ids}
}

func refuse(err error) refusal {
	var e *Error
	errors.As(err, &e)
	return refusal{e.Error(), e.Code}
}
