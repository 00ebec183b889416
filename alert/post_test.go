package alert

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
	"jawort/mail"
	"jawort/mail/mailtest"
)

// The story of one alert in the mailboxes: warned once in one's own language, and the all-clear in the same thread.
func TestMailStory(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		var b box
		x.post.Send = b.send
		x.server(func(s *Server) { s.Readers = map[Group][]string{OfConsent: {"IT@x.example", "jonna@x.example"}} })
		x.raise(gate106(2))
		x.pass(time.Second)
		x.raise(gate106(1))
		x.pass(time.Hour)
		if len(b.letters) != 2 {
			t.Fatalf("letters:\n%s", b.subjects())
		}
		de, en := b.to("jonna@x.example")[0], b.to("it@x.example")[0]
		if de.Subject != "An der Prüfung vorbei gesendet über „Bestellservice“" || en.Subject != "Sent past the check on “Bestellservice”" {
			t.Errorf("subjects\n%s", b.subjects())
		}
		for _, want := range []string{"Seit 17.\u00a0November 2026, 10:00\u00a0Uhr (MEZ)", "2 Nachrichten", "https://jawort.example/alerts", "\n-- \n"} {
			if !strings.Contains(de.Text, want) {
				t.Errorf("text lacks %q:\n%s", want, de.Text)
			}
		}
		if !strings.Contains(de.HTML, `lang="de"`) || strings.Contains(de.HTML, "Rösterei <b>") || !strings.Contains(de.HTML, "Rösterei &lt;b&gt;") || strings.Contains(de.HTML, "<img") {
			t.Error("HTML is not as it should be")
		}
		if s := b.servers[0]; s.Password != "geheim" || s.Port != 587 {
			t.Errorf("server %+v", s)
		}
		x.clear(RoundGate, "106")
		x.pass(time.Second)
		over := b.to("jonna@x.example")
		if len(b.letters) != 4 || over[1].Answers != de.ID || over[1].ID == de.ID || !strings.HasSuffix(de.ID, "@x.example") || !strings.HasPrefix(over[1].Subject, "Entwarnung: ") {
			t.Errorf("all-clear:\n%s\n%+v", b.subjects(), over)
		}
		x.pass(48 * time.Hour)
		if len(b.letters) != 4 {
			t.Errorf("told again:\n%s", b.subjects())
		}
	})
}

func TestWhoIsTold(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		var b box
		x.post.Send = b.send
		x.raise(Condition{Kind: Held})
		x.pass(time.Hour)
		if len(b.letters) != 0 {
			t.Fatal("mailed without a server")
		}
		x.server(nil) // from now on the owner is told, of what is open too
		x.pass(time.Second)
		if b.subjects() != "jonna@x.example: Nach einer Wiederherstellung wird nichts gesendet" {
			t.Errorf("letters:\n%s", b.subjects())
		}
		b.letters = nil
		x.raise(gate106(1))
		x.clear(RoundGate, "106")
		x.pass(time.Second)
		if len(b.letters) != 0 {
			t.Errorf("an alert that was over before anybody was told:\n%s", b.subjects())
		}
		x.raise(gate106(1))
		for _, a := range x.open(x.tenant) {
			x.write(func(ctx context.Context, tx *db.Tx) error {
				return Mute(ctx, tx, x.tenant, a.ID, x.now.Add(time.Hour).UnixMicro(), "usr_1", "Umstellung läuft")
			})
		}
		x.pass(time.Minute)
		if len(b.letters) != 0 {
			t.Errorf("muted, and mailed:\n%s", b.subjects())
		}
		x.pass(2 * time.Hour)
		if len(b.letters) != 1 {
			t.Errorf("after the mute:\n%s", b.subjects())
		}
	})
}

// Greylisting is waited out in silence; a server that stays away is an alert of its own, which nobody can be mailed about.
func TestTryingAgain(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		b := box{answer: &mail.Failure{Why: mail.Later, Code: 451}}
		x.post.Send = b.send
		x.server(nil)
		x.raise(Condition{Kind: Held})
		x.pass(time.Second)
		if got := x.kinds(); len(b.servers) != 1 || len(got) != 1 {
			t.Fatalf("tries %d, open %v", len(b.servers), got)
		}
		x.pass(90 * time.Second)
		x.pass(time.Second)
		if len(b.servers) != 1 {
			t.Errorf("%d tries after a minute and a half", len(b.servers))
		}
		x.pass(3 * time.Minute)
		if got := x.kinds(); len(b.servers) != 2 || len(got) != 2 || got[1] != MailFailed {
			t.Errorf("tries %d, open %v", len(b.servers), got)
		}
		b.answer = nil
		x.pass(2 * time.Hour)
		if got := x.kinds(); len(b.letters) != 1 || len(got) != 1 {
			t.Errorf("letters %d, open %v", len(b.letters), got)
		}
	})
}

func TestGivingUp(t *testing.T) {
	for name, answer := range map[string]error{"never taken": &mail.Failure{Why: mail.BadReader, Code: 550}, "no server for days": &mail.Failure{Why: mail.Refused},
		"odd": errors.New("something else")} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, x *desk) {
				b := box{answer: answer}
				x.post.Send = b.send
				x.server(nil)
				x.raise(Condition{Kind: Held})
				for range 40 {
					x.pass(time.Hour)
				}
				tries := len(b.servers)
				x.pass(100 * time.Hour)
				if len(b.servers) != tries || tries > 40 {
					t.Errorf("%d tries, then %d", tries, len(b.servers))
				}
				id := x.open(x.tenant)[0].ID
				x.write(func(ctx context.Context, tx *db.Tx) error {
					of, err := ToldOf(ctx, tx, x.tenant, []string{id})
					for _, list := range of {
						if len(list) != 1 || list[0].State != failed || list[0].Reader != "jonna@x.example" {
							t.Errorf("told %+v", list)
						}
					}
					return err
				})
				x.clear(Held, "")
				x.pass(time.Second)
				if len(b.servers) != tries {
					t.Error("an all-clear for somebody who was never warned")
				}
			})
		})
	}
}

// Against a real server: two readers, one of them unknown; the one letter arrives whole.
func TestByRealServer(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		s := mailtest.Start(t, mailtest.Options{User: "jonna", Password: "geheim", Rcpt: func(to string) error {
			if strings.HasPrefix(to, "gone@") {
				return mailtest.Refuse(550, "no such user")
			}
			return nil
		}})
		x.post.Send = func(ctx context.Context, way mail.Server, l mail.Letter) error {
			way.Roots = s.Roots
			return mail.Send(ctx, way, l)
		}
		x.server(func(v *Server) {
			v.Port = int64(s.Port)
			v.Readers = map[Group][]string{OfWorks: {"gone@x.example", "jonna@x.example"}}
		})
		x.raise(Condition{Kind: TokenRejected, Subject: "106", Detail: Detail{Name: "Service\r\nBcc: evil@y.example", Code: 190}})
		x.pass(time.Second)
		taken := s.Taken()
		if len(taken) != 1 || taken[0].To[0] != "jonna@x.example" || strings.Contains(string(taken[0].Body), "\nBcc:") {
			t.Fatalf("taken %d:\n%s", len(taken), taken[0].Body)
		}
		if got := x.kinds(); len(got) != 1 { // the last letter went, so mail works
			t.Errorf("open %v", got)
		}
	})
}

func TestServerCheck(t *testing.T) {
	good := func() Server {
		return Server{Host: " smtp.example.com ", Security: mail.TLS, Sender: "Jawort@X.example", Readers: map[Group][]string{OfWorks: {"A@x.example", "a@x.example"}}}
	}
	s := good()
	if err := s.Check(); err != nil || s.Host != "smtp.example.com" || s.Port != 465 || s.Sender != "jawort@x.example" || len(s.Readers[OfWorks]) != 1 {
		t.Errorf("%+v %v", s, err)
	}
	for name, change := range map[string]func(*Server){
		"host": func(s *Server) { s.Host = "" }, "host url": func(s *Server) { s.Host = "https://smtp.example.com" }, "host port": func(s *Server) { s.Host = "smtp.example.com:25" },
		"host break": func(s *Server) { s.Host = "a\r\nb" }, "port": func(s *Server) { s.Port = 70000 }, "port below": func(s *Server) { s.Port = -1 },
		"security": func(s *Server) { s.Security = "maybe" }, "sender": func(s *Server) { s.Sender = "Jawort <x@y.example>" },
		"reader": func(s *Server) { s.Readers[OfWorks] = []string{"nobody"} }, "group": func(s *Server) { s.Readers["odd"] = []string{"a@x.example"} },
		"many": func(s *Server) {
			for i := range 30 {
				s.Readers[OfWorks] = append(s.Readers[OfWorks], strings.Repeat("a", i+1)+"@x.example")
			}
		},
	} {
		s := good()
		change(&s)
		if err := s.Check(); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A new first key seals the password anew; with the old one gone it still opens.
func TestReseal(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		x.server(nil)
		next := account.NewKey("next")
		old := x.keys
		ring, err := account.ParseKeyring(next)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (&Server{Tenant: x.tenant, Password: Seal(old, x.tenant, "geheim")}).Way(ring); err == nil {
			t.Error("another key opens it")
		}
		if _, err := (&Server{Tenant: x.other, Password: Seal(old, x.tenant, "geheim")}).Way(old); err == nil {
			t.Error("it opens in another business")
		}
		before := account.NewKey("before")
		first, err := account.ParseKeyring(before)
		if err != nil {
			t.Fatal(err)
		}
		both, err := account.ParseKeyring(next + "\n" + before)
		if err != nil {
			t.Fatal(err)
		}
		x.write(func(ctx context.Context, tx *db.Tx) error {
			if err := setPassword(ctx, tx, x.tenant, Seal(first, x.tenant, "geheim")); err != nil {
				return err
			}
			for _, step := range []struct {
				key    string // that seals it before the step
				sealed int
			}{{"before", 1}, {"next", 0}} {
				with, err := SealedWith(ctx, tx)
				if err != nil {
					return err
				}
				if len(with) != 1 || with[step.key] != 1 {
					t.Errorf("sealed with %v, want %s", with, step.key)
				}
				if n, err := Reseal(ctx, tx, both); err != nil || n != step.sealed {
					t.Errorf("sealed %d anew, want %d; %v", n, step.sealed, err)
				}
			}
			s, err := ServerOf(ctx, tx, x.tenant)
			if err != nil {
				return err
			}
			if way, err := s.Way(ring); err != nil || way.Password != "geheim" {
				t.Errorf("with the old key gone it does not open: %v", err)
			}
			return nil
		})
	})
}

func TestTestMail(t *testing.T) {
	both(t, func(t *testing.T, x *desk) {
		var b box
		x.post.Send = b.send
		s := Server{Tenant: x.tenant, Host: "smtp.example.com", Security: mail.StartTLS, Sender: "jawort@x.example"}
		if err := x.post.Test(t.Context(), s, "Rösterei", "de", "jonna@x.example"); err != nil || b.subjects() != "jonna@x.example: Testmail für Rösterei" {
			t.Errorf("%v\n%s", err, b.subjects())
		}
		b.answer = &mail.Failure{Why: mail.AuthFailed, Code: 535}
		var f *mail.Failure
		if err := x.post.Test(t.Context(), s, "Rösterei", "de", "jonna@x.example"); !errors.As(err, &f) || f.Why != mail.AuthFailed {
			t.Errorf("%v", err)
		}
	})
}
