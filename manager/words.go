package manager

import (
	"encoding/json"
	"strings"
	"time"

	"jawort/gate"
	"jawort/look"
	"jawort/say"
)

// stateShape is the shape of a topic's state (LOOK section 2).
func stateShape(state string) string {
	switch state {
	case "granted", "declared":
		return "ok"
	case "withdrawn":
		return "bad"
	case "requested", "claimed", "paused":
		return "wait"
	}
	return "idle"
}

// eventShape is the knot of an entry in the timeline.
func eventShape(kind string) string {
	switch kind {
	case "granted", "declared", "signup":
		return "ok"
	case "withdrawn", "objected", "restricted", "disputed", "platform_stopped", "suppressed", "erased":
		return "bad"
	case "requested", "claimed", "paused":
		return "wait"
	}
	return ""
}

// eventIcon is its picture.
func eventIcon(kind string) string {
	switch eventShape(kind) {
	case "ok":
		return "check"
	case "bad":
		return "circle-slash"
	case "wait":
		return "globe"
	}
	return "smartphone"
}

// verdictShape is the shape of a decision.
func verdictShape(verdict string) string {
	switch verdict {
	case "allow":
		return "ok"
	case "refuse":
		return "bad"
	case "wait":
		return "wait"
	}
	return "idle"
}

// messageShape is the shape of a message's state.
func messageShape(state string) string {
	switch state {
	case "accepted", "sent", "delivered", "read":
		return "ok"
	case "queued", "waiting", "started":
		return "wait"
	case "failed", "refused":
		return "bad"
	case "unknown":
		return "warn"
	}
	return "idle"
}

// numberShape is how Meta's word for a number's state looks (facts of the Graph API: status of a phone number).
func numberShape(status string) string {
	switch status {
	case "CONNECTED":
		return "ok"
	case "PENDING", "MIGRATED", "UNVERIFIED":
		return "wait"
	case "FLAGGED", "RATE_LIMITED":
		return "warn"
	case "RESTRICTED", "BANNED", "DELETED", "DISCONNECTED":
		return "bad"
	}
	return "idle"
}

// when sets a moment from microseconds as seen from now, "" for 0.
func (v *visit) when(micros int64) string {
	if micros == 0 {
		return ""
	}
	return look.When(v.lang, time.UnixMicro(micros), v.now())
}

// whenWithin is when, behind other words.
func (v *visit) whenWithin(micros int64) string {
	return strings.TrimPrefix(look.Within("a "+v.when(micros)), "a ")
}

// date sets a day from microseconds.
func (v *visit) date(micros int64) string {
	return look.Date(v.lang, time.UnixMicro(micros).In(v.zone))
}

// stamp is a moment for machines.
func stamp(micros int64) string { return time.UnixMicro(micros).UTC().Format(time.RFC3339) }

// rulesWord names a version of the law such as de@2026-11-22.
func (v *visit) rulesWord(version string) string {
	country, day, _ := strings.Cut(version, "@")
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return v.say("manager.rules.version", say.Args{"Version": version})
	}
	return v.say("manager.rules", say.Args{"Country": v.countryName(strings.ToUpper(country)), "Date": look.Date(v.lang, at)})
}

// either says key.<word>, or the bare word when there is no sentence for it: words of Meta and of packages to come.
func (v *visit) either(key, word string) string {
	if full := key + "." + word; word != "" && say.Has(v.lang, full) {
		return v.say(full)
	}
	return word
}

// topics is the way from codes to names.
type topics map[string]string

func byCode(all []topicName) topics {
	out := topics{}
	for _, t := range all {
		out[t.Code] = t.Name
	}
	return out
}

func (t topics) name(code string) string {
	if n := t[code]; n != "" {
		return n
	}
	return code
}

func (t topics) names(codes []string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = t.name(c)
	}
	return strings.Join(out, ", ")
}

// kept is what a decision's body holds that a page shows. It is read leniently: the whole stands below it as it is.
type kept struct {
	Effective string       `json:"effective"` // what was done, in the modes observe and warn
	Until     int64        `json:"until"`
	Rules     string       `json:"rules"`
	Rev       int64        `json:"rev"`
	Mode      string       `json:"mode"`
	Reasons   []keptReason `json:"reasons"`
	Facts     struct {
		Standing struct {
			State string `json:"state"`
			Since int64  `json:"since"`
		} `json:"standing"`
	} `json:"facts"`
}

type keptReason struct {
	Code  string `json:"code"`
	Until int64  `json:"until"`
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

func readKept(body string) kept {
	var k kept
	_ = json.Unmarshal([]byte(body), &k) // an odd body still shows as it is
	return k
}

// pretty sets the body for reading.
func pretty(body string) string {
	var raw json.RawMessage
	if json.Unmarshal([]byte(body), &raw) != nil {
		return body
	}
	b, err := json.MarshalIndent(raw, "", "  ")
	if err != nil {
		return body
	}
	return string(b)
}

// reason words one reason of the gate; a code the gate does not know shows as it is.
func (v *visit) reason(r keptReason) (text, fix string) {
	g := gate.GroundOf(r.Code)
	if g == nil {
		return r.Code, ""
	}
	full := gate.Reason{Ground: g, Until: r.Until, Name: r.Name, Count: r.Count}
	return full.Text(v.lang), full.Fix(v.lang)
}

// named is the reason with its topic's name in the place of the code.
func (t topics) named(r keptReason) keptReason {
	if name := t[r.Name]; name != "" {
		r.Name = name
	}
	return r
}

// reasonShape is the shape of what a reason by itself asks for.
func reasonShape(r keptReason) string {
	if g := gate.GroundOf(r.Code); g != nil {
		return verdictShape(string(g.Verdict))
	}
	return "idle"
}

// headline is the one reason a list shows; what the sentence names is at hand only while the decision's body is kept.
func (v *visit) headline(d decisionRow, names topics) string {
	if d.Reason == "" {
		return ""
	}
	for _, r := range readKept(d.Body).Reasons {
		if r.Code == d.Reason {
			text, _ := v.reason(names.named(r))
			return text
		}
	}
	return v.reasonWord(d.Reason)
}

// leadWord says where a warning leads, by the beginning of the path.
func (v *visit) leadWord(path string) string {
	area, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	area, _, _ = strings.Cut(area, "?")
	if word := v.either("manager.alerts.lead", area); word != area {
		return word
	}
	return v.say("manager.alerts.lead")
}
