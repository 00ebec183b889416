package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	"github.com/jackc/pgx/v5"
)

// database is an empty one on the engine, gone with end.
func (r *run) database(ctx context.Context) (end func(), err error) {
	if r.engine == "sqlite" {
		r.url = "sqlite:" + filepath.Join(r.dir, "jawort.db")
		return func() {}, nil
	}
	address, stop := r.DB, func() {}
	if address == "" {
		if address, r.postmaster, stop, err = startCluster(ctx, r.dir); err != nil {
			return nil, err
		}
	}
	if r.Keep != "" {
		if r.DB != "" {
			return nil, errors.New("a database that stays must be ours: leave out --db")
		}
		r.url, err = keptDatabase(ctx, address)
		return stop, err
	}
	if r.url, err = makeDatabase(ctx, address); err != nil {
		stop()
		return nil, err
	}
	return func() {
		_ = statement(context.WithoutCancel(ctx), address, "drop database if exists "+benchDatabase+" with (force)")
		stop()
	}, nil
}

const benchDatabase = "jawort_bench"

func makeDatabase(ctx context.Context, address string) (string, error) {
	for _, text := range []string{"drop database if exists " + benchDatabase + " with (force)",
		"create database " + benchDatabase + " template template0 encoding 'UTF8'"} {
		if err := statement(ctx, address, text); err != nil {
			return "", fmt.Errorf("make a database for the bench: %w", err)
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	u.Path = "/" + benchDatabase
	return u.String(), nil
}

// keptDatabase is made once.
func keptDatabase(ctx context.Context, address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	u.Path = "/" + benchDatabase
	if statement(ctx, u.String(), "select 1") == nil {
		return u.String(), nil
	}
	return makeDatabase(ctx, address)
}

func statement(ctx context.Context, address, text string) error {
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, text)
	return err
}
