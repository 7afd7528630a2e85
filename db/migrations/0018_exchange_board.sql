-- The centre's board of the exchange: what is agreed with each node, when it was away, what waits for a person, and changes of nodes that
-- a second person confirms.

-- What holds for a node from a day on; the row of unit '' holds for whoever has none of its own. Values without a source carry the mark
-- `proposal`. Rows are only added: of one day the last written holds.
create table exchange_term (
  term_no          bigint generated always as identity primary key,
  unit             text collate "C" not null,
  from_on          date not null,
  -- bundle: carried on a stick or by a file drop, so it is heard seldom
  carrier          text not null default 'line' check (carrier in ('line', 'bundle')),
  -- null: nothing is agreed
  requests_per_day int check (requests_per_day > 0),
  answer_hours     int not null check (answer_hours > 0),
  -- not heard for so long it counts as off line
  silent_minutes   int not null check (silent_minutes > 0),
  -- off line for so long it is a task
  outage_minutes   int not null check (outage_minutes >= silent_minutes),
  -- a task that is open for so many days goes to the next rank as well
  escalate_days    int not null check (escalate_days > 0),
  -- so old a key is to be changed
  key_days         int not null check (key_days > 0),
  -- who is asked first; null: everybody of the centre
  responsible      text collate "C",
  responsible_name text,
  source           text not null,
  mark             text not null check (mark in ('sourced', 'known', 'uncertain', 'proposal')),
  set_by           text collate "C" not null,
  set_by_name      text not null,
  set_at           timestamptz not null,
  check ((responsible is null) = (responsible_name is null))
);
create index exchange_term_unit on exchange_term (unit, from_on desc, term_no desc);
revoke update, delete, truncate on exchange_term from yingbao_app;

insert into exchange_term (unit, from_on, answer_hours, silent_minutes, outage_minutes, escalate_days, key_days, source, mark, set_by,
  set_by_name, set_at)
values ('', '2026-01-01', 48, 5, 120, 2, 365, '未见公布的标准，按产品默认值设定，由区县与成员单位约定后替换', 'proposal', 'system:exchange', '系统',
  '2026-01-01T00:00:00Z');

-- Times in which a node was not heard, written by the job that watches: a poll costs nothing.
create table exchange_outage (
  unit     text collate "C" not null references exchange_node,
  from_at  timestamptz not null,
  until_at timestamptz,
  primary key (unit, from_at)
);
create unique index exchange_outage_open on exchange_outage (unit) where until_at is null;
revoke delete, truncate on exchange_outage from yingbao_app;

-- What waits for a person: raised once, closed by itself when its cause is gone. rank 0 is the person responsible or the centre, each
-- next one whoever stands above.
create table exchange_task (
  task_no      bigint generated always as identity primary key,
  -- '' for bytes of nobody known
  unit         text collate "C" not null,
  cause        text collate "C" not null check (cause in ('late', 'silent', 'parked', 'difference')),
  since        timestamptz not null,
  raised_at    timestamptz not null,
  rank         int not null default 0,
  escalated_at timestamptz,
  closed_at    timestamptz
);
create unique index exchange_task_open on exchange_task (unit, cause) where closed_at is null;
revoke delete, truncate on exchange_task from yingbao_app;

-- Changes of nodes that give something: a node, keys, a right. Asked by one person, done when another confirms.
create table exchange_change (
  change_no       bigint generated always as identity primary key,
  unit            text collate "C" not null,
  kind            text collate "C" not null check (kind in ('register', 'keys', 'grant')),
  what            jsonb not null,
  reason          text not null,
  asked_by        text collate "C" not null,
  asked_by_name   text not null,
  asked_at        timestamptz not null,
  state           text not null default 'waiting' check (state in ('waiting', 'done', 'refused')),
  decided_by      text collate "C",
  decided_by_name text,
  decided_at      timestamptz,
  refusal         text,
  check ((state = 'waiting') = (decided_at is null)),
  check (state <> 'done' or decided_by <> asked_by)
);
create index exchange_change_unit on exchange_change (unit, asked_at desc);
create index exchange_change_waiting on exchange_change (asked_at) where state = 'waiting';
revoke delete, truncate on exchange_change from yingbao_app;

-- Requests of the last 30 days, their answers and delays in minutes: counted every minute, so that a look never reads the messages.
create table exchange_delay (
  unit        text collate "C" primary key references exchange_node,
  asked       int not null,
  answered    int not null,
  asked_today int not null,
  -- null: nothing was answered
  median      float8,
  p95         float8,
  counted_at  timestamptz not null
);

-- They are counted from the index alone.
create index exchange_message_asked on exchange_message (created_at) include (unit, answered_at) where type = 'request';

do $$
declare t text;
begin
  foreach t in array array['exchange_term', 'exchange_outage', 'exchange_task', 'exchange_change', 'exchange_delay'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy district on %I using (app_scope_covers_district()) with check (app_scope_covers_district())', t);
  end loop;
end $$;
