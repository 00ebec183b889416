package manager

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"jawort/consent"
	"jawort/db"
)

// then is how a person stood at another moment: what was true, as we know it today, and what we knew at the time.
type then struct {
	at         time.Time // zero = now
	typed      string    // as a form's field wants it
	bad        bool      // it could not be read
	was, known consent.Standing
	back, on   string // the entries of the ledger around it, as addresses; "" = none
}

// momentLayout is how a browser writes date and time in a form.
const momentLayout = "2006-01-02T15:04"

// shown is the moment that the page is about.
func (t then) shown(now time.Time) time.Time {
	if t.at.IsZero() {
		return now
	}
	return t.at
}

// wall is what the business's clock shows, counted in seconds as if it hung at Greenwich: the slider needs a number, and a browser has a
// clock of its own.
func (v *visit) wall(t time.Time) string {
	t = t.In(v.zone)
	_, offset := t.Zone()
	return strconv.FormatInt((t.Unix()+int64(offset))/60*60, 10)
}

// readMoment reads a field of date and time on the business's clock.
func (v *visit) readMoment(typed string) (time.Time, error) {
	for _, layout := range []string{momentLayout, momentLayout + ":05"} {
		if t, err := time.ParseInLocation(layout, typed, v.zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("read moment")
}

// readThen folds the person's ledger as of the moment in the address, both ways.
func (d *personData) readThen(ctx context.Context, tx *db.Tx, v *visit) error {
	d.then.typed = v.r.URL.Query().Get("at")
	if d.then.typed == "" {
		return nil
	}
	at, err := v.readMoment(d.then.typed)
	if err != nil {
		d.then.bad, d.then.typed = true, ""
		return nil
	}
	histories, err := consent.History(ctx, tx, v.tenant.ID, []string{d.contact.ID})
	if err != nil {
		return err
	}
	history := histories[d.contact.ID]
	moment := at.UnixMicro()
	rules := consent.Rules{Topics: map[string]consent.Class{}, LapseAfter: consent.DefaultLapse, At: moment, AsOf: moment}
	for _, t := range d.topics {
		rules.Topics[t.Code] = consent.Class(t.Class)
	}
	d.then.at, d.then.was = at, consent.Fold(history, rules)
	rules.KnownAt = moment
	d.then.known = consent.Fold(history, rules)
	d.then.steps(v, d.contact.ID, history, moment)
	return nil
}

// steps finds the entries before and after the moment, by the minute, which is what the field can name.
func (t *then) steps(v *visit, who string, history []consent.Event, moment int64) {
	const minute = int64(time.Minute / time.Microsecond)
	var back, on int64
	for i := range history {
		up := (history[i].RecordedAt + minute - 1) / minute * minute // the first minute that knows it
		if up < moment && up > back {
			back = up
		}
		if up > moment && (on == 0 || up < on) {
			on = up
		}
	}
	t.back, t.on = v.thenPath(who, back), v.thenPath(who, on)
}

func (v *visit) thenPath(who string, at int64) string {
	if at == 0 {
		return ""
	}
	q := url.Values{"at": {time.UnixMicro(at).In(v.zone).Format(momentLayout)}}
	return "/people/" + who + "?" + q.Encode()
}

// states are how a topic stood: as it was, and as we knew it.
func (t then) states(topic, class string) (was, known consent.TopicStanding) {
	return t.was.Of(topic, consent.Class(class)), t.known.Of(topic, consent.Class(class))
}
