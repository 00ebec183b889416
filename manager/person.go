package manager

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"jawort/account"
	"jawort/contact"
	"jawort/db"
	"jawort/errs"
	"jawort/look"
	"jawort/say"
)

// personData is what one person's page shows.
type personData struct {
	contact      contact.Contact
	topics       []topicName
	whole        standingRow // of the whole person
	standing     map[string]standingRow
	sources      map[string]string // id → name
	staff        map[string]string // id → name
	line         []entry
	older        string // where the timeline goes on; "" = it is all here
	voidings     []voidingRow
	why          why
	then         then
	refused      refusal
	twins        twins
	asks         []askable // in the chat, now
	mayAskNumber bool      // for the number that the person hides
	blocks       metaBlocks
}

// refusal is a question of the page that was answered wrongly: it stands open, with what was typed.
type refusal struct{ id, typed, problem string }

func person(v *visit) error { return v.showPerson(http.StatusOK, refusal{}) }

func (v *visit) showPerson(status int, r refusal) error {
	d := personData{refused: r}
	who := v.r.PathValue("contact")
	err := v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.contact, err = v.contactHere(ctx, tx); err != nil || d.contact.MergedInto != "" {
			return err
		}
		if d.topics, err = topicNames(ctx, tx, v.tenant.ID, v.lang); err != nil {
			return err
		}
		rows, err := standingOf(ctx, tx, v.tenant.ID, who)
		if err != nil {
			return err
		}
		d.fillStanding(rows)
		if d.sources, d.staff, err = namesFor(ctx, tx, v.tenant.ID); err != nil {
			return err
		}
		if err := d.readLine(ctx, tx, v); err != nil {
			return err
		}
		if d.voidings, err = voidingsOf(ctx, tx, v.tenant.ID, who); err != nil {
			return err
		}
		if err := d.readThen(ctx, tx, v); err != nil {
			return err
		}
		if err := d.readTwins(ctx, tx, v); err != nil {
			return err
		}
		if err := d.readAsks(ctx, tx, v); err != nil {
			return err
		}
		if err := d.readNumberAsk(ctx, tx, v); err != nil {
			return err
		}
		if err := d.readBlocks(ctx, tx, v); err != nil {
			return err
		}
		return d.readWhy(ctx, tx, v)
	})
	switch {
	case err != nil:
		return err
	case d.contact.MergedInto != "":
		return v.to("/people/" + d.contact.MergedInto)
	}
	return v.show(status, personView(v, d))
}

// contactHere reads the person of the address; one of another business, or nobody, is not found.
func (v *visit) contactHere(ctx context.Context, tx *db.Tx) (contact.Contact, error) {
	c, err := contact.Get(ctx, tx, v.tenant.ID, v.r.PathValue("contact"))
	if errs.CodeOf(err) == errs.NotFound {
		return c, errs.New(errs.NotFound, "manager.not_found")
	}
	return c, err
}

// typedAbout is a form that was sent about a person, and who they are.
func (v *visit) typedAbout() (contact.Contact, typed, error) {
	f, err := v.typed()
	if err != nil {
		return contact.Contact{}, f, err
	}
	c, err := v.theContact()
	return c, f, err
}

// theContact is contactHere in a transaction of its own; a person who went up in another one answers as they are today.
func (v *visit) theContact() (c contact.Contact, err error) {
	err = v.read(func(ctx context.Context, tx *db.Tx) error {
		if c, err = v.contactHere(ctx, tx); err != nil || c.MergedInto == "" {
			return err
		}
		now, err := contact.Current(ctx, tx, v.tenant.ID, []string{c.ID})
		if err != nil {
			return err
		}
		c, err = contact.Get(ctx, tx, v.tenant.ID, now[c.ID])
		return err
	})
	return c, err
}

func (d *personData) fillStanding(rows []standingRow) {
	d.standing = map[string]standingRow{}
	for _, s := range rows {
		if s.Topic == "" {
			d.whole = s
			continue
		}
		d.standing[s.Topic] = s
	}
}

// state is a topic's state as it holds: a stop of everything makes each one withdrawn (DESIGN section 10).
func (d personData) state(topic string) string {
	s := d.standing[topic]
	switch {
	case s.State != "": // folded: a stop of everything is in it
		return s.State
	case d.whole.StopAll:
		return "withdrawn"
	}
	return "none"
}

// flags are what holds for the whole person, as sentences.
func (v *visit) flags(d personData) []string {
	var out []string
	for _, f := range []struct {
		on  bool
		key string
	}{
		{d.whole.StopAll, "stop_all"}, {d.whole.StopMarketing && !d.whole.StopAll, "stop_marketing"}, {d.whole.PlatformStop, "platform_stop"},
		{d.flag("restricted"), "restricted"}, {d.flag("erased"), "erased"}, {d.flag("suppressed"), "suppressed"},
		{d.flag("suspected_block"), "suspected_block"}, {d.flag("wrong_address"), "wrong_address"}, {d.contact.FrozenAt != 0, "frozen"},
	} {
		if f.on {
			out = append(out, v.say("manager.flag."+f.key))
		}
	}
	return out
}

func (d personData) flag(name string) bool { on, _ := d.whole.Flags[name].(bool); return on }

// personName is what a person is called where no name is known.
func (v *visit) personName(name string) string {
	if strings.TrimSpace(name) == "" {
		return v.say("manager.person.nameless")
	}
	return breakable(name)
}

// longestWord is how long a word of a name may be before it may be broken: people call themselves anything, and the page must not grow sideways.
const longestWord = 24

// breakable lets words that fit on no phone be broken, by U+200B; all others stay as they are.
func breakable(name string) string {
	long := false
	for word := range strings.FieldsFuncSeq(name, endsWord) {
		long = long || utf8.RuneCountInString(word) > longestWord
	}
	if !long {
		return name
	}
	var out strings.Builder
	run := 0
	for _, r := range name {
		switch {
		case endsWord(r):
			run = 0
		case run == longestWord/2:
			out.WriteRune('\u200b')
			run = 1
		default:
			run++
		}
		out.WriteRune(r)
	}
	return out.String()
}

func endsWord(r rune) bool { return r == ' ' || r == '-' }

// underName is the line below the name: how to reach the person, and their language.
func (v *visit) underName(c contact.Contact) string {
	var parts []string
	if a := nowAddress(c); a != "" {
		parts = append(parts, v.shown(a))
	}
	if c.Language != "" {
		parts = append(parts, v.languageName(c.Language))
	}
	return strings.Join(append(parts, v.say("manager.person.known", say.Args{"Date": v.date(c.CreatedAt)})), " · ")
}

// nowAddress is the address to name a person by and to record acts under: a telephone number first; "" when none holds today.
func nowAddress(c contact.Contact) string {
	best := ""
	for _, a := range c.Addresses {
		if a.Until == 0 && !strings.HasPrefix(string(a.Address), "wap:") && (best == "" || a.Address.IsPhone()) {
			best = string(a.Address)
		}
	}
	return best
}

// standingNote says since when a topic stands so, how it came, and how long it lasts.
func (v *visit) standingNote(d personData, s standingRow) string {
	var parts []string
	if s.Since > 0 {
		parts = append(parts, v.say("manager.person.from", say.Args{"When": v.date(s.Since)}))
	}
	if s.Proof != "" {
		parts = append(parts, v.either("manager.channel", s.Proof))
	}
	if n := d.sources[s.Source]; n != "" {
		parts = append(parts, v.quoted(n))
	}
	if s.Version > 0 {
		parts = append(parts, v.say("manager.proof.version", say.Args{"Number": s.Version}))
	}
	if s.ExpiresAt > 0 {
		parts = append(parts, v.say("manager.person.until")+" "+v.date(s.ExpiresAt))
	}
	return strings.Join(parts, " · ")
}

// standingHelp says what a state means for whoever wants to write.
func (v *visit) standingHelp(state string) string {
	switch state {
	case "requested", "claimed", "withdrawn", "lapsed", "outdated":
		return v.say("manager.person.means." + state)
	}
	return ""
}

// lapsesSoon is within the month.
func (v *visit) lapsesSoon(s standingRow) bool {
	return s.State == "granted" && s.ExpiresAt > 0 && s.ExpiresAt < v.s.Now().Add(30*24*time.Hour).UnixMicro()
}

// quoted puts the reader's quotation marks around a name.
func (v *visit) quoted(s string) string {
	if v.lang == "de" {
		return "„" + s + "“"
	}
	return "“" + s + "”"
}

// asking is a question of the person's page, with what was typed when it was refused.
func (v *visit) asking(d personData, a look.Ask) look.Ask {
	if d.refused.id == a.ID {
		a.Typed, a.Problem = d.refused.typed, d.refused.problem
	}
	return v.ask(a)
}

// mayAct says whether the page offers an act: who asks may, and the flow is there.
func (v *visit) mayAct(p account.Permission, there bool) bool { return v.may(p) && there }
