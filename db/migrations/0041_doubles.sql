-- The same person, or the same account, in two households that are paid: the household is held back until two persons decide about exactly this pair and
-- this number. Another pair, or another number of the same pair, is held back anew.
create table double_decision (
  decision_id   uuid primary key,
  -- What one person proposed of a household at once.
  proposal_id   uuid not null,
  household_no  text collate "C" not null,
  division_code text collate "C" not null,
  -- The other household; * and how many there are, where so many share the number that none is named.
  other_no      text collate "C" not null,
  kind          text collate "C" not null check (kind in ('person', 'account')),
  -- Keyed index of the citizen number or the account.
  match         bytea not null,
  -- shared, right, mistaken: paid; duplicate: not paid.
  verdict       text collate "C" not null check (verdict in ('shared', 'right', 'mistaken', 'duplicate')),
  -- Sealed, as the other reasons.
  reason        bytea not null,
  proposed_by   text collate "C" not null,
  proposed_at   timestamptz not null,
  outcome       text collate "C" check (outcome in ('confirmed', 'refused')),
  answer        bytea,
  decided_by    text collate "C",
  decided_at    timestamptz,
  undone_by     text collate "C",
  undone_at     timestamptz,
  undone_reason bytea,
  check ((outcome is null) = (decided_by is null) and (outcome is null) = (decided_at is null) and (outcome is null) = (answer is null)),
  check (decided_by is distinct from proposed_by),
  check (verdict <> 'shared' or kind = 'account'),
  check (verdict <> 'mistaken' or kind = 'person'),
  check ((undone_by is null) = (undone_at is null) and (undone_by is null) = (undone_reason is null)),
  check (undone_at is null or outcome = 'confirmed')
);
create unique index double_decision_open on double_decision (household_no, other_no, kind, match) where outcome is null;
create index double_decision_held on double_decision (household_no, decided_at desc) where outcome = 'confirmed' and undone_at is null;
create index double_decision_proposal on double_decision (proposal_id);

revoke update, delete, truncate on double_decision from yingbao_app;
grant update (outcome, answer, decided_by, decided_at, undone_by, undone_at, undone_reason) on double_decision to yingbao_app;
create trigger decided_once before insert or update on double_decision for each row execute function
  decided_once('outcome', '', '{outcome,answer,decided_by,decided_at}', '{division_code,undone_by,undone_at,undone_reason}');

-- What was undone stays so: another decision is another proposal.
create function double_stays_undone() returns trigger language plpgsql as $$
  begin
    if old.undone_at is not null and (new.undone_by, new.undone_at, new.undone_reason) is distinct from (old.undone_by, old.undone_at, old.undone_reason) then
      raise exception 'this decision is undone' using errcode = 'check_violation';
    end if;
    return new;
  end $$;
create trigger double_stays_undone before update on double_decision for each row execute function double_stays_undone();

alter table double_decision enable row level security;
alter table double_decision force row level security;
create policy scope on double_decision using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());

-- Decisions follow their household into another village.
create function double_decision_follow() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
  begin
    update double_decision d set division_code = new.division_code where d.household_no = new.household_no;
    return null;
  end $$;
create trigger double_decision_follow after update of division_code on household for each row
  when (old.division_code is distinct from new.division_code) execute function double_decision_follow();
