-- Subscriptions: whom member units watch, what they noticed, and what becomes of it: a hint with the household, a task for a person.

-- A person watched by a unit. `asked` are bits of record types as in query_line; what the unit was last told stands in sent_*: where the two
-- differ, a message is due. asked = 0: the watch has ended. No name and no citizen number stands here.
create table exchange_subscription (
  no           uuid primary key default gen_random_uuid(),
  unit         text collate "C" not null references exchange_node,
  subject_no   text collate "C" not null,
  household_no text collate "C" not null,
  born_on      date not null,
  guardian_age int not null,
  asked        int not null,
  papers       text[] not null,
  -- the last day: of the authorisation or of the aid, and a year at most
  until        date not null,
  -- the day it was judged
  checked_on   date not null,
  sent_asked   int not null default 0,
  sent_papers  text[] not null default '{}',
  sent_until   date,
  message_id   uuid,
  made_at      timestamptz not null,
  ended_at     timestamptz,
  check ((asked = 0) = (ended_at is not null))
);
create unique index exchange_subscription_open on exchange_subscription (unit, subject_no) where ended_at is null;
create index exchange_subscription_subject on exchange_subscription (subject_no) where ended_at is null;
create index exchange_subscription_household on exchange_subscription (household_no) where ended_at is null;
create index exchange_subscription_due on exchange_subscription (unit)
  where asked <> sent_asked or asked <> 0 and (papers <> sent_papers or until is distinct from sent_until);
revoke delete, truncate on exchange_subscription from yingbao_app;

-- No watch without authorisation: the database itself refuses to watch more than the signed papers allow.
create function subscription_guard() returns trigger language plpgsql as $$
begin
  if new.asked <> 0 and new.asked & ~authorised_mask(new.subject_no, new.born_on, new.checked_on, new.guardian_age) <> 0 then
    raise exception '订阅未经授权，已拒绝：%', new.subject_no
      using errcode = 'YB001', hint = '请先取得本人或监护人签字的授权书';
  end if;
  return new;
end $$;
create trigger subscription_authorised before insert or update of asked, subject_no, born_on, checked_on, guardian_age on exchange_subscription
  for each row execute function subscription_guard();

-- A withdrawn, shortened or removed authorisation ends what rested on it, with the withdrawal itself.
create function halt_withdrawn_subscriptions() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare subject text := coalesce(new.subject_no, old.subject_no);
begin
  update exchange_subscription s
    set asked = n.asked, ended_at = case when n.asked = 0 then now() end
    from (select e.no, e.asked & authorised_mask(e.subject_no, e.born_on, greatest(e.checked_on, new.withdrawn_on), e.guardian_age) as asked
          from exchange_subscription e where e.subject_no = subject and e.ended_at is null) n
    where s.no = n.no and s.asked <> n.asked;
  return null;
end $$;
revoke execute on function halt_withdrawn_subscriptions() from public;
create trigger authorisation_watch after update of withdrawn_on, valid_to, signature, items or delete on authorisation
  for each row execute function halt_withdrawn_subscriptions();

-- What units noticed. The same change of the same row is noticed once; what the row says stands in the message, sealed.
create table exchange_notice (
  notice_no     bigint generated always as identity primary key,
  no            uuid not null references exchange_subscription,
  unit          text collate "C" not null,
  message_id    uuid not null,
  line          int not null,
  record        text collate "C" not null,
  what          text collate "C" not null check (what in ('new', 'changed', 'gone')),
  row_key       text not null,
  before_digest text not null,
  after_digest  text not null,
  seen_on       date not null,
  received_at   timestamptz not null,
  unique (no, record, row_key, before_digest, after_digest)
);
create index exchange_notice_message on exchange_notice (unit, message_id);
revoke update, delete, truncate on exchange_notice from yingbao_app;

do $$
declare t text;
begin
  foreach t in array array['exchange_subscription', 'exchange_notice'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy district on %I using (app_scope_covers_district()) with check (app_scope_covers_district())', t);
  end loop;
end $$;

-- A hint about a household: never a decision. The row of the unit stands sealed; null when it is gone.
create table change_hint (
  hint_no       bigint primary key,
  household_no  text collate "C" not null,
  subject_no    text collate "C" not null,
  division_code text collate "C" not null,
  unit          text collate "C" not null,
  record        text collate "C" not null,
  what          text collate "C" not null check (what in ('new', 'changed', 'gone')),
  seen_on       date not null,
  received_at   timestamptz not null,
  -- what it rests on: shown only while an authorisation covers it
  bit           int not null,
  guardian_age  int not null,
  sealed        bytea
);
create index change_hint_household on change_hint (household_no, hint_no desc);
revoke update, delete, truncate on change_hint from yingbao_app;

-- The task that follows from a hint. A person looks and writes down what came of it; the product changes no aid.
create table change_task (
  hint_no       bigint primary key references change_hint,
  household_no  text collate "C" not null,
  subject_no    text collate "C" not null,
  -- the running case at that time
  case_no       text collate "C" references casefile,
  division_code text collate "C" not null,
  record        text collate "C" not null,
  what          text collate "C" not null,
  seen_on       date not null,
  -- who has the case; null: the desk of the township
  assigned_to   text collate "C",
  raised_at     timestamptz not null,
  outcome       text collate "C" check (outcome in ('no_effect', 'in_case', 'review')),
  -- sealed: a note may tell about a person
  note          bytea,
  settled_by    text collate "C",
  settled_by_name text,
  settled_at    timestamptz,
  check ((outcome is null) = (settled_at is null))
);
create index change_task_open on change_task (raised_at, hint_no) include (division_code, assigned_to) where outcome is null;
create index change_task_household on change_task (household_no);
revoke update, delete, truncate on change_task from yingbao_app;
grant update (outcome, note, settled_by, settled_by_name, settled_at) on change_task to yingbao_app;

do $$
declare t text;
begin
  foreach t in array array['change_hint', 'change_task'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (division_code >= app_scope_lo() and division_code < app_scope_hi())
      with check (division_code >= app_scope_lo() and division_code < app_scope_hi())', t);
  end loop;
end $$;

-- Hints and tasks stand where their household stands.
create function follow_hints() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update change_hint set division_code = new.division_code where household_no = new.household_no;
  update change_task set division_code = new.division_code where household_no = new.household_no;
  return null;
end $$;
revoke execute on function follow_hints() from public;
create trigger household_hints after update of division_code on household
  for each row when (old.division_code <> new.division_code) execute function follow_hints();

-- Cases begin or end, by whichever way: whom units watch may change with it. Told once for a statement, some households at a time.
create function tell_cases_running() returns trigger language plpgsql as $$
begin
  insert into outbox_event (name, payload)
    select 'casework.case-running', jsonb_build_object('householdNos', jsonb_agg(household_no))
    from (select n.household_no, (row_number() over (order by n.household_no) - 1) / 500 as part
          from (select distinct household_no from new_cases where household_no is not null) n) p
    group by part order by part;
  return null;
end $$;
create trigger case_running_made after insert on casefile referencing new table as new_cases
  for each statement execute function tell_cases_running();
create function tell_cases_changed() returns trigger language plpgsql as $$
begin
  insert into outbox_event (name, payload)
    select 'casework.case-running', jsonb_build_object('householdNos', jsonb_agg(household_no))
    from (select c.household_no, (row_number() over (order by c.household_no) - 1) / 500 as part
          from (select unnest(array[n.household_no, o.household_no]) as household_no from new_cases n join old_cases o using (case_no)
                where (o.result, o.household_no) is distinct from (n.result, n.household_no)) c
          where c.household_no is not null group by c.household_no) p
    group by part order by part;
  return null;
end $$;
create trigger case_running_changed after update on casefile referencing old table as old_cases new table as new_cases
  for each statement execute function tell_cases_changed();
