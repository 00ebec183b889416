package manager

import (
	"slices"
	"strings"

	"jawort/look"
	"jawort/notice"
	"jawort/poster"
	"jawort/qr"
	"jawort/say"
	"jawort/topic"
)

// poster is what hangs beside the till: the topics, the code, what to do, and the wording as small print.
func (v *visit) poster(d sourceData, text notice.Version, c qr.Code, size string) poster.Poster {
	say := func(key string, args ...say.Args) string { return say.Text(text.Language, key, args...) }
	p := poster.Poster{Lang: text.Language, Size: size, Business: v.tenant.Name, Small: text.Body,
		Foot: say("manager.poster.foot", map[string]any{"Business": v.tenant.Name, "Source": d.source.Name, "Version": d.source.NoticeVersion}),
		Code: printed(c), Headline: say("manager.poster.head")}
	v.posterWay(&p, d, say)
	for _, t := range d.topics {
		if slices.Contains(d.source.Topics, t.Code) {
			words := t.Text(text.Language)
			p.Topics = append(p.Topics, poster.Topic{Name: words.Name, Value: words.Value})
		}
	}
	if len(p.Topics) == 1 {
		p.Headline = look.Join(text.Language, []string{p.Topics[0].Name}) + say("manager.poster.on")
	}
	return p
}

// posterWay says what one does with the code, and what else for who cannot scan it.
func (v *visit) posterWay(p *poster.Poster, d sourceData, say func(string, ...say.Args) string) {
	args := map[string]any{}
	p.Call = say("manager.poster.call")
	switch d.source.Kind {
	case "web":
		p.LinkHint, p.Link = say("manager.poster.link"), strings.TrimPrefix(strings.TrimPrefix(v.pageLink(d.source), "https://"), "http://")
		p.Steps = []string{say("manager.poster.scan"), say("manager.poster.choose")}
		if strictest(d.topics, d.source.Topics) == topic.Marketing {
			p.Steps = append(p.Steps, say("manager.poster.send"))
		}
	case "thread":
		p.Steps = []string{say("manager.poster.scan"), say("manager.poster.send")}
	case "sms":
		args["Word"], args["Number"] = d.source.Settings.Words[0], shownNumber(d.carrier.Number)
		p.LinkHint, p.Link = say("manager.poster.or_text"), say("manager.sms.text_to", args)
		if p.Steps = []string{say("manager.poster.text", args)}; v.wordNeedsTap() {
			p.Steps = append(p.Steps, say("manager.poster.answer"))
		}
	case "ivr", "missed_call":
		args["Number"] = shownNumber(lineOf(d.source))
		p.Call, p.LinkHint, p.Link = say("manager.poster.call."+d.source.Kind), say("manager.poster.or_call"), shownNumber(lineOf(d.source))
		p.Steps = []string{say("manager.poster."+d.source.Kind, args), say("manager.poster.confirm")}
	}
}
