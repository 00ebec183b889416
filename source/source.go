// Package source is the places where opt-ins are collected: this web form, this IVR line, this poster's QR code; and the
// limits at their public doors.
package source

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"jawort/db"
	"jawort/errs"
	"jawort/id"
	"jawort/keyword"
	"jawort/notice"
)

// Source is one place.
type Source struct {
	Tenant        string
	ID            string
	Kind          string // one of notice.Kinds
	Name          string
	State         State
	Notice        string // "" = not chosen yet
	NoticeVersion int64  // the version that was judged and is shown; 0 = never live
	Topics        []string
	Number        string // the WhatsApp number it leads to; "" = not chosen yet
	Settings      Settings
	PausedWhy     string // "" = not paused
	CreatedAt     int64
}

// Settings are what the tenant decided about a source.
type Settings struct {
	PrivacyURL    string   `json:"privacy_url,omitempty"`
	ImprintURL    string   `json:"imprint_url,omitempty"`
	Languages     []string `json:"languages,omitempty"`      // of the page, the first one when nothing fits the reader
	DefaultRegion string   `json:"default_region,omitempty"` // ISO 3166-1, for numbers typed without a country
	OneBox        bool     `json:"one_box,omitempty"`        // one box for all topics instead of one each
	Question      bool     `json:"question,omitempty"`       // may also confirm by the one neutral question
	AcceptSigned  bool     `json:"accept_signed,omitempty"`  // paper: a signed form is enough where the law allows
	Thread        *Thread  `json:"thread,omitempty"`         // of thread sources
	MinimumAge    int64    `json:"minimum_age,omitempty"`    // asks for the age; 0 = as the country's rules say
	NetworkHourly int64    `json:"network_hourly,omitempty"` // opt-ins a network may begin in an hour; 0 = DefaultNetworkHourly
	AddressDaily  int64    `json:"address_daily,omitempty"`  // opt-ins that may name one address in a day; 0 = DefaultAddressDaily
	Carrier       string   `json:"carrier,omitempty"`        // sms: whose number people text to; others: that asks by SMS, "" = none
	Code          bool     `json:"code,omitempty"`           // web: the page offers a code by that carrier, in place of a question
	Words         []string `json:"words,omitempty"`          // sms: what people text, in capitals
	Voice         *Voice   `json:"voice,omitempty"`          // of telephone sources
	Origins       []string `json:"origins,omitempty"`        // sites of the business whose pages may hold the form, such as https://shop.example

	Headlines map[string]string `json:"headlines,omitempty"` // of the page, by language; none = ours
	Intros    map[string]string `json:"intros,omitempty"`    // the lines below it
	Picture   string            `json:"picture,omitempty"`   // name of a blob of class house; "" = none
}

// Limits of the public doors where the source says nothing: an office behind one address must get in, a script must not.
const (
	DefaultNetworkHourly = 20
	DefaultAddressDaily  = 3
)

// Limits are the source's door limits.
func (s Settings) Limits() (networkHourly, addressDaily int64) {
	networkHourly, addressDaily = DefaultNetworkHourly, DefaultAddressDaily
	if s.NetworkHourly > 0 {
		networkHourly = s.NetworkHourly
	}
	if s.AddressDaily > 0 {
		addressDaily = s.AddressDaily
	}
	return networkHourly, addressDaily
}

// check says what is wrong with a source as it was given. What a live one needs besides, GoLive asks.
func (s *Source) check() error {
	name := strings.TrimSpace(s.Name)
	switch {
	case name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > 100:
		return errs.At("name", "source.name")
	case !slices.Contains(notice.Kinds, s.Kind):
		return errs.At("kind", "source.kind")
	case !secure(s.Settings.PrivacyURL):
		return errs.At("settings.privacy_url", "source.url")
	case !secure(s.Settings.ImprintURL):
		return errs.At("settings.imprint_url", "source.url")
	case len(s.Settings.DefaultRegion) != 0 && len(s.Settings.DefaultRegion) != 2:
		return errs.At("settings.default_region", "source.region")
	case textable(s.Settings.Words) != nil:
		return textable(s.Settings.Words)
	case !slices.Equal(s.Settings.Origins, Origins(s.Settings.Origins)):
		return errs.At("settings.origins", "source.origins")
	case s.Settings.Code && (s.Kind != "web" || s.Settings.Carrier == "" || s.Settings.Question):
		return errs.At("settings.code", "source.code")
	case tooLong(s.Settings.Headlines, mostHeadline):
		return errs.At("settings.headlines", "source.headline").With(errs.Args{"Most": mostHeadline})
	case tooLong(s.Settings.Intros, mostIntro):
		return errs.At("settings.intros", "source.intro").With(errs.Args{"Most": mostIntro})
	case min(s.Settings.MinimumAge, s.Settings.NetworkHourly, s.Settings.AddressDaily) < 0:
		return errs.At("settings", "source.limits")
	}
	if err := s.checkThread(); err != nil {
		return err
	}
	return s.checkVoice()
}

// textable: few, short, each one word that no reader takes for a stop.
func textable(list []string) error {
	for _, w := range list {
		if !utf8.ValidString(w) || Word(w) == "" || utf8.RuneCountInString(w) > maxWord || strings.Contains(Word(w), " ") || len(list) > MaxWords {
			return errs.At("settings.words", "source.words")
		}
		if i := keyword.Read(keyword.Input{Text: w, Via: keyword.SMS}).Intent; i.Stops() || i == keyword.Unsure {
			return errs.At("settings.words", "source.thread_stop")
		}
	}
	return nil
}

// secure: none, or an address on the web that is read encrypted and carries no password.
func secure(s string) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil
}

// New adds a draft and answers its token, which is told only now.
func New(ctx context.Context, tx *db.Tx, tenant string, s Source, at int64) (Source, string, error) {
	if err := s.check(); err != nil {
		return Source{}, "", err
	}
	s.Tenant, s.ID, s.State, s.CreatedAt, s.NoticeVersion, s.PausedWhy = tenant, id.At("src", at), StateDraft, at, 0, ""
	s.Name = strings.TrimSpace(s.Name)
	token := newToken(s.ID)
	if err := insert(ctx, tx, s, hashToken(token)); err != nil {
		return Source{}, "", fmt.Errorf("new source: %w", err)
	}
	return s, token, nil
}

// Change keeps a new name, and for a source that is not live everything else too. What people see of a live source was
// judged as it is; pause it first.
func Change(ctx context.Context, tx *db.Tx, tenant string, s Source) (Source, error) {
	if err := s.check(); err != nil {
		return Source{}, err
	}
	old, err := hold(ctx, tx, tenant, s.ID)
	if err != nil {
		return Source{}, err
	}
	s.Tenant, s.Name = tenant, strings.TrimSpace(s.Name)
	s.State, s.CreatedAt, s.NoticeVersion, s.PausedWhy = old.State, old.CreatedAt, old.NoticeVersion, old.PausedWhy
	if old.State == StateLive {
		named := old
		named.Name = s.Name
		if !same(named, s) {
			return Source{}, errs.New(errs.Conflict, "source.live")
		}
	}
	if err := update(ctx, tx, s); err != nil {
		return Source{}, fmt.Errorf("change source %s: %w", s.ID, err)
	}
	return s, nil
}

// hold reads a source and locks its row.
func hold(ctx context.Context, tx *db.Tx, tenant, source string) (Source, error) {
	s, err := read(ctx, tx, tenant, source, true)
	return s, readError(source, err)
}

// Get reads a source.
func Get(ctx context.Context, tx *db.Tx, tenant, source string) (Source, error) {
	s, err := read(ctx, tx, tenant, source, false)
	return s, readError(source, err)
}

func readError(source string, err error) error {
	if errors.Is(err, db.ErrNone) {
		return errs.New(errs.NotFound, "source.unknown")
	}
	if err != nil {
		return fmt.Errorf("read source %s: %w", source, err)
	}
	return nil
}

// List reads the tenant's sources, the newest first.
func List(ctx context.Context, tx *db.Tx, tenant string) ([]Source, error) {
	list, err := readAll(ctx, tx, tenant)
	if err != nil {
		return nil, fmt.Errorf("list sources: %w", err)
	}
	return list, nil
}

// Live reads a live source by its id alone, for public pages, which know no tenant. A draft is not found; a paused or archived one is
// Unprocessable, so that the page can say that it takes no opt-ins at the moment;
// it is answered with the error, so that the page can also say whose it is.
func Live(ctx context.Context, tx *db.Tx, source string) (Source, error) {
	if !id.Is("src", source) {
		return Source{}, errs.New(errs.NotFound, "source.unknown")
	}
	s, err := readAny(ctx, tx, source)
	if err := readError(source, err); err != nil {
		return Source{}, err
	}
	switch s.State {
	case StateLive:
		return s, nil
	case StatePaused, StateArchived:
		return s, errs.New(errs.Unprocessable, "source.paused")
	}
	return Source{}, errs.New(errs.NotFound, "source.unknown")
}
