package app

import (
	"context"

	"jawort/account"
	"jawort/carrier"
	"jawort/db"
	"jawort/notice"
	"jawort/source"
)

// SMSOptions tell where a business's SMS come and go.
type SMSOptions struct {
	Addr, Login, Password string // of the SMSC
	Number                string
	Words                 []string
}

// SeedSMS connects a business to an SMSC and opens a source for a word. It answers the carrier and the source.
func (a *App) SeedSMS(ctx context.Context, tenant string, o SMSOptions) (string, string, error) {
	var c carrier.Carrier
	var src source.Source
	err := a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		numbers, err := account.Numbers(ctx, tx, tenant)
		if err != nil {
			return err
		}
		if c, err = carrier.New(ctx, tx, a.Keys, tenant, carrier.Carrier{Kind: carrier.SMPP, Name: "SMS-Nummer der Rösterei", Number: o.Number,
			Settings: carrier.Settings{Addr: o.Addr, Login: o.Login}}, o.Password, now); err != nil {
			return err
		}
		n, err := notice.New(ctx, tx, tenant, "SMS: Aufsteller an der Kasse", now)
		if err != nil {
			return err
		}
		version, err := notice.Edit(ctx, tx, tenant, n.ID, notice.Wording{Kind: "sms", Topics: []string{"offers"}, CapMonth: 4, Bodies: seedSMSWording}, now)
		if err != nil {
			return err
		}
		if err := notice.Publish(ctx, tx, tenant, n.ID, version, now); err != nil {
			return err
		}
		if src, _, err = source.New(ctx, tx, tenant, source.Source{Kind: "sms", Name: "Aufsteller an der Kasse", Notice: n.ID, Topics: []string{"offers"},
			Number: numbers[0].ID, Settings: source.Settings{PrivacyURL: seedDomain + "/datenschutz", ImprintURL: seedDomain + "/impressum",
				Languages: []string{"de", "en"}, DefaultRegion: "DE", Carrier: c.ID, Words: o.Words}}, now); err != nil {
			return err
		}
		_, err = source.GoLive(ctx, tx, tenant, src.ID, func(j source.Judged) []string { return lint(seedBusiness, "DE", j) })
		return err
	})
	return c.ID, src.ID, err
}

// seedSMSWording stands on the poster that names the word.
var seedSMSWording = map[string]string{
	"de": "Senden Sie KAFFEE an unsere Nummer. Damit willigen Sie ein, dass die Kaffeerösterei Morgenrot Ihnen per WhatsApp Angebote und neue " +
		"Röstungen schickt, höchstens viermal im Monat. Das ist freiwillig und kostet nur Ihre SMS. Sie können die Einwilligung jederzeit mit " +
		"Wirkung für die Zukunft widerrufen, am einfachsten mit STOP.",
	"en": "Text KAFFEE to our number: yes, I would like to receive offers and new roasts from Kaffeerösterei Morgenrot on WhatsApp, at most " +
		"four a month. My consent is voluntary and costs me one SMS. I can withdraw it at any time for the future, most easily by texting STOP.",
}
