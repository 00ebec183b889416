// Package topic is what a person can say yes or no to: categories of messages with a class and words per language, and
// Meta's templates with the topic each belongs to.
package topic

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"jawort/db"
	"jawort/errs"
)

// Class is what a topic's messages are, in Meta's three kinds.
type Class string

const (
	Marketing      Class = "marketing"
	Utility        Class = "utility"
	Authentication Class = "authentication"
)

// Classes are all of them, the strictest first.
var Classes = []Class{Marketing, Utility, Authentication}

// Text is what people read about a topic in one language.
type Text struct {
	Name  string `json:"name"`
	Value string `json:"value"` // one line: what you get
}

// Topic is a category of messages.
type Topic struct {
	Code      string // e.g. order_updates; never changes
	Class     Class  // never changes: people agreed to messages of this class
	Default   bool   // the tenant's default of its class; never for marketing
	Texts     map[string]Text
	Position  int64 // order on forms and pages
	CreatedAt int64
	RetiredAt int64 // 0 = in use
}

// Text is the topic's words in a language, or in another one if it has none in this.
func (t Topic) Text(lang string) Text {
	if x, ok := t.Texts[t.Language(lang)]; ok {
		return x
	}
	return Text{Name: t.Code}
}

// Language is the one in which Text answers: the one asked for, if there is a text in it; "" = there is none at all.
func (t Topic) Language(lang string) string {
	for _, l := range append([]string{lang, "en", "de"}, slices.Sorted(maps.Keys(t.Texts))...) {
		if _, ok := t.Texts[l]; ok {
			return l
		}
	}
	return ""
}

var codeShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)

var languageShape = regexp.MustCompile(`^[a-z]{2,3}(_[A-Z]{2})?$`)

// check says what is wrong with a topic as it was given.
func (t Topic) check() error {
	switch {
	case !codeShape.MatchString(t.Code):
		return errs.At("code", "topic.code")
	case !slices.Contains(Classes, t.Class):
		return errs.At("class", "topic.class")
	case t.Default && t.Class == Marketing:
		return errs.At("default", "topic.default_marketing")
	case len(t.Texts) == 0:
		return errs.At("texts", "topic.texts")
	}
	for lang, x := range t.Texts {
		if !languageShape.MatchString(lang) {
			return errs.At("texts", "topic.language")
		}
		if !fits(x.Name, 60) || !fits(x.Value, 160) {
			return errs.At("texts", "topic.text_length").With(errs.Args{"Name": 60, "Value": 160})
		}
	}
	return nil
}

// fits: one line of text, not empty and not too long.
func fits(s string, most int) bool {
	return strings.TrimSpace(s) != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsAny(s, "\x00\n\r")
}

// Put adds a topic or changes its words, place and default. The class of one that is there never changes. Making it the
// default of its class takes that from another.
func Put(ctx context.Context, tx *db.Tx, tenant string, t Topic, at int64) error {
	if err := t.check(); err != nil {
		return err
	}
	if t.Default {
		if err := clearDefault(ctx, tx, tenant, t.Class, t.Code); err != nil {
			return fmt.Errorf("put topic %s: %w", t.Code, err)
		}
	}
	t.CreatedAt = at
	n, err := upsert(ctx, tx, tenant, t)
	if err != nil {
		return fmt.Errorf("put topic %s: %w", t.Code, err)
	}
	if n == 0 {
		return errs.New(errs.Conflict, "topic.class_fixed")
	}
	return nil
}

// Retire takes a topic out of use: no form offers it, no message is sent for it. What people said about it stays.
func Retire(ctx context.Context, tx *db.Tx, tenant, code string, at int64) error {
	return setRetired(ctx, tx, tenant, code, at)
}

// Revive brings a retired topic back.
func Revive(ctx context.Context, tx *db.Tx, tenant, code string) error {
	return setRetired(ctx, tx, tenant, code, 0)
}

func setRetired(ctx context.Context, tx *db.Tx, tenant, code string, at int64) error {
	n, err := retire(ctx, tx, tenant, code, at)
	if err != nil {
		return fmt.Errorf("retire topic %s: %w", code, err)
	}
	if n == 0 {
		return errs.New(errs.NotFound, "topic.unknown")
	}
	return nil
}

// Get reads one topic.
func Get(ctx context.Context, tx *db.Tx, tenant, code string) (Topic, error) {
	t, err := read(ctx, tx, tenant, code)
	if errors.Is(err, db.ErrNone) {
		return Topic{}, errs.New(errs.NotFound, "topic.unknown")
	}
	if err != nil {
		return Topic{}, fmt.Errorf("read topic %s: %w", code, err)
	}
	return t, nil
}

// List reads the tenant's topics in their order, retired ones at the end if they are asked for.
func List(ctx context.Context, tx *db.Tx, tenant string, retired bool) ([]Topic, error) {
	list, err := readAll(ctx, tx, tenant)
	if err != nil {
		return nil, fmt.Errorf("list topics: %w", err)
	}
	if !retired {
		list = slices.DeleteFunc(list, func(t Topic) bool { return t.RetiredAt != 0 })
	}
	return list, nil
}

// CheckCodes says whether every code is a topic in use, and answers them by code.
func CheckCodes(ctx context.Context, tx *db.Tx, tenant string, codes []string) (map[string]Topic, error) {
	list, err := List(ctx, tx, tenant, false)
	if err != nil {
		return nil, err
	}
	out := map[string]Topic{}
	for _, t := range list {
		if slices.Contains(codes, t.Code) {
			out[t.Code] = t
		}
	}
	for _, c := range codes {
		if _, ok := out[c]; !ok {
			return nil, errs.At("topics", "topic.unknown")
		}
	}
	return out, nil
}
