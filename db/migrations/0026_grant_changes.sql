-- Changes of one household's running grant: suspended, stopped, resumed. One person proposes with ground and month, another decides. What was decided
-- stands; nothing is rewritten or deleted.

create table grant_change (
  change_no     text collate "C" primary key,
  household_no  text collate "C" not null,
  division_code text collate "C" not null,
  kind          text collate "C" not null check (kind in ('suspend', 'stop', 'resume')),
  -- The first month it holds for.
  from_month    text collate "C" not null check (from_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  -- Ground of the pack as it was worded, with its clause.
  ground        text collate "C" not null,
  ground_label  text not null,
  clause        text not null,
  -- Sealed: what was found, in the proposer's words.
  facts         bytea not null,
  -- The grant it is about: by decision, or null for one that was registered; what it pays, and its last month before the change.
  decision_no   text collate "C" references case_decision,
  amount        bigint not null,
  persons       int not null,
  prior_to      text collate "C",
  -- The refused application it follows from.
  case_no       text collate "C" references casefile,
  -- How it can be attacked, by the pack at the time of the proposal.
  remedies      jsonb not null,
  proposed_by   text collate "C" not null,
  proposed_at   timestamptz not null,
  outcome       text collate "C" check (outcome in ('confirmed', 'refused', 'withdrawn')),
  answer        bytea,
  decided_by    text collate "C",
  decided_at    timestamptz,
  -- Service of the letter, sealed.
  service       bytea,
  served_on     date,
  served_at     timestamptz,
  check ((outcome is null) = (decided_by is null) and (outcome is null) = (decided_at is null) and (outcome is null) = (answer is null)),
  -- Nobody decides about his own proposal; he may only take it back.
  check (outcome is null or (outcome = 'withdrawn') = (decided_by = proposed_by)),
  check ((served_at is null) = (served_on is null) and (served_at is null) = (service is null)),
  check (served_at is null or outcome = 'confirmed')
);
create unique index grant_change_open on grant_change (household_no) where outcome is null;
create index grant_change_household on grant_change (household_no, proposed_at desc);
create index grant_change_confirmed on grant_change (household_no, decided_at desc) where outcome = 'confirmed';
create index grant_change_waiting on grant_change (division_code, proposed_at) where outcome is null;
create index grant_change_unserved on grant_change (division_code, decided_at) where outcome = 'confirmed' and served_at is null;

alter table grant_change enable row level security;
alter table grant_change force row level security;
create policy scope on grant_change using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
revoke update, delete, truncate on grant_change from yingbao_app;
grant update (outcome, answer, decided_by, decided_at, service, served_on, served_at) on grant_change to yingbao_app;

-- Decided once, served once; a proposal begins undecided.
create function grant_change_once() returns trigger language plpgsql as $$
  begin
    if tg_op = 'INSERT' then
      if new.outcome is not null then raise exception 'a proposal is not decided yet' using errcode = 'check_violation'; end if;
    elsif old.outcome is not null and (new.outcome, new.answer, new.decided_by, new.decided_at)
        is distinct from (old.outcome, old.answer, old.decided_by, old.decided_at) then
      raise exception 'the change % is decided', old.change_no using errcode = 'check_violation';
    elsif old.served_at is not null then
      raise exception 'the letter of % is served', old.change_no using errcode = 'check_violation';
    end if;
    return new;
  end $$;
create trigger grant_change_once before insert or update of outcome, answer, decided_by, decided_at, service, served_on, served_at
  on grant_change for each row execute function grant_change_once();

-- Changes follow their household into another village.
create function grant_change_follow() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
  begin
    update grant_change c set division_code = new.division_code where c.household_no = new.household_no;
    return null;
  end $$;
create trigger grant_change_follow after update of division_code on household for each row
  when (old.division_code is distinct from new.division_code) execute function grant_change_follow();

-- What stands in a month as before, with the newest change that holds for it: a stopped grant stands no more, a suspended one is held. A change
-- concerns the grant it was decided about: a later decision of a case takes its place.
alter function standing_grants(text, text, text) rename to granted_in;
create function standing_grants(in_month text, lo text, hi text) returns table (
    decision_no text, case_no text, household_no text, division_code text, persons int, base bigint, top_up bigint, amount bigint,
    tier text, from_month text, valid_to date, name text, bank_name text, account_holder text, sealed bytea, has_account boolean, stopped boolean,
    suspended boolean)
  language sql stable set search_path = public, pg_temp
  as $$
  with changed as materialized (
    select c.household_no, c.kind, c.decided_at, c.change_no from grant_change c
    where c.outcome = 'confirmed' and c.from_month <= in_month and c.division_code >= lo and c.division_code < hi
  )
  select g.decision_no, g.case_no, g.household_no, g.division_code, g.persons, g.base, g.top_up, g.amount, g.tier, g.from_month, g.valid_to,
    g.name, g.bank_name, g.account_holder, g.sealed, g.has_account, g.stopped or coalesce(k.kind = 'stop', false), coalesce(k.kind = 'suspend', false)
  from granted_in(in_month, lo, hi) g
  left join case_decision d on d.decision_no = g.decision_no
  left join lateral (
    select c.kind from changed c where c.household_no = g.household_no and (d.at is null or c.decided_at > d.at)
    order by c.decided_at desc, c.change_no desc limit 1
  ) k on true
$$;
