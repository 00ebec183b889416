package app

import (
	"context"
	"slices"

	"jawort/account"
	"jawort/address"
	"jawort/db"
	"jawort/notice"
	"jawort/say"
	"jawort/source"
)

// Ways are the live sources that a telephone reaches without WhatsApp: what a demo's toy phones offer to ring and to text.
type Ways struct {
	Lines []Line
	Words []string
}

// Line is a number that can be rung. Text is what is said there, to read along; empty where nobody answers.
type Line struct{ Number, Name, Text string }

// Ways reads them as they are now, oldest source first.
func (a *App) Ways(ctx context.Context, tenant string) (out Ways, err error) {
	err = a.DB.Read(ctx, func(ctx context.Context, tx *db.Tx) error {
		t, err := account.TenantOf(ctx, tx, tenant)
		if err != nil {
			return err
		}
		list, err := source.List(ctx, tx, tenant)
		if err != nil {
			return err
		}
		slices.SortFunc(list, func(a, b source.Source) int { return int(a.CreatedAt - b.CreatedAt) })
		for _, s := range list {
			if s.State != source.StateLive {
				continue
			}
			if s.Kind == "sms" {
				out.Words = append(out.Words, s.Settings.Words...)
			}
			if s.Settings.Voice == nil {
				continue
			}
			text, err := spoken(ctx, tx, t, s)
			if err != nil {
				return err
			}
			for _, n := range s.Settings.Voice.Numbers {
				out.Lines = append(out.Lines, Line{address.Address("tel:" + n).Shown(), s.Name, text})
			}
		}
		return nil
	})
	return out, err
}

// spoken is what a caller hears first, in the source's first language.
func spoken(ctx context.Context, tx *db.Tx, t account.Tenant, s source.Source) (string, error) {
	if s.Kind != "ivr" || len(s.Settings.Languages) == 0 {
		return "", nil
	}
	lang := s.Settings.Languages[0]
	list, err := notice.At(ctx, tx, t.ID, s.Notice, s.NoticeVersion)
	if err != nil {
		return "", err
	}
	for _, x := range list {
		if x.Language == lang {
			return x.Body + "\n\n" + say.Text(say.Match(lang), "voice.prompt.menu"), nil
		}
	}
	return "", nil
}
