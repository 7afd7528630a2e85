-- Exchange with the member units: nodes, channels, messages. Bodies are kept sealed as they were sent or received, so that
-- hashes and signatures prove them later; headers and tables hold no name and no citizen number.

-- These tables are not about any one area: they are seen only by whoever may see at least a whole district.
create function app_scope_covers_district() returns boolean language sql stable parallel safe
  as $$ select length(rtrim(app_scope_lo(), '0')) <= 6 and app_scope_hi() > app_scope_lo() $$;

-- A member unit's gateway: public keys only, the private ones are with the unit.
create table exchange_node (
  unit          text collate "C" primary key,
  node_id       text collate "C" not null unique,
  centre_id     text collate "C" not null,
  sign_public   text not null,
  seal_public   text not null,
  state         text not null default 'active' check (state in ('active', 'revoked')),
  enrolled_at   timestamptz not null,
  last_seen_at  timestamptz
);

-- One logical channel per direction: its last number and the hash of that message.
create table exchange_channel (
  unit      text collate "C" not null references exchange_node,
  direction text collate "C" not null check (direction in ('out', 'in')),
  seq       bigint not null default 0,
  head      text not null default '',
  -- Highest number the receiver has stored durably (its receipts).
  receipted bigint not null default 0,
  primary key (unit, direction)
);

create table exchange_message (
  unit         text collate "C" not null references exchange_node,
  direction    text collate "C" not null check (direction in ('out', 'in')),
  id           uuid not null,
  seq          bigint not null,
  type         text collate "C" not null,
  -- prepare, records, lookup… of requests; of answers that of the request they answer
  kind         text collate "C" not null default '',
  corr         uuid,
  idem         text collate "C" not null,
  campaign     text collate "C",
  batch        int,
  round        int,
  hash         text not null,
  header       text not null,
  body         bytea not null,
  created_at   timestamptz not null,
  expires_at   timestamptz,
  delivered_at timestamptz,
  -- of a request: when its answer was stored; of an answer: when it was first opened
  answered_at  timestamptz,
  cancelled_at timestamptz,
  primary key (unit, direction, id),
  unique (unit, direction, seq)
);
-- Sealed bytes do not compress.
alter table exchange_message alter column body set storage external;
-- The same question is sent once, and answered once; what corrects an answer stands beside it.
create unique index exchange_message_request on exchange_message (unit, idem) where type = 'request';
create unique index exchange_message_answer on exchange_message (unit, corr) where direction = 'in' and type <> 'correction';
create index exchange_message_batch on exchange_message (campaign, batch, round, direction);
create index exchange_message_open on exchange_message (unit, created_at)
  where type = 'request' and answered_at is null and cancelled_at is null;

-- The channel is the centre's log of the exchange: numbered, chained by hash, signed. What was sent or received stays as it
-- was; only the marks of its way (delivered, answered, cancelled) are added.
create function exchange_message_fixed() returns trigger language plpgsql as $$
begin
  raise exception '往来报文一经登记不得更改' using errcode = 'insufficient_privilege';
end $$;
create trigger exchange_message_fixed
  before update of unit, direction, id, seq, type, kind, corr, idem, campaign, batch, round, hash, header, body, created_at, expires_at
  on exchange_message for each row execute function exchange_message_fixed();
revoke delete, truncate on exchange_message from yingbao_app;

-- What could not be used, with its bytes, for a person to look at.
create table exchange_parked (
  parked_no  bigint generated always as identity primary key,
  unit       text collate "C" not null,
  fault      text collate "C" not null,
  reason     text not null,
  bytes      bytea not null,
  at         timestamptz not null
);
revoke update, delete on exchange_parked from yingbao_app;

do $$
declare t text;
begin
  foreach t in array array['exchange_node', 'exchange_channel', 'exchange_message', 'exchange_parked'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy district on %I using (app_scope_covers_district()) with check (app_scope_covers_district())', t);
  end loop;
end $$;
