package hook

import (
	"bytes"
	"encoding/json"
	"slices"

	"jawort/graph"
)

// yard is what of Meta's webhooks is the tenant's own: one app can serve many businesses, and one body can hold several.
type yard struct {
	numbers  []string // of the tenant
	accounts []string
	secret   string // of the app, to sign what had to be cut
}

// cut leaves in a body what the hook may and wants to hear. What needs no cutting keeps Meta's bytes and signature; of a mixed body the
// rest goes, and it is signed anew with the app's own secret. ok is false where nothing is left.
func (h *Hook) cut(body []byte, signature string, y *yard) (out []byte, sign string, ok bool) {
	var whole struct {
		Entry []json.RawMessage `json:"entry"`
	}
	if json.Unmarshal(body, &whole) != nil {
		return nil, "", false
	}
	var kept []json.RawMessage
	cutAny := false
	for _, raw := range whole.Entry {
		entry, changed := h.cutEntry(raw, y)
		cutAny = cutAny || changed
		if entry != nil {
			kept = append(kept, entry)
		}
	}
	switch {
	case len(kept) == 0:
		return nil, "", false
	case !cutAny:
		return body, signature, true
	}
	if out, ok = with(body, "entry", kept); !ok {
		return nil, "", false
	}
	return out, graph.Sign(out, y.secret), true
}

func (h *Hook) cutEntry(raw json.RawMessage, y *yard) (json.RawMessage, bool) {
	var entry struct {
		ID      json.RawMessage   `json:"id"`
		Changes []json.RawMessage `json:"changes"`
	}
	if json.Unmarshal(raw, &entry) != nil || !slices.Contains(y.accounts, string(bytes.Trim(entry.ID, `"`))) {
		return nil, true
	}
	kept := slices.DeleteFunc(slices.Clone(entry.Changes), func(c json.RawMessage) bool { return !h.wants(c, y) })
	switch {
	case len(kept) == 0:
		return nil, true
	case len(kept) == len(entry.Changes):
		return raw, false
	}
	out, ok := with(raw, "changes", kept)
	if !ok {
		return nil, true
	}
	return out, true
}

// wants: the field, and the number where it speaks of one.
func (h *Hook) wants(change json.RawMessage, y *yard) bool {
	var c struct {
		Field string `json:"field"`
		Value struct {
			Metadata struct {
				Number string `json:"phone_number_id"`
			} `json:"metadata"`
		} `json:"value"`
	}
	if json.Unmarshal(change, &c) != nil || len(h.Fields) > 0 && !slices.Contains(h.Fields, c.Field) {
		return false
	}
	n := c.Value.Metadata.Number
	if n == "" {
		return true
	}
	return slices.Contains(y.numbers, n) && (len(h.Numbers) == 0 || slices.Contains(h.Numbers, n))
}

// with is an object with one list in place of another; every other value stays as it was written.
func with(object []byte, key string, list []json.RawMessage) ([]byte, bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(object, &fields) != nil {
		return nil, false
	}
	joined, err := json.Marshal(list)
	if err != nil {
		return nil, false
	}
	fields[key] = joined
	out, err := json.Marshal(fields)
	return out, err == nil
}
