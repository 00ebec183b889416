package intake

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// forgotten says of every table with a person or an address in it what an erasure does. A new table without a line fails.
var forgotten = map[string]string{
	"contact":         "the row stays without name, so that the ledger's entries belong together",
	"contact_guard":   "stays: a counter",
	"contact_address": "deleted",
	"service_window":  "deleted",
	"listed_stop":     "stays: keyed fingerprints of a list that runs or waits",
	"suppression":     "stays: keyed fingerprints, so that nobody writes again",
	"door":            "stays: keyed hashes, swept after days",
	"event":           "address, evidence, reasons, values and keys are emptied",
	"standing":        "stays: says that everything is stopped",
	"platform_stop":   "stays: a stop",
	"request":         "address and origin are emptied, open ones end",
	"asked":           "stays: keyed fingerprints, so that nobody is asked again",
	"headroom":        "stays: counts for Meta's limit, gone after a day",
	"decision":        "stays: holds no address",
	"message":         "address and words are emptied, what waits is refused",
	"sent_count":      "stays: counts",
	"pair_pace":       "stays: times",
	"inbound":         "deleted",
	"review":          "deleted",
	"voiding":         "deleted",
	"meta_block":      "stays until Meta has lifted the block, about a minute: nobody would know any more whom to let in again",
	"delivery":        "stays: keyed fingerprints",
}

var (
	tables  = regexp.MustCompile(`(?s)create table (\w+) \((.*?)\n\)`)
	persons = regexp.MustCompile(`(?m)^\t(contact|address|fingerprint|persons|wa_id|phone)\s`)
)

func TestEveryTableIsKnownToErasure(t *testing.T) {
	schema, err := os.ReadFile("../db/schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range tables.FindAllStringSubmatch(string(schema), -1) {
		if !persons.MatchString(m[2]) {
			continue
		}
		n++
		if strings.TrimSpace(forgotten[m[1]]) == "" {
			t.Errorf("nobody says what an erasure does to table %s", m[1])
		}
	}
	if n < 15 {
		t.Errorf("only %d tables with people in them were found", n)
	}
}
