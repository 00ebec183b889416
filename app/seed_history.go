package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"jawort/address"
	"jawort/consent"
	"jawort/db"
	"jawort/dispatch"
	"jawort/intake"
	"jawort/outbox"
)

// guest is somebody of the seed. The numbers are of ranges kept for fiction (Bundesnetzagentur, Ofcom).
type guest struct {
	name, phone, lang string
	day               int    // of the opt-in, counted from the start
	offers            bool   // ticked offers too
	confirms          bool   // wrote the declaration in WhatsApp
	says              string // what they write on the day of leaving
	leaves            int    // day; 0 = never
}

var guests = []guest{
	{"Annika Voss", "4917139200 10", "de", 0, true, true, "", 0},
	{"Bernd Hoffmann", "4917139200 11", "de", 0, true, true, "Stop. Danke!", 15},
	{"Ceyda Yılmaz", "4917139200 12", "de", 0, false, true, "", 0},
	{"David Okafor", "447700900 120", "en", 1, true, true, "", 0},
	{"Elif Kaya", "4917139200 14", "de", 1, true, false, "", 0},
	{"Frieda Lorenz", "4917139200 15", "de", 2, true, true, "Bitte keine Werbung mehr, Versandinfos gern", 15},
	{"Georg Brandt", "4917139200 16", "de", 2, false, true, "", 0},
	{"Hannah Schmitt", "4917139200 17", "de", 3, true, true, "", 0},
	{"Ines Albrecht", "4917139200 18", "de", 3, true, true, "", 0},
	{"Jan Petersen", "4917139200 19", "de", 4, true, true, "", 0},
	{"Kim Nguyen", "447700900 121", "en", 5, true, true, "Please take me off your list", 17},
	{"Lars Meier", "4917139200 21", "de", 5, true, false, "", 0},
	{"Mara Stein", "4917139200 22", "de", 6, true, true, "", 0},
	{"Nils Krüger", "4917139200 23", "de", 7, false, true, "", 0},
	{"Olga Ivanova", "4917139200 24", "de", 7, true, true, "Wann macht ihr samstags auf?", 16},
	{"Paul Richter", "4917139200 25", "de", 8, true, true, "", 0},
	{"Quirin Huber", "4917139200 26", "de", 9, true, false, "", 0},
	{"Rosa Fischer", "4917139200 27", "de", 10, true, true, "", 0},
	{"Sam Taylor", "447700900 122", "en", 10, true, true, "", 0},
	{"Tomasz Nowak", "4917139200 29", "de", 11, true, true, "", 0},
	{"Ute Wagner", "4917139200 30", "de", 12, true, true, "Falsche Nummer, bitte nicht mehr schreiben", 15},
	{"Viktor Braun", "4917139200 31", "de", 13, false, true, "", 0},
	{"Wiebke Claasen", "4917139200 32", "de", 16, true, true, "", 0},
	{"Xaver Lang", "4917139200 33", "de", 18, true, false, "", 0},
	{"Yara Haddad", "4917139200 34", "de", 19, true, true, "", 0},
	{"Zoe Martin", "447700900 123", "en", 20, true, true, "", 0},
}

// unsure are texts of today that nobody can read for sure: they ask for two things that exclude each other (go run . read), and wait
// in the review queue.
var unsure = []struct {
	guest int // of guests
	ago   time.Duration
	text  string
}{
	{7, 3*time.Hour + 12*time.Minute, "Stopp! Ich wollte mich doch für Angebote anmelden"},
	{12, 96 * time.Minute, "Keine Angebote mehr, bitte. Für neue Röstungen möchte ich mich anmelden."},
	{18, 41 * time.Minute, "No more ads please. I would like to sign up for new roasts"},
}

// campaignDay is when everybody who ticked offers is to hear of the sale, reminderDay when some are reminded.
const (
	campaignDay = 14
	reminderDay = 18
)

func (g *guest) digits() string {
	out := make([]byte, 0, len(g.phone))
	for i := range len(g.phone) {
		if c := g.phone[i]; c >= '0' && c <= '9' {
			out = append(out, c)
		}
	}
	return string(out)
}

// history lets the days pass.
func (s *seeder) history() error {
	start := s.o.Clock.Now()
	for i := range guests {
		if err := s.tell("/_emulator/people", map[string]string{"phone": guests[i].digits(), "name": guests[i].name}); err != nil {
			return err
		}
	}
	for d := range s.o.Days {
		s.o.Clock.Set(start.Add(time.Duration(d) * 24 * time.Hour))
		for i := range guests {
			if err := s.live(&guests[i], d, i); err != nil {
				return fmt.Errorf("day %d: %w", d, err)
			}
		}
		if err := s.drained(); err != nil {
			return err
		}
		if err := s.rated(d); err != nil {
			return err
		}
		if err := s.a.Count(s.ctx); err != nil { // how things stood that day
			return err
		}
	}
	return s.today()
}

// ratings are how Meta rates the number from a day on: the campaign annoyed some.
var ratings = map[int]string{campaignDay: "YELLOW", campaignDay + 4: "GREEN"}

// rated lets Meta rate, and is told when it asks.
func (s *seeder) rated(day int) error {
	if r, ok := ratings[day]; ok {
		if err := s.tell("/_emulator/numbers/"+s.o.PhoneNumberID, map[string]string{"quality_rating": r}); err != nil {
			return err
		}
	}
	return s.a.poller.Ask(s.ctx, s.out.Tenant, s.o.WABA)
}

// today is what came in the last hours.
func (s *seeder) today() error {
	for _, u := range unsure {
		g := &guests[u.guest]
		if at := time.Now().Add(-u.ago); s.o.Days > g.day+1 && at.After(s.o.Clock.Now()) {
			s.o.Clock.Set(at)
			if err := s.say(g, u.text); err != nil {
				return err
			}
		}
	}
	return s.drained()
}

// live is one person's day.
func (s *seeder) live(g *guest, d, i int) error {
	s.o.Clock.Set(s.o.Clock.Now().Add(time.Duration(i%7+3) * time.Minute))
	switch {
	case d == g.day:
		return s.optIn(g)
	case d == g.day+1 && g.day%2 == 0, d == g.day+6 && i%3 == 0:
		return s.send(g, "order_update")
	case d == campaignDay && g.offers && d > g.day: // also to those who never confirmed: the gate says no
		return s.send(g, "sommer_sale")
	case d == reminderDay && g.leaves > 0: // the shop's list does not know who left, the gate does
		return s.send(g, "sommer_sale")
	case g.leaves > 0 && d == g.leaves:
		return s.say(g, g.says)
	case s.o.Busy && d > g.day && (d+i)%3 == 0 && (g.leaves == 0 || d < g.leaves):
		return s.send(g, "order_update")
	}
	return nil
}

func (s *seeder) say(g *guest, text string) error {
	return s.tell("/_emulator/people/"+g.digits()+"/say?wait=1", map[string]string{"text": text})
}

// optIn is the form sent off, and the declaration written in WhatsApp by those who do.
func (s *seeder) optIn(g *guest) error {
	to, err := address.FromWAID(g.digits())
	if err != nil {
		return err
	}
	topics := []string{"order_updates"}
	if g.offers {
		topics = append(topics, "offers")
	}
	out, err := s.a.Desk.OptIn(s.ctx, intake.OptIn{Tenant: s.out.Tenant, Address: to, Topics: topics, Source: s.out.Source, Language: g.lang,
		Channel: "web", Actor: consent.Actor{Kind: consent.Person}, Witnessed: true, Evidence: []consent.Evidence{
			{Kind: "page", Value: "/o/" + s.out.Source}, {Kind: "ip", Value: "192.0.2.0/24"}, {Kind: "user_agent", Value: "Mozilla/5.0 (Mobile)"}}})
	if err != nil {
		return err
	}
	if !g.confirms || out.Confirmation.URL == "" {
		return nil
	}
	u, err := url.Parse(out.Confirmation.URL)
	if err != nil {
		return err
	}
	return s.say(g, u.Query().Get("text"))
}

func (s *seeder) send(g *guest, template string) error {
	to, err := address.FromWAID(g.digits())
	if err != nil {
		return err
	}
	content, err := json.Marshal(map[string]any{"name": template, "language": map[string]string{"code": g.lang}})
	if err != nil {
		return err
	}
	_, err = s.a.Dispatch.Submit(s.ctx, dispatch.Submission{Tenant: s.out.Tenant, Number: s.number.ID, To: to, Kind: "template",
		Content: content, Template: template, Language: g.lang, Priority: outbox.Normal})
	return err
}

// drained waits until everything of the day is sent.
func (s *seeder) drained() error {
	s.a.Dispatch.Wake()
	for range 400 {
		var n int64
		err := s.a.DB.Read(s.ctx, func(ctx context.Context, tx *db.Tx) error {
			return tx.Row(ctx, `select count(*) from message where tenant = $1 and state in ('queued', 'started')`, s.out.Tenant).Scan(&n)
		})
		if err != nil || n == 0 {
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
	return errors.New("messages are still waiting after two seconds")
}
