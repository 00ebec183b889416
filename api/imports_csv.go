package api

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// isTable says that a body is a table and no JSON.
func isTable(contentType string) bool {
	t, _, err := mime.ParseMediaType(contentType)
	return err == nil && (t == "text/csv" || t == "text/plain" || t == "application/octet-stream")
}

// readTable takes a file as it is, its options standing in the query, and makes of both what the route takes as JSON. There is no
// address among the options.
func readTable(w http.ResponseWriter, r *http.Request, most int64) ([]byte, *flaw) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, &flaw{status: http.StatusRequestEntityTooLarge, key: "api.too_large"}
	}
	if err != nil {
		return nil, &flaw{status: http.StatusBadRequest, key: "api.body_broken"}
	}
	out := map[string]any{"file": b}
	for name, values := range r.URL.Query() {
		switch name {
		case "topics", "columns":
			out[name] = strings.Split(values[0], ",")
		case "dry_run":
			out[name] = values[0] == "true" || values[0] == "1"
		case "kind", "name", "scope", "origin", "region":
			out[name] = values[0]
		default:
			return nil, &flaw{status: http.StatusUnprocessableEntity, field: "query", key: "api.field.unknown"}
		}
	}
	r.URL.RawQuery = url.Values{}.Encode()
	body, err := json.Marshal(out)
	if err != nil {
		return nil, &flaw{status: http.StatusBadRequest, key: "api.body_broken"}
	}
	return body, nil
}
