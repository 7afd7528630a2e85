-- What proves the exchange: statements that reconcile both sides of a channel, and anchors over the heads of all logs.

-- A statement of one side (in: of the node, out: of the centre), and what its comparison with the own books gave. Nothing is repaired
-- because of it: a difference stands until a statement without one follows.
create table exchange_statement (
  unit        text collate "C" not null references exchange_node,
  direction   text collate "C" not null check (direction in ('out', 'in')),
  -- of the message
  id          uuid not null,
  at          timestamptz not null,
  -- its head: period, books, open items by age, parked, log
  said        jsonb not null,
  -- in: the own books at the same numbers; null: it could not be read
  ours        jsonb,
  differences jsonb not null default '[]',
  primary key (unit, direction, id)
);
create index exchange_statement_newest on exchange_statement (unit, direction, at desc);
revoke update, delete, truncate on exchange_statement from yingbao_app;

-- Statements that nobody has compared yet.
create index exchange_message_stated on exchange_message (unit, id) where direction = 'in' and type = 'statement' and corr is null;

-- One signed Merkle root over the heads of all logs at a time, naming the root before. Others hold it: it goes out with statements.
create table exchange_anchor (
  anchor_no int primary key,
  at        timestamptz not null,
  suite     text not null check (suite in ('ED1', 'GM1')),
  -- the lines below the root: canonical JSON texts, in their order
  heads     text[] not null,
  root      text not null,
  prev      text not null,
  sig       text not null
);
revoke update, delete, truncate on exchange_anchor from yingbao_app;

do $$
declare t text;
begin
  foreach t in array array['exchange_statement', 'exchange_anchor'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy district on %I using (app_scope_covers_district()) with check (app_scope_covers_district())', t);
  end loop;
end $$;

-- What was asked, as packed lines sealed under the installation's own key: the message is sealed to the unit and cannot be opened here.
create table exchange_asked (
  unit text collate "C" not null references exchange_node,
  id   uuid not null,
  body bytea not null,
  primary key (unit, id)
);
alter table exchange_asked alter column body set storage external;
revoke update, delete, truncate on exchange_asked from yingbao_app;
alter table exchange_asked enable row level security;
alter table exchange_asked force row level security;
create policy district on exchange_asked using (app_scope_covers_district()) with check (app_scope_covers_district());
