package manager

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"jawort/account"
	"jawort/carrier"
	"jawort/db"
	"jawort/errs"
	"jawort/source"
)

// settingsForm is the settings of a source as they are typed.
type settingsForm struct {
	name, number, privacy, imprint, region, language string
	oneBox, signed                                   bool
	ask                                              string // how else than by the link: none, chat, sms, code
	age, hourly, daily                               string
	words, flow                                      string // of thread and SMS sources
	askFirst                                         bool
	carrier                                          string // of SMS sources
	carriers                                         []carrier.Carrier
	wrong                                            map[string]string
	problem                                          string
}

// The ways to confirm beside the link.
const (
	askNone = "none"
	askChat = "chat"
	askSMS  = "sms"
	askCode = "code"
)

// askedBy is how a source asks.
func askedBy(s source.Settings) string {
	switch {
	case s.Code:
		return askCode
	case s.Question && s.Carrier != "":
		return askSMS
	case s.Question:
		return askChat
	}
	return askNone
}

func sourceSettings(v *visit) error {
	d, err := v.wordsOf()
	if err != nil {
		return err
	}
	s, set := d.source, d.source.Settings
	f := settingsForm{name: s.Name, number: s.Number, privacy: set.PrivacyURL, imprint: set.ImprintURL, region: set.DefaultRegion, oneBox: set.OneBox,
		ask: askedBy(set), carrier: set.Carrier, signed: set.AcceptSigned, age: capText(set.MinimumAge), hourly: capText(set.NetworkHourly), daily: capText(set.AddressDaily),
		wrong: map[string]string{}}
	if len(set.Languages) > 0 {
		f.language = set.Languages[0]
	}
	if t := set.Thread; t != nil {
		f.words, f.flow, f.askFirst = strings.Join(t.Words, "\n"), t.Flow, t.AskFirst
	}
	if s.Kind == "sms" {
		f.words = strings.Join(set.Words, ", ")
	}
	if f.carriers, _, err = v.smsOf(s); err != nil {
		return err
	}
	return v.show(http.StatusOK, sourceSettingsView(v, d.sourceData, f))
}

// saveSourceSettings keeps them; of a live source people see the new ones at once, judged.
func saveSourceSettings(v *visit) error {
	d, err := v.wordsOf()
	if err != nil {
		return err
	}
	f := v.readSettings()
	if f.carriers, _, err = v.smsOf(d.source); err != nil {
		return err
	}
	s := f.source(d)
	if f.check(v, d.sourceData, s); len(f.wrong) > 0 {
		return v.show(http.StatusBadRequest, sourceSettingsView(v, d.sourceData, f))
	}
	err = v.write(func(ctx context.Context, tx *db.Tx) error {
		if err := v.replace(ctx, tx, s, false); err != nil {
			return err
		}
		return v.audit(ctx, tx, "source.changed", s.ID)
	})
	if field := sourceField(err); field != "" {
		f.wrong[field] = v.sentence(err)
		return v.show(http.StatusBadRequest, sourceSettingsView(v, d.sourceData, f))
	}
	if code := errs.CodeOf(err); code == errs.Unprocessable || code == errs.Conflict {
		f.problem = v.sentence(err)
		return v.show(statuses[code], sourceSettingsView(v, d.sourceData, f))
	}
	if err != nil {
		return err
	}
	return v.doneSource("settings", "manager.sources.settings.saved")
}

func (v *visit) readSettings() settingsForm {
	form := func(name string) string { return strings.TrimSpace(tidy(v.r.PostFormValue(name))) }
	return settingsForm{name: form("name"), number: form("number"), privacy: form("privacy"), imprint: form("imprint"), region: strings.ToUpper(form("region")),
		language: form("language"), oneBox: form("boxes") == "one" || form("together") == "on", flow: form("flow"), askFirst: form("first") == "on",
		words: strings.TrimSpace(v.r.PostFormValue("words")), ask: form("ask"), signed: form("signed") == "on",
		age: form("age"), hourly: form("hourly"), daily: form("daily"), carrier: form("carrier"), wrong: map[string]string{}}
}

// source is the source as the form wants it; the language named first is the page's own.
func (f settingsForm) source(d wordsData) source.Source {
	s := d.source
	s.Name, s.Number = f.name, f.number
	s.Settings.PrivacyURL, s.Settings.ImprintURL, s.Settings.DefaultRegion = f.privacy, f.imprint, f.region
	s.Settings.OneBox, s.Settings.AcceptSigned = f.oneBox, f.signed
	s.Settings.MinimumAge, s.Settings.NetworkHourly, s.Settings.AddressDaily = whole(f.age), whole(f.hourly), whole(f.daily)
	if t := s.Settings.Thread; t != nil {
		s.Settings.Thread = &source.Thread{Words: lines(f.words), AskFirst: f.askFirst, Flow: f.flow, Code: t.Code}
	}
	switch s.Kind {
	case "sms":
		s.Settings.Carrier, s.Settings.Words = f.carrier, typedWords(f.words)
	case "thread": // asks in the conversation, if at all
	default:
		s.Settings.Question, s.Settings.Code, s.Settings.Carrier = f.ask == askChat || f.ask == askSMS, f.ask == askCode, ""
		if f.ask == askSMS || f.ask == askCode {
			s.Settings.Carrier = f.carrier
		}
	}
	if slices.Contains(s.Settings.Languages, f.language) {
		s.Settings.Languages = append([]string{f.language}, slices.DeleteFunc(slices.Clone(s.Settings.Languages), func(l string) bool { return l == f.language })...)
	}
	return s
}

func (f *settingsForm) check(v *visit, d sourceData, s source.Source) {
	if f.number != "" && !slices.ContainsFunc(d.numbers, func(n account.Number) bool { return n.ID == f.number }) {
		f.wrong["number"] = v.say("source.needs_number")
	}
	if (f.ask == askSMS || f.ask == askCode) && s.Settings.Carrier == "" || s.Settings.Carrier != "" && !slices.ContainsFunc(f.carriers, func(c carrier.Carrier) bool { return c.ID == s.Settings.Carrier }) {
		f.wrong["carrier"] = v.say("source.needs_carrier")
	}
	if s.Settings.DefaultRegion != "" && !regionShape(s.Settings.DefaultRegion) {
		f.wrong["region"] = v.say("source.region")
	}
	for field, is := range map[string]struct{ n, most int64 }{"age": {s.Settings.MinimumAge, 99}, "hourly": {s.Settings.NetworkHourly, 100_000},
		"daily": {s.Settings.AddressDaily, 1000}} {
		if is.n < 0 || is.n > is.most {
			f.wrong[field] = v.say("manager.sources.number_between", map[string]any{"Most": strconv.FormatInt(is.most, 10)})
		}
	}
}

// lines are what stands on the lines of a field, one thing each.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(tidy(line)); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func regionShape(s string) bool {
	return len(s) == 2 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
