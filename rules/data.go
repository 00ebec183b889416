package rules

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

// The research file, copied byte for byte from the facts of 22 November 2026. Its values are published: a value is
// never edited, a newer one is added to ours.json with the day it begins (TestPublishedValuesNeverChange).
//
//go:embed data/jurisdictions.json
var researchJSON []byte

// Our own defaults and everything that superseded the research file.
//
//go:embed data/ours.json
var oursJSON []byte

// leaf is one value with where it comes from, when it was looked up and how far it may be trusted.
type leaf struct {
	Value         json.RawMessage `json:"value"`
	Src           []string        `json:"src"`
	Confidence    string          `json:"confidence"` // high, medium, low
	AsOf          string          `json:"as_of"`      // YYYY-MM-DD
	Note          string          `json:"note"`
	InheritedFrom string          `json:"inherited_from"`
}

func (l leaf) proof() Proof {
	return Proof{Sources: l.Src, Confidence: l.Confidence, AsOf: l.AsOf, Note: l.Note}
}

// dated is a leaf of ours.json: record "*" holds everywhere unless the record has its own.
type dated struct {
	Record    string `json:"record"`
	Field     string `json:"field"`
	ValidFrom string `json:"valid_from"`
	leaf
}

func (d dated) from() time.Time {
	t, err := time.Parse(time.DateOnly, d.ValidFrom)
	if err != nil {
		panic(fmt.Sprintf("rules: %s/%s valid_from %q: %v", d.Record, d.Field, d.ValidFrom, err))
	}
	return t
}

// record is what one country, state, union or platform asks for; only the leaves that are read are typed.
type record struct {
	Name        string  `json:"name"`
	Level       string  `json:"level"`
	Inherits    *string `json:"inherits"`
	DoubleOptIn leaf    `json:"double_opt_in"`
	ConfirmFree *leaf   `json:"confirmation_message_ad_free"`
	Disclosures leaf    `json:"disclosures"`
	StopAck     leaf    `json:"optout_confirmation"`
	QuietHours  leaf    `json:"quiet_hours"`
	Expiry      leaf    `json:"expiry"`
	Revocation  leaf    `json:"revocation"`
	MinAge      leaf    `json:"min_age"`
	AsOf        string  `json:"as_of"`
}

type source struct {
	URL   *string `json:"url"`
	Kind  string  `json:"kind"`
	Title string  `json:"title"`
}

type research struct {
	AsOf          string            `json:"as_of"`
	Clauses       map[string]string `json:"clauses"`
	Sources       map[string]source `json:"sources"`
	Jurisdictions map[string]record `json:"jurisdictions"`
}

type ours struct {
	AsOf    string            `json:"as_of"`
	Sources map[string]source `json:"sources"`
	Leaves  []dated           `json:"leaves"`
}

type book struct {
	research research
	ours     ours
	lines    map[string][]span // record id → its rules, one entry for each day on which something began
}

// load reads the embedded files once; they are part of the program, so a mistake in them is a mistake of the program
// and every test of the package meets it.
var load = sync.OnceValue(func() *book {
	b := &book{}
	must(json.Unmarshal(researchJSON, &b.research))
	must(json.Unmarshal(oursJSON, &b.ours))
	b.lines = make(map[string][]span, len(b.research.Jurisdictions)+1)
	for id := range b.research.Jurisdictions {
		b.lines[id] = b.timeline(id)
	}
	return b
})

func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("rules: embedded data: %v", err))
	}
}

// decode reads a leaf's value; field names the leaf in the panic.
func decode[T any](l leaf, field string) T {
	var v T
	if len(l.Value) == 0 {
		return v
	}
	if err := json.Unmarshal(l.Value, &v); err != nil {
		panic(fmt.Sprintf("rules: %s: %v", field, err))
	}
	return v
}
