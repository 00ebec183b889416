package api

import (
	"encoding/base64"
)

// Paging is what every list takes.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Most entries of a page"`
	Cursor string `query:"cursor" maxLength:"200" doc:"next of the page before"`
}

// page is one page of a list; next is null on the last.
type page[T any] struct {
	Data []T     `json:"data"`
	Next *string `json:"next" doc:"Cursor of the next page; null on the last"`
}

// cut makes the page behind the cursor from a whole list in its order. key is what tells an entry from all others.
func cut[T any](c *call, p Paging, all []T, key func(T) string) (page[T], error) {
	from := 0
	if p.Cursor != "" {
		after, err := base64.RawURLEncoding.DecodeString(p.Cursor)
		if err != nil {
			return page[T]{}, c.badCursor()
		}
		for from < len(all) && key(all[from]) != string(after) {
			from++
		}
		if from == len(all) { // it is gone, or was never here
			return page[T]{}, c.badCursor()
		}
		from++
	}
	out := page[T]{Data: append([]T{}, all[from:min(from+p.Limit, len(all))]...)}
	if from+p.Limit < len(all) {
		next := base64.RawURLEncoding.EncodeToString([]byte(key(out.Data[len(out.Data)-1])))
		out.Next = &next
	}
	return out, nil
}

func (c *call) badCursor() error {
	w := c.at("cursor", "api.cursor").(*wrong)
	w.in = "query"
	return w
}
