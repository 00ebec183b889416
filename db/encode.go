package db

import (
	"encoding/hex"
	"encoding/json"
	"strconv"
)

// jsonSink gathers [[…],[…]] for rows, […] for a list: what SQLite's json_each reads.
type jsonSink struct {
	b      []byte
	nested bool
	open   bool // a row is open
}

func newJSON(rows, columns int, nested bool) *jsonSink {
	b := make([]byte, 0, 2+rows*columns*24)
	return &jsonSink{b: append(b, '['), nested: nested}
}

func (s *jsonSink) row() {
	if s.open {
		s.b = append(s.b, ']', ',')
	}
	s.b, s.open = append(s.b, '['), true
}

func (s *jsonSink) cell(_ int, v any) {
	if s.b[len(s.b)-1] != '[' {
		s.b = append(s.b, ',')
	}
	s.b = appendJSON(s.b, v)
}

func (s *jsonSink) done() string {
	if s.open {
		s.b = append(s.b, ']')
	}
	return string(append(s.b, ']'))
}

// appendJSON writes one value as typed leaves it. Bytes go as hex, which unhex reads.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendText(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case bool:
		return strconv.AppendBool(b, v)
	case float64:
		return strconv.AppendFloat(b, v, 'g', -1, 64)
	case []byte:
		b = append(b, '"')
		b = hex.AppendEncode(b, v)
		return append(b, '"')
	}
	return append(b, "null"...)
}

// appendText writes a JSON string; text with nothing to escape, the usual case, is copied as it is.
func appendText(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(s) // valid UTF-8 always marshals
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// arrays gathers one array for each column: what PostgreSQL's unnest reads.
type arrays []column

type column interface {
	add(v any)
	argument() any
}

func newArrays(types []string, n int) arrays {
	a := make(arrays, len(types))
	for i, typ := range types {
		switch typ {
		case "text":
			a[i] = newArray[string](n)
		case "bigint":
			a[i] = newArray[int64](n)
		case "boolean":
			a[i] = newArray[bool](n)
		case "double":
			a[i] = newArray[float64](n)
		case "bytea":
			a[i] = newArray[[]byte](n)
		}
	}
	return a
}

func (a arrays) row()              {}
func (a arrays) cell(j int, v any) { a[j].add(v) }

// array is one column; pointers are needed only once there is a NULL in it.
type array[T any] struct {
	all      []T
	nullable []*T
}

func newArray[T any](n int) *array[T] { return &array[T]{all: make([]T, 0, n)} }

func (a *array[T]) add(v any) {
	t, ok := v.(T)
	if !ok && a.nullable == nil {
		a.nullable = make([]*T, 0, cap(a.all))
		for i := range a.all {
			a.nullable = append(a.nullable, &a.all[i])
		}
	}
	switch {
	case !ok:
		a.nullable = append(a.nullable, nil)
	case a.nullable != nil:
		a.nullable = append(a.nullable, &t)
	default:
		a.all = append(a.all, t)
	}
}

func (a *array[T]) argument() any {
	if a.nullable != nil {
		return a.nullable
	}
	return a.all
}
