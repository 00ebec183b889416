package app

import (
	"context"

	"jawort/account"
	"jawort/db"
	"jawort/form"
	"jawort/notice"
	"jawort/source"
)

// The paper form of the business with history, in three scripts.
var paperWords = map[string]string{
	"de": "Ja, die Kaffeerösterei Morgenrot darf mir zu den angekreuzten Themen auf WhatsApp schreiben, auch zu Werbezwecken. Das ist freiwillig und keine Bedingung für einen Kauf. Abmelden kann ich mich jederzeit, zum Beispiel mit STOP im Chat oder an der Kasse.",
	"ar": "نعم، أوافق على أن تراسلني Kaffeerösterei Morgenrot عبر WhatsApp بشأن المواضيع التي اخترتها، بما في ذلك الإعلانات. الموافقة طوعية وليست شرطًا للشراء. يمكنني إلغاء الاشتراك في أي وقت بكتابة STOP.",
	"hi": "हाँ, Kaffeerösterei Morgenrot मुझे चुने हुए विषयों पर WhatsApp पर संदेश भेज सकती है, विज्ञापन भी। यह स्वैच्छिक है। मैं STOP लिखकर कभी भी मना कर सकता/सकती हूँ।",
}

// paper adds a source with printed forms.
func (g *Gallery) paper(ctx context.Context, tx *db.Tx, tenant, staff string) error {
	at, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	n, err := notice.New(ctx, tx, tenant, "Formular an der Kasse", at)
	if err != nil {
		return err
	}
	version, err := notice.Edit(ctx, tx, tenant, n.ID, notice.Wording{Kind: "paper", Topics: []string{"offers", "order_updates"}, Bodies: paperWords}, at)
	if err != nil {
		return err
	}
	if err := notice.Publish(ctx, tx, tenant, n.ID, version, at); err != nil {
		return err
	}
	numbers, err := account.Numbers(ctx, tx, tenant)
	if err != nil {
		return err
	}
	s, _, err := source.New(ctx, tx, tenant, source.Source{Kind: "paper", Name: "Formular an der Kasse", Notice: n.ID, Topics: []string{"offers", "order_updates"},
		Number: numbers[0].ID, Settings: source.Settings{PrivacyURL: "https://kaffee-morgenrot.example/datenschutz", Languages: []string{"de", "ar", "hi"}, DefaultRegion: "DE"}}, at)
	if err != nil {
		return err
	}
	if _, err := source.GoLive(ctx, tx, tenant, s.ID, func(source.Judged) []string { return nil }); err != nil {
		return err
	}
	_, err = form.Print(ctx, tx, form.Form{Tenant: tenant, Source: s.ID, Notice: n.ID, Version: version, Language: "de", PrintedBy: staff}, 20, at)
	return err
}
