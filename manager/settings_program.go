package manager

import (
	"context"
	"fmt"
	"strings"
	"time"

	"jawort/account"
	"jawort/alert"
	"jawort/db"
	"jawort/look"
	"jawort/say"
)

// programPage is what a program's page shows beside its form.
type programPage struct {
	calls   []decisionRow // the last ones
	shadow  []shadowRow
	faults  []account.ProgramFault // before any decision, of the same days
	names   topics
	answers alert.Answers // of the same days; where people type
	still   int64         // people who opted out to whom it tried to write
}

// shadowRow is how often, in the last week, sends of a program had no proof: by template, topic and reason.
type shadowRow struct {
	template, topic, reason string
	passed                  bool // it went all the same: the program or the number only observes
	times                   int64
}

const (
	lastCalls   = 10
	shadowDays  = 7
	shadowReach = 20_000 // decisions are looked at, the newest first
	shadowRows  = 20
)

func (v *visit) programPage(ctx context.Context, tx *db.Tx, program string) (d programPage, err error) {
	names, err := topicNames(ctx, tx, v.tenant.ID, v.lang)
	if err != nil {
		return d, err
	}
	d.names = byCode(names)
	if d.calls, _, err = decisionsPage(ctx, tx, v.tenant.ID, decisionFilter{program: program}, lastCalls); err != nil {
		return d, err
	}
	begin := v.now().Add(-shadowDays * 24 * time.Hour).UnixMicro()
	if d.faults, err = account.FaultsOf(ctx, tx, v.tenant.ID, program, begin); err != nil {
		return d, err
	}
	if d.still, err = stillWrites(ctx, tx, v.tenant.ID, program, begin); err != nil {
		return d, err
	}
	d.shadow, err = shadowReport(ctx, tx, v.tenant.ID, program, since("dec", begin))
	return d, err
}

// answers is what a program in which people type answered in the last days.
func (v *visit) answers(ctx context.Context, tx *db.Tx, p account.Program) (alert.Answers, error) {
	if !p.HumanAnswers {
		return alert.Answers{}, nil
	}
	all, err := alert.AnswersOf(ctx, tx, v.tenant.ID, v.now().Add(-shadowDays*24*time.Hour).UnixMicro(), shadowReach)
	if a := all[p.ID]; a != nil {
		return *a, err
	}
	return alert.Answers{}, err
}

func shadowReport(ctx context.Context, tx *db.Tx, tenant, program, after string) ([]shadowRow, error) {
	rows, err := tx.Query(ctx, `
		select template, topic, reason, message <> '' as passed, count(*) as times from (
			select template, topic, reason, message, program, verdict from decision where tenant = $1 and decision >= $2
			order by decision desc limit $4) d
		where program = $3 and verdict <> 'allow'
		group by template, topic, reason, message <> '' order by times desc, reason, template limit $5`,
		tenant, after, program, int64(shadowReach), int64(shadowRows))
	return db.All(rows, err, func(r *db.Rows, s *shadowRow) error {
		return r.Scan(&s.template, &s.topic, &s.reason, &s.passed, &s.times)
	})
}

// stillWrites is to how many people who opted out a program tried to write since a moment.
func stillWrites(ctx context.Context, tx *db.Tx, tenant, program string, from int64) (people int64, err error) {
	err = tx.Row(ctx, `select count(distinct contact) from (
			select contact, program, reason, verdict from decision where tenant = $1 and decision >= $2 order by decision desc limit $3) d
		where program = $4 and verdict = 'refuse' and reason in {list $5 text}`, tenant, since("dec", from), int64(shadowReach), program, alert.OptedOut).Scan(&people)
	return people, err
}

func (v *visit) stillTitle(name string, people int64) string {
	return v.say("manager.program.still", say.Args{"Name": name, "Count": people, "Number": look.Integer(v.lang, people)})
}

// answered is how many people the program answered.
func (v *visit) answered(a alert.Answers) string {
	if a.People == 0 {
		return v.say("manager.program.human.none")
	}
	return v.say("manager.program.human.people", say.Args{"Count": a.People, "Number": look.Integer(v.lang, a.People), "Messages": look.Integer(v.lang, a.Messages)})
}

// remedy is a page where the reason can be put right, and what is done there.
type remedy struct{ path, key string }

// remedies are the ways, the likeliest first; none = nothing in the manager helps.
func (s shadowRow) remedies() []remedy {
	ask, bring := remedy{"/sources", "manager.shadow.ask"}, remedy{"/imports/new?kind=people", "manager.shadow.import"}
	switch s.reason {
	case "TOPIC_UNKNOWN", "CATEGORY_MISMATCH":
		return []remedy{{"/settings/templates", "manager.shadow.assign"}}
	case "TEMPLATE_UNKNOWN":
		return []remedy{{"/settings/templates", "manager.shadow.templates"}}
	case "WINDOW_CLOSED":
		return []remedy{{"/settings/templates", "manager.shadow.template"}}
	case "CONSENT_CLAIMED":
		return []remedy{{"/asking", "manager.shadow.confirm"}, ask}
	case "CONSENT_NONE":
		return []remedy{ask, bring}
	case "CONSENT_REQUESTED", "CONSENT_LAPSED", "CONSENT_OUTDATED", "CONSENT_TOO_WEAK":
		return []remedy{ask}
	}
	return nil
}

// mayBeTyped: free text without a consent is what a support desk sends before anybody has said that people type there.
func (s shadowRow) mayBeTyped(p account.Program) bool {
	return s.template == "" && s.reason == "CONSENT_NONE" && !p.HumanAnswers && p.RevokedAt == 0
}

// gatewayBase is what a program enters in place of https://graph.facebook.com.
func (v *visit) gatewayBase() string { return v.base() + "/graph" }

// sampleCall is a call that can be tried in a terminal.
func (v *visit) sampleCall(number string) string {
	return fmt.Sprintf(`curl -i %s/v26.0/%s/messages \
  -H 'Authorization: Bearer TOKEN' -H 'Content-Type: application/json' \
  -d '{"messaging_product":"whatsapp","to":"+49…","type":"template","template":{"name":"…","language":{"code":"de"}}}'`, v.gatewayBase(), number)
}

func numberOptions(all []account.Number) (out []option) {
	for _, n := range all {
		out = append(out, option{n.ID, n.Name, ownNumber(n.Display)})
	}
	return out
}

// faultText is what the gateway told the program, and what to do.
func (v *visit) faultText(reason string) (text, fix string) {
	key := "gateway." + strings.ToLower(reason)
	return v.say(key + ".text"), v.say(key + ".fix")
}

// reasonOf words the reason with the topic it names.
func (v *visit) reasonOf(s shadowRow, names topics) string {
	name := names.name(s.topic)
	if s.topic == "" {
		name = s.template
	}
	text, _ := v.reason(keptReason{Code: s.reason, Name: name})
	return text
}
