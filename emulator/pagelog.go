package emulator

import (
	htm "html/template"
	"strconv"
	"strings"
	"time"
)

type logRow struct {
	Seq                 int64
	Kind                string
	Icon                htm.HTML
	Title, Detail, Time string
}

var logIcons = map[string]string{"in": "arrow-down-left", "out": "arrow-up-right", "refused": "circle-x", "read": "check-check", "asked": "arrow-up-right",
	"webhook": "circle-check", "failed": "circle-x", "fault": "zap-off", "quality": "gauge", "mail": "inbox", "badday": "zap-off", "block": "circle-x", "report": "circle-x", "sms": "arrow-down-left", "smsin": "arrow-up-right", "smslost": "circle-x", "call": "phone"}

// logRows say in plain words what the emulator saw, the newest first: what the business asked for and what it was answered, and
// what it was told and how long it took.
func (s *Server) logRows(rd reader) []logRow {
	var out []logRow
	for _, e := range s.feed.stories.latest() {
		row := logRow{Seq: e.Seq, Kind: e.Kind, Icon: icon(logIcons[e.Kind]), Time: e.At.Local().Format("15:04:05")}
		row.Title, row.Detail = e.words(rd)
		if e.Times > 1 {
			row.Title += " · " + strconv.Itoa(e.Times) + "×"
		}
		out = append(out, row)
	}
	return out
}

// words are what happened, and the small print below it.
func (e event) words(rd reader) (title, detail string) {
	with := func(key string) string {
		return strings.NewReplacer("{who}", e.Who, "{what}", e.What, "{detail}", e.Detail).Replace(rd.T(key))
	}
	switch e.Kind {
	case "in":
		return with("log.in"), joined(rd.either("kind", e.What), e.Detail)
	case "out":
		if e.Detail != "" {
			return with("log.out.template"), rd.answered(e.Status)
		}
		return with("log.out"), joined(rd.either("kind", e.What), rd.answered(e.Status))
	case "refused":
		return with("log.refused"), joined(rd.answered(e.Status), rd.either("why", e.What))
	case "read":
		if e.What == "typing" {
			return with("log.typing"), ""
		}
		return with("log.read"), ""
	case "asked":
		return rd.either("asked", e.What), rd.answered(e.Status)
	case "webhook":
		return rd.either("told", e.Detail), joined("Webhook "+e.What, rd.T("log.signed"), rd.took(e.Took))
	case "failed":
		return rd.T("log.failed"), joined("Webhook "+e.What, rd.either("told", e.Detail))
	case "quality":
		return rd.either("log.quality", e.What), rd.either("log.quality.why", e.Detail)
	case "badday":
		return rd.T("badday." + e.What), ""
	case "call":
		return with("log.call." + e.What), e.Detail
	}
	return with("log." + e.Kind), e.What
}

// either is the sentence for a word of Meta's, else the word itself.
func (r reader) either(area, word string) string {
	if _, ok := words[area+"."+word]; ok {
		return r.T(area + "." + word)
	}
	return word
}

func (r reader) answered(status int) string {
	if status == 0 {
		return r.T("log.noanswer")
	}
	return r.T("log.answer") + " " + strconv.Itoa(status)
}

// took is a duration in milliseconds, with the reader's decimal mark.
func (r reader) took(d time.Duration) string {
	ms := strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 1, 64)
	if r.Lang == "de" {
		ms = strings.Replace(ms, ".", ",", 1)
	}
	return r.T("log.took") + " " + ms + "\u202fms"
}

func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " · ")
}
