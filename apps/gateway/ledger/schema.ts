/** Tables of a node's ledger. A channel is `from>to` or `from>to#single`, of a hop or from end to end. */

export const LEDGER_FILE = 'ledger.db'

export const SCHEMA = `
create table if not exists meta (key text primary key, value text not null) without rowid;

create table if not exists inbox (
  n integer primary key, chan text not null, seq integer not null, sender text not null, id text not null, hash text not null,
  type text not null, header text not null, received text not null,
  lane text not null, state text not null, attempts integer not null default 0, note text not null default '', body blob,
  unique (chan, seq), unique (sender, id)
);
create index if not exists inbox_open on inbox (lane, n) where state = 'open';
create index if not exists inbox_dead on inbox (n) where state = 'dead';

create table if not exists outbox (
  chan text not null, seq integer not null, id text not null unique, receiver text not null, hash text not null,
  type text not null, corr text, header text not null, created text not null,
  body blob, size integer not null, receipt integer references receipt (n),
  primary key (chan, seq)
);
create index if not exists outbox_unreceipted on outbox (chan, seq) where receipt is null;
create index if not exists outbox_corr on outbox (corr) where corr is not null;
create index if not exists outbox_bodies on outbox (created) where body is not null and receipt is not null;

create table if not exists receipt (n integer primary key, received text not null, frame blob not null);

create table if not exists answer (
  n integer primary key, asker text not null, idem text not null, asked text not null, answered text not null,
  type text not null, lines blob not null, subject text not null, row_count integer not null, unique (asker, idem)
);

create table if not exists correction (n integer primary key, asker text not null, idem text not null, lines blob not null);
create index if not exists correction_idem on correction (asker, idem);

create table if not exists cancelled (asker text not null, request text not null, reason text not null, primary key (asker, request))
  without rowid;
create table if not exists revoked (
  asker text not null, no text not null, withdrawn_on text not null, told text not null, primary key (asker, no)
) without rowid;

create table if not exists watch_order (
  asker text not null, id text not null, header text not null, head text not null, primary key (asker, id)
) without rowid;
create table if not exists watch (
  asker text not null, no text not null, order_id text not null, until text not null, person text not null, primary key (asker, no)
) without rowid;
create index if not exists watch_by_order on watch (asker, order_id);
create table if not exists watch_base (
  asker text not null, no text not null, record text not null, primary key (asker, no, record)
) without rowid;
create table if not exists watch_told (
  asker text not null, no text not null, record text not null, key text not null, digest text not null,
  primary key (asker, no, record, key)
) without rowid;

create table if not exists parked (
  n integer primary key, at text not null, sender text not null, code text not null, message text not null,
  size integer not null, times integer not null default 1, digest text not null, bytes blob not null,
  unique (sender, code, digest)
);

create table if not exists statement (
  n integer primary key, node text not null, direction text not null, at text not null, said text not null, differences text not null
);
create index if not exists statement_newest on statement (node, direction, n);

create table if not exists log (
  seq integer primary key, entry text not null, entry_hash text not null, prev text not null, hash text not null
);
create trigger if not exists log_fixed before update on log begin select raise(abort, 'the log is append-only'); end;
create trigger if not exists log_kept before delete on log begin select raise(abort, 'the log is append-only'); end;
`
