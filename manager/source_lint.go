package manager

import (
	"slices"
	"strings"

	"jawort/account"
	"jawort/look"
	"jawort/rules"
	"jawort/say"
	"jawort/source"
	"jawort/topic"
	"jawort/wording"
)

// judgement is what the linter says about a text, for its reader.
type judgement struct {
	Lang    string
	Missing []clause // block publishing
	Warned  []clause // never do
	Found   []string // names of the clauses that are there
}

// clause is one thing a text lacks.
type clause struct {
	Code, Name string
	Where      string      // where it is asked for
	Text       string      // why, and how to put it right
	Passage    string      // the words that contradict it; "" = there are none
	Insert     string      // a sentence that says it, in the text's language; "" = none can
	Sources    []lawSource // where it is written
}

// lawSource is a law, a ruling or a rule of Meta's.
type lawSource struct{ Title, URL string }

// onTheForm says that what we draw around a text holds a clause: boxes that nobody ticked, on pages and in print; on pages the link to
// the privacy notice.
func onTheForm(kind, code string) bool {
	return code == wording.Unticked || kind == "web" && code == "PRIVACY_LINK"
}

// lint judges one text of a source as publishing will.
func (v *visit) lint(s source.Source, all []topic.Topic, lang, body string) judgement {
	purpose := "utility"
	if strictest(all, s.Topics) == topic.Marketing {
		purpose = "marketing"
	}
	verdict := wording.Lint(wording.Input{Business: v.tenant.Name, Lang: lang, Country: v.tenant.Country, Text: body, Kind: s.Kind, Purpose: purpose})
	law := rules.For(v.tenant.Country, v.now())
	out := judgement{Lang: lang}
	for _, w := range verdict.Faults {
		c := v.clause(w, s, all, lang, law)
		c.Where = v.say("manager.sources.must", say.Args{"Country": v.where(w.Code, law)})
		out.Missing = append(out.Missing, c)
	}
	for _, w := range verdict.Warnings {
		if onTheForm(s.Kind, w.Code) {
			out.Found = append(out.Found, v.clauseName(w.Code))
			continue
		}
		c := v.clause(w, s, all, lang, law)
		key := "manager.sources.should"
		if _, must := law.Asks(w.Code); must {
			key = "manager.sources.asked"
		}
		c.Where = v.say(key, say.Args{"Country": v.countryName(v.tenant.Country)})
		out.Warned = append(out.Warned, c)
	}
	for code := range verdict.Found {
		out.Found = append(out.Found, v.clauseName(code))
	}
	slices.Sort(out.Found)
	out.Found = slices.Compact(out.Found)
	return out
}

// where is the country, when its own rules ask for the clause too.
func (v *visit) where(code string, law rules.Rules) string {
	if _, must := law.Asks(code); must {
		return v.countryName(v.tenant.Country)
	}
	return ""
}

func (v *visit) clause(w wording.Warning, s source.Source, all []topic.Topic, lang string, law rules.Rules) clause {
	c := clause{Code: w.Code, Name: v.clauseName(w.Code), Text: wording.Hint(w.Code, v.lang), Passage: w.Passage}
	if c.Text == "" {
		c.Text = w.Text
	}
	if w.Passage == "" {
		c.Insert = sentenceFor(w.Code, lang, v.tenant, s, all)
	}
	for _, r := range law.Clauses {
		if r.Code != w.Code {
			continue
		}
		for _, id := range r.Sources {
			if title, url := rules.Source(id); title != "" {
				c.Sources = append(c.Sources, lawSource{title, url})
			}
		}
	}
	return c
}

// clauseName is a clause in words.
func (v *visit) clauseName(code string) string { return v.either("manager.clause", code) }

// sentenceFor is a sentence that holds a clause, in the language of the text; "" where no sentence can.
func sentenceFor(code, lang string, tenant account.Tenant, s source.Source, all []topic.Topic) string {
	key := "manager.insert." + code
	if s.Kind == "ivr" && say.Has(lang, key+".spoken") {
		key += ".spoken"
	}
	if !slices.Contains(say.Languages, lang) || !say.Has(lang, key) {
		return ""
	}
	return say.Text(lang, key, sentenceArgs(lang, tenant, s, all))
}

func sentenceArgs(lang string, tenant account.Tenant, s source.Source, all []topic.Topic) say.Args {
	var names []string
	for _, t := range all {
		if slices.Contains(s.Topics, t.Code) {
			names = append(names, t.Text(lang).Name)
		}
	}
	age := s.Settings.MinimumAge
	if age == 0 {
		age = 16
	}
	word := firstWord
	if len(s.Settings.Words) > 0 {
		word = s.Settings.Words[0]
	}
	return say.Args{"Business": tenant.Name, "Word": word, "Topics": look.Join(lang, names), "Privacy": s.Settings.PrivacyURL, "Age": age}
}

// proposed is a whole text for a source that has none: what its kind must say, one clause a sentence.
func proposed(lang string, tenant account.Tenant, s source.Source, all []topic.Topic) string {
	if !slices.Contains(say.Languages, lang) || len(s.Topics) == 0 {
		return ""
	}
	key := "manager.proposal." + s.Kind
	args := sentenceArgs(lang, tenant, s, all)
	out := []string{say.Text(lang, key, args)}
	if strictest(all, s.Topics) == topic.Marketing {
		out = append(out, say.Text(lang, "manager.insert.MARKETING_NATURE", args))
	}
	if s.Kind == "web" || s.Kind == "paper" {
		out = append(out, say.Text(lang, "manager.insert.VOLUNTARY", args), say.Text(lang, "manager.insert.WITHDRAW_RIGHT", args))
	}
	if s.Kind == "paper" && s.Settings.PrivacyURL != "" {
		out = append(out, say.Text(lang, "manager.insert.PRIVACY_LINK", args))
	}
	return strings.Join(append(out, say.Text(lang, "manager.insert.WITHDRAW_HOW", args)), " ")
}

// strictest is the class with the hardest rules among the chosen topics.
func strictest(all []topic.Topic, codes []string) topic.Class {
	for _, class := range topic.Classes {
		for _, t := range all {
			if t.Class == class && slices.Contains(codes, t.Code) {
				return class
			}
		}
	}
	return topic.Marketing
}
