-- Exchange with member units and other nodes: nodes, keys, rights, channels, messages, receipts. Bodies are kept sealed as they were
-- sent or received, so that hashes and signatures prove them later; headers and tables hold no name and no citizen number.

-- These tables are not about any one area: they are seen only by whoever may see at least a whole district.
create function app_scope_covers_district() returns boolean language sql stable parallel safe
  as $$ select length(rtrim(app_scope_lo(), '0')) <= 6 and app_scope_hi() > app_scope_lo() $$;

-- Whom the centre exchanges messages with. `unit` is the name of a member unit of this district; of every other node it is its id.
create table exchange_node (
  unit         text collate "C" primary key,
  node_id      text collate "C" not null unique,
  centre_id    text collate "C" not null,
  name         text not null,
  -- unit: a member unit of this district; relay: carries messages for others; node: anybody else who is asked
  kind         text not null check (kind in ('unit', 'relay', 'node')),
  -- the one cipher suite of the link
  suite        text not null check (suite in ('ED1', 'GM1')),
  -- the neighbour through which the node is reached; null: it has a line of its own
  via          text collate "C" references exchange_node check (via <> unit),
  state        text not null default 'active' check (state in ('active', 'revoked')),
  enrolled_at  timestamptz not null,
  revoked_at   timestamptz,
  last_seen_at timestamptz
);
create index exchange_node_via on exchange_node (via) where via is not null;

-- Public keys of nodes, the private ones are with them. While keys are changed two hold; old ones stay to prove old messages.
create table exchange_key (
  unit       text collate "C" not null references exchange_node,
  signing    text not null,
  box        text not null,
  -- null: from the beginning
  valid_from timestamptz,
  -- null: until further notice
  valid_to   timestamptz,
  primary key (unit, signing)
);

-- What may be asked of a node and what for: an authorisation item or a look-up, and the purpose as headers state it. What has no row is
-- not asked.
create table exchange_right (
  unit    text collate "C" not null references exchange_node,
  item    text collate "C" not null,
  purpose text collate "C" not null,
  primary key (unit, purpose, item)
);

-- Two logical channels per direction, so that a single case never waits behind a yearly batch: last number and hash of that message.
create table exchange_channel (
  unit      text collate "C" not null references exchange_node,
  lane      text collate "C" not null check (lane in ('batch', 'single')),
  direction text collate "C" not null check (direction in ('out', 'in')),
  seq       bigint not null default 0,
  head      text not null default '',
  primary key (unit, lane, direction)
);

create table exchange_message (
  unit         text collate "C" not null references exchange_node,
  lane         text collate "C" not null check (lane in ('batch', 'single')),
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
  -- of a relay: the message inside
  inner_id     uuid,
  hash         text not null,
  header       text not null,
  body         bytea not null,
  created_at   timestamptz not null,
  expires_at   timestamptz,
  -- of what goes out: when it was first handed out (by a relay: receipted); of what comes in: when it was stored
  delivered_at timestamptz,
  -- of a request: when its answer was stored; of an answer: when it was first opened
  answered_at  timestamptz,
  cancelled_at timestamptz,
  primary key (unit, direction, id),
  unique (unit, lane, direction, seq)
);
-- Sealed bytes do not compress.
alter table exchange_message alter column body set storage external;
-- The same question is sent once, and answered once; what corrects an answer stands beside it.
create unique index exchange_message_request on exchange_message (unit, idem) where type = 'request';
create unique index exchange_message_answer on exchange_message (unit, corr)
  where direction = 'in' and type in ('answer', 'statement', 'refused');
create index exchange_message_batch on exchange_message (campaign, batch, round, direction);
create index exchange_message_open on exchange_message (unit, created_at)
  where type = 'request' and answered_at is null and cancelled_at is null;
create index exchange_message_correction on exchange_message (campaign, batch) where type = 'correction' and answered_at is null;
create index exchange_message_inner on exchange_message (inner_id) where inner_id is not null;

-- The channel is the centre's log of the exchange: numbered, chained by hash, signed. What was sent or received stays as it
-- was; only the marks of its way (delivered, answered, cancelled) are added.
create function exchange_message_fixed() returns trigger language plpgsql as $$
begin
  raise exception '往来报文一经登记不得更改' using errcode = 'insufficient_privilege';
end $$;
create trigger exchange_message_fixed
  before update of unit, lane, direction, id, seq, type, kind, corr, idem, campaign, batch, round, inner_id, hash, header, body, created_at,
    expires_at
  on exchange_message for each row execute function exchange_message_fixed();
revoke delete, truncate on exchange_message from yingbao_app;

-- Receipts of a node for what went out to it: the signed frame, and the numbers of a lane it is for. The highest number is where the
-- receipts reach; it stands apart from the channel, so that a node that asks for messages never waits for whoever numbers new ones.
create table exchange_receipt (
  unit      text collate "C" not null references exchange_node,
  lane      text collate "C" not null check (lane in ('batch', 'single')),
  first_seq bigint not null,
  last_seq  bigint not null,
  frame     bytea not null,
  at        timestamptz not null,
  primary key (unit, lane, last_seq)
);
alter table exchange_receipt alter column frame set storage external;
revoke update, delete, truncate on exchange_receipt from yingbao_app;

-- What could not be used, with its bytes, until a person settles it: taken again, or given up with a reason. The same bytes with the same
-- fault stand here once.
create table exchange_parked (
  parked_no      bigint generated always as identity primary key,
  -- node the bytes claim to be from; empty when that cannot be read
  sender         text collate "C" not null,
  -- the neighbour that carried it, where it came inside a relay
  via            text collate "C",
  -- the request that is not answered because of it, and the node it went to
  unit           text collate "C",
  request        uuid,
  fault          text collate "C" not null,
  reason         text not null,
  bytes          bytea not null,
  digest         text not null,
  at             timestamptz not null,
  state          text not null default 'open' check (state in ('open', 'resent', 'given_up')),
  settled_by     text,
  settled_at     timestamptz,
  settled_reason text,
  unique (sender, fault, digest),
  check ((state = 'open') = (settled_at is null))
);
alter table exchange_parked alter column bytes set storage external;
create index exchange_parked_open on exchange_parked (at) where state = 'open';
create unique index exchange_parked_request on exchange_parked (unit, request) where request is not null and state = 'open';
revoke update, delete, truncate on exchange_parked from yingbao_app;
grant update (state, settled_by, settled_at, settled_reason) on exchange_parked to yingbao_app;

do $$
declare t text;
begin
  foreach t in array array['exchange_node', 'exchange_key', 'exchange_right', 'exchange_channel', 'exchange_message', 'exchange_receipt',
                           'exchange_parked'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy district on %I using (app_scope_covers_district()) with check (app_scope_covers_district())', t);
  end loop;
end $$;
