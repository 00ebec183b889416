package dbtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// shelf lends databases made from templates and takes them back for the next test, also of another test binary: making one costs
// half a second (hundreds of files), emptying one a few milliseconds. Who uses a database holds an advisory lock named after it, which
// the server gives back when the process ends, however it ends; so whoever takes a database empties it first.
type shelf struct {
	address string
	mu      sync.Mutex
	session *pgx.Conn // holds the locks
	lent    map[string]bool
}

var (
	shelfMu  sync.Mutex
	theShelf *shelf
)

func shelfOf(address string) (*shelf, error) {
	shelfMu.Lock()
	defer shelfMu.Unlock()
	if theShelf == nil {
		c, err := pgx.Connect(context.Background(), address)
		if err != nil {
			return nil, err
		}
		theShelf = &shelf{address: address, session: c, lent: map[string]bool{}}
	}
	return theShelf, nil
}

// take finds a free database made from the template, or makes one.
func (s *shelf) take(template string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	for {
		name, there, err := s.reserve(ctx, template)
		if err != nil {
			return "", err
		}
		if !there {
			if err := s.create(ctx, name, template); err != nil {
				return "", fmt.Errorf("create: %w", err)
			}
			return name, nil
		}
		if s.empty(ctx, name) == nil {
			return name, nil
		}
		if err := admin(s.address, "drop database if exists "+name+" with (force)"); err != nil {
			return "", err
		}
		s.give(name)
	}
}

// reserve locks the first name that nobody uses, and says whether there is a database with that name.
func (s *shelf) reserve(ctx context.Context, template string) (name string, there bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	base := strings.Replace(template, "template", "test", 1)
	rows, err := s.session.Query(ctx, "select datname from pg_database where starts_with(datname, $1)", base)
	if err != nil {
		return "", false, err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return "", false, err
	}
	for i := 1; ; i++ {
		name := fmt.Sprintf("%s_%d", base, i)
		if s.lent[name] {
			continue
		}
		var ours bool
		if err := s.session.QueryRow(ctx, "select pg_try_advisory_lock(hashtext($1))", name).Scan(&ours); err != nil {
			return "", false, err
		}
		if ours {
			s.lent[name] = true
			return name, slices.Contains(names, name), nil
		}
	}
}

// give lets others have the database.
func (s *shelf) give(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.lent, name)
	s.session.Exec(context.Background(), "select pg_advisory_unlock(hashtext($1))", name) // the end of the process unlocks as well
}

// shape tells whether a test has changed the schema.
const shape = `select md5(string_agg(c.relname || a.attname || a.atttypid || a.attnotnull || c.relkind::text, ',' order by c.relname, a.attnum))
	from pg_class c join pg_attribute a on a.attrelid = c.oid
	where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped`

// create copies the template and writes the shape beside the name.
func (s *shelf) create(ctx context.Context, name, template string) error {
	if err := admin(s.address, "create database "+name+" template "+template); err != nil {
		return err
	}
	c, err := pgx.Connect(ctx, inDatabase(s.address, name))
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	var sum string
	if err := c.QueryRow(ctx, shape).Scan(&sum); err != nil {
		return err
	}
	_, err = c.Exec(ctx, "comment on database "+name+" is '"+sum+"'")
	return err
}

// empty throws out who is still connected, and every row. An error means that the database is no longer what it was.
func (s *shelf) empty(ctx context.Context, name string) error {
	c, err := pgx.Connect(ctx, inDatabase(s.address, name))
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	var same bool
	err = c.QueryRow(ctx, `select shobj_description(oid, 'pg_database') = (`+shape+`) from pg_database where datname = $1`, name).Scan(&same)
	if err != nil || !same {
		return fmt.Errorf("schema of %s was changed: %w", name, err)
	}
	if _, err := c.Exec(ctx, `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()`, name); err != nil {
		return err
	}
	_, err = c.Exec(ctx, `do $$
		declare one text; filled text := ''; has boolean;
		begin
			for one in select quote_ident(relname) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'schema_version' loop
				execute 'select exists (select from ' || one || ')' into has;
				if has then filled := filled || ', ' || one; end if;
			end loop;
			if filled <> '' then execute 'truncate ' || substr(filled, 3) || ' cascade'; end if;
		end $$`)
	return err
}
