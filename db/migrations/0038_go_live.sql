-- The month from which a district pays by this system, what was paid elsewhere in a month, and our own confirmed rolls as payments of the registry.

-- Registry: a payment that a confirmed roll made has its number; imported ones have none.
alter table payment add column roll_no text collate "C";
create unique index payment_own on payment (household_no, month) where roll_no is not null;

-- Registry: from this month on no package changes money of who is on aid. The newest row counts; without one every package stands.
create table money_kept (
  kept_no    bigint generated always as identity primary key,
  from_month text collate "C" not null check (from_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  said_at    timestamptz not null
);
revoke update, delete, truncate on money_kept from yingbao_app;

-- The go-live month: one person proposes it, another decides. The newest confirmed one counts.
create table go_live (
  proposal_id   uuid primary key,
  division_code text collate "C" not null,
  month         text collate "C" not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  proposed_by   text collate "C" not null,
  proposed_at   timestamptz not null,
  outcome       text collate "C" check (outcome in ('confirmed', 'refused')),
  -- Sealed: the reason, in the decider's words.
  answer        bytea,
  decided_by    text collate "C",
  decided_at    timestamptz,
  check ((outcome is null) = (decided_by is null) and (outcome is null) = (decided_at is null) and (outcome is null) = (answer is null)),
  -- Nobody decides about his own proposal.
  check (decided_by is distinct from proposed_by)
);
create unique index go_live_open on go_live ((true)) where outcome is null;
create index go_live_confirmed on go_live (decided_at desc) where outcome = 'confirmed';

-- What was paid elsewhere for a household and a month, by imported rows: counted as paid, or paid here all the same. Two persons, with reasons.
create table payment_clearance (
  clearance_id  uuid primary key,
  month         text collate "C" not null,
  household_no  text collate "C" not null,
  division_code text collate "C" not null,
  kind          text collate "C" not null check (kind in ('counts', 'pay')),
  -- The sum of the imported rows it was decided about: of another sum it says nothing.
  paid          bigint not null,
  reason        bytea not null,
  proposed_by   text collate "C" not null,
  proposed_at   timestamptz not null,
  outcome       text collate "C" check (outcome in ('confirmed', 'refused')),
  answer        bytea,
  decided_by    text collate "C",
  decided_at    timestamptz,
  check ((outcome is null) = (decided_by is null) and (outcome is null) = (decided_at is null) and (outcome is null) = (answer is null)),
  check (decided_by is distinct from proposed_by)
);
create unique index payment_clearance_open on payment_clearance (household_no, month) where outcome is null;
create index payment_clearance_month on payment_clearance (month, household_no, decided_at desc);

-- A roll that was not confirmed is withdrawn by its maker's office with a reason; its households may be listed anew.
alter table payment_roll add column withdrawn_by text, add column withdrawn_at timestamptz, add column withdrawn_reason bytea,
  add check ((withdrawn_by is null) = (withdrawn_at is null) and (withdrawn_by is null) = (withdrawn_reason is null)),
  add check (withdrawn_at is null or confirmed_at is null);
alter table payment_roll_line add column withdrawn boolean not null default false;
alter table payment_roll_line drop constraint payment_roll_line_household_no_month_key;
-- Nobody is paid twice for a month, by one decision or by two.
create unique index payment_roll_line_once on payment_roll_line (household_no, month) where not withdrawn;
grant update (withdrawn_by, withdrawn_at, withdrawn_reason) on payment_roll to yingbao_app;
create function payment_roll_withdrawn() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
  begin
    update payment_roll_line set withdrawn = true where roll_no = new.roll_no;
    return null;
  end $$;
create trigger payment_roll_withdrawn after update of withdrawn_at on payment_roll for each row
  when (old.withdrawn_at is null and new.withdrawn_at is not null) execute function payment_roll_withdrawn();

revoke update, delete, truncate on go_live, payment_clearance from yingbao_app;
grant update (outcome, answer, decided_by, decided_at) on go_live to yingbao_app;
grant update (outcome, answer, decided_by, decided_at) on payment_clearance to yingbao_app;

alter table payment_clearance enable row level security;
alter table payment_clearance force row level security;
create policy scope on payment_clearance using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
-- The month says nothing of anybody: whoever is below may read it, who keeps the district's money writes it.
alter table go_live enable row level security;
alter table go_live force row level security;
create policy seen on go_live for select using (true);
create policy made on go_live for insert with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
create policy decided on go_live for update using (division_code >= app_scope_lo() and division_code < app_scope_hi());

create trigger decided_once before insert or update on go_live for each row execute function
  decided_once('outcome', '', '{outcome,answer,decided_by,decided_at}', '{}');
create trigger decided_once before insert or update on payment_clearance for each row execute function
  decided_once('outcome', '', '{outcome,answer,decided_by,decided_at}', '{division_code}');

-- A month that was paid from stays.
create function go_live_stays() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
  begin
    if new.outcome is distinct from 'refused' and exists (select from payment_roll where confirmed_at is not null) then
      raise exception 'a roll is confirmed: the go-live month stays' using errcode = 'check_violation';
    end if;
    return new;
  end $$;
create trigger go_live_stays before insert or update of outcome on go_live for each row execute function go_live_stays();

-- Clearances follow their household into another village.
create function payment_clearance_follow() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
  begin
    update payment_clearance c set division_code = new.division_code where c.household_no = new.household_no;
    return null;
  end $$;
create trigger payment_clearance_follow after update of division_code on household for each row
  when (old.division_code is distinct from new.division_code) execute function payment_clearance_follow();

-- Who was paid in a month by imported rows, in [lo, hi): how much, and how two persons cleared it (null: not yet, or of another sum).
create function paid_elsewhere(in_month text, lo text, hi text) returns table (household_no text, paid bigint, cleared text)
  language sql stable set search_path = public, pg_temp
  as $$
  with told as (
    select p.household_no, sum(p.amount)::bigint as paid from payment p
    where p.month = in_month and p.roll_no is null and p.division_code >= lo and p.division_code < hi
    group by p.household_no having sum(p.amount) > 0
  )
  select t.household_no, t.paid, k.kind
  from told t left join lateral (
    select c.kind from payment_clearance c
    where c.household_no = t.household_no and c.month = in_month and c.outcome = 'confirmed' and c.paid = t.paid
    order by c.decided_at desc, c.clearance_id limit 1
  ) k on true
$$;

-- Where rolls were confirmed before there was a go-live month: the first of them gives it, by the two persons who made and confirmed it, and what they
-- paid stands as paid, unless a package told it already.
select set_config('app.scope_lo', '0', true), set_config('app.scope_hi', ':', true);
alter table go_live disable trigger user;
insert into go_live (proposal_id, division_code, month, proposed_by, proposed_at, outcome, answer, decided_by, decided_at)
  select gen_random_uuid(), left(r.division_code, 6) || '000000', r.month, r.made_by, r.made_at, 'confirmed', ''::bytea, r.confirmed_by, r.confirmed_at
  from payment_roll r where r.confirmed_at is not null order by r.month, r.confirmed_at, r.roll_no limit 1;
alter table go_live enable trigger user;
insert into money_kept (from_month, said_at) select month, decided_at from go_live;
insert into payment (payment_no, household_no, division_code, month, amount, paid_on, account_holder, sealed, content, roll_no)
  select l.roll_no || '-' || l.household_no, h.household_no, h.division_code, l.month, l.amount, (r.confirmed_at at time zone 'Asia/Shanghai')::date,
    l.account_holder, l.sealed, ''::bytea, l.roll_no
  from payment_roll_line l join payment_roll r on r.roll_no = l.roll_no join household h on h.household_no = l.household_no
  where r.confirmed_at is not null
    and not exists (select from payment p where p.household_no = l.household_no and p.month = l.month and p.amount > 0);
select set_config('app.scope_lo', '', true), set_config('app.scope_hi', '', true);
