-- What was found not to be as it was sealed or signed, and the checks that looked for it. A finding here stops nothing by itself: a person
-- settles it, with a reason.

create table proof_alarm (
  alarm_id        bigint generated always as identity primary key,
  kind            text collate "C" not null check (kind in ('report', 'journal', 'seal', 'anchor')),
  -- number of a report, name of a chain, number of a seal …
  subject         text collate "C" not null,
  -- what does not hold, as a sentence
  fault           text not null,
  division_code   text collate "C" not null check (division_code ~ '^[0-9]{12}$'),
  found_at        timestamptz not null default clock_timestamp(),
  settled_by      text,
  settled_by_name text,
  settled_at      timestamptz,
  settled_reason  text,
  check ((settled_at is null) = (settled_by is null) and (settled_at is null) = (settled_reason is null))
);
-- The same finding is raised once until somebody has settled it.
create unique index proof_alarm_open on proof_alarm (kind, subject, fault) where settled_at is null;
create index proof_alarm_newest on proof_alarm (division_code, alarm_id);
revoke update, delete, truncate on proof_alarm from yingbao_app;
grant update (settled_by, settled_by_name, settled_at, settled_reason) on proof_alarm to yingbao_app;
alter table proof_alarm enable row level security;
alter table proof_alarm force row level security;
-- What concerns the whole installation has no division of its own; whoever may open the page sees it.
create policy scope on proof_alarm
  using (division_code >= app_scope_lo() and division_code < app_scope_hi() or division_code = '000000000000' and app_scope_lo() is not null)
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi() or division_code = '000000000000' and app_scope_lo() is not null);

-- Every check of the journal and of the signed reports: by the product each night, or by a person on the command line.
create table journal_check (
  check_id   bigint generated always as identity primary key,
  by_user    text not null,
  started_at timestamptz not null,
  ended_at   timestamptz not null,
  entries    bigint not null,
  chains     bigint not null,
  seals      bigint not null,
  -- number of the newest seal then; 0 before the first
  last_seal  bigint not null,
  -- seals that others hold, and signed reports, held against what is stored
  anchors    bigint not null,
  reports    bigint not null,
  faults     bigint not null,
  -- why it could not be done; null when it was
  failure    text
);
revoke update, delete, truncate on journal_check from yingbao_app;
