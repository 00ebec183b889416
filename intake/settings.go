package intake

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"jawort/account"
	"jawort/consent"
	"jawort/contact"
	"jawort/gate"
	"jawort/graph"
	"jawort/keyword"
	"jawort/look"
	"jawort/say"
	"jawort/source"
	"jawort/topic"
)

// Settings in the chat: who writes "Einstellungen" reads what they agreed to, and taps what they want otherwise. It answers a message
// of theirs, inside its window, and is sent as an answer to somebody's rights: also to who stopped everything.

// What the rows carry and bring back. What ends something are the ids of every other stop button (byButton).
const (
	setAsk      = "settings"      // shows them
	setOn       = "settings:on:"  // then a topic
	setPause    = "settings:rest" // then a colon and days; 0 = no rest any longer
	setLanguage = "settings:lang:"
	keepUtility = "settings:keep" // what was stopped was advertising only: the correction in an acknowledgement
)

// settingsWords are how somebody asks for them, without case and marks around.
var settingsWords = []string{"einstellungen", "meine einstellungen", "einstellung", "settings", "my settings", "preferences", "my preferences", "nachrichteneinstellungen",
	"ajustes", "configuración", "réglages", "paramètres", "impostazioni", "definições", "configurações", "instellingen", "ustawienia", "ayarlar", "الإعدادات", "सेटिंग", "सेटिंग्स"}

// asksForSettings: the whole message is the word, or the tap of a button that says it.
func asksForSettings(m *graph.Inbound) bool {
	if payload(m) == setAsk {
		return true
	}
	text, via := m.Words()
	if via != string(keyword.Text) || m.Edit != nil {
		return false
	}
	return slices.Contains(settingsWords, strings.ToLower(strings.Trim(strings.TrimSpace(text), ".!?„“\"'")))
}

// settingsTap takes a tap on one of the rows. done says that it was one.
func (t *taking) settingsTap(ctx context.Context, i int, c string, m *graph.Inbound) (done bool, err error) {
	p := payload(m)
	switch {
	case asksForSettings(m):
		return true, t.showSettings(ctx, i, c, "")
	case p == keepUtility:
		return true, t.keepRest(ctx, i, c)
	case strings.HasPrefix(p, setOn):
		return true, t.askTopic(ctx, i, c, strings.TrimPrefix(p, setOn))
	case strings.HasPrefix(p, setPause+":"):
		return true, t.rest(ctx, i, c, strings.TrimPrefix(p, setPause+":"))
	case strings.HasPrefix(p, setLanguage):
		return true, t.speak(ctx, i, c, strings.TrimPrefix(p, setLanguage))
	}
	return false, nil
}

// view is what is known of a person when they are answered.
type view struct {
	house  account.Tenant
	lang   string
	stand  consent.Standing
	topics []topic.Topic // in the business's order
}

func (t *taking) view(ctx context.Context, c string, r keyword.Reading) (v view, err error) {
	if v.house, err = account.TenantOf(ctx, t.tx, t.tenant); err != nil {
		return v, err
	}
	if v.lang, err = t.languageOf(ctx, c, r, v.house.Language); err != nil {
		return v, err
	}
	v.lang = say.MatchPublic(v.lang)
	all, err := consent.Stand(ctx, t.tx, t.tenant, []string{c})
	if err != nil {
		return v, err
	}
	v.stand = all[c]
	v.topics, err = topic.List(ctx, t.tx, t.tenant, false)
	return v, err
}

// on are the topics of which messages come, by name.
func (v *view) on(want func(topic.Topic) bool) (names []string) {
	for _, x := range v.topics {
		if s := v.stand.Of(x.Code, consent.Class(x.Class)).State; (s == consent.StateGranted || s == consent.StateDeclared) && want(x) {
			names = append(names, x.Text(v.lang).Name)
		}
	}
	return names
}

func (v *view) say(key string, args ...say.Args) string { return say.Text(v.lang, key, args...) }

// mostRows is Meta's: rows of a list over all its sections (facts/meta.md 5.1).
const mostRows = 10

// showSettings puts the list. note stands in front: what the last tap came to.
func (t *taking) showSettings(ctx context.Context, i int, c, note string) error {
	v, err := t.view(ctx, c, keyword.Reading{})
	if err != nil {
		return err
	}
	live, err := source.AllLive(ctx, t.tx, t.tenant)
	if err != nil {
		return err
	}
	sections := v.sections(live)
	on := v.on(func(topic.Topic) bool { return true })
	text := v.say("intake.settings.none", say.Args{"Business": v.house.Name})
	if len(on) > 0 {
		text = v.say("intake.settings.on", say.Args{"Business": v.house.Name, "Topics": strings.Join(on, ", ")})
	}
	if until, open := resting(&v.stand); until > 0 && !open {
		text += " " + v.say("intake.settings.resting", say.Args{"Date": v.date(until)})
	}
	if note != "" {
		text = note + "\n\n" + text
	}
	if t.k.o.Base != "" {
		text += "\n\n" + v.say("intake.settings.page", say.Args{"Link": t.k.o.Base + "/p/" + t.k.PreferenceToken(t.tenant, c)})
	}
	return t.answerWith(i, c, gate.RightsAnswer, graph.List(text, v.say("intake.settings.choose"), sections...))
}

func (v *view) date(micros int64) string {
	zone, err := time.LoadLocation(v.house.Zone)
	if err != nil {
		zone = time.UTC
	}
	return look.Date(v.lang, time.UnixMicro(micros).In(zone))
}

// mostOthers keeps room for the topics.
const mostOthers = 3

// others are the languages that can be changed to: those of the live sources that we speak, and the manager's.
func (v *view) others(live []source.Source) []string {
	var list []string
	for _, s := range live {
		list = append(list, s.Settings.Languages...)
	}
	var out []string
	for _, lang := range append(list, say.Languages...) {
		if lang != v.lang && slices.Contains(say.Public, lang) && !slices.Contains(out, lang) && len(out) < mostOthers {
			out = append(out, lang)
		}
	}
	slices.Sort(out)
	return out
}

// sections are the rows: what can be ended, what can be asked for, and the rest. What ends everything is always there.
func (v *view) sections(live []source.Source) []graph.Section {
	var off, on []graph.Row
	for _, x := range v.topics {
		words, state := x.Text(v.lang), v.stand.Of(x.Code, consent.Class(x.Class)).State
		name := cut(words.Name, 24)
		_, offered := asks(live, []string{x.Code})
		switch {
		case state == consent.StateGranted || state == consent.StateDeclared || state == consent.StatePaused:
			off = append(off, graph.Row{ID: "optout:topic:" + x.Code, Title: name, Description: v.say("intake.settings.off.row")})
		case len(offered) > 0 && v.stand.Topics[x.Code].State != "":
			on = append(on, graph.Row{ID: setOn + x.Code, Title: name, Description: cut(words.Value, 72)})
		}
	}
	more := []graph.Row{{ID: "optout:all", Title: v.say("intake.settings.all")}}
	if until, open := resting(&v.stand); until > 0 && !open {
		more = append(more, graph.Row{ID: setPause + ":0", Title: v.say("intake.settings.rest.end")})
	} else if len(v.on(func(x topic.Topic) bool { return x.Class == topic.Marketing })) > 0 {
		more = append(more, graph.Row{ID: setPause + ":30", Title: v.say("intake.settings.rest"), Description: v.say("intake.settings.rest.text")})
	}
	for _, lang := range v.others(live) {
		more = append(more, graph.Row{ID: setLanguage + lang, Title: say.Text(lang, "intake.settings.language")})
	}
	var out []graph.Section
	room := mostRows - len(more)
	for _, s := range []graph.Section{{Title: v.say("intake.settings.off"), Rows: off}, {Title: v.say("intake.settings.again"), Rows: on}} {
		s.Rows = s.Rows[:min(len(s.Rows), room)]
		if room -= len(s.Rows); len(s.Rows) > 0 {
			out = append(out, s)
		}
	}
	return append(out, graph.Section{Title: v.say("intake.settings.more"), Rows: more})
}

// rest lets advertising rest for so many days, or ends that (0).
func (t *taking) rest(ctx context.Context, i int, c, typed string) error {
	days, err := strconv.Atoi(typed)
	if err != nil || days != 0 && !slices.Contains(Pauses, days) {
		return nil // a row nobody of ours made
	}
	events, err := restEvents(ctx, t.tx, t.tenant, c, days, t.happened(i))
	if err != nil {
		return err
	}
	for _, x := range events {
		e := t.event(i, c, x.Kind)
		e.Channel, e.Scope, e.Until = "button", x.Scope, x.Until
		if x.Kind == consent.Unpaused {
			e.HappenedAt--
		}
		t.add(i, e)
	}
	v, err := t.view(ctx, c, keyword.Reading{})
	if err != nil || len(events) == 0 {
		return err
	}
	text := v.say("intake.settings.rest.ended")
	if until := events[len(events)-1].Until; until > 0 {
		text = v.say("intake.settings.rest.done", say.Args{"Business": v.house.Name, "Date": v.date(until)})
	}
	return t.put(i, c, gate.RightsAnswer, text)
}

// speak keeps the person's language, and shows the settings in it.
func (t *taking) speak(ctx context.Context, i int, c, lang string) error {
	if !slices.Contains(say.Public, lang) {
		return nil
	}
	if err := contact.Describe(ctx, t.tx, t.tenant, c, "", lang); err != nil {
		return err
	}
	return t.showSettings(ctx, i, c, say.Text(lang, "intake.settings.language.done"))
}

// askTopic puts the question of a source that asks for the topic; to who stopped, the way back.
func (t *taking) askTopic(ctx context.Context, i int, c, code string) error {
	live, err := source.AllLive(ctx, t.tx, t.tenant)
	if err != nil {
		return err
	}
	s, found := asks(live, []string{code})
	if len(found) == 0 {
		return nil
	}
	s.Topics = []string{code}
	return t.invite(ctx, i, c, &s, true)
}
