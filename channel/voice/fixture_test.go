package voice

import (
	"context"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jawort/account"
	"jawort/address"
	"jawort/blob"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
	"jawort/db/dbtest"
	"jawort/intake"
	"jawort/notice"
	"jawort/sip/sipptest"
	"jawort/sound"
	"jawort/source"
	"jawort/topic"
)

const (
	theNumber = "106540352242922"
	ivrNumber = "+493012345600"
	missed    = "+493012345699"
	anna      = "+4915112345678"
	token     = "Kaffeebohne-Token"
)

// shop is a business with two topics and a telephone.
type shop struct {
	t      *testing.T
	d      *db.DB
	desk   *intake.Desk
	house  *House
	keys   *account.Keyring
	tenant account.Tenant
	ivr    source.Source
	miss   source.Source
	line   account.Line
	logs   *log
	ahead  *atomic.Int64
}

type log struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (s *shop) now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

func each(t *testing.T, voice source.Voice, story func(s *shop)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { story(newShop(t, d, voice)) })
}

func newShop(t *testing.T, d *db.DB, voice source.Voice) *shop {
	t.Helper()
	keys, err := account.ParseKeyring(account.NewKey("test"))
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, d: d, keys: keys, logs: &log{}, ahead: &atomic.Int64{}}
	s.write(func(ctx context.Context, tx *db.Tx) error { return s.business(ctx, tx, voice) })
	logger := slog.New(slog.NewTextHandler(s.logs, nil))
	s.desk = intake.New(d, intake.Options{Keys: keys, Log: logger, Now: s.now})
	t.Cleanup(s.desk.Close)
	if s.house, err = New(Deps{DB: d, Desk: s.desk, Keys: keys, Log: logger, Now: s.now, Base: "https://jawort.example", Listen: "127.0.0.1:0",
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Patience: time.Second,
		Standard: func(string, string) []byte { return sound.WAV(sound.Tones(500)) }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.house.Close)
	return s
}

func (s *shop) business(ctx context.Context, tx *db.Tx, voice source.Voice) (err error) {
	if s.tenant, err = account.CreateTenant(ctx, tx, s.keys, account.Tenant{Name: "Rösterei Sonnenschein", Language: "de", Zone: "Europe/Berlin", Country: "DE"}, "test"); err != nil {
		return err
	}
	if err := account.PutNumber(ctx, tx, s.keys, s.tenant.ID, account.Number{ID: theNumber, WABA: "1022", Portfolio: "5069", Display: "493023125010", Name: "Rösterei",
		Country: "DE", BaseURL: "https://graph.facebook.com", Mode: account.Enforce, Throughput: 80, Status: "CONNECTED"}, "EAAG", "secret", "test"); err != nil {
		return err
	}
	for _, x := range []topic.Topic{
		{Code: "offers", Class: topic.Marketing, Position: 1, Texts: map[string]topic.Text{"de": {Name: "Angebote", Value: "Neue Sorten."}, "en": {Name: "Offers", Value: "New roasts."}}},
		{Code: "news", Class: topic.Marketing, Position: 2, Texts: map[string]topic.Text{"de": {Name: "Neues", Value: "Was es gibt."}, "en": {Name: "News", Value: "What is on."}}},
	} {
		if err := topic.Put(ctx, tx, s.tenant.ID, x, 1); err != nil {
			return err
		}
	}
	if s.line, err = account.PutLine(ctx, tx, s.keys, s.tenant.ID, account.Line{Name: "Twilio", Kind: account.LineTwilio, Login: "AC1"}, token, "test"); err != nil {
		return err
	}
	voice.Numbers = []string{ivrNumber}
	if s.ivr, err = s.source(ctx, tx, "ivr", voice); err != nil {
		return err
	}
	s.miss, err = s.source(ctx, tx, "missed_call", source.Voice{Numbers: []string{missed}, WhatsApp: true, Seconds: 1})
	return err
}

func (s *shop) source(ctx context.Context, tx *db.Tx, kind string, voice source.Voice) (source.Source, error) {
	n, err := notice.New(ctx, tx, s.tenant.ID, kind, 1)
	if err != nil {
		return source.Source{}, err
	}
	version, err := notice.Edit(ctx, tx, s.tenant.ID, n.ID, notice.Wording{Kind: kind, Topics: []string{"offers", "news"}, CapMonth: 4,
		Bodies: map[string]string{"de": "Ja, die Rösterei Sonnenschein darf mir schreiben.", "en": "Yes, Rösterei Sonnenschein may message me."}}, 1)
	if err != nil {
		return source.Source{}, err
	}
	if err := notice.Publish(ctx, tx, s.tenant.ID, n.ID, version, 2); err != nil {
		return source.Source{}, err
	}
	for _, lang := range []string{"de", "en"} {
		for _, slot := range []string{"notice", "topic:offers", "topic:news"} {
			b, err := blob.Put(ctx, tx, s.tenant.ID, blob.Limits{}, blob.Blob{Class: blob.House, Owner: n.ID, Body: sound.WAV(sound.Tones(440, 550, 660))})
			if err != nil {
				return source.Source{}, err
			}
			if err := notice.SetRecording(ctx, tx, s.tenant.ID, notice.Recording{Notice: n.ID, Version: version, Language: lang, Slot: slot, Blob: b.Hash, MS: 600, By: "test", At: 2}); err != nil {
				return source.Source{}, err
			}
		}
	}
	x, _, err := source.New(ctx, tx, s.tenant.ID, source.Source{Kind: kind, Name: kind, Notice: n.ID, Topics: []string{"offers", "news"}, Number: theNumber,
		Settings: source.Settings{Languages: []string{"de", "en"}, Question: true, Voice: &voice}}, 2)
	if err != nil {
		return x, err
	}
	return source.GoLive(ctx, tx, s.tenant.ID, x.ID, func(source.Judged) []string { return nil })
}

func (s *shop) write(f func(ctx context.Context, tx *db.Tx) error) {
	s.t.Helper()
	if err := s.d.Write(s.t.Context(), f); err != nil {
		s.t.Fatal(err)
	}
}

// events are the ledger's entries of whoever has the number.
func (s *shop) events(number string) []consent.Event {
	s.t.Helper()
	a := address.Address("tel:" + number)
	var out []consent.Event
	err := s.d.Read(s.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		found, err := contact.Find(ctx, tx, s.tenant.ID, []address.Address{a})
		if err != nil || found[a] == "" {
			return err
		}
		h, err := consent.History(ctx, tx, s.tenant.ID, []string{found[a]})
		out = h[found[a]]
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// wait answers the events once there are so many.
func (s *shop) wait(number string, n int) []consent.Event {
	s.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if list := s.events(number); len(list) >= n {
			return list
		}
	}
	s.t.Fatalf("%d events of the number did not come; log:\n%s", n, s.logs)
	return nil
}

// questions is how many messages of ours wait to be sent.
func (s *shop) questions() (n int) {
	s.t.Helper()
	if err := s.d.Read(s.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.Row(ctx, `select count(*) from message where tenant = $1 and purpose = 'confirm_request'`, s.tenant.ID).Scan(&n)
	}); err != nil {
		s.t.Fatal(err)
	}
	return n
}

func (s *shop) call(from string, presses ...sipptest.Press) sipptest.Seen {
	s.t.Helper()
	return sipptest.Call{To: s.house.Addr(), Number: ivrNumber, From: from, Presses: presses}.Run(s.t.Context(), s.t)
}

func key(k byte) sipptest.Press {
	return sipptest.Press{Wait: 1200 * time.Millisecond, Way: "rtp", Key: k}
}
