package manager

import (
	"context"
	"strings"

	"jawort/carrier"
	"jawort/db"
	"jawort/look"
	"jawort/rules"
	"jawort/say"
	"jawort/smpp"
	"jawort/source"
)

// smsParts is a text as SMS: what goes, and how much it costs.
type smsParts struct {
	lang, title, text string
	size              smpp.Size
}

// smsAnswers are the two answers to a word, in the source's languages: what the business's own customers will read.
func (v *visit) smsAnswers(d sourceData) (out []smsParts) {
	base := v.base()
	key, title := "sms.agreed", "manager.sms.answer.agreed"
	if v.wordNeedsTap() {
		key, title = "sms.write_first", "manager.sms.answer.write_first"
	}
	for _, lang := range d.source.Settings.Languages {
		var names []string
		for _, t := range d.topics {
			for _, code := range d.source.Topics {
				if t.Code == code {
					names = append(names, t.Text(lang).Name)
				}
			}
		}
		text := say.Text(say.MatchPublic(lang), key, say.Args{"Business": v.tenant.Name, "Topics": strings.Join(names, ", "), "Link": base + "/w/ABCD-EFGH"})
		out = append(out, smsParts{lang, v.say(title), text, smpp.Measure(text)})
	}
	return out
}

// wordNeedsTap says whether people at home confirm a word in WhatsApp as well.
func (v *visit) wordNeedsTap() bool {
	if p := v.tenant.Policy.SMSNeedsTap; p != nil {
		return *p
	}
	return rules.For(v.tenant.Country, v.s.Now().UTC()).ConfirmSMSByTap
}

func (v *visit) smsAnswerWords() string {
	if v.wordNeedsTap() {
		return v.say("manager.sms.answer.text.tap")
	}
	return v.say("manager.sms.answer.text.word")
}

// sizeWords say what a text costs.
func (v *visit) sizeWords(z smpp.Size) string {
	alphabet := "manager.sms.gsm"
	if z.Unicode {
		alphabet = "manager.sms.unicode"
	}
	return v.say("manager.sms.parts", say.Args{"Count": z.Parts, "Number": look.Integer(v.lang, int64(z.Parts))}) + " · " +
		v.say("manager.sms.left", say.Args{"Number": look.Integer(v.lang, int64(z.Left))}) + " · " + v.say(alphabet)
}

// smsLink opens a phone's SMS app with word and number filled in (RFC 5724).
func smsLink(number, word string) string { return "sms:" + number + "?body=" + word }

// smsOf are the connections of the business, and the one the source has; nil = none.
func (v *visit) smsOf(s source.Source) (all []carrier.Carrier, own *carrier.Carrier, err error) {
	err = v.read(func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = carrier.List(ctx, tx, v.tenant.ID)
		return err
	})
	for i := range all {
		if all[i].ID == s.Settings.Carrier {
			own = &all[i]
		}
	}
	return all, own, err
}

// printedLink is what the source's code leads to.
func (v *visit) printedLink(s source.Source) (string, error) {
	if s.Kind != "sms" {
		return v.pageLink(s), nil
	}
	_, own, err := v.smsOf(s)
	if own == nil || len(s.Settings.Words) == 0 {
		return "", err
	}
	return smsLink(own.Number, s.Settings.Words[0]), err
}

// firstWord is a new source's word until staff choose their own.
const firstWord = "START"

// typedWords reads words as people separate them.
func typedWords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' || r == '\r' || r == '\t' })
}
