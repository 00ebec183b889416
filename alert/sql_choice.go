package alert

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
)

// Choice is who hears of one kind, where that is not everybody of its group.
type Choice struct {
	Kind    string
	Off     bool     // nobody is mailed; it is shown all the same
	Readers []string // e-mails; none: those of the group
}

// PutChoices keeps what was chosen for kinds; by is audited.
func PutChoices(ctx context.Context, tx *db.Tx, tenant string, list []Choice, by string) error {
	for i, c := range list {
		if k := KindOf(c.Kind); k == nil || !k.Mailed {
			return errs.At(c.Kind, "error.invalid")
		}
		var clean []string
		for _, typed := range c.Readers {
			email, err := account.CleanEmail(typed)
			if err != nil {
				return errs.At("readers_"+c.Kind, "mail.reader").With(errs.Args{"Typed": short(typed)})
			}
			if !slices.Contains(clean, email) {
				clean = append(clean, email)
			}
		}
		if len(clean) > mostReaders {
			return errs.At("readers_"+c.Kind, "mail.readers").With(errs.Args{"Count": mostReaders})
		}
		list[i].Readers = clean
	}
	if err := upsertChoices(ctx, tx, tenant, list); err != nil {
		return fmt.Errorf("put %d choices: %w", len(list), err)
	}
	return account.Record(ctx, tx, tenant, account.Entry{Actor: by, Action: "mail.choices", Object: tenant})
}

// Choices reads them, by kind; kinds without one are as their group.
func Choices(ctx context.Context, tx *db.Tx, tenant string) (map[string]Choice, error) {
	list, err := selectChoices(ctx, tx, tenant)
	if err != nil {
		return nil, fmt.Errorf("choices: %w", err)
	}
	out := map[string]Choice{}
	for _, c := range list {
		out[c.Kind] = c
	}
	return out, nil
}

func upsertChoices(ctx context.Context, tx *db.Tx, tenant string, list []Choice) error {
	if len(list) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into alert_choice (tenant, kind, off, readers)
		select $1, r.kind, r.off = 1, r.readers from {rows $2: kind text, off bigint, readers text} r where true
		on conflict (tenant, kind) do update set off = excluded.off, readers = excluded.readers`,
		tenant, db.RowsOf(list, func(c Choice) []any {
			readers, _ := json.Marshal(c.Readers) // strings always marshal
			off := int64(0)
			if c.Off {
				off = 1
			}
			return []any{c.Kind, off, string(readers)}
		}))
	return err
}

func scanChoice(r *db.Rows, c *Choice) error {
	var readers string
	if err := r.Scan(&c.Kind, &c.Off, &readers); err != nil {
		return err
	}
	return json.Unmarshal([]byte(readers), &c.Readers)
}

func selectChoices(ctx context.Context, tx *db.Tx, tenant string) ([]Choice, error) {
	rows, err := tx.Query(ctx, `select kind, off, readers from alert_choice where tenant = $1 order by kind`, tenant)
	return db.All(rows, err, scanChoice)
}

// selectChoice reads one; the zero value where nobody chose.
func selectChoice(ctx context.Context, tx *db.Tx, tenant, kind string) (Choice, error) {
	rows, err := tx.Query(ctx, `select kind, off, readers from alert_choice where tenant = $1 and kind = $2`, tenant, kind)
	all, err := db.All(rows, err, scanChoice)
	if err != nil || len(all) == 0 {
		return Choice{Kind: kind}, err
	}
	return all[0], nil
}
