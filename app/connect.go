package app

import (
	"context"
	"fmt"

	"jawort/account"
	"jawort/connect"
	"jawort/db"
	"jawort/graph"
	"jawort/source"
	"jawort/topic"
	"jawort/wording"
)

// Judge is wording.Lint for a source that goes live: a text that lacks a must is refused with the clauses.
func Judge(d *db.DB) source.Judge {
	return func(j source.Judged) []string {
		var t account.Tenant
		err := d.Read(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
			t, err = account.TenantOf(ctx, tx, j.Source.Tenant)
			return err
		})
		if err != nil {
			return []string{wording.BusinessName} // cannot be judged: not live
		}
		return lint(t.Name, t.Country, j)
	}
}

func lint(business, country string, j source.Judged) []string {
	purpose := "marketing"
	if j.Purpose != topic.Marketing {
		purpose = "utility"
	}
	return wording.Lint(wording.Input{Business: business, Lang: j.Text.Language, Country: country, Text: j.Text.Body,
		Kind: j.Source.Kind, Purpose: purpose}).Missing
}

// own notes to which portfolio an account belongs.
func (a *App) own(ctx context.Context, tenant, waba string, p account.Portfolio) error {
	return a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return connect.Own(ctx, tx, tenant, waba, p) })
}

// client speaks for a number.
func (a *App) client(n account.Number) (*graph.Client, error) {
	token, secret, err := a.Keys.Secrets(n)
	if err != nil {
		return nil, fmt.Errorf("open secrets of number: %w", err)
	}
	return &graph.Client{BaseURL: n.BaseURL, Token: token, AppSecret: secret}, nil
}

// FetchTemplates reads an account's templates from Meta: names, categories and states are Meta's word, topics ours.
func (a *App) FetchTemplates(ctx context.Context, n account.Number) error {
	c, err := a.client(n)
	if err != nil {
		return err
	}
	list, err := c.Templates(ctx, n.WABA)
	if err != nil {
		return fmt.Errorf("fetch templates: %w", err)
	}
	set := make([]topic.Template, len(list))
	for i, t := range list {
		set[i] = topic.Template{Name: t.Name, Language: t.Language, MetaID: t.ID, Category: t.Category, Status: t.Status,
			Quality: t.Quality, Components: t.Components}
	}
	return a.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		_, err = topic.UpsertFromMeta(ctx, tx, n.Tenant, n.WABA, set, now)
		return err
	})
}
