package smpp

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// deliver hands on what came: a receipt, a text, or the last piece of one.
func (c *Client) deliver(ctx context.Context, m Message, session time.Time) error {
	if r, ok := m.receipt(); ok {
		if c.o.Receipt == nil || r.ID == "" {
			return nil
		}
		return c.o.Receipt(ctx, r)
	}
	part, text, readable := m.piece()
	t := Text{From: plain(m.From), To: plain(m.To), Text: text, Readable: readable, Whole: true, Session: session}
	if part.Total > 1 && readable {
		c.mu.Lock()
		whole, done := c.joins.add(joinKey{t.From, t.To, part.Ref, part.Total}, part.Number, text, time.Now())
		c.mu.Unlock()
		if !done {
			return nil
		}
		t.Text = whole
	}
	if c.o.Text == nil {
		return nil
	}
	return c.o.Text(ctx, t)
}

// flush hands on texts whose missing pieces never came. Their pieces are answered already, so a failure is only noted.
func (c *Client) flush(ctx context.Context, before, session time.Time) {
	c.mu.Lock()
	late := c.joins.late(before)
	c.mu.Unlock()
	for k, text := range late {
		if c.o.Text == nil {
			continue
		}
		if err := c.o.Text(ctx, Text{From: k.from, To: k.to, Text: text, Readable: true, Session: session}); err != nil {
			c.o.Log.Error("smpp pieces did not take effect", "addr", c.o.Addr, "err", err)
		}
	}
}

// plain writes an address as people do: international numbers with a plus.
func plain(a Address) string {
	if n := strings.TrimPrefix(a.Number, "+"); a.TON == 1 && digits(n) {
		return "+" + n
	}
	return a.Number
}

// international is a number to send to.
func international(n string) Address { return Address{1, 1, strings.TrimPrefix(n, "+")} }

// sender is who a text comes from: a number, a short code, or a name of up to 11 characters.
func sender(s string) Address {
	switch n := strings.TrimPrefix(s, "+"); {
	case !digits(n):
		return Address{5, 0, s[:min(len(s), 11)]}
	case len(n) <= 6:
		return Address{3, 0, n}
	default:
		return Address{1, 1, n}
	}
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// validity writes a span as SMPP does: YYMMDDhhmmss000R (7.1.1.2).
func validity(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	s := int(d / time.Second)
	return fmt.Sprintf("0000%02d%02d%02d%02d000R", min(s/86400, 30), s/3600%24, s/60%60, s%60)
}
