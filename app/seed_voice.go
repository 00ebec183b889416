package app

import (
	"context"
	"strings"

	"jawort/account"
	"jawort/blob"
	"jawort/channel/voice"
	"jawort/db"
	"jawort/notice"
	"jawort/sound"
	"jawort/source"
)

// VoiceOptions are the numbers of the demo's telephone.
type VoiceOptions struct{ IVR, Missed string }

// SeedVoice opens a telephone source and one for missed calls. It answers both.
func (a *App) SeedVoice(ctx context.Context, tenant string, o VoiceOptions) (ivr, missed string, err error) {
	err = a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if ivr, err = seedSpoken(ctx, tx, tenant, "ivr", "Telefon: Bestellhotline", source.Voice{Numbers: []string{o.IVR}}, seedIVRWording); err != nil {
			return err
		}
		missed, err = seedSpoken(ctx, tx, tenant, "missed_call", "Anklingeln: Plakat im Schaufenster", source.Voice{Numbers: []string{o.Missed}, WhatsApp: true, Seconds: 3}, seedMissedWording)
		return err
	})
	return ivr, missed, err
}

func seedSpoken(ctx context.Context, tx *db.Tx, tenant, kind, name string, v source.Voice, bodies map[string]string) (string, error) {
	now, err := tx.Now(ctx)
	if err != nil {
		return "", err
	}
	numbers, err := account.Numbers(ctx, tx, tenant)
	if err != nil {
		return "", err
	}
	n, err := notice.New(ctx, tx, tenant, name, now)
	if err != nil {
		return "", err
	}
	version, err := notice.Edit(ctx, tx, tenant, n.ID, notice.Wording{Kind: kind, Topics: []string{"offers"}, CapMonth: 4, Bodies: bodies}, now)
	if err != nil {
		return "", err
	}
	if err := notice.Publish(ctx, tx, tenant, n.ID, version, now); err != nil {
		return "", err
	}
	if kind == "ivr" {
		if err := seedRecordings(ctx, tx, tenant, n.ID, version, now); err != nil {
			return "", err
		}
	}
	src, _, err := source.New(ctx, tx, tenant, source.Source{Kind: kind, Name: name, Notice: n.ID, Topics: []string{"offers"}, Number: numbers[0].ID,
		Settings: source.Settings{PrivacyURL: seedDomain + "/datenschutz", ImprintURL: seedDomain + "/impressum", Languages: []string{"de", "en"},
			DefaultRegion: "DE", Question: true, Voice: &v}}, now)
	if err != nil {
		return "", err
	}
	_, err = source.GoLive(ctx, tx, tenant, src.ID, func(j source.Judged) []string { return lint(seedBusiness, "DE", j) })
	return src.ID, err
}

func seedRecordings(ctx context.Context, tx *db.Tx, tenant, id string, version, now int64) error {
	for _, lang := range voice.Languages {
		pcm, err := sound.Read(voice.Standard(lang, "demo"))
		if err != nil {
			return err
		}
		b, err := blob.Put(ctx, tx, tenant, blob.Limits{}, blob.Blob{Class: blob.House, Owner: id, Body: sound.WAV(pcm)})
		if err != nil {
			return err
		}
		if err := notice.SetRecording(ctx, tx, tenant, notice.Recording{Notice: id, Version: version, Language: lang, Slot: notice.SlotNotice, Blob: b.Hash,
			MS: sound.Length(pcm).Milliseconds(), By: "seed", At: now}); err != nil {
			return err
		}
	}
	return nil
}

// seedIVRWording is what the recordings prompts/…/demo.wav say.
var seedIVRWording = map[string]string{
	"de": strings.Join([]string{"Guten Tag, hier ist die Kaffeerösterei Morgenrot. Wenn Sie zustimmen, schicken wir Ihnen auf WhatsApp Angebote und neue Röstungen,",
		"höchstens viermal im Monat. Das ist freiwillig. Sie können Ihre Einwilligung jederzeit mit Wirkung für die Zukunft widerrufen,",
		"am einfachsten mit STOP im Chat."}, " "),
	"en": strings.Join([]string{"Hello, this is Kaffeerösterei Morgenrot. By pressing one you agree to receive offers and new roasts from us on WhatsApp,",
		"at most four times a month. This is voluntary. You can withdraw your consent at any time for the future,",
		"most easily by writing STOP in the chat."}, " "),
}

// seedMissedWording stands beside the number in the shop window.
var seedMissedWording = map[string]string{
	"de": "Klingeln Sie uns an: Damit bitten Sie die Kaffeerösterei Morgenrot, Ihnen auf WhatsApp Angebote und neue Röstungen zu schicken, höchstens viermal " +
		"im Monat. Der Anruf kostet nichts; Sie willigen erst mit Ihrem Ja in WhatsApp ein. Das ist freiwillig und jederzeit widerrufbar, am einfachsten mit STOP.",
	"en": "Give us a missed call: I ask Kaffeerösterei Morgenrot to send me offers and new roasts on WhatsApp, at most four a month. The call is free; " +
		"I agree only with my yes on WhatsApp. This is voluntary, and I can withdraw at any time, most easily by writing STOP.",
}
