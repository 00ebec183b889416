package manager

import (
	"slices"
	"strconv"
	"strings"

	"jawort/say"
)

// guideTopic is one page of the guide. Its sentences are the keys guide.TOPIC.… of package say: .title, .lead, and for each part
// .PART (its heading), .PART.1, .2 … (paragraphs), .PART.step1 … (a numbered list), .PART.item1 … (a list), .good, .bad and .why (an
// example each). What has no key is not there, and a test holds that both languages have the same.
type guideTopic struct {
	code, icon string
	parts      []guidePart
}

// guidePart is one heading with what belongs to it.
type guidePart struct {
	id   string
	draw string    // of guideDrawing; "" = none
	goes []guideGo // places in the product where one can do it
	from []string  // of guideSources
}

// guideGo leads from the guide to a page; its words are guide.go.WORD.
type guideGo struct{ word, path, pattern string }

// The topics, in the order in which one needs them.
var guideTopics = []guideTopic{
	{"ways", "inbox", []guidePart{
		{id: "proof", draw: "ways", from: []string{"optin"}},
		{id: "thread", goes: newOf("thread")},
		{id: "web", goes: newOf("web")},
		{id: "sms", goes: newOf("sms")},
		{id: "ivr", goes: newOf("ivr")},
		{id: "missed_call", goes: newOf("missed_call")},
		{id: "paper", goes: newOf("paper")},
		{id: "first", goes: []guideGo{{"sources", "/sources", "GET /sources"}}},
		{id: "new", goes: []guideGo{{"sources", "/sources", "GET /sources"}, {"causes", "/quality/causes", "GET /quality/causes"}}, from: []string{"optin"}},
	}},
	{"wording", "badge-check", []guidePart{
		{id: "five", draw: "wording", from: []string{"optin"}},
		{id: "opt_in_statement"}, {id: "business_name"}, {id: "channel_whatsapp"}, {id: "categories"}, {id: "withdraw_how"},
		{id: "separate_from_terms"}, {id: "unticked"}, {id: "voluntary"}, {id: "third_parties_named"},
		{id: "country", goes: []guideGo{{"sources", "/sources", "GET /sources"}}},
		{id: "versions"},
	}},
	{"rating", "gauge", []guidePart{
		{id: "colours", draw: "lanes", from: []string{"quality"}, goes: []guideGo{{"quality", "/quality", "GET /quality"}}},
		{id: "low", from: []string{"limitschange", "limits", "throughput", "codes"}},
		{id: "limit", draw: "gauge", from: []string{"limits"}, goes: []guideGo{{"limit", "/quality#limit-0", "GET /quality"}}},
		{id: "levels", draw: "levels", from: []string{"limits"}},
		{id: "templates", from: []string{"pausing", "pacing"}, goes: []guideGo{{"templates", "/quality/templates", "GET /quality/templates"}}},
		{id: "person", from: []string{"peruser"}},
		{id: "steps", from: []string{"enforcement"}},
		{id: "silent", from: []string{"qualityhook"}, goes: []guideGo{{"warnings", "/settings/warnings", "GET /settings/warnings"}}},
	}},
	{"trouble", "bell", []guidePart{
		{id: "brake", draw: "rungs", goes: []guideGo{{"brake", "/quality/brake", "GET /quality/brake"}}},
		{id: "yellow", goes: []guideGo{{"causes", "/quality/causes", "GET /quality/causes"}}},
		{id: "red", goes: []guideGo{{"causes", "/quality/causes", "GET /quality/causes"}, {"messages", "/messages/all", "GET /messages/all"}}},
		{id: "restricted", from: []string{"enforcement"}, goes: []guideGo{{"account", "/quality/account", "GET /quality/account"}}},
		{id: "template", from: []string{"pausing"}, goes: []guideGo{{"templates", "/quality/templates", "GET /quality/templates"}}},
		{id: "back", goes: []guideGo{{"brake", "/quality/brake", "GET /quality/brake"}}},
	}},
	{"leaving", "log-out", []guidePart{
		{id: "doors", from: []string{"policy"}},
		{id: "then", draw: "leaving"},
		{id: "stays"},
		{id: "meta", from: []string{"prefs"}},
		{id: "staff", goes: []guideGo{{"people", "/people", "GET /people"}, {"queue", "/messages", "GET /messages"}}},
		{id: "gone", goes: []guideGo{{"people", "/people", "GET /people"}}},
	}},
	{"gate", "shield-check", []guidePart{
		{id: "asks", draw: "gate", goes: []guideGo{{"decisions", "/decisions", "GET /decisions"}}},
		{id: "modes", draw: "modes", goes: []guideGo{{"numbers", "/settings/numbers", "GET /settings/numbers"}}},
		{id: "always"},
		{id: "programs", goes: []guideGo{{"programs", "/settings/programs", "GET /settings/programs"}}},
		{id: "why", goes: []guideGo{{"decisions", "/decisions", "GET /decisions"}}},
	}},
}

func newOf(kind string) []guideGo {
	return []guideGo{{"new", "/sources/new?kind=" + kind, "GET /sources/new"}}
}

// guideSource is a page that a fact was read on. read says when its text was of, "" = not told.
type guideSource struct{ title, url, of string }

const metaDocs = "https://developers.facebook.com/documentation/business-messaging/whatsapp/"

// guideSources are Meta's own pages (facts/meta.md 1 to 4); nothing of vendors' folklore is told.
var guideSources = map[string]guideSource{
	"optin":        {"Get opt-in for WhatsApp", metaDocs + "getting-opt-in", "2025-11-03"},
	"policy":       {"WhatsApp Business Messaging Policy", "https://business.whatsapp.com/policy", ""},
	"quality":      {"Send messages", metaDocs + "messages/send-messages", ""},
	"limits":       {"Messaging limits", metaDocs + "messaging-limits", "2026-05-08"},
	"limitschange": {"Upcoming messaging limits changes", metaDocs + "upcoming-messaging-limits-changes", "2025-10-08"},
	"throughput":   {"Throughput", metaDocs + "throughput", ""},
	"codes":        {"Error codes", metaDocs + "support/error-codes", ""},
	"pausing":      {"Template pausing", metaDocs + "templates/template-pausing", ""},
	"pacing":       {"Template pacing", metaDocs + "templates/template-pacing", ""},
	"peruser":      {"Per-user marketing template limits", metaDocs + "templates/marketing-templates/per-user-limits", "2026-04-29"},
	"enforcement":  {"Policy enforcement", metaDocs + "policy-enforcement", "2025-11-04"},
	"qualityhook":  {"phone_number_quality_update webhook", metaDocs + "webhooks/reference/phone_number_quality_update", "2025-11-14"},
	"prefs":        {"user_preferences webhook", metaDocs + "webhooks/reference/user_preferences", ""},
}

// guideTopicOf finds a topic with its neighbours; nil where there is none.
func guideTopicOf(code string) (t, before, after *guideTopic) {
	i := slices.IndexFunc(guideTopics, func(t guideTopic) bool { return t.code == code })
	if i < 0 {
		return nil, nil, nil
	}
	if i > 0 {
		before = &guideTopics[i-1]
	}
	if i+1 < len(guideTopics) {
		after = &guideTopics[i+1]
	}
	return &guideTopics[i], before, after
}

// guideTexts are the sentences KEY1, KEY2 … that there are.
func guideTexts(lang, key string) (out []string) {
	for n := 1; say.Has(lang, key+strconv.Itoa(n)); n++ {
		out = append(out, say.Text(lang, key+strconv.Itoa(n)))
	}
	return out
}

// key of a part.
func (t guideTopic) key(part string) string { return "guide." + t.code + "." + part }

func (t guideTopic) path() string { return "/guide/" + t.code }

// words are all that a part says, for the search.
func (t guideTopic) words(lang string, p guidePart) string {
	key := t.key(p.id)
	out := []string{say.Text(lang, key)}
	for _, list := range []string{".", ".step", ".item"} {
		out = append(out, guideTexts(lang, key+list)...)
	}
	return strings.Join(out, " ")
}

// guideHit is a part of the guide that holds what was typed.
type guideHit struct{ topic, part, path string }

// mostGuideHits bounds them; shortestGuide keeps "an" from being found everywhere.
const (
	mostGuideHits = 8
	shortestGuide = 3
)

// guideHits are the parts that hold every word typed, those that have it in their heading first.
func guideHits(lang, typed string) (out []guideHit) {
	words := strings.Fields(strings.ToLower(typed))
	if len([]rune(typed)) < shortestGuide || len(words) == 0 {
		return nil
	}
	holds := func(text string) bool {
		text = strings.ToLower(strings.ReplaceAll(text, "\u00ad", ""))
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
	}
	var within []guideHit
	for _, t := range guideTopics {
		title := say.Text(lang, t.key("title"))
		for _, p := range t.parts {
			h := guideHit{title, say.Text(lang, t.key(p.id)), t.path() + "#" + p.id}
			if holds(title + " " + h.part) {
				out = append(out, h)
			} else if holds(title + " " + t.words(lang, p)) {
				within = append(within, h)
			}
		}
	}
	out = append(out, within...)
	return out[:min(len(out), mostGuideHits)]
}

// clausePart is the part of the guide that tells of a clause of a wording; "" = the guide says nothing of it by itself.
func clausePart(code string) string {
	switch code {
	case "WITHDRAW_RIGHT":
		code = "WITHDRAW_HOW"
	case "NOT_CONDITION_OF_PURCHASE":
		code = "VOLUNTARY"
	}
	t, _, _ := guideTopicOf("wording")
	id := strings.ToLower(code)
	if slices.ContainsFunc(t.parts, func(p guidePart) bool { return p.id == id }) {
		return t.path() + "#" + id
	}
	return ""
}
