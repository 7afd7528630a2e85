-- Platform: roles, division scope, users and sessions, key check, journal.
--
-- CONVENTION FOR EVERY MIGRATION
-- * Business keys and division codes are `text collate "C"`: compared by code point, so ranges use plain btree indexes.
-- * Every table that holds anything about a household or a person has a column `division_code text collate "C" not null` and
--     alter table X enable row level security;
--     alter table X force row level security;
--     create policy scope on X using (division_code >= app_scope_lo() and division_code < app_scope_hi())
--       with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
--   and an index that begins with division_code or with a key that the query names. app_scope_lo() and app_scope_hi() are inlined by the
--   planner, so the policy is an index range. Without a scope both are null and no row is visible.
-- * A table that is named by a key of its own (never listed by area) may leave the column out only if its rows say nothing about a person.
-- * The role yingbao_app gets select, insert, update, delete on new tables by default; append-only tables revoke update and delete.
-- * COPY ... FROM does not work on a table with row-level security for yingbao_app. Bulk work either copies into a temporary table and
--   inserts from there, or (the worker's batches, imports of a whole district) runs as yingbao_worker, which row-level security does not
--   bind but which has no other right than yingbao_app: the journal is append-only for it as well.
-- * Sensitive values (citizen number, account, certificate, phone, health) are `bytea`: the sealed value; equality goes through a second
--   `bytea` column of 16 bytes, the keyed index.

do $$
begin
  if not exists (select from pg_roles where rolname = 'yingbao_app') then
    create role yingbao_app nologin nosuperuser nocreatedb nocreaterole nobypassrls;
  end if;
exception when duplicate_object or unique_violation then
  null; -- another database of the same server made it at this moment
end
$$;
do $$
begin
  if not exists (select from pg_roles where rolname = 'yingbao_worker') then
    create role yingbao_worker nologin nosuperuser nocreatedb nocreaterole bypassrls;
  end if;
exception
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then
    raise exception 'the role yingbao_worker cannot be made by %: let a superuser run "create role yingbao_worker nologin bypassrls; create role yingbao_app nologin; grant yingbao_app to yingbao_worker; grant yingbao_app, yingbao_worker to %"',
      current_user, current_user;
end
$$;
do $$
declare
  wanted text;
begin
  foreach wanted in array array['yingbao_app', 'yingbao_worker'] loop
    if not pg_has_role(current_user, wanted, 'set') then
      execute format('grant %I to %I', wanted, current_user);
    end if;
  end loop;
  if not pg_has_role('yingbao_worker', 'yingbao_app', 'usage') then
    grant yingbao_app to yingbao_worker;
  end if;
end
$$;

grant usage on schema public to yingbao_app;
revoke create on schema public from public;
alter default privileges in schema public grant select, insert, update, delete on tables to yingbao_app;
alter default privileges in schema public grant usage, select on sequences to yingbao_app;

create function app_scope_lo() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.scope_lo', true), '') $$;
create function app_scope_hi() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.scope_hi', true), '') $$;
create function app_actor() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.actor', true), '') $$;

-- Users -----------------------------------------------------------------------------------------------------------------------------

create table app_user (
  user_id         text collate "C" primary key,
  login           text collate "C" not null unique,
  display_name    text not null,
  role            text collate "C" not null,
  -- The user sees this division and everything below it.
  division_code   text collate "C" not null check (division_code ~ '^[0-9]{12}$'),
  -- Member unit of a unit officer.
  unit_code       text collate "C",
  password_hash   text not null,
  password_changed_at timestamptz not null default now(),
  failed_count    int not null default 0,
  locked_until    timestamptz,
  disabled        boolean not null default false,
  demo            boolean not null default false,
  created_at      timestamptz not null default now(),
  check ((role = 'unit_officer') = (unit_code is not null))
);
alter table app_user enable row level security;
alter table app_user force row level security;
create policy scope on app_user using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());

create table app_session (
  -- Keyed digest of the cookie; the cookie itself is nowhere in the database.
  token_hash   bytea primary key,
  user_id      text collate "C" not null references app_user on delete cascade,
  created_at   timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at   timestamptz not null,
  address      text not null default ''
);
create index app_session_user on app_session (user_id);
create index app_session_expires on app_session (expires_at);

-- Answers already given to a write that carried an idempotency key.
create table idempotency (
  actor      text collate "C" not null,
  key        text collate "C" not null,
  action     text collate "C" not null,
  input_hash bytea not null,
  -- Sealed: an answer may hold personal values.
  output     bytea,
  created_at timestamptz not null default now(),
  primary key (actor, key)
);
create index idempotency_created on idempotency (created_at);

-- A known text under each key of the key file: a wrong key file is noticed at the start, not by unreadable rows later.
create table key_check (
  key_id      int primary key,
  check_value bytea not null,
  created_at  timestamptz not null default now()
);
revoke update, delete on key_check from yingbao_app;

-- News from one capability to those above it, written in the transaction that makes the news.
create table outbox_event (
  event_id   bigint generated always as identity primary key,
  name       text collate "C" not null,
  payload    jsonb not null,
  created_at timestamptz not null default now(),
  attempts   int not null default 0,
  last_error text,
  -- Not before this instant (after a failure).
  due_at     timestamptz not null default now(),
  done_at    timestamptz
);
create index outbox_event_open on outbox_event (event_id) where done_at is null;

-- Journal ---------------------------------------------------------------------------------------------------------------------------
-- Append-only, hash-chained per chain ('household:…', 'batch:…', 'system:…'). The trigger takes the chain's head row first and the number
-- after it, so concurrent writers cannot fork a chain; (chain, seq) is the primary key besides.

create table journal_head (
  chain text collate "C" primary key,
  seq   bigint not null,
  hash  bytea not null
) with (fillfactor = 70);

create table journal (
  chain         text collate "C" not null,
  seq           bigint not null,
  entry_id      bigint generated always as identity,
  -- Transaction that wrote the row: a seal covers only transactions that are over for everybody.
  tx            xid8 not null default pg_current_xact_id(),
  at            timestamptz not null default clock_timestamp(),
  actor         text not null,
  role          text not null,
  action        text collate "C" not null,
  division_code text collate "C" not null,
  -- Keyed indexes of the persons read or written; never their numbers.
  subjects      bytea[] not null default '{}',
  basis         text not null,
  purpose       text not null,
  detail        jsonb not null default '{}',
  prev_hash     bytea not null,
  hash          bytea not null,
  primary key (chain, seq)
);
create index journal_subjects on journal using gin (subjects);
create index journal_tx on journal (tx);

-- One field of the hashed text: its length in bytes, a colon, the field; so no two rows have the same text.
create function journal_field(value text) returns text language sql immutable strict parallel safe
  as $$ select octet_length(value)::text || ':' || value $$;

-- What is hashed: SHA-256 over the previous hash and the fields in this order. One expression, so that the planner inlines it.
-- (The text of a bytea depends on bytea_output; the trigger fixes it, readers have the default.)
create function journal_hash(j journal) returns bytea language sql stable parallel safe
  as $$
    select sha256(j.prev_hash || convert_to(
      journal_field(j.chain) || journal_field(j.seq::text)
      || journal_field(to_char(j.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
      || journal_field(j.actor) || journal_field(j.role) || journal_field(j.action) || journal_field(j.division_code)
      || journal_field(array_to_string(j.subjects, ',')) || journal_field(j.basis) || journal_field(j.purpose)
      || journal_field(j.detail::text), 'UTF8'))
  $$;

create function journal_link() returns trigger language plpgsql security definer
  set search_path = public, pg_temp set bytea_output = 'hex'
  as $$
  declare
    last_seq bigint;
    last_hash bytea;
  begin
    select h.seq, h.hash into last_seq, last_hash from journal_head h where h.chain = new.chain for update;
    if not found then
      insert into journal_head values (new.chain, 0, '\x0000000000000000000000000000000000000000000000000000000000000000')
        on conflict do nothing;
      select h.seq, h.hash into strict last_seq, last_hash from journal_head h where h.chain = new.chain for update;
    end if;
    new.seq := last_seq + 1;
    new.prev_hash := last_hash;
    new.at := clock_timestamp();
    new.tx := pg_current_xact_id();
    new.hash := journal_hash(new);
    update journal_head h set seq = new.seq, hash = new.hash where h.chain = new.chain;
    return new;
  end
  $$;
create trigger journal_link before insert on journal for each row execute function journal_link();

create function journal_refuse() returns trigger language plpgsql
  as $$ begin raise exception 'the journal is append-only' using errcode = 'insufficient_privilege'; end $$;
create trigger journal_refuse before update or delete on journal for each row execute function journal_refuse();
create trigger journal_refuse_truncate before truncate on journal for each statement execute function journal_refuse();

revoke update, delete, truncate on journal from yingbao_app;
revoke all on journal_head from yingbao_app;
grant select on journal_head to yingbao_app;
revoke execute on function journal_link() from public;

alter table journal enable row level security;
alter table journal force row level security;
create policy scope on journal using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());

-- Periodic Merkle seal over all rows whose transaction is over, whichever chain they are in.
create table journal_seal (
  seal_no   bigint primary key,
  -- Covers the rows with tx_from <= tx < tx_to.
  tx_from   xid8 not null,
  tx_to     xid8 not null,
  entries   bigint not null,
  root      bytea not null,
  prev_root bytea not null,
  signature bytea not null,
  at        timestamptz not null default clock_timestamp()
);
revoke update, delete, truncate on journal_seal from yingbao_app;
