package db

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestFragments(t *testing.T) {
	for _, c := range []struct{ text, sqlite, postgres string }{
		{`select $2, $1`, `select $1, $2`, `select $1, $2`}, // the arguments are turned round with the numbers
		{`select $1, $1`, `select $1, $1`, `select $1, $1`},
		{`select '{now} $9', "a}b" -- {x} $8` + "\n" + `, $1 /* } */`, `select '{now} $9', "a}b" -- {x} $8` + "\n" + `, $1 /* } */`, `select '{now} $9', "a}b" -- {x} $8` + "\n" + `, $1 /* } */`},
		{`a {for update}`, `a `, `a for update`},
		{`a {join b c on c.x = $1 and c.y = a.y} where c.z`, `a cross join b c on c.x = $1 and c.y = a.y where c.z`,
			`a cross join lateral (select * from b c where c.x = $1 and c.y = a.y offset 0) c where c.z`},
		{`x {for  update skip locked}`, `x `, `x for update skip locked`},
		{`x {for update of m skip locked}`, `x `, `x for update of m skip locked`},
		{`x {for share of m}`, `x `, `x for share of m`},
		{`a {key}, b {json}`, `a text, b text`, `a text collate "C", b text`},
		{`x in {list $1 text}`, `x in (select c0 from given where rows = $1)`, `x in (select unnest($1::text[]))`},
		{`x not in {list $1 bytea}`, `x not in (select c0 from given where rows = $1)`, `x not in (select unnest($1::bytea[]))`},
		{`from {rows $2: a text, b bigint} r where $1 = r.a`, `from (select c0 as a, c1 as b from given where rows = $1) r where $2 = r.a`,
			`from (select a, b from unnest($1::text[], $2::bigint[]) as u(a, b)) r where $3 = r.a`},
		{`{rows $1: ord, a double precision}`, `(select c0 as a, ord from given where rows = $1)`,
			`(select a, ord - 1 as ord from unnest($1::double precision[]) with ordinality as u(a, ord))`},
	} {
		for engine, want := range map[Engine]string{SQLite: c.sqlite, Postgres: c.postgres} {
			s, err := compile(engine, c.text)
			if err != nil {
				t.Errorf("%s: %s: %v", engine, c.text, err)
			} else if s.sql != want {
				t.Errorf("%s: %s:\n have %s\n want %s", engine, c.text, s.sql, want)
			}
		}
	}
}

func TestBadFragments(t *testing.T) {
	for text, want := range map[string]string{
		`select {nothing}`:               "unknown fragment",
		`select $0`:                      "bad parameter",
		`select $`:                       "bad parameter",
		`select $1, $3`:                  "$2 is not used",
		`a } b`:                          "without its {",
		`{rows $1}`:                      "unknown fragment",
		`{rows $1 a text}`:               "want {rows",
		`{rows $1: a}`:                   "bad column",
		`{rows $1: ord}`:                 "with 0 columns",
		`{rows $1: a text, b integer}`:   "bad column",
		`x in {list $1 uuid}`:            "unknown type",
		`x in {list 1 text}`:             "bad parameter",
		`{for update of m skip the row}`: "unknown fragment",
		`{for`:                           "unknown fragment",
	} {
		for _, engine := range []Engine{SQLite, Postgres} {
			if _, err := compile(engine, text); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %s: %v, want %q", engine, text, err, want)
			}
		}
	}
	if _, err := Render(SQLite, "select $1"); err == nil {
		t.Error("DDL with a parameter was rendered")
	}
}

// FuzzCompile: whatever the text, no panic, and as many slots as parameters.
func FuzzCompile(f *testing.F) {
	f.Add(`insert into t select a from {rows $1: a text, ord} r where x in {list $2 text} and y = $3 -- '`)
	f.Add(`'{' "}" {now} $1`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, engine := range []Engine{SQLite, Postgres} {
			c := compiler{engine: engine, seen: map[int]int{}}
			if c.run(text) != nil {
				continue
			}
			if s, err := c.statement(); err == nil && s.args > len(s.slots) {
				t.Fatalf("%d arguments, %d slots", s.args, len(s.slots))
			}
		}
	})
}

type named string
type count uint32
type hash [2]byte

func TestValue(t *testing.T) {
	text, absent := "x", (*string)(nil)
	for _, c := range []struct{ in, want any }{
		{nil, nil}, {"a", "a"}, {named("a"), "a"}, {7, int64(7)}, {count(7), int64(7)}, {true, true}, {1.5, 1.5}, {float32(2), 2.0},
		{&text, "x"}, {absent, nil}, {[]byte(nil), nil},
	} {
		if v, err := value(c.in); err != nil || v != c.want {
			t.Errorf("%T: %v, %v", c.in, v, err)
		}
	}
	if v, err := value(hash{1, 2}); err != nil || string(v.([]byte)) != "\x01\x02" {
		t.Errorf("array of bytes: %v, %v", v, err)
	}
	for _, bad := range []any{"a\x00b", "a\xffb", named("\x00"), math.NaN(), math.Inf(1), uint64(math.MaxUint64), time.Now(), time.Second,
		[]string{"a"}, map[string]int{}, struct{}{}} {
		if _, err := value(bad); err == nil {
			t.Errorf("%T was taken", bad)
		}
	}
}

func TestRowsAreChecked(t *testing.T) {
	const text = `select a from {rows $1: a text, b bigint} r`
	for name, arg := range map[string]any{
		"too few values": RowsOf([]int{1}, func(int) []any { return []any{"a"} }),
		"wrong type":     RowsOf([]int{1}, func(int) []any { return []any{"a", "b"} }),
		"NUL":            RowsOf([]int{1}, func(int) []any { return []any{"a\x00", 1} }),
		"no rows":        []string{"a"},
	} {
		for _, engine := range []Engine{SQLite, Postgres} {
			s, err := compile(engine, text)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.bind([]any{arg}); err == nil || strings.Contains(err.Error(), "\x00") {
				t.Errorf("%s, %s: %v", engine, name, err)
			}
		}
	}
	for _, engine := range []Engine{SQLite, Postgres} {
		s, _ := compile(engine, `x in {list $1 text}`)
		for _, bad := range []any{"a", []byte("a"), []int64{1}, []*string{nil}, nil} {
			if _, err := s.bind([]any{bad}); err == nil {
				t.Errorf("%s: %T was taken as a list of text", engine, bad)
			}
		}
		if _, err := s.bind(nil); err == nil {
			t.Errorf("%s: a missing argument was not seen", engine)
		}
	}
}
