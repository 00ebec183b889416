package intake

import (
	"context"
	"errors"

	"jawort/alert"
	"jawort/consent"
	"jawort/keyword"
	"jawort/topic"
)

func (t *taking) platformStop(i int, c, address, key string) {
	e := t.event(i, c, consent.PlatformStopped)
	e.Address = address
	e.SeenKey += key
	e.Channel, e.Actor = "meta", consent.Actor{Kind: consent.Meta}
	t.add(i, e)
}

// preference is what the person set in WhatsApp itself. A resume lifts only its own pair and is never a consent.
func (t *taking) preference(ctx context.Context, i int, c string) error {
	switch value := t.in[i].item.Preference.Value; value {
	default:
		if !keyword.Read(keyword.Input{Text: value}).Intent.Stops() { // a word that Meta did not have yet: somebody has to look
			return t.unknownPreference(ctx, i)
		}
		t.platformStop(i, c, t.address(i), "")
	case "resume":
		e := t.event(i, c, consent.PlatformResumed)
		e.Channel, e.Actor = "meta", consent.Actor{Kind: consent.Meta}
		t.add(i, e)
	case "signup":
		return t.signup(ctx, i, c)
	}
	return nil
}

var errWord = errors.New("webhook: a preference with a value we do not know")

func (t *taking) unknownPreference(ctx context.Context, i int) error {
	a := &t.in[i]
	t.alarms = append(t.alarms, alert.Condition{Kind: alert.WebhookItems})
	return insertBad(ctx, t.tx, t.tenant, a.rawID, a.at, string(a.item.Kind), errWord.Error(), t.now)
}

// signup is Meta's own opt-in. Where the business has one marketing topic it is plain what was agreed to; where it has
// several it is a claim until the person says more.
func (t *taking) signup(ctx context.Context, i int, c string) error {
	list, err := topic.List(ctx, t.tx, t.tenant, false)
	if err != nil {
		return err
	}
	var codes []string
	for _, x := range list {
		if x.Class == topic.Marketing {
			codes = append(codes, x.Code)
		}
	}
	if len(codes) == 0 {
		return nil
	}
	kind := consent.Signup
	if len(codes) > 1 {
		kind = consent.Claimed
	}
	e := t.event(i, c, kind)
	e.Channel, e.Actor = "meta", consent.Actor{Kind: consent.Meta}
	e.Scope, e.Topics, e.Value = consent.ScopeTopic, codes, t.in[i].item.Preference.SignupID
	t.add(i, e)
	return nil
}
