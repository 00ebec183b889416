package intake

import (
	"context"
	"slices"

	"jawort/address"
	"jawort/consent"
	"jawort/notice"
	"jawort/source"
)

// missedCall is a call in WhatsApp that ended before anybody took it. Where a live source of the number wants that, it is a request
// with thin intent, like any missed call; the number itself is not forged, since WhatsApp knows who calls.
func (t *taking) missedCall(ctx context.Context, i int) error {
	c, it := t.in[i].item.Call, &t.in[i].item
	a := address.Address(t.address(i))
	if c.Event != "terminate" || c.Status == "COMPLETED" || c.Seconds > 0 || !c.ByPerson() || a == "" {
		return nil
	}
	live, err := source.LiveSpoken(ctx, t.tx)
	if err != nil {
		return err
	}
	for _, s := range live {
		if v := s.Settings.Voice; s.Tenant != t.tenant || s.Kind != "missed_call" || s.Number != t.in[i].number.ID || v == nil || !v.WhatsApp {
			continue
		}
		texts, err := notice.At(ctx, t.tx, t.tenant, s.Notice, s.NoticeVersion)
		if err != nil {
			return err
		}
		lang := s.Settings.Languages[0]
		if l := spokenWith(a.Country()); slices.ContainsFunc(texts, func(v notice.Version) bool { return v.Language == l }) {
			lang = l
		}
		t.out[i].Value.calls = append(t.out[i].Value.calls, OptIn{Tenant: t.tenant, Address: a, Topics: s.Topics, Source: s.ID, Language: lang,
			Channel: "missed_call", Actor: consent.Actor{Kind: consent.Person}, HappenedAt: t.happened(i), Witnessed: !it.Time.IsZero(),
			Evidence: t.evidence(i), SeenKey: "call:wa:" + c.ID})
		return nil // one call is one request
	}
	return nil
}

// spokenWith is the language of a country's people as far as we speak it.
func spokenWith(country string) string {
	switch country {
	case "DE", "AT", "CH", "LI", "LU":
		return "de"
	}
	return "en"
}
