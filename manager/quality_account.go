package manager

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/look"
	"jawort/quality"
	"jawort/say"
)

// accountData is what the tab of accounts and of the whole history shows.
type accountData struct {
	quality qualityData
	polls   map[string]pollLine
	history []quality.Observation
	next    string
}

func qualityAccount(v *visit) error {
	d := accountData{quality: qualityData{days: 90}, polls: map[string]pollLine{}}
	at, before := int64(1)<<62, ""
	if a, b, ok := strings.Cut(v.r.URL.Query().Get("before"), "."); ok {
		if n, err := strconv.ParseInt(a, 10, 64); err == nil {
			at, before = n, b
		}
	}
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if err = v.readQuality(ctx, tx, &d.quality); err != nil {
			return err
		}
		polls, err := pollLines(ctx, tx, v.tenant.ID)
		if err != nil {
			return err
		}
		for _, p := range polls {
			d.polls[p.WABA] = p
		}
		d.history, err = quality.History(ctx, tx, v.tenant.ID, at, before, pageSize+1)
		return err
	})
	if err != nil {
		return err
	}
	if len(d.history) > pageSize {
		d.history = d.history[:pageSize]
		last := d.history[pageSize-1]
		d.next = path("/quality/account", filter{"before", strconv.FormatInt(last.At, 10) + "." + last.ID}) + "#said"
	}
	return v.show(http.StatusOK, qualityAccountView(v, d))
}

// askMeta has Meta asked now.
func askMeta(v *visit) error {
	if v.s.AskMeta != nil {
		if err := v.s.AskMeta(v.r.Context(), v.tenant.ID); err != nil {
			return err
		}
		if err := v.write(func(ctx context.Context, tx *db.Tx) error {
			return account.Record(ctx, tx, v.tenant.ID, account.Entry{Actor: v.staff.ID, Action: "quality.asked", Object: v.tenant.ID})
		}); err != nil {
			return err
		}
	}
	return v.done("/quality/account", v.say("quality.asked"))
}

// accountFacts are what holds of an account, in words; what is as usual is said once.
func (v *visit) accountFacts(d accountData, waba string) []look.Field {
	var out []look.Field
	for _, s := range d.quality.accounts[waba] {
		if s.What.IsRestriction() || s.What == quality.Ban {
			continue // on top
		}
		value := v.said(s.What, s.Value)
		if s.Note != "" {
			value += " · " + s.Note
		}
		out = append(out, look.Field{Name: v.thing(s.What), Value: value + " (" + v.when(s.Since) + ")"})
	}
	if p, ok := d.polls[waba]; ok {
		value := v.say("quality.poll.ok", say.Args{"When": v.when(p.OKAt), "Share": v.percent(p.Usage)})
		if p.FailingSince > 0 {
			value = v.either("quality.poll.error", p.Error) + " " + v.say("quality.since", say.Args{"When": v.when(p.FailingSince)})
		}
		out = append(out, look.Field{Name: v.say("quality.poll"), Value: value})
	}
	return out
}

// thing is the name of a thing that Meta tells of.
func (v *visit) thing(w quality.What) string {
	switch {
	case w.IsRestriction():
		return v.say("quality.what.restriction")
	case w.IsNotice():
		return v.say("quality.what.notice")
	}
	return v.either("quality.what", string(w))
}

// said is Meta's word in the reader's language, where we know it.
func (v *visit) said(w quality.What, value string) string {
	switch {
	case w.IsRestriction():
		return v.restriction(quality.Standing{What: w})
	case w.IsNotice():
		return v.either("quality.notice", w.Kind()) + ": " + v.either("quality.severity", value)
	}
	switch w {
	case quality.Rating:
		return v.rating(value)
	case quality.Limit:
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return v.limitWord(n)
		}
	case quality.Category, quality.NextCategory:
		return v.either("quality.category", value)
	case quality.Status:
		if word := v.either("manager.number_status", value); word != value {
			return word
		}
		return v.either("manager.template_status", value)
	}
	return v.either("quality."+string(w), value)
}

// about is what an observation is about, as people call it.
func (v *visit) about(d accountData, node string) string {
	if _, name, lang, ok := quality.TemplateOf(node); ok {
		return v.say("quality.about.template", say.Args{"Name": name, "Language": lang})
	}
	for _, n := range d.quality.numbers {
		switch node {
		case quality.OfNumber(n.Number):
			return n.Name
		case quality.OfAccount(n.WABA):
			return v.say("quality.about.account", say.Args{"Name": n.Name})
		}
	}
	for _, p := range d.quality.portfolios {
		if node == quality.OfPortfolio(p.ID) {
			return v.say("quality.portfolio", say.Args{"Name": p.Name})
		}
	}
	return quality.IDOf(node)
}

// at is a moment in the reader's zone.
func (v *visit) at(micros int64) time.Time { return time.UnixMicro(micros).In(v.zone) }
