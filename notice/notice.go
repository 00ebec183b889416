// Package notice is the exact wording shown, spoken or printed when somebody opts in: drafts, and versions that never change
// once they are published.
package notice

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/timer"
)

// Kinds are where a wording stands or is heard; a source has the same.
var Kinds = []string{"web", "thread", "sms", "ivr", "missed_call", "paper"}

// Notice is a wording with all its versions.
type Notice struct {
	ID        string
	Name      string
	CreatedAt int64
}

// Version is one text: a version in one language. Version, kind, topics, cap and outdates are the same in all its languages.
type Version struct {
	Notice      string
	Version     int64
	Language    string
	Body        string
	Hash        string // sha256 of Body, hex
	Kind        string
	Topics      []string // codes it speaks of
	CapMonth    int64    // promised messages a month, which the gate keeps; 0 = nothing promised
	Outdates    bool     // consents to older versions become outdated
	CreatedAt   int64
	PublishedAt int64 // 0 = draft
}

// State is draft or published.
func (v Version) State() string {
	if v.PublishedAt == 0 {
		return Draft
	}
	return Published
}

// States of a version.
const (
	Draft     = "draft"
	Published = "published"
)

// Wording is what an editor writes.
type Wording struct {
	Kind     string
	Topics   []string
	CapMonth int64
	Outdates bool
	Bodies   map[string]string // by language
}

// MaxBody is the longest text in characters: what fits a WhatsApp message.
const MaxBody = 4096

// Hash is how a text is named in the ledger.
func Hash(body string) string {
	h := sha256.Sum256([]byte(body))
	return hex.EncodeToString(h[:])
}

// New adds a notice without any version.
func New(ctx context.Context, tx *db.Tx, tenant, name string, at int64) (Notice, error) {
	n := Notice{ID: id.At("ntc", at), Name: strings.TrimSpace(name), CreatedAt: at}
	if n.Name == "" || utf8.RuneCountInString(n.Name) > 100 || !utf8.ValidString(n.Name) {
		return Notice{}, errs.At("name", "notice.name")
	}
	if err := insert(ctx, tx, tenant, n); err != nil {
		return Notice{}, fmt.Errorf("new notice: %w", err)
	}
	return n, nil
}

// Edit writes the draft of the notice's next version, in place of the one that was there, and answers its number. What is
// published stays as it is.
func Edit(ctx context.Context, tx *db.Tx, tenant, notice string, w Wording, at int64) (int64, error) {
	w, err := w.checked()
	if err != nil {
		return 0, err
	}
	if err := hold(ctx, tx, tenant, notice); err != nil {
		return 0, err
	}
	last, err := lastPublished(ctx, tx, tenant, notice)
	if err != nil {
		return 0, fmt.Errorf("edit notice %s: %w", notice, err)
	}
	var list []Version
	for _, lang := range slices.Sorted(maps.Keys(w.Bodies)) {
		body := w.Bodies[lang]
		list = append(list, Version{Notice: notice, Version: last + 1, Language: lang, Body: body, Hash: Hash(body), Kind: w.Kind,
			Topics: w.Topics, CapMonth: w.CapMonth, Outdates: w.Outdates, CreatedAt: at})
	}
	if err := dropStale(ctx, tx, tenant, notice, list); err != nil { // other words were not spoken yet
		return 0, fmt.Errorf("edit notice %s: %w", notice, err)
	}
	if err := replaceDraft(ctx, tx, tenant, notice, list); err != nil {
		return 0, fmt.Errorf("edit notice %s: %w", notice, err)
	}
	return last + 1, nil
}

// checked gives the wording as it will stand, or says what is wrong. Forms send line ends as CRLF; a text has one spelling.
func (w Wording) checked() (Wording, error) {
	switch {
	case !slices.Contains(Kinds, w.Kind):
		return w, errs.At("kind", "notice.kind")
	case len(w.Topics) == 0:
		return w, errs.At("topics", "notice.topics")
	case w.CapMonth < 0 || w.CapMonth > 1000:
		return w, errs.At("cap_month", "notice.cap")
	case len(w.Bodies) == 0:
		return w, errs.At("bodies", "notice.body")
	}
	w.Topics = slices.Compact(slices.Sorted(slices.Values(w.Topics)))
	bodies := map[string]string{}
	for lang, body := range w.Bodies {
		body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
		if body == "" || !utf8.ValidString(body) || strings.ContainsRune(body, 0) {
			return w, errs.At("bodies", "notice.body")
		}
		if utf8.RuneCountInString(body) > MaxBody {
			return w, errs.At("bodies", "notice.body_length").With(errs.Args{"Max": MaxBody})
		}
		if len(lang) < 2 || len(lang) > 5 {
			return w, errs.At("bodies", "notice.language")
		}
		bodies[lang] = body
	}
	w.Bodies = bodies
	return w, nil
}

// Publish makes a draft the version in force, in all its languages, for good.
func Publish(ctx context.Context, tx *db.Tx, tenant, notice string, version, at int64) error {
	if err := hold(ctx, tx, tenant, notice); err != nil {
		return err
	}
	n, err := publish(ctx, tx, tenant, notice, version, at)
	if err != nil {
		return fmt.Errorf("publish notice %s: %w", notice, err)
	}
	if n > 0 {
		return outdate(ctx, tx, tenant, notice, version, at)
	}
	last, err := lastPublished(ctx, tx, tenant, notice)
	if err != nil {
		return fmt.Errorf("publish notice %s: %w", notice, err)
	}
	if version >= 1 && version <= last {
		return errs.New(errs.Conflict, "notice.published")
	}
	return errs.New(errs.NotFound, "notice.no_version")
}

// OutdateTimer is the kind of the timers, one a notice, by which consents to older versions become outdated (intake runs them).
const OutdateTimer = "outdate"

// outdate has the consents to older versions ended, where the version that was just published says so.
func outdate(ctx context.Context, tx *db.Tx, tenant, notice string, version, at int64) error {
	list, err := At(ctx, tx, tenant, notice, version)
	if err != nil || OutdatedBelow(list) == 0 {
		return err
	}
	return timer.Put(ctx, tx, []timer.Timer{{Tenant: tenant, Kind: OutdateTimer, Key: notice, Due: at}})
}

// hold locks the notice's row, so that drafts and publishing of one notice come one after the other.
func hold(ctx context.Context, tx *db.Tx, tenant, notice string) error {
	ok, err := lock(ctx, tx, tenant, notice)
	if err != nil {
		return fmt.Errorf("lock notice %s: %w", notice, err)
	}
	if !ok {
		return errs.New(errs.NotFound, "notice.unknown")
	}
	return nil
}

// Body reads the text of a version in one language.
func Body(ctx context.Context, tx *db.Tx, tenant, notice string, version int64, language string) (Version, error) {
	v, err := one(ctx, tx, tenant, notice, version, language)
	if errors.Is(err, db.ErrNone) {
		return Version{}, errs.New(errs.NotFound, "notice.no_version")
	}
	if err != nil {
		return Version{}, fmt.Errorf("read notice %s: %w", notice, err)
	}
	return v, nil
}

// Latest reads the version in force in all its languages; NotFound if none was ever published.
func Latest(ctx context.Context, tx *db.Tx, tenant, notice string) ([]Version, error) {
	last, err := lastPublished(ctx, tx, tenant, notice)
	if err != nil {
		return nil, fmt.Errorf("read notice %s: %w", notice, err)
	}
	if last == 0 {
		return nil, errs.New(errs.NotFound, "notice.no_version")
	}
	return At(ctx, tx, tenant, notice, last)
}

// At reads one version in all its languages.
func At(ctx context.Context, tx *db.Tx, tenant, notice string, version int64) ([]Version, error) {
	all, err := Versions(ctx, tx, tenant, notice)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(v Version) bool { return v.Version != version })
	if len(all) == 0 {
		return nil, errs.New(errs.NotFound, "notice.no_version")
	}
	return all, nil
}

// Versions reads every version in every language, the newest first.
func Versions(ctx context.Context, tx *db.Tx, tenant, notice string) ([]Version, error) {
	list, err := versions(ctx, tx, tenant, notice)
	if err != nil {
		return nil, fmt.Errorf("read versions of notice %s: %w", notice, err)
	}
	return list, nil
}

// Pick is the text for a reader: in their language, else in the first of the fallbacks there is, else the first.
func Pick(list []Version, language string, fallbacks ...string) (Version, bool) {
	for _, lang := range append([]string{language}, fallbacks...) {
		for _, v := range list {
			if v.Language == lang {
				return v, true
			}
		}
	}
	if len(list) == 0 {
		return Version{}, false
	}
	return list[0], true
}

// OutdatedBelow is the newest published version that outdates the older ones: consents to a version below it are outdated.
// 0 = none.
func OutdatedBelow(list []Version) int64 {
	below := int64(0)
	for _, v := range list {
		if v.Outdates && v.PublishedAt != 0 {
			below = max(below, v.Version)
		}
	}
	return below
}

// Get reads a notice; List all of the tenant's, the newest first.
func Get(ctx context.Context, tx *db.Tx, tenant, notice string) (Notice, error) {
	n, err := read(ctx, tx, tenant, notice)
	if errors.Is(err, db.ErrNone) {
		return Notice{}, errs.New(errs.NotFound, "notice.unknown")
	}
	if err != nil {
		return Notice{}, fmt.Errorf("read notice %s: %w", notice, err)
	}
	return n, nil
}

// List: see Get.
func List(ctx context.Context, tx *db.Tx, tenant string) ([]Notice, error) {
	list, err := readAll(ctx, tx, tenant)
	if err != nil {
		return nil, fmt.Errorf("list notices: %w", err)
	}
	return list, nil
}
