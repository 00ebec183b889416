package alert

import (
	"strconv"
	"time"

	"jawort/look"
	"jawort/say"
)

// prefixes are where the words of Meta's that a kind names are told in the reader's language.
var prefixes = []string{"manager.number_status.", "quality.rating.", "quality.restriction.", "quality.violation.", "quality.security.", "quality.category.",
	"quality.notice.", "quality.ban.", "quality.link."}

// words fills in what the sentences about quality name: Meta's words in the reader's, limits as people say them, moments with their zone.
func (d Detail) words(lang string, args say.Args) {
	args["Value"], args["Was"] = word(lang, d.Value), word(lang, d.Was)
	args["Ends"] = int(0)
	args["Until"] = ""
	if d.Until > 0 {
		args["Until"], args["Ends"] = moment(lang, d.Until, d.Zone), 1
	}
}

func word(lang, w string) string {
	if n, err := strconv.ParseInt(w, 10, 64); err == nil {
		if n < 0 {
			return say.Text(lang, "quality.unlimited")
		}
		return look.Integer(lang, n)
	}
	for _, p := range prefixes {
		if w != "" && say.Has(lang, p+w) {
			return say.Text(lang, p+w)
		}
	}
	return w
}

func moment(lang string, at int64, zone string) string {
	z, err := time.LoadLocation(zone)
	if err != nil {
		z = time.UTC
	}
	t := time.UnixMicro(at).In(z)
	zoned := t.Format("MST")
	if name, ok := zonesIn[lang][zoned]; ok {
		zoned = name
	}
	return look.DateTime(lang, t) + " (" + zoned + ")"
}

// zonesIn are the short names of zones where a language has its own.
var zonesIn = map[string]map[string]string{"de": {"CET": "MEZ", "CEST": "MESZ"}}
