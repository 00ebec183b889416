package app

import (
	"context"

	"jawort/account"
	"jawort/db"
	"jawort/notice"
	"jawort/source"
)

// SeedThread opens a source in WhatsApp threads, whose word brings the question, unless the business has one.
func (a *App) SeedThread(ctx context.Context, tenant string, words []string) error {
	return a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if there, err := source.LiveOf(ctx, tx, tenant, "thread"); err != nil || len(there) > 0 {
			return err
		}
		numbers, err := account.Numbers(ctx, tx, tenant)
		if err != nil {
			return err
		}
		n, err := notice.New(ctx, tx, tenant, "Im Chat gefragt", now)
		if err != nil {
			return err
		}
		topics := []string{"offers", "order_updates"}
		version, err := notice.Edit(ctx, tx, tenant, n.ID, notice.Wording{Kind: "thread", Topics: topics, Bodies: seedThreadWording}, now)
		if err != nil {
			return err
		}
		if err := notice.Publish(ctx, tx, tenant, n.ID, version, now); err != nil {
			return err
		}
		src, _, err := source.New(ctx, tx, tenant, source.Source{Kind: "thread", Name: "Im Chat", Notice: n.ID, Topics: topics, Number: numbers[0].ID,
			Settings: source.Settings{PrivacyURL: seedDomain + "/datenschutz", ImprintURL: seedDomain + "/impressum", Languages: []string{"de", "en"},
				DefaultRegion: "DE", Thread: &source.Thread{Words: words}}}, now)
		if err != nil {
			return err
		}
		_, err = source.GoLive(ctx, tx, tenant, src.ID, func(j source.Judged) []string { return lint(seedBusiness, "DE", j) })
		return err
	})
}

var seedThreadWording = map[string]string{
	"de": "Gern! Wenn Sie unten zustimmen, willigen Sie ein, dass die Kaffeerösterei Morgenrot Ihnen zu den gewählten Themen per WhatsApp schreibt: " +
		"Angebote und neue Röstungen (Werbung) und Nachrichten zu Ihrer Bestellung. Das ist freiwillig. " +
		"Abmelden geht jederzeit, am einfachsten mit STOP hier im Chat.",
	"en": "With pleasure! By agreeing below you consent to Kaffeerösterei Morgenrot writing to you on WhatsApp about the topics you choose: " +
		"offers and new roasts (advertising) and news about your order. This is voluntary. " +
		"You can opt out at any time, most easily by writing STOP here in the chat.",
}

// seedWays opens the sources that the demo has and others may not: a thread, a telephone, a missed call.
func (a *App) seedWays(ctx context.Context, tenant string) error {
	if err := a.SeedThread(ctx, tenant, []string{"ANGEBOTE"}); err != nil {
		return err
	}
	var there []source.Source
	err := a.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		there, err = source.LiveOf(ctx, tx, tenant, "ivr")
		return err
	})
	if err != nil || len(there) > 0 {
		return err
	}
	_, _, err = a.SeedVoice(ctx, tenant, VoiceOptions{IVR: "+493023125030", Missed: "+493023125031"})
	return err
}
