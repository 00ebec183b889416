package timer

const (
	putTimers = `insert into timer (tenant, kind, key, due, lease_until, attempts, payload)
		select r.tenant, r.kind, r.key, r.due, 0, 0, r.payload
		from {rows $1: tenant text, kind text, key text, due bigint, payload text} r where true
		on conflict (tenant, kind, key) do update set due = excluded.due, lease_until = 0, attempts = 0, payload = excluded.payload`

	cancelTimers = `delete from timer where tenant = $1 and kind = $2 and key in {list $3 text}`

	lateTimers = `select count(*), coalesce(min(due), 0) from timer where due <= $1`

	// nextDue is when there is something to do; a leased timer comes back when its lease ends.
	nextDue = `select case when due > lease_until then due else lease_until end from timer
		where due <= $1 and kind in {list $2 text} order by 1 limit 1`

	// claim locks due timers, those longest due first, passing over what another process has locked.
	claim = `select tenant, kind, key, due, attempts, payload from timer
		where due <= $1 and lease_until <= $1 and kind in {list $2 text} order by due limit $3 {for update skip locked}`

	lease = `update timer set lease_until = $2, attempts = attempts + 1
		from {rows $1: tenant text, kind text, key text} r where timer.tenant = r.tenant and timer.kind = r.kind and timer.key = r.key`

	remove = `delete from timer where tenant = $1 and kind = $2 and key in {list $3 text}`

	// removeSame leaves a timer alone that was set anew or run by another process meanwhile.
	removeSame = `delete from timer where tenant = $1 and kind = $2 and key = $3 and due = $4 and attempts = $5 and lease_until = 0`

	// The two below touch a timer only while the lease is still ours: set anew meanwhile, it stays as it was set.
	finish = `delete from timer where tenant = $1 and kind = $2 and key = $3 and lease_until = $4`

	again = `update timer set due = $5, lease_until = 0, attempts = $6 where tenant = $1 and kind = $2 and key = $3 and lease_until = $4`

	// postpone is again for a timer that was not leased.
	postpone = `update timer set due = $6, attempts = $5 + 1 where tenant = $1 and kind = $2 and key = $3 and due = $4 and attempts = $5 and lease_until = 0`
)
