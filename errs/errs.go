// Package errs is the one error type that crosses package borders: a code for the edge, a sentence for the
// reader (a key of package say), and the cause for the log. Foreign errors show as Internal.
package errs

import "errors"

// Code tells an edge how to answer. Only edges know HTTP and exit codes.
type Code string

// The closed list of codes.
const (
	Internal      Code = "internal"
	Invalid       Code = "invalid"       // the input is wrong; Field says where
	Unprocessable Code = "unprocessable" // well formed, but cannot be done
	NotFound      Code = "not_found"
	Conflict      Code = "conflict"
	Unauthorised  Code = "unauthorised"
	Forbidden     Code = "forbidden"
	TooMany       Code = "too_many"
	TooLarge      Code = "too_large"
	Unavailable   Code = "unavailable" // the ledger cannot be read or written now
)

// Args fills the sentence. It must never hold personal data.
type Args map[string]any

// Error is what the reader may know (Key, Args, Field) and, apart from it, what the log may know (Cause).
type Error struct {
	Code  Code
	Key   string // of package say; empty: the sentence of the code
	Field string // the input's field, empty when it is not about one
	Args  Args
	Cause error
}

// New makes an error with the sentence key.
func New(code Code, key string) *Error { return &Error{Code: code, Key: key} }

// At makes an Invalid error about one field of the input.
func At(field, key string) *Error { return &Error{Code: Invalid, Key: key, Field: field} }

// With adds what the sentence needs.
func (e *Error) With(a Args) *Error { c := *e; c.Args = a; return &c }

// Because adds the cause for the log.
func (e *Error) Because(err error) *Error { c := *e; c.Cause = err; return &c }

// Error is for logs: code, key, field and cause, never Args.
func (e *Error) Error() string {
	s := string(e.Code)
	if e.Key != "" {
		s += " " + e.Key
	}
	if e.Field != "" {
		s += " (" + e.Field + ")"
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is compares by code and key, so that a sentinel matches its copies with Args, Field or Cause.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.Key == e.Key
}

// CodeOf is the code of the first Error in the chain, Internal for a foreign error, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// FieldOf is the input's field that an error is about, empty when it is about none.
func FieldOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Field
	}
	return ""
}
