package db

import (
	"database/sql/driver"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
)

// value makes an argument one of nil, string, int64, float64, bool and []byte, or says why not. It never repeats the value.
func value(a any) (any, error) {
	switch v := a.(type) {
	case nil, bool, int64:
		return a, nil
	case string:
		return a, text(v)
	case int:
		return int64(v), nil
	case []byte:
		if v == nil {
			return nil, nil
		}
		return v, nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("not a finite number")
		}
		return v, nil
	case time.Time, time.Duration:
		return nil, fmt.Errorf("%T: times are bigint microseconds", a)
	case driver.Valuer:
		plain, err := v.Value()
		if err != nil {
			return nil, fmt.Errorf("%T has no value", a)
		}
		return value(plain)
	}
	return valueByKind(reflect.ValueOf(a))
}

// valueByKind is value for pointers and for named types such as `type ID string`.
func valueByKind(v reflect.Value) (any, error) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil, nil
		}
		return value(v.Elem().Interface())
	case reflect.String:
		return value(v.String())
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if v.Uint() > math.MaxInt64 {
			return nil, fmt.Errorf("number beyond bigint")
		}
		return int64(v.Uint()), nil
	case reflect.Float32, reflect.Float64:
		return value(v.Float())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return value(v.Bytes())
		}
	case reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			b := make([]byte, v.Len())
			reflect.Copy(reflect.ValueOf(b), v)
			return b, nil
		}
	}
	return nil, fmt.Errorf("%s is no column value", v.Type())
}

// text refuses what PostgreSQL refuses, on both engines.
func text(s string) error {
	if strings.IndexByte(s, 0) >= 0 {
		return ErrText
	}
	if !utf8.ValidString(s) {
		return ErrText
	}
	return nil
}

// typed makes a value that fits the type of a column of {rows} or {list}.
func typed(a any, typ string) (any, error) {
	v, err := value(a)
	if err != nil || v == nil {
		return nil, err
	}
	ok := false
	switch v := v.(type) {
	case string:
		ok = typ == "text"
	case int64:
		if typ == "double" {
			return float64(v), nil
		}
		ok = typ == "bigint"
	case bool:
		ok = typ == "boolean"
	case float64:
		ok = typ == "double"
	case []byte:
		ok = typ == "bytea"
	}
	if !ok {
		return nil, fmt.Errorf("%T where %s is wanted", a, typ)
	}
	return v, nil
}

// OrNull is null for a time that has not come, or never will.
func OrNull(at int64) any {
	if at == 0 {
		return nil
	}
	return at
}
