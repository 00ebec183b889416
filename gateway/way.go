package gateway

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"jawort/graph"
)

// way is where a request wants to go: version, node and edge, as they stand in the path.
type way struct {
	version, node, edge string
	query               url.Values // what of the query is passed on
}

// path is every path the gateway knows. Nothing is decoded, cleaned or guessed: what is not exactly this goes nowhere.
var path = regexp.MustCompile(`^` + Prefix + `(?:/(v[0-9]{1,3}\.[0-9]{1,2}))?/([0-9]{3,32})(?:/([a-z_]{1,64}))?/?$`)

// override are headers by which a request says that it is another one than it looks.
var override = []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override", "X-Original-Url", "X-Rewrite-Url"}

func readWay(r *http.Request) (way, *fault) {
	m := path.FindStringSubmatch(r.URL.EscapedPath())
	if m == nil || r.URL.RawFragment != "" || r.URL.Fragment != "" {
		return way{}, notAllowed("path")
	}
	for _, h := range override {
		if r.Header.Values(h) != nil {
			return way{}, notAllowed(h)
		}
	}
	w := way{version: m[1], node: m[2], edge: m[3]}
	if w.version == "" {
		w.version = graph.DefaultVersion
	}
	return w, nil
}

// readQuery lets through what the rule names, each once. On a send nothing may stand there: what is judged is the body.
func readQuery(c *call) *fault {
	q, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil || strings.ContainsAny(c.r.URL.RawQuery, ";") {
		return notAllowed("query")
	}
	for k, v := range q {
		switch {
		case k == "appsecret_proof" && len(v) == 1: // of a token that is not ours; it is made anew
			q.Del(k)
		case k == "access_token" && !c.rule.sends && len(v) == 1:
			q.Del(k)
		case !slices.Contains(c.rule.query, k) || len(v) != 1:
			return notAllowed("query parameter " + clip(k))
		case k == "fields" && !plainFields.MatchString(v[0]):
			return notAllowed("fields")
		case k == "fields":
			if f := readFields(c, v[0]); f != nil {
				return f
			}
		}
	}
	c.way.query = q
	return nil
}

// readFields: Graph lets an edge be read as a field of its node, so such a field is as good as the edge, and needs what the edge needs.
func readFields(c *call, fields string) *fault {
	for _, name := range strings.FieldsFunc(fields, func(r rune) bool { return r == ',' || r == ' ' }) {
		r := ruleOf("GET", name)
		switch {
		case name == "access_token", r != nil && r.never, r == nil && slices.ContainsFunc(rules, func(x rule) bool { return x.edge == name }):
			return notAllowed("fields: " + clip(name))
		case r != nil && !slices.ContainsFunc(r.scopes, c.program.May):
			return &fault{10, 403, "SCOPE_MISSING", strings.Join(r.scopes, ", ")}
		}
	}
	return nil
}

// plainFields: a field can be expanded into what another node holds, its token for instance.
var plainFields = regexp.MustCompile(`^[a-z0-9_, ]*$`)
