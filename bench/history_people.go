package bench

import (
	"context"
	"slices"
	"strings"
	"time"

	"jawort/address"
	"jawort/consent"
	"jawort/contact"
	"jawort/db"
)

var first = strings.Fields("Anna Jonas Mareike Ali Sofia Emil Charlotte Yusuf Klara Milan Greta Theo Nele Leon Zeynep Paul")
var last = strings.Fields("Albers Brandt Celik Dietz Engel Fuchs Grote Hansen Ivers Jansen Kruse Lorenz Marx Nowak Otto Petersen Quast Roth Sommer Thiel")

// people have names, every sixteenth answered the last message, and every twentieth has withdrawn.
func (h *history) people(ctx context.Context) error {
	at := h.now - (10 * time.Hour).Microseconds()
	for group := range slices.Chunk(h.spans(), 20) {
		err := h.w.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			for _, s := range group {
				name := []string{first[s.n%len(first)], last[s.n/len(first)%len(last)]}
				if err := h.describe(ctx, tx, s, name); err != nil {
					return err
				}
				if err := h.answers(ctx, tx, s, at+int64(s.n)*1_000_000); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	var gone []int
	for n := 21; n < h.People; n += 20 {
		gone = append(gone, n)
	}
	for group := range slices.Chunk(gone, batch) {
		if err := h.withdraw(ctx, group); err != nil {
			return err
		}
	}
	return nil
}

func (h *history) describe(ctx context.Context, tx *db.Tx, s span, name []string) error {
	_, err := tx.Exec(ctx, `update contact set name = $4, name_key = $5, name_back = $6, language = 'de' where tenant = $1 and contact > $2 and contact <= $3
		and substr(contact, 30, 1) < 'g'`, h.w.tenant, s.from, s.to, strings.Join(name, " "), strings.ToLower(strings.Join(name, " ")),
		strings.ToLower(name[1]+" "+name[0]))
	return err
}

func (h *history) answers(ctx context.Context, tx *db.Tx, s span, at int64) error {
	who := `{join contact_address a on a.tenant = $1 and a.contact > $3 and a.contact <= $4 and a.until is null and substr(a.contact, 29, 1) <= '1'}`
	_, err := tx.Exec(ctx, `insert into inbound (tenant, inbound, channel, number, contact, address, at, kind, body, context, intent, confidence, matched)
		select i.tenant, i.inbound || substr(a.contact, 5), i.channel, i.number, a.contact, a.address, $5, i.kind, i.body, '', i.intent, i.confidence, i.matched
		from inbound i `+who+` where i.tenant = $1 and i.inbound = $2`, h.w.tenant, h.answer, s.from, s.to, at)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into service_window (tenant, contact, number, opened_at, until, human_at)
		select v.tenant, a.contact, v.number, cast($5 as bigint), cast($5 as bigint) + v.until - v.opened_at, cast($5 as bigint)
		from service_window v `+who+` where v.tenant = $1 and v.contact = $2 and a.contact <> $2`, h.w.tenant, h.answered, s.from, s.to, at)
	return err
}

// withdraw takes back what people agreed to, by the nouns' own functions.
func (h *history) withdraw(ctx context.Context, people []int) error {
	return h.w.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		events, ids := make([]consent.Event, len(people)), make([]string, len(people))
		addrs := make([]address.Address, len(people))
		for i, n := range people {
			addrs[i] = phone(n)
		}
		who, err := contact.Find(ctx, tx, h.w.tenant, addrs)
		if err != nil {
			return err
		}
		for i, a := range addrs {
			ids[i] = who[a]
			events[i] = consent.Event{Contact: who[a], Kind: consent.Withdrawn, Scope: consent.ScopeAll, Address: string(a), Channel: "chat", Number: number,
				Actor: consent.Actor{Kind: consent.Person}, HappenedAt: now, Witnessed: true}
		}
		revs, err := contact.Lock(ctx, tx, h.w.tenant, ids)
		if err != nil {
			return err
		}
		_, err = consent.Append(ctx, tx, h.w.tenant, events, revs)
		return err
	})
}
