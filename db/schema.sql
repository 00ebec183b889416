-- The whole schema, one text for SQLite and PostgreSQL. Times are bigint microseconds UTC, ids are sortable
-- text made in Go, every key begins with the tenant. {key}, {json} and {clustered} are fragments of package db; {clustered} is for
-- narrow tables, which SQLite then keeps in their primary key: one seek instead of two.
-- A table is written only by the package named above it (tables_test.go reads these lines).

-- owner: account
create table tenant (
	tenant      {key} primary key,
	name        text not null,                -- the business's name as notices must name it
	language    text not null,                -- de, en
	zone        text not null,                -- IANA zone
	country     text not null,                -- ISO 3166-1 alpha-2
	policy      {json} not null,              -- account.Policy: what the tenant decided
	brand       {json} not null,              -- account.Brand: logo and accent of public pages
	pepper      bytea not null,               -- sealed key of the fingerprints (suppression, asked)
	held_since  bigint,                       -- after a restore: nothing is sent until released
	lists       bigint not null default 0,    -- how many lists of opt-outs hold by listed_stop: the gate looks there only then
	created_at  bigint not null
);

-- owner: account
create table first_step (
	tenant      {key} not null,
	step        {key} not null,               -- of the first run
	state       text not null,                -- done later
	at          bigint not null,
	primary key (tenant, step)
);

-- owner: account
create table first_link (
	hash        bytea primary key,
	until       bigint not null,
	used_at     bigint
);

-- owner: account
create table portfolio (
	tenant      {key} not null,
	portfolio   {key} not null,               -- Meta's business portfolio id
	name        text not null,
	send_limit  bigint not null,              -- unique people outside windows in 24 h; -1 = unlimited
	updated_at  bigint not null,
	primary key (tenant, portfolio)
);

-- owner: account
create table number (
	tenant      {key} not null,
	number      {key} not null,               -- Meta's phone_number_id
	waba        {key} not null,
	portfolio   {key} not null,
	display     text not null,                -- digits of the business's own number
	name        text not null,
	country     text not null,
	base_url    text not null,                -- of the Graph API
	token       bytea not null,               -- sealed
	app_secret  bytea not null,               -- sealed
	mode        text not null,                -- observe warn enforce
	throughput  bigint not null,              -- messages a second
	settings    {json} not null,              -- account.NumberSettings: quiet hours, caps, acknowledgements
	status      text not null,                -- Meta's own word
	created_at  bigint not null,
	primary key (tenant, number)
);
create unique index number_id on number (number);

-- owner: account
create table program (
	tenant      {key} not null,
	program     {key} not null,
	name        text not null,
	mode        text not null,
	token_hash  bytea not null,
	scopes      {json} not null,
	topics      {json} not null,              -- default topic per class
	created_at  bigint not null,
	revoked_at  bigint,
	numbers     {json} not null default '[]', -- phone_number_ids it may use; empty = all
	rate        bigint not null default 0,    -- requests a minute; 0 = no limit of its own
	old_hash    bytea,                        -- the token before, until old_until
	old_until   bigint not null default 0,
	human_answers boolean not null default false, -- people type here: what it sends freely in an open window answers somebody who wrote
	primary key (tenant, program)
);
create unique index program_token on program (token_hash);
create unique index program_old_token on program (old_hash) where old_hash is not null;

-- owner: account
create table program_fault (                  -- calls the gateway turned away before any decision, counted a day
	tenant      {key} not null,
	program     {key} not null,
	day         bigint not null,              -- days since 1970 UTC
	reason      {key} not null,
	edge        {key} not null,               -- "POST messages"; '' = none that Meta has
	times       bigint not null,
	last_at     bigint not null,
	primary key (tenant, program, day, reason, edge)
) {clustered};

-- owner: account
create table staff (
	tenant      {key} not null,
	staff       {key} not null,
	email       text not null,
	name        text not null,
	role        text not null,                -- owner admin editor agent auditor
	language    text not null,
	password    text not null,                -- argon2id, empty = link only
	created_at  bigint not null,
	disabled_at bigint,
	primary key (tenant, staff)
);
create unique index staff_email on staff (email);

-- owner: account
create table staff_factor (                   -- one-time codes of an app (RFC 6238)
	tenant      {key} not null,
	staff       {key} not null,
	secret      bytea not null,               -- sealed
	created_at  bigint not null,
	confirmed_at bigint,                      -- null = shown, not yet proved
	last_step   bigint not null,              -- of the last code taken: none is taken twice
	primary key (tenant, staff)
);

-- owner: account
create table recovery_code (
	tenant      {key} not null,
	staff       {key} not null,
	hash        bytea not null,
	used_at     bigint,
	primary key (tenant, staff, hash)
);

-- owner: account
create table sign_in (                        -- OpenID Connect, one provider a tenant
	tenant      {key} primary key,
	issuer      text not null,
	client      text not null,
	secret      bytea not null,               -- sealed
	domain      text not null,                -- of the e-mail addresses it may speak for
	claim       text not null,                -- that names groups
	roles       {json} not null,              -- group → role, never owner
	off_at      bigint                        -- null = in use
);
create unique index sign_in_domain on sign_in (domain) where off_at is null;

-- owner: account
create table line (                           -- an account at a telephone provider
	tenant      {key} not null,
	line        {key} not null,
	name        text not null,
	kind        text not null,                -- sip: calls come to us over the network; twilio: the provider asks us by webhook
	registrar   text not null,                -- host or host:port; '' = none
	transport   text not null,                -- udp or tcp
	user_name   text not null,                -- '' = the provider wants no sign-in
	login       text not null,                -- user of the password; for twilio the account's SID
	password    bytea not null,               -- sealed
	created_at  bigint not null,
	primary key (tenant, line)
);
create unique index line_id on line (line);

-- owner: account
create table staff_identity (                 -- who somebody is at the provider
	tenant      {key} not null,
	issuer      {key} not null,
	subject     {key} not null,
	staff       {key} not null,
	since       bigint not null,
	primary key (tenant, issuer, subject)
);
create unique index staff_identity_staff on staff_identity (tenant, staff, issuer);

-- owner: account
create table login_link (
	hash        bytea primary key,
	tenant      {key} not null,
	staff       {key} not null,
	until       bigint not null,
	used_at     bigint
);

-- owner: account
create table session (
	token       {key} primary key,
	data        bytea not null,
	until       bigint not null
);
create index session_until on session (until);

-- owner: account
create table api_key (
	tenant      {key} not null,
	api_key     {key} not null,
	name        text not null,
	hash        bytea not null,
	scopes      {json} not null,
	created_by  text not null,
	created_at  bigint not null,
	used_at     bigint,
	revoked_at  bigint,
	primary key (tenant, api_key)
);
create unique index api_key_hash on api_key (hash);

-- owner: account
create table audit (
	tenant      {key} not null,
	audit       {key} not null,
	at          bigint not null,
	actor       text not null,                -- staff id, key id, or a command
	action      text not null,
	object      text not null,                -- id of what was touched, never an address
	detail      {json} not null,
	primary key (tenant, audit)
);
create index audit_actor on audit (tenant, actor, audit);
create index audit_action on audit (tenant, action, audit);
create index audit_object on audit (tenant, object, audit);

-- owner: account
create table saved_view (
	tenant      {key} not null,
	view        {key} not null,
	page        text not null,                -- the list it belongs to: people
	name        text not null,
	filter      text not null,                -- a query of closed words and ids, never an address or a name
	staff       {key} not null,               -- whose it is; '' = everybody's
	created_at  bigint not null,
	primary key (tenant, view)
);

-- owner: account
create table idempotency (
	tenant      {key} not null,
	idem_key    {key} not null,
	route       text not null,
	body_hash   bytea not null,
	state       text not null,                -- running done
	status      bigint not null,
	answer      bytea,
	created_at  bigint not null,
	primary key (tenant, idem_key)
);
create index idempotency_age on idempotency (created_at);

-- owner: timer
create table timer (
	tenant      {key} not null,
	kind        {key} not null,
	key         {key} not null,
	due         bigint not null,
	lease_until bigint not null,              -- 0 = free
	attempts    bigint not null,
	payload     text not null,
	primary key (tenant, kind, key)
) {clustered};
create index timer_due on timer (due);

-- owner: form
create table form (
	tenant      {key} not null,
	serial      {key} not null,               -- printed on it, and in its code
	batch       {key} not null,               -- those printed together
	source      {key} not null,
	notice      {key} not null,
	notice_version bigint not null,           -- the words that stand on it
	language    text not null,
	printed_by  {key} not null,               -- staff
	printed_at  bigint not null,
	used_at     bigint,                       -- null = it never came back
	event       {key} not null,               -- what it led to; '' = nothing yet
	primary key (tenant, serial)
);
create unique index form_serial on form (serial);
create index form_batch on form (tenant, source, batch, serial);

-- owner: kiosk
create table kiosk (
	tenant      {key} not null,
	kiosk       {key} not null,
	source      {key} not null,
	opened_by   {key} not null,               -- staff
	opened_at   bigint not null,
	until       bigint not null,
	closed_at   bigint,                       -- null = not closed by anybody
	token_hash  bytea not null,               -- first of the link that opens it, then of the device that was opened with it
	device_at   bigint,                       -- null = nobody opened the link yet
	primary key (tenant, kiosk)
);
create unique index kiosk_token on kiosk (token_hash);
create index kiosk_source on kiosk (tenant, source, kiosk);

-- owner: blob
create table blob (
	tenant      {key} not null,
	hash        {key} not null,               -- its name: sha256 in hex, and a mark of the owner where it has one
	type        text not null,
	size        bigint not null,
	class       text not null,                -- retention class
	owner       {key} not null,
	created_at  bigint not null,
	until       bigint,                       -- null = as long as its owner
	body        bytea not null,
	primary key (tenant, hash)
);
create index blob_owner on blob (tenant, owner, size);
create index blob_until on blob (until) where until is not null;

-- owner: bring
create table import (                         -- a list of people that was brought in
	tenant      {key} not null,
	import      {key} not null,
	kind        text not null,                -- optouts: who wants no messages; people: who said yes, and who no
	state       text not null,                -- reading ready running done failed undoing undone dropped
	name        text not null,                -- of the file
	file        {key} not null,               -- blob; kept for bring.Keep
	options     {json} not null,              -- bring.Options: columns, scope, topics, where they agreed
	format      text not null,                -- whose export it is; '' = any table
	phase       text not null,                -- of the state: read force stops claims void unlist; '' = none
	line        bigint not null,              -- rows up to this line of the file are through the phase
	through     bigint not null,              -- how many rows that were
	total       bigint not null,              -- of how many
	counts      {json} not null,              -- bring.Counts: verdict → rows, as expected and as it came
	problem     text not null,                -- why it cannot be read: of package say
	created_by  {key} not null,               -- staff, API key or command
	created_at  bigint not null,
	begun_at    bigint,                       -- when it was let go; dates its suppressions
	force_at    bigint,                       -- since when every opt-out on it holds
	done_at     bigint,
	undo_by     {key} not null,               -- staff who wishes it undone; '' = nobody
	undo_why    text not null,
	undo_at     bigint,
	undone_by   {key} not null,               -- staff who agreed
	undone_at   bigint,
	primary key (tenant, import)
);

-- owner: bring
create table import_row (                     -- rows with something to tell; the others are only counted
	tenant      {key} not null,
	import      {key} not null,
	line        bigint not null,
	verdict     text not null,
	begins      text not null,                -- how the row begins; '' = as the file has it
	primary key (tenant, import, line)
) {clustered};
create index import_row_verdict on import_row (tenant, import, verdict, line);

-- owner: round
create table round (                          -- questions to people of whom somebody else says that they agreed
	tenant      {key} not null,
	round       {key} not null,
	topic       {key} not null,
	source      {key} not null,               -- whose wording is asked
	state       text not null,                -- counting ready running paused done dropped
	why         text not null,                -- it paused by itself; '' = it did not
	behind      {key} not null,               -- the person reached; '' = from the beginning
	counts      {json} not null,              -- round.Counts
	created_by  {key} not null,               -- staff
	created_at  bigint not null,
	begun_at    bigint,
	ended_at    bigint,
	primary key (tenant, round)
);

-- owner: contact
create table contact (
	tenant      {key} not null,
	contact     {key} not null,
	name        text not null,                -- as WhatsApp or a form told it
	name_key    {key} not null default '',    -- what it is sought by: words without case and marks
	name_back   {key} not null default '',    -- the same, last word first; '' = one word
	username    text not null,
	language    text not null,                -- '' = unknown
	merged_into {key},
	frozen_at   bigint,                       -- identity in doubt: opt-ins freeze, opt-outs stay
	created_at  bigint not null,
	primary key (tenant, contact)
) {clustered};
create index contact_frozen on contact (tenant, contact) where frozen_at is not null;
create index contact_language on contact (tenant, language, contact) where language <> '';
create index contact_name on contact (tenant, name_key) where name_key <> '';
create index contact_name_back on contact (tenant, name_back) where name_back <> '';
create index contact_merged on contact (tenant, merged_into) where merged_into is not null;

-- owner: contact
create table contact_guard (
	tenant      {key} not null,
	contact     {key} not null,
	rev         bigint not null,              -- revision of the person: every event raises it by one
	primary key (tenant, contact)
) {clustered};

-- owner: contact
create table contact_address (
	tenant      {key} not null,
	address     {key} not null,               -- tel:+…, wa:… or wap:… (a parent id: recognises, is never written to)
	since       bigint not null,
	until       bigint,                       -- null = now
	contact     {key} not null,
	portfolio   {key} not null,               -- a BSUID is known with its portfolio; '' for phones
	wa_id       text not null,                -- as WhatsApp writes it; '' = not told
	fingerprint {key} not null,               -- keyed, as in suppression
	proof       text not null,                -- first | webhook | answer | number_changed | contact_request | reply | staff
	born        {key} not null,               -- the contact it first came to: what a split gives back
	primary key (tenant, address, since)
) {clustered};
create unique index contact_address_now on contact_address (tenant, address) where until is null;
create index contact_address_of on contact_address (tenant, contact, until, fingerprint);

-- owner: contact
create table service_window (
	tenant      {key} not null,
	contact     {key} not null,
	number      {key} not null,
	opened_at   bigint not null,              -- Meta's timestamp of the person's last message or call
	until       bigint not null,              -- 24 h later less 60 s
	human_at    bigint not null,              -- last message that is not itself a stop; 0 = none
	answers     bigint not null default 0,    -- answers of people since the person's last message
	primary key (tenant, contact, number)
) {clustered};

-- owner: contact
create table listed_stop (                    -- opt-outs of lists; they hold from the moment their list is let go, until each is in suppression
	tenant      {key} not null,
	import      {key} not null,
	fingerprint {key} not null,
	primary key (tenant, import, fingerprint)
) {clustered};

-- owner: contact
create table suppression (
	tenant      {key} not null,
	fingerprint {key} not null,
	scope       text not null,                -- all marketing
	reason      text not null,
	at          bigint not null,
	primary key (tenant, fingerprint)
) {clustered};

-- owner: topic
create table topic (
	tenant      {key} not null,
	topic       {key} not null,               -- the code, e.g. order_updates
	class       text not null,                -- marketing utility authentication
	class_default boolean not null,           -- the tenant's default of its class (never for marketing)
	texts       {json} not null,              -- per language: name, value
	position    bigint not null,
	created_at  bigint not null,
	retired_at  bigint,
	primary key (tenant, topic)
);

-- owner: topic
create table template (
	tenant      {key} not null,
	waba        {key} not null,
	name        {key} not null,
	language    {key} not null,
	meta_id     text not null,
	category    text not null,                -- Meta's current one
	status      text not null,                -- Meta's own word
	quality     text not null,
	topic       {key},                        -- ours; null = not assigned
	components  {json} not null,
	updated_at  bigint not null,
	primary key (tenant, waba, name, language)
);

-- owner: notice
create table notice (
	tenant      {key} not null,
	notice      {key} not null,
	name        text not null,
	created_at  bigint not null,
	primary key (tenant, notice)
);

-- owner: notice
create table notice_version (
	tenant      {key} not null,
	notice      {key} not null,
	version     bigint not null,
	language    {key} not null,
	body        text not null,
	hash        text not null,                -- sha256 of the body, hex
	kind        text not null,                -- web thread sms ivr missed_call paper
	topics      {json} not null,
	cap_month   bigint not null,              -- promised messages a month; 0 = nothing promised
	outdates    boolean not null,             -- older consents of this notice become outdated
	created_at  bigint not null,
	published_at bigint,                      -- null = draft; never changed once set
	primary key (tenant, notice, version, language)
);

-- owner: notice
create table recording (                      -- a wording as it is spoken on the telephone
	tenant      {key} not null,
	notice      {key} not null,
	version     bigint not null,
	language    {key} not null,
	slot        {key} not null,               -- notice, or topic:CODE: the question about one topic
	blob        {key} not null,               -- WAV, 8 kHz
	ms          bigint not null,              -- its length
	recorded_by text not null,
	recorded_at bigint not null,
	primary key (tenant, notice, version, language, slot)
);

-- owner: source
create table source (
	tenant      {key} not null,
	source      {key} not null,
	kind        text not null,                -- web thread sms ivr missed_call paper
	name        text not null,
	state       text not null,                -- draft live paused
	token_hash  bytea not null,
	notice      {key} not null,
	notice_version bigint not null,           -- the version that was judged and is shown; 0 = never live
	topics      {json} not null,
	number      {key} not null,               -- the WhatsApp number it leads to
	settings    {json} not null,              -- source.Settings
	paused_why  text not null,
	created_at  bigint not null,
	opened_at   bigint,                       -- since when its answers are judged: first opened, or opened again after it rested by itself
	primary key (tenant, source)
);
create unique index source_id on source (source);

-- owner: source
create table source_watch (                   -- a new way of opting in is watched closely for its first days
	tenant      {key} not null,
	source      {key} not null,
	since       bigint not null,              -- its first opening
	until       bigint not null,
	ended_at    bigint not null,              -- 0 = nobody ended it before its time
	ended_by    {key} not null,               -- staff; "" = nobody
	ended_why   text not null,
	primary key (tenant, source)
) {clustered};

-- owner: source
create table door (
	tenant      {key} not null,
	door        {key} not null,               -- what is limited, e.g. optin:net
	fingerprint {key} not null,               -- keyed hash of the network or address
	slot        bigint not null,              -- start of the time slot
	used        bigint not null,
	primary key (tenant, door, fingerprint, slot)
) {clustered};
create index door_slot on door (slot);

-- owner: carrier
create table carrier (                        -- a way on which SMS come and go: an account at an operator or a provider
	tenant      {key} not null,
	carrier     {key} not null,
	kind        text not null,                -- smpp twilio esendex webhook
	name        text not null,
	number      text not null,                -- what people text to: +digits, or a short code
	settings    {json} not null,              -- carrier.Settings
	secret      bytea not null,               -- sealed: password, token or key
	created_at  bigint not null,
	off_at      bigint,                       -- null = in use
	primary key (tenant, carrier)
);
create unique index carrier_id on carrier (carrier);

-- owner: consent
create table event (
	tenant      {key} not null,
	event       {key} not null,
	contact     {key} not null,
	rev         bigint not null,
	kind        text not null,
	scope       text not null,                -- '' all marketing topic
	topics      {json} not null,
	address     text not null,
	channel     text not null,
	source      {key} not null,
	number      {key} not null,
	notice      {key} not null,
	notice_version bigint not null,
	notice_hash text not null,
	language    text not null,
	actor_kind  text not null,                -- person staff import program meta system
	actor       text not null,
	happened_at bigint not null,
	recorded_at bigint not null,
	witnessed   boolean not null,
	channel_seq text not null,                -- the channel's own order, where it has one
	value       text not null,
	until       bigint not null,
	other       {key} not null,
	cap_month   bigint not null,
	ref         {key} not null,               -- the event this one speaks of (voided, disputed, granted of a request)
	reason      text not null,
	evidence    {json} not null,
	seen_key    {key} not null,               -- '' or what makes a repetition recognisable
	position    bigint,                       -- in the tenant's log: given with the entry (SQLite), or soon behind its commit
	primary key (tenant, event)
);
create unique index event_rev on event (tenant, contact, rev);
create unique index event_seen on event (tenant, seen_key) where seen_key <> '';
create index event_unsealed on event (tenant, recorded_at, event) where position is null;
create index event_source on event (tenant, source, event) where source <> '';
create unique index event_position on event (tenant, position) where position is not null;
create index event_blocked on event (tenant, contact) where kind = 'suspected_block';
create index event_reason on event (tenant, event) where kind = 'reason_given';
create index event_stop on event (tenant, event) where kind in ('withdrawn', 'objected', 'disputed', 'platform_stopped');

-- owner: consent
create table log_head (                       -- whoever gives positions holds this row
	tenant      {key} primary key,
	position    bigint not null               -- the last one given
);

-- owner: consent
create table event_leaf (
	tenant      {key} not null,
	event       {key} not null,
	leaf        bytea not null,
	primary key (tenant, event)
) {clustered};

-- owner: consent
create table event_salt (
	tenant      {key} not null,
	event       {key} not null,
	salt        bytea not null,
	primary key (tenant, event)
) {clustered};

-- owner: consent
create table standing (
	tenant      {key} not null,
	contact     {key} not null,
	topic       {key} not null,               -- '' = what holds for the whole person
	state       text not null,                -- of the topic; for '': '' or stopped
	since       bigint not null,
	own_since   bigint not null,              -- of the person's own witnessed grant: only that outlives a suppression
	expires_at  bigint,                       -- when it lapses or a pause ends
	source      {key} not null,
	notice      {key} not null,
	notice_version bigint not null,
	proof       text not null,
	event       {key} not null,               -- the event that decided
	cap_month   bigint not null,
	stop_all    boolean not null,             -- the four below only in the row ''
	stop_marketing boolean not null,
	platform_stop boolean not null,
	flags       {json} not null,              -- consent.Person: the rest, for the readers that are not the gate
	rev         bigint not null,
	primary key (tenant, contact, topic)
) {clustered};
create index standing_topic on standing (tenant, topic, state, contact);
create index standing_stop on standing (tenant, contact) where stop_all or stop_marketing or platform_stop;
create index standing_source on standing (tenant, source, contact) where source <> '';
create index standing_notice on standing (tenant, notice, state, notice_version, contact) where notice <> '';
create index standing_expiry on standing (expires_at) where expires_at is not null;
create index standing_paused on standing (expires_at) where state = 'paused';

-- owner: consent
create table platform_stop (
	tenant      {key} not null,
	contact     {key} not null,
	number      {key} not null,
	since       bigint not null,
	lifted_at   bigint,
	primary key (tenant, contact, number)
) {clustered};

-- owner: consent
create table request (
	tenant      {key} not null,
	request     {key} not null,
	code        {key} not null,               -- hash of the one-time code of the write-first link
	contact     {key} not null,
	address     text not null,
	source      {key} not null,
	topics      {json} not null,
	notice      {key} not null,
	notice_version bigint not null,
	language    text not null,
	event       {key} not null,               -- the requested event
	state       text not null,                -- open granted declined disputed expired
	asked_at    bigint,                       -- when the neutral question was sent
	question    {key} not null,               -- its message id; '' = none
	words       text not null,                -- hash of the declaration in the write-first link
	origin      text not null,                -- the ad or post the conversation began with, as Meta told it; '' = none
	created_at  bigint not null,
	until       bigint not null,
	primary key (tenant, request)
);
create unique index request_code on request (code);
create index request_open on request (tenant, contact) where state = 'open';
create index request_until on request (until) where state = 'open';
create index request_asked on request (tenant, source, asked_at) where asked_at is not null;
create index request_question on request (tenant, question) where question <> '';

-- owner: consent
create table asked (
	tenant      {key} not null,
	fingerprint {key} not null,
	at          bigint not null,
	source      {key} not null,
	answered    boolean not null,
	primary key (tenant, fingerprint, at)
) {clustered};
create index asked_source on asked (tenant, source, at);

-- owner: quality
create table observation (                    -- what Meta said of a number, an account, a portfolio or a template: kept for good
	tenant      {key} not null,
	node        {key} not null,               -- number/ID waba/ID portfolio/ID template/WABA/NAME/LANGUAGE
	what        {key} not null,               -- quality.What
	at          bigint not null,              -- by Meta's clock; where Meta tells none, when we saw it first
	way         {key} not null,               -- poll webhook
	value       {key} not null,               -- Meta's own word
	observation {key} not null,
	last_at     bigint not null,              -- polls that said the same, without another word between, reach until then
	seen_at     bigint not null,              -- by our clock
	until       bigint not null,              -- it ends by itself then; 0 = it does not, or Meta does not say
	note        text not null,                -- Meta's words about it, for people; '' = none
	raw         {key} not null,               -- of raw_webhook; '' = a poll
	body        text not null,                -- Meta's bytes of this one thing: raw bodies go after 30 days
	primary key (tenant, node, what, at, way, value)
);
create index observation_at on observation (tenant, at, observation);

-- owner: quality
create table health (                         -- what holds, folded from the observations (docs/quality.md)
	tenant      {key} not null,
	node        {key} not null,
	what        {key} not null,
	value       text not null,
	before      text not null,                -- the word that held until then; '' = none, or none known
	since       bigint not null,              -- the first word of the row of equal ones that leads to now
	last_at     bigint not null,              -- the last word that says so
	way         text not null,                -- of that word
	until       bigint not null,              -- 0 = no end known
	note        text not null,
	primary key (tenant, node, what)
) {clustered};
create index health_what on health (tenant, what, value);

-- owner: quality
create table poll (                           -- how asking Meta about an account goes
	tenant      {key} not null,
	waba        {key} not null,
	asked_at    bigint not null,
	ok_at       bigint not null,              -- 0 = never yet
	failing_since bigint not null,            -- 0 = the last one went well
	error       text not null,                -- a word of a closed list; '' = none
	code        bigint not null,              -- Meta's code; 0 = none
	usage       bigint not null,              -- the highest share of what Meta allows, in percent
	next_at     bigint not null,
	primary key (tenant, waba)
);

-- owner: quality
create table headroom (
	tenant      {key} not null,
	portfolio   {key} not null,
	contact     {key} not null,
	message     {key} not null,
	taken_at    bigint not null,
	until       bigint not null,
	primary key (tenant, portfolio, contact)
) {clustered};
create index headroom_until on headroom (tenant, until, portfolio); -- not the first columns of the key: without statistics PostgreSQL takes it for seeks by person

-- owner: quality
create table headroom_count (                 -- how many slots of a large limit are held, so that no send counts them all
	tenant      {key} not null,
	portfolio   {key} not null,
	held        bigint not null,              -- slots with until behind swept
	swept       bigint not null,
	counted_at  bigint not null,              -- when they were last counted one by one
	sure_from   bigint not null,              -- until then whoever did not see this row may still be writing: the count is not relied on
	primary key (tenant, portfolio)
) {clustered};

-- owner: quality
create table brake (
	tenant      {key} not null,
	number      {key} not null,               -- of a number; '' = of a template
	waba        {key} not null default '',    -- of a template, with the two below
	template    {key} not null default '',
	language    {key} not null default '',
	state       text not null,                -- what the gate obeys: open slow marketing_stopped stopped
	reason      text not null,                -- quality.Cause
	since       bigint not null,              -- of the state
	until       bigint,                       -- when it may change at the earliest; null = not known
	answers     boolean not null default true, -- while stopped: what answers somebody in an open window still goes
	pace        bigint not null default 0,    -- while slow: marketing messages a day
	slow_at     bigint not null default 0,    -- while slow: when the next may go
	rung        bigint not null default 5,    -- where the machine stands, also while it is off or somebody holds it (quality.Rung)
	cause       text not null default '',     -- what brought it there
	rung_since  bigint not null default 0,
	calm_at     bigint not null default 0,    -- since when nothing speaks against the next step up
	held        text not null default '',     -- the state in which somebody holds it; '' = nobody does
	held_over   bigint not null default 5,    -- the machine's rung when they took hold: anything worse ends it
	held_until  bigint not null default 0,
	held_by     text not null default '',     -- id of staff
	held_why    text not null default '',
	primary key (tenant, number, waba, template, language)
);

-- owner: quality
create table signal (                         -- what Meta refused or could not deliver: for the causes and the brake
	tenant      {key} not null,
	signal      {key} not null,
	at          bigint not null,
	number      {key} not null,
	message     {key} not null,
	code        bigint not null,              -- Meta's
	primary key (tenant, signal)
);
create index signal_number on signal (tenant, number, code, at);

-- owner: gate
create table decision (
	tenant      {key} not null,
	decision    {key} not null,
	at          bigint not null,
	number      {key} not null,
	program     {key} not null,
	contact     {key} not null,
	message     {key} not null,
	topic       {key} not null,
	template    text not null,
	verdict     text not null,
	reason      text not null,                -- headline code
	body        {json} not null,              -- reasons, until, rules, rev and the facts that made it
	primary key (tenant, decision)
);
create index decision_contact on decision (tenant, contact, decision);

-- owner: outbox
create table message (
	tenant      {key} not null,
	message     {key} not null,
	number      {key} not null,
	contact     {key} not null,
	address     text not null,                -- as asked for; what is sent to
	topic       {key} not null,
	purpose     text not null,                -- '' or one of gate's purposes
	program     {key} not null,               -- '' = Jawort's own
	kind        text not null,                -- template text interactive …
	template    text not null,
	language    text not null,
	category    text not null,
	body        bytea not null,               -- the bytes that are sent
	state       text not null,
	priority    bigint not null,              -- 0 first
	due         bigint not null,
	expires_at  bigint not null,
	attempts    bigint not null,
	node        text not null,
	guard_rev   bigint not null,
	started_at  bigint not null,
	decision    {key} not null,
	wamid       text not null,
	error_code  bigint not null,
	error       text not null,
	created_at  bigint not null,
	accepted_at bigint not null,
	sent_at     bigint not null,
	delivered_at bigint not null,
	read_at     bigint not null,
	settled_at  bigint not null,
	primary key (tenant, message)
);
create index message_due on message (tenant, number, priority, due) where state in ('queued', 'waiting');
create index message_started on message (tenant, contact) where state = 'started';
create unique index message_wamid on message (tenant, wamid) where wamid <> '';
create index message_contact on message (tenant, contact, message);
create index message_trouble on message (tenant, state, message) where state in ('failed', 'refused', 'unknown');

-- owner: outbox
create table sent_count (
	tenant      {key} not null,
	contact     {key} not null,
	number      {key} not null,
	topic       {key} not null,
	day         bigint not null,              -- days since 1970 UTC
	sent        bigint not null,
	primary key (tenant, contact, number, topic, day)
) {clustered};

-- owner: outbox
create table pair_pace (
	tenant      {key} not null,
	contact     {key} not null,
	number      {key} not null,
	owed_until  bigint not null,              -- leaky bucket of Meta's pair rate: theoretical arrival time
	capped_until bigint not null default 0,   -- Meta has had enough marketing for this person (131049)
	primary key (tenant, contact, number)
) {clustered};

-- owner: alert
create table alert (
	tenant      {key} not null,
	alert       {key} not null,               -- one episode, from raise to all-clear
	kind        {key} not null,
	subject     {key} not null,               -- id of what it is about, never an address; '' = the whole business
	since       bigint not null,
	last_at     bigint not null,
	seen        bigint not null,              -- how often
	detail      {json} not null,              -- alert.Detail: names and figures of its sentences
	muted_until bigint not null,              -- 0 = not muted
	muted_by    {key} not null,
	muted_why   text not null,
	cleared_at  bigint,
	primary key (tenant, alert)
);
create unique index alert_open on alert (tenant, kind, subject) where cleared_at is null;

-- owner: alert
create table alert_mail (
	tenant      {key} not null,
	alert       {key} not null,
	about       text not null,                -- raised cleared
	reader      {key} not null,               -- e-mail of somebody named in the settings
	state       text not null,                -- waiting sent failed
	why         text not null,                -- mail.Why of the last try
	attempts    bigint not null,
	at          bigint not null,
	primary key (tenant, alert, about, reader)
);

-- owner: alert
create table alert_choice (                   -- who hears of one kind, where it is not everybody of its group
	tenant      {key} not null,
	kind        {key} not null,
	off         boolean not null,             -- nobody is mailed; it is shown all the same
	readers     {json} not null,              -- e-mails; none: those of the group
	primary key (tenant, kind)
);

-- owner: alert
create table mail_server (
	tenant      {key} primary key,
	host        text not null,
	port        bigint not null,
	security    text not null,                -- starttls tls none
	username    text not null,
	password    bytea not null,               -- sealed
	sender      text not null,
	readers     {json} not null,              -- group → e-mails; none: the owners
	proven_at   bigint not null,              -- a test mail was taken; 0 = never
	updated_at  bigint not null
);

-- owner: intake
create table handshake (
	channel     {key} primary key,            -- whose: meta
	at          bigint not null               -- of the last one that named our verify token
);

-- owner: intake
create table raw_webhook (
	tenant      {key} not null,
	raw         {key} not null,
	channel     text not null,
	received_at bigint not null,
	signature   text not null,
	body        bytea not null,
	items       bigint not null,
	bad         bigint not null,
	primary key (tenant, raw)
);
create index raw_webhook_age on raw_webhook (received_at);

-- owner: intake
create table seen (
	tenant      {key} not null,
	seen_key    {key} not null,
	at          bigint not null,
	primary key (tenant, seen_key)
) {clustered};
create index seen_age on seen (at);

-- owner: intake
create table bad_item (
	tenant      {key} not null,
	raw         {key} not null,
	item        bigint not null,
	at          bigint not null,
	kind        text not null,
	error       text not null,
	primary key (tenant, raw, item)
);

-- owner: intake
create table inbound (
	tenant      {key} not null,
	inbound     {key} not null,               -- the channel's own id, e.g. wamid
	channel     text not null,
	number      {key} not null,
	contact     {key} not null,
	address     text not null,
	at          bigint not null,
	kind        text not null,
	body        text not null,
	context     text not null,                -- our message it answers
	intent      text not null,
	confidence  double precision not null,
	matched     text not null,
	primary key (tenant, inbound)
);
create index inbound_contact on inbound (tenant, contact, at);

-- owner: intake
create table review (
	tenant      {key} not null,
	review      {key} not null,
	kind        text not null,                -- text (came in by itself) entered (staff took it down) erase (a wish to be forgotten)
	inbound     {key} not null,               -- '' = staff took the words down
	said        text not null,                -- what staff took down; '' = the words are the message's
	via         text not null,                -- how it reached staff; '' = the message says
	entered_by  {key} not null,               -- staff; '' = nobody
	contact     {key} not null,
	guess       text not null,
	matched     text not null,
	created_at  bigint not null,
	received_at bigint not null,              -- since when the law's clock runs
	due_at      bigint not null,              -- until when somebody must have decided
	law_at      bigint not null,              -- until when the law lets it take; 0 = at once
	rules       text not null,                -- whose law: de@2026-11-22
	decided_at  bigint,
	decided_by  text not null,
	decision    text not null,
	event       {key} not null,               -- what the decision came to; '' = open
	round       bigint not null,              -- how often a decision was taken back
	reopened_at bigint,                       -- when the last one was: the time to decide counts from there
	undone      text not null,                -- a stop taken back that holds until a second person decides; '' = none
	undone_event {key} not null,
	undone_at   bigint not null,              -- when that stop was decided: dates the suppression it wrote
	undone_of   text not null,                -- who had decided it
	undone_by   text not null,                -- who took it back
	primary key (tenant, review)
);
create index review_open on review (tenant, due_at, review) where decided_at is null;
create index review_person on review (tenant, contact);
create index review_decided on review (tenant, decided_at) where decided_at is not null;

-- owner: intake
create table stray (
	tenant      {key} not null,               -- a status of a message that nobody here sent: round the gate
	stray       {key} not null,
	wamid       {key} not null,
	number      {key} not null,
	at          bigint not null,
	state       text not null,
	primary key (tenant, stray)
);
create unique index stray_wamid on stray (tenant, wamid);

-- owner: intake
create table sms_code (                       -- codes by SMS that people type into the page after the form
	tenant      {key} not null,
	request     {key} not null,
	message     {key} not null,
	hash        text not null,                -- keyed: a list of six digits is short
	until       bigint not null,
	tries       bigint not null,              -- wrong ones
	primary key (tenant, request)
) {clustered};

-- owner: tally
create table tally (
	tenant      {key} not null,
	what        {key} not null,               -- yes off gate refused stray effect; of cause.go and cohort.go; people reach lapsing health: as it stood that day
	day         bigint not null,              -- days since 1970 on the tenant's calendar
	a           {key} not null,
	b           {key} not null,
	times       bigint not null,
	primary key (tenant, what, day, a, b)
);

-- owner: tally
create table tally_open (                     -- messages that were under way when those of their time were counted
	tenant      {key} not null,
	message     {key} not null,
	primary key (tenant, message)
) {clustered};

-- owner: tally
create table tally_mark (
	tenant      {key} not null,
	what        {key} not null,               -- the table that is counted
	mark        {key} not null,               -- the last id that is in
	zone        text not null,                -- of the calendar
	primary key (tenant, what)
);

-- owner: intake
create table voiding (
	tenant      {key} not null,
	voiding     {key} not null,
	contact     {key} not null,
	event       {key} not null,               -- what staff entered wrongly
	reason      text not null,
	asked_by    {key} not null,               -- staff
	asked_at    bigint not null,
	decided_by  {key} not null,               -- another member of staff; '' = it waits
	decided_at  bigint,
	decision    text not null,                -- '' approved declined
	primary key (tenant, voiding)
);
create unique index voiding_open on voiding (tenant, event) where decided_at is null;
create index voiding_event on voiding (tenant, event);
create index voiding_contact on voiding (tenant, contact);

-- owner: hook
create table hook (
	tenant      {key} not null,
	hook        {key} not null,
	kind        text not null,                -- meta: its webhooks as they came; own: what we tell, signed by us
	name        text not null,
	url         text not null,
	fields      {json} not null,              -- Meta's webhook fields, or what of ours it hears; empty = all
	numbers     {json} not null,              -- phone_number_ids; empty = all of the tenant
	private     boolean not null,             -- may lie at a private address
	state       text not null,                -- active paused
	since       {key} not null,               -- deliveries were made of all items before
	alerts_since bigint not null,             -- and of all alerts
	secret      bytea not null,               -- sealed; empty for meta
	old_secret  bytea not null,               -- signs beside it until old_until
	old_until   bigint not null,
	node        text not null,                -- who delivers
	lease_until bigint not null,
	ok_at       bigint not null,              -- last delivery; 0 = none yet
	failing_since bigint not null,            -- 0 = the last one went well
	error       text not null,                -- why not: a word of a closed list or a status
	created_at  bigint not null,
	primary key (tenant, hook)
);

-- owner: hook
create table delivery (
	tenant      {key} not null,
	hook        {key} not null,
	item        {key} not null,               -- raw_… of raw_webhook, chg_… a position of the log, alt_… an alert: read when it is brought
	state       text not null,                -- queued done dead
	persons     text not null,                -- fingerprints, parted by blanks: what is about one person keeps its order
	attempts    bigint not null,
	due         bigint not null,
	error       text not null,
	at          bigint not null,              -- when it came to be
	done_at     bigint not null,
	primary key (tenant, hook, item)
) {clustered};
create index delivery_open on delivery (tenant, hook, item) where state = 'queued';
create index delivery_dead on delivery (tenant, hook, item) where state = 'dead';
create index delivery_done on delivery (done_at) where state = 'done';

-- owner: intake
create table meta_block (                    -- whom we had Meta block for a number, from the moment it was asked until it is lifted
	tenant      {key} not null,
	number      {key} not null,
	address     {key} not null,               -- as Meta was given it
	staff       {key} not null,
	reason      text not null,
	at          bigint not null,
	primary key (tenant, number, address)
);
create index meta_block_address on meta_block (tenant, address);

-- owner: dispatch
create table node (
	node        {key} primary key,
	seen_at     bigint not null,
	skew        bigint not null
);
