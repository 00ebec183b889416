package blob

const (
	// putBlob keeps the longer time: null is for ever.
	putBlob = `insert into blob (tenant, hash, type, size, class, owner, created_at, until, body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (tenant, hash) do update set until = case
			when blob.until is null or excluded.until is null then null
			when blob.until > excluded.until then blob.until
			else excluded.until end
		returning created_at, coalesce(until, 0)`

	getBlob      = `select type, size, class, owner, created_at, coalesce(until, 0), body from blob where tenant = $1 and hash = $2`
	describeBlob = `select type, size, class, owner, created_at, coalesce(until, 0) from blob where tenant = $1 and hash = $2`
	usedBytes    = `select cast(coalesce(sum(size), 0) as bigint) from blob where tenant = $1`
	deleteBlob   = `delete from blob where tenant = $1 and hash = $2`
	ofOwner      = `select hash, type, size, class, created_at, coalesce(until, 0) from blob where tenant = $1 and owner = $2 order by hash`
	deleteOwner  = `delete from blob where tenant = $1 and owner = $2`

	deleteExpired = `delete from blob where (tenant, hash) in (select tenant, hash from blob where until is not null and until <= $1 order by until limit $2)`
)
