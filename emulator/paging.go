package emulator

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
)

// page cuts a list as Graph does: limit, after, before; cursors are opaque; next and previous are whole URLs.
func (s *Server) page(c *call, rows []any) {
	q := c.r.URL.Query()
	limit := 25
	if v := q.Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			s.deny(c.w, badParam("Param limit must be a positive integer."))
			return
		}
		limit = min(n, 1000)
	}
	from := 0
	if v := q.Get("after"); v != "" {
		n, ok := cursorAt(v)
		if !ok {
			s.deny(c.w, refuse(131059, "The cursor is not valid."))
			return
		}
		from = min(n+1, len(rows))
	} else if v := q.Get("before"); v != "" {
		n, ok := cursorAt(v)
		if !ok {
			s.deny(c.w, refuse(131059, "The cursor is not valid."))
			return
		}
		from = max(0, min(n, len(rows))-limit)
	}
	to := min(from+limit, len(rows))
	out := map[string]any{"data": append([]any{}, rows[from:to]...)}
	if from < to {
		paging := map[string]any{"cursors": map[string]string{"before": cursor(from), "after": cursor(to - 1)}}
		if to < len(rows) {
			paging["next"] = pageURL(c.r, "after", cursor(to-1))
		}
		if from > 0 {
			paging["previous"] = pageURL(c.r, "before", cursor(from))
		}
		out["paging"] = paging
	}
	writeJSON(c.w, http.StatusOK, out)
}

func cursor(n int) string { return base64.URLEncoding.EncodeToString([]byte("at:" + strconv.Itoa(n))) }

func cursorAt(s string) (int, bool) {
	raw, err := base64.URLEncoding.DecodeString(s)
	if err != nil || len(raw) < 4 || string(raw[:3]) != "at:" {
		return 0, false
	}
	n, err := strconv.Atoi(string(raw[3:]))
	return n, err == nil && n >= 0
}

// pageURL carries the token, as Meta's does: whoever passes such an answer on must rewrite it.
func pageURL(r *http.Request, key, value string) string {
	q := r.URL.Query()
	q.Del("after")
	q.Del("before")
	q.Set(key, value)
	if token, ok := bearer(r); ok {
		q.Set("access_token", token)
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	u := url.URL{Scheme: scheme, Host: r.Host, Path: r.URL.Path, RawQuery: q.Encode()}
	return u.String()
}

func bearer(r *http.Request) (string, bool) {
	h := r.Header.Get("Authorization")
	if len(h) > 7 && h[:7] == "Bearer " {
		return h[7:], true
	}
	return "", false
}
