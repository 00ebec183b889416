package bring

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"jawort/db"
	"jawort/errs"
)

const columns = `import, kind, state, name, file, options, format, phase, line, through, total, counts, problem, created_by, created_at,
	coalesce(begun_at, 0), coalesce(force_at, 0), coalesce(done_at, 0), undo_by, undo_why, coalesce(undo_at, 0), undone_by, coalesce(undone_at, 0)`

func scan(r interface{ Scan(...any) error }, to *Import) error {
	var options, counts string
	if err := r.Scan(&to.ID, &to.Kind, &to.State, &to.Name, &to.File, &options, &to.Format, &to.Phase, &to.Line, &to.Through, &to.Total, &counts,
		&to.Problem, &to.CreatedBy, &to.CreatedAt, &to.BegunAt, &to.ForceAt, &to.DoneAt, &to.UndoBy, &to.UndoWhy, &to.UndoAt, &to.UndoneBy, &to.UndoneAt); err != nil {
		return err
	}
	return errors.Join(json.Unmarshal([]byte(options), &to.Options), json.Unmarshal([]byte(counts), &to.Counts))
}

// Get is one list.
func Get(ctx context.Context, tx *db.Tx, tenant, list string) (Import, error) {
	return one(ctx, tx, `select `+columns+` from import where tenant = $1 and import = $2`, tenant, list)
}

// locked is Get with the row locked.
func locked(ctx context.Context, tx *db.Tx, tenant, list string) (Import, error) {
	return one(ctx, tx, `select `+columns+` from import where tenant = $1 and import = $2 {for update}`, tenant, list)
}

func one(ctx context.Context, tx *db.Tx, text, tenant, list string) (Import, error) {
	var i Import
	err := scan(tx.Row(ctx, text, tenant, list), &i)
	if errors.Is(err, db.ErrNone) {
		return i, errs.New(errs.NotFound, "bring.none")
	}
	if err != nil {
		return i, fmt.Errorf("read import: %w", err)
	}
	return i, nil
}

// List is a tenant's lists, the newest first; before is the last id of the page ahead, "" = from the top. Those thrown away are left out.
func List(ctx context.Context, tx *db.Tx, tenant, before string, limit int) ([]Import, error) {
	rows, err := tx.Query(ctx, `select `+columns+` from import where tenant = $1 and ($2 = '' or import < $2) and state <> 'dropped'
		order by import desc limit $3`, tenant, before, int64(limit))
	all, err := db.All(rows, err, func(r *db.Rows, to *Import) error { return scan(r, to) })
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	return all, nil
}

func texts(i *Import) (options, counts string, err error) {
	o, err := json.Marshal(i.Options)
	if err != nil {
		return "", "", err
	}
	c, err := json.Marshal(i.Counts)
	return string(o), string(c), err
}

func insert(ctx context.Context, tx *db.Tx, tenant string, i *Import) error {
	options, counts, err := texts(i)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into import (tenant, import, kind, state, name, file, options, format, phase, line, through, total, counts,
			problem, created_by, created_at, undo_by, undo_why, undone_by)
		values ($1, $2, $3, $4, $5, $6, $7, '', $8, 0, 0, 0, $9, '', $10, $11, '', '', '')`,
		tenant, i.ID, string(i.Kind), string(i.State), i.Name, i.File, options, string(i.Phase), counts, i.CreatedBy, i.CreatedAt)
	if err != nil {
		return fmt.Errorf("put import: %w", err)
	}
	return nil
}

const setText = `update import set state = $3, options = $4, format = $5, phase = $6, line = $7, through = $8, total = $9, counts = $10, problem = $11,
	begun_at = $12, force_at = $13, done_at = $14, undo_by = $15, undo_why = $16, undo_at = $17, undone_by = $18, undone_at = $19
	where tenant = $1 and import = $2`

func write(ctx context.Context, tx *db.Tx, text, tenant string, i *Import, more ...any) (int64, error) {
	options, counts, err := texts(i)
	if err != nil {
		return 0, err
	}
	n, err := tx.Exec(ctx, text, append([]any{tenant, i.ID, string(i.State), options, i.Format, string(i.Phase), i.Line, i.Through, i.Total, counts, i.Problem,
		db.OrNull(i.BegunAt), db.OrNull(i.ForceAt), db.OrNull(i.DoneAt), i.UndoBy, i.UndoWhy, db.OrNull(i.UndoAt), i.UndoneBy, db.OrNull(i.UndoneAt)}, more...)...)
	if err != nil {
		return 0, fmt.Errorf("write import: %w", err)
	}
	return n, nil
}

// update writes a list that is locked.
func update(ctx context.Context, tx *db.Tx, tenant string, i *Import) error {
	_, err := write(ctx, tx, setText, tenant, i)
	return err
}

// advance writes a list that stands in the same phase still, at that line.
func advance(ctx context.Context, tx *db.Tx, tenant string, i *Import, line int64) error {
	return turn(ctx, tx, tenant, i, i.Phase, line)
}

// turn writes a list that stood in that phase and at that line.
func turn(ctx context.Context, tx *db.Tx, tenant string, i *Import, phase Phase, line int64) error {
	n, err := write(ctx, tx, setText+` and phase = $20 and line = $21`, tenant, i, string(phase), line)
	if err == nil && n == 0 {
		err = ErrMoved
	}
	return err
}

func dropRows(ctx context.Context, tx *db.Tx, tenant, list string) error {
	_, err := tx.Exec(ctx, `delete from import_row where tenant = $1 and import = $2`, tenant, list)
	return err
}

// putRows keeps rows with something to tell; what a row came to takes the place of what was expected.
func putRows(ctx context.Context, tx *db.Tx, tenant, list string, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into import_row (tenant, import, line, verdict, begins)
		select $1, $2, r.line, r.verdict, r.begins from {rows $3: line bigint, verdict text, begins text} r where true
		on conflict (tenant, import, line) do update set verdict = excluded.verdict`,
		tenant, list, db.RowsOf(rows, func(r Row) []any { return []any{r.Line, string(r.Verdict), r.Begins} }))
	if err != nil {
		return fmt.Errorf("put %d rows of an import: %w", len(rows), err)
	}
	return nil
}

// Rows are those with something to tell, behind a line; verdict "" = all.
func Rows(ctx context.Context, tx *db.Tx, tenant, list string, verdict Verdict, after int64, limit int) ([]Row, error) {
	text := `select line, verdict, begins from import_row where tenant = $1 and import = $2 and line > $3 order by line limit $4`
	args := []any{tenant, list, after, int64(limit)}
	if verdict != "" {
		text = `select line, verdict, begins from import_row where tenant = $1 and import = $2 and line > $3 and verdict = $5 order by line limit $4`
		args = append(args, string(verdict))
	}
	rows, err := tx.Query(ctx, text, args...)
	all, err := db.All(rows, err, func(r *db.Rows, to *Row) error { return r.Scan(&to.Line, &to.Verdict, &to.Begins) })
	if err != nil {
		return nil, fmt.Errorf("rows of an import: %w", err)
	}
	return all, nil
}
