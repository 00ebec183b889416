package source

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"jawort/db"
	"jawort/errs"
	"jawort/notice"
	"jawort/topic"
)

// State is where a source stands; docs/states.md draws it.
type State string

const (
	StateDraft  State = "draft"
	StateLive   State = "live"
	StatePaused State = "paused"

	StateArchived State = "archived" // out of the way; what was agreed to there stands
)

// Step is one way from a state to another.
type Step struct {
	From State
	By   string
	To   State
}

// Steps are all there are.
var Steps = []Step{
	{StateDraft, "go live", StateLive},
	{StateLive, "go live", StateLive}, // takes over a newer version of the wording
	{StateLive, "pause", StatePaused},
	{StatePaused, "resume", StateLive},
	{StateDraft, "archive", StateArchived},
	{StatePaused, "archive", StateArchived},
	{StateArchived, "restore", StatePaused},
}

// next is where a step leads; ok is false when there is none from here.
func next(from State, by string) (State, bool) {
	i := slices.IndexFunc(Steps, func(s Step) bool { return s.From == from && s.By == by })
	if i < 0 {
		return "", false
	}
	return Steps[i].To, true
}

// Judged is one text that is to be shown, with what a judge must know of its surroundings.
type Judged struct {
	Source  Source
	Text    notice.Version
	Purpose topic.Class // marketing if any of the topics is
}

// Judge answers the clauses that the text must hold and does not (wording.Lint behind it).
type Judge func(Judged) (missing []string)

// GoLive opens a draft, or brings a live source to the newest version of its wording, if every text passes the judge.
func GoLive(ctx context.Context, tx *db.Tx, tenant, source string, judge Judge) (Source, error) {
	return open(ctx, tx, tenant, source, "go live", judge)
}

// Resume opens a paused source again. It is judged anew: wording, topics and law may have changed meanwhile.
func Resume(ctx context.Context, tx *db.Tx, tenant, source string, judge Judge) (Source, error) {
	return open(ctx, tx, tenant, source, "resume", judge)
}

// Pause closes a live source. why is for staff, and never about a person.
func Pause(ctx context.Context, tx *db.Tx, tenant, source, why string) (Source, error) {
	s, err := hold(ctx, tx, tenant, source)
	if err != nil {
		return Source{}, err
	}
	to, ok := next(s.State, "pause")
	if !ok {
		return Source{}, errs.New(errs.Conflict, "source.not_live")
	}
	if strings.TrimSpace(why) == "" {
		return Source{}, errs.At("why", "source.why")
	}
	s.State, s.PausedWhy = to, strings.TrimSpace(why)
	if err := update(ctx, tx, s); err != nil {
		return Source{}, fmt.Errorf("pause source %s: %w", source, err)
	}
	return s, nil
}

// Archive puts a source that takes no opt-ins out of the way.
func Archive(ctx context.Context, tx *db.Tx, tenant, source string) (Source, error) {
	return move(ctx, tx, tenant, source, "archive")
}

// Restore brings a source back from the archive, paused: before it opens its wording is judged anew.
func Restore(ctx context.Context, tx *db.Tx, tenant, source string) (Source, error) {
	return move(ctx, tx, tenant, source, "restore")
}

func move(ctx context.Context, tx *db.Tx, tenant, source, by string) (Source, error) {
	s, err := hold(ctx, tx, tenant, source)
	if err != nil {
		return Source{}, err
	}
	to, ok := next(s.State, by)
	if !ok {
		return Source{}, errs.New(errs.Conflict, "source."+by)
	}
	s.State = to
	if err := update(ctx, tx, s); err != nil {
		return Source{}, fmt.Errorf("%s source %s: %w", by, source, err)
	}
	return s, nil
}

func open(ctx context.Context, tx *db.Tx, tenant, source, by string, judge Judge) (Source, error) {
	s, err := hold(ctx, tx, tenant, source)
	if err != nil {
		return Source{}, err
	}
	to, ok := next(s.State, by)
	if !ok {
		return Source{}, errs.New(errs.Conflict, "source.state").With(errs.Args{"State": string(s.State)})
	}
	texts, purpose, err := s.ready(ctx, tx)
	if err != nil {
		return Source{}, err
	}
	if missing := judgeAll(s, texts, purpose, judge); len(missing) > 0 {
		return Source{}, errs.New(errs.Unprocessable, "source.wording").With(errs.Args{"Clauses": strings.Join(missing, ", ")})
	}
	first := s.NoticeVersion == 0
	fresh := s.State == StateDraft || slices.Contains(ByItself, s.PausedWhy)
	s.State, s.PausedWhy, s.NoticeVersion = to, "", texts[0].Version
	if err := update(ctx, tx, s); err != nil {
		return Source{}, fmt.Errorf("open source %s: %w", source, err)
	}
	if fresh {
		err = markOpened(ctx, tx, s)
	}
	if first && err == nil {
		err = beginWatch(ctx, tx, s)
	}
	if err != nil {
		return Source{}, fmt.Errorf("open source %s: %w", source, err)
	}
	return s, nil
}

// ready checks that nothing is left out, and answers the texts that would be shown.
func (s Source) ready(ctx context.Context, tx *db.Tx) ([]notice.Version, topic.Class, error) {
	switch {
	case s.Number == "":
		return nil, "", errs.At("number", "source.needs_number")
	case s.Notice == "":
		return nil, "", errs.At("notice", "source.needs_notice")
	case len(s.Topics) == 0:
		return nil, "", errs.At("topics", "source.needs_topics")
	case len(s.Settings.Languages) == 0:
		return nil, "", errs.At("settings.languages", "source.needs_languages")
	case s.Kind == "sms" && s.Settings.Carrier == "":
		return nil, "", errs.At("settings.carrier", "source.needs_carrier")
	case s.Kind == "sms" && len(s.Settings.Words) == 0:
		return nil, "", errs.At("settings.words", "source.needs_words")
	case s.Kind == "web" && s.Settings.PrivacyURL == "": // Article 13 GDPR: told when the number is asked for
		return nil, "", errs.At("settings.privacy_url", "source.needs_privacy")
	}
	topics, err := topic.CheckCodes(ctx, tx, s.Tenant, s.Topics)
	if err != nil {
		return nil, "", err
	}
	all, err := notice.Latest(ctx, tx, s.Tenant, s.Notice)
	if errs.CodeOf(err) == errs.NotFound {
		return nil, "", errs.At("notice", "source.unpublished")
	}
	if err != nil {
		return nil, "", err
	}
	texts, err := s.texts(all)
	if err != nil {
		return nil, "", err
	}
	if err := s.readySpoken(ctx, tx, texts); err != nil {
		return nil, "", err
	}
	return texts, strictest(topics), nil
}

// texts are those of the source's languages, in their order.
func (s Source) texts(all []notice.Version) ([]notice.Version, error) {
	var out []notice.Version
	for _, lang := range s.Settings.Languages {
		i := slices.IndexFunc(all, func(v notice.Version) bool { return v.Language == lang })
		if i < 0 {
			return nil, errs.At("settings.languages", "source.untranslated").With(errs.Args{"Language": lang})
		}
		if all[i].Kind != s.Kind {
			return nil, errs.At("notice", "source.notice_kind").With(errs.Args{"Kind": all[i].Kind})
		}
		if s.Kind == "thread" && utf8.RuneCountInString(all[i].Body) > MaxThreadText {
			return nil, errs.At("notice", "source.thread_long").With(errs.Args{"Language": lang})
		}
		out = append(out, all[i])
	}
	for _, code := range s.Topics {
		if !slices.Contains(out[0].Topics, code) {
			return nil, errs.At("topics", "source.topic_unnamed").With(errs.Args{"Topic": code})
		}
	}
	return out, nil
}

// judgeAll asks about each language; a clause missing in one of several is named with it.
func judgeAll(s Source, texts []notice.Version, purpose topic.Class, judge Judge) []string {
	var out []string
	for _, v := range texts {
		for _, clause := range judge(Judged{s, v, purpose}) {
			if len(texts) > 1 {
				clause += " (" + v.Language + ")"
			}
			out = append(out, clause)
		}
	}
	return out
}

// strictest is the class with the hardest rules among the topics.
func strictest(topics map[string]topic.Topic) topic.Class {
	for _, class := range topic.Classes {
		for _, t := range topics {
			if t.Class == class {
				return class
			}
		}
	}
	return topic.Marketing
}

// same says whether two sources are alike in everything.
func same(a, b Source) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}
