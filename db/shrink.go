package db

import "context"

// Shrink gives back the pages that SQLite's idle connections keep in memory; the next readers find them at the operating system. PostgreSQL
// has a memory of its own.
func (d *DB) Shrink(ctx context.Context) {
	if s, ok := d.store.(*sqliteStore); ok {
		s.readers.shrink(ctx)
		if s.writer != nil {
			s.writer.shrink(ctx)
		}
	}
}

// shrink passes over connections that are at work.
func (b *bench) shrink(ctx context.Context) {
	var idle []*sqliteConn
	for range cap(b.seats) {
		select {
		case <-b.seats:
			idle = append(idle, b.get())
		default:
		}
	}
	for _, c := range idle {
		_, _ = c.exec(ctx, "pragma shrink_memory", nil) // what it fails to give back is given back later
		b.put(c)
	}
}
