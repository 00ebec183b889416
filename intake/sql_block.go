package intake

import (
	"context"
	"fmt"

	"jawort/address"
	"jawort/db"
)

// MetaBlock is that Meta keeps an address and a number of the business apart, or was asked to.
type MetaBlock struct {
	Tenant, Number string
	Contact        string // who holds the address; "" = nobody any more
	Address        address.Address
	Staff, Reason  string
	At             int64
}

func insertMetaBlock(ctx context.Context, tx *db.Tx, b MetaBlock) error {
	_, err := tx.Exec(ctx, `insert into meta_block (tenant, number, address, staff, reason, at) values ($1, $2, $3, $4, $5, $6)
		on conflict (tenant, number, address) do update set staff = excluded.staff, reason = excluded.reason, at = excluded.at`,
		b.Tenant, b.Number, string(b.Address), b.Staff, b.Reason, b.At)
	return err
}

func deleteMetaBlock(ctx context.Context, tx *db.Tx, b MetaBlock) error {
	_, err := tx.Exec(ctx, `delete from meta_block where tenant = $1 and number = $2 and address = $3`, b.Tenant, b.Number, string(b.Address))
	return err
}

// blockable are the business's numbers that somebody wrote to within Meta's 24 hours, each with what Meta is to block there: the
// telephone number where it is known, else the user id (WA/block-users).
func blockable(ctx context.Context, tx *db.Tx, tenant, who string, now int64) ([]MetaBlock, error) {
	rows, err := tx.Query(ctx, `select w.number, a.address from service_window w
		join contact_address a on a.tenant = w.tenant and a.contact = w.contact and a.until is null
		where w.tenant = $1 and w.contact = $2 and w.until > $3 order by w.number, a.address`, tenant, who, now)
	all, err := db.All(rows, err, func(r *db.Rows, to *MetaBlock) error {
		to.Tenant, to.Contact = tenant, who
		return r.Scan(&to.Number, &to.Address)
	})
	if err != nil {
		return nil, fmt.Errorf("who could be blocked: %w", err)
	}
	var list []MetaBlock
	for _, b := range all { // "tel:" sorts before "wa:"
		if n := len(list); n == 0 || list[n-1].Number != b.Number {
			list = append(list, b)
		}
	}
	return list, nil
}

// BlocksOf are the blocks that hold for a person, by every address they have or had, the oldest first.
func BlocksOf(ctx context.Context, tx *db.Tx, tenant, who string) ([]MetaBlock, error) {
	rows, err := tx.Query(ctx, `select distinct b.number, b.address, b.staff, b.reason, b.at from contact_address a
		join meta_block b on b.tenant = a.tenant and b.address = a.address
		where a.tenant = $1 and a.contact = $2 order by b.at, b.number`, tenant, who)
	all, err := db.All(rows, err, func(r *db.Rows, to *MetaBlock) error {
		to.Tenant, to.Contact = tenant, who
		return r.Scan(&to.Number, &to.Address, &to.Staff, &to.Reason, &to.At)
	})
	if err != nil {
		return nil, fmt.Errorf("blocks: %w", err)
	}
	return all, nil
}

// outlivedBlocks are blocks without a reason to hold: the person asked for messages again by another way, the stop of everything was
// taken back, or nobody holds the address any more.
func outlivedBlocks(ctx context.Context, tx *db.Tx, limit int) ([]MetaBlock, error) {
	rows, err := tx.Query(ctx, `select b.tenant, b.number, b.address, b.staff, b.reason, b.at,
			coalesce((select a.contact from contact_address a where a.tenant = b.tenant and a.address = b.address and a.until is null), '')
		from meta_block b
		where not exists (select 1 from contact_address a join standing s on s.tenant = a.tenant and s.contact = a.contact and s.topic = '' and s.stop_all
			where a.tenant = b.tenant and a.address = b.address and a.until is null)
		or exists (select 1 from contact_address a join event e on e.tenant = a.tenant and e.contact = a.contact
			where a.tenant = b.tenant and a.address = b.address and a.until is null
			and e.kind in ('requested', 'declared', 'granted') and e.recorded_at > b.at)
		order by b.at limit $1`, int64(limit))
	all, err := db.All(rows, err, func(r *db.Rows, to *MetaBlock) error {
		return r.Scan(&to.Tenant, &to.Number, &to.Address, &to.Staff, &to.Reason, &to.At, &to.Contact)
	})
	if err != nil {
		return nil, fmt.Errorf("outlived blocks: %w", err)
	}
	return all, nil
}
