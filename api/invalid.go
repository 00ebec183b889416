package api

import (
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"jawort/say"
)

// init bends huma's two global knobs: arrays are never null, names have one spelling, and its errors, which repeat the
// offending value in English, become ours.
func init() {
	huma.DefaultArrayNullable = false
	huma.ValidateStrictCasing = true
	huma.NewError = func(status int, _ string, list ...error) huma.StatusError {
		return fromHuma(say.Languages[0], status, list)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, list ...error) huma.StatusError {
		return fromHuma(say.Match(ctx.Header("Accept-Language")), status, list)
	}
}

func fromHuma(lang string, status int, list []error) *Problem {
	p := newProblem(lang, status, "", "")
	for _, err := range list {
		if d, ok := err.(huma.ErrorDetailer); ok {
			p.Errors = append(p.Errors, worded(lang, d.ErrorDetail()))
		}
	}
	return p
}

// fault is one of huma's sentences and ours for it; the pattern's group fills Value.
type fault struct {
	says *regexp.Regexp
	key  string
}

var faults = []fault{
	{regexp.MustCompile(`^unexpected property`), "api.field.unknown"},
	{regexp.MustCompile(`^unknown query parameter`), "api.field.unknown"},
	{regexp.MustCompile(`^expected required property (\w+)`), "api.field.required"},
	{regexp.MustCompile(`^required \w+ parameter is missing`), "api.field.required"},
	{regexp.MustCompile(`^expected string to be RFC 3339 date-time`), "api.field.time"},
	{regexp.MustCompile(`^expected (boolean|number|integer|string|array|object)$`), "api.field.type"},
	{regexp.MustCompile(`^invalid integer`), "api.field.integer"},
	{regexp.MustCompile(`^expected value to be one of "(.*)"`), "api.field.one_of"},
	{regexp.MustCompile(`^expected number >= (.*)`), "api.field.min"},
	{regexp.MustCompile(`^expected number <= (.*)`), "api.field.max"},
	{regexp.MustCompile(`^expected length >= (.*)`), "api.field.min_length"},
	{regexp.MustCompile(`^expected length <= (.*)`), "api.field.max_length"},
	{regexp.MustCompile(`^expected array length >= (.*)`), "api.field.min_items"},
	{regexp.MustCompile(`^expected array length <= (.*)`), "api.field.max_items"},
	{regexp.MustCompile(`^expected array items to be unique`), "api.field.unique"},
}

// worded is one of huma's details in our words, without the value.
func worded(lang string, d *huma.ErrorDetail) FieldError {
	key, value := "api.field.invalid", ""
	for _, f := range faults {
		if m := f.says.FindStringSubmatch(d.Message); m != nil {
			key = f.key
			if len(m) > 1 {
				value = m[1]
			}
			break
		}
	}
	location := d.Location
	if key == "api.field.required" && value != "" {
		location += "." + value
	}
	if key == "api.field.one_of" {
		value = strings.ReplaceAll(value, `", "`, ", ")
	}
	in, field := place(location)
	args := say.Args{"Value": value}
	if key == "api.field.type" {
		args["Value"] = say.Text(lang, "api.type."+value)
	}
	return FieldError{Field: field, Location: strings.TrimSuffix(in+"."+field, "."), Code: key, Message: say.Text(lang, key, args)}
}

var step = regexp.MustCompile(`[^.\[\]]+|\[\d+\]`)

// place splits huma's location and drops from it what the caller made up.
func place(location string) (in, field string) {
	in, rest, _ := strings.Cut(location, ".")
	if in == "header" && namable(strings.ReplaceAll(strings.ToLower(rest), "-", "_")) {
		return in, rest
	}
	if i := strings.IndexByte(in, '['); i >= 0 {
		in, rest = in[:i], in[i:]+"."+rest
	}
	switch in {
	case "body", "query", "path", "header":
	default:
		in = "body"
	}
	return in, join(step.FindAllString(rest, -1))
}
