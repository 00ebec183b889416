package gateway

import (
	"bytes"
	"encoding/json"
)

// patch is a string of a body that is written anew.
type patch struct {
	from, to int
	with     string
}

// links replaces strings of an answer, found by their key wherever they stand. Every other byte stays as it is.
func (g *Gateway) links(c *call, raw []byte, tree *value, other func(key, link string) (string, bool)) []byte {
	var patches []patch
	var walk func(v *value)
	walk = func(v *value) {
		for i := range v.items {
			item := &v.items[i]
			if v.kind == '{' && item.kind == '"' {
				if link, ok := other(v.keys[i], item.text); ok {
					patches = append(patches, patch{item.from, item.to, link})
				}
				continue
			}
			walk(item)
		}
	}
	walk(tree)
	if len(patches) == 0 {
		return raw
	}
	var b bytes.Buffer
	at := 0
	for _, p := range patches { // in the order of the body
		b.Write(raw[at:p.from])
		b.Write(quote(p.with))
		at = p.to
	}
	b.Write(raw[at:])
	return b.Bytes()
}

func quote(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	return bytes.TrimSpace(b.Bytes())
}
