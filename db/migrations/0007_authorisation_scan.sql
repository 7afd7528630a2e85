-- Registry: the scan of a signed authorisation, the check of bank cards, and divisions as they were.

-- A file that shows the paper of an authorisation. The content is kept sealed by its hash; the row here says which paper it shows. It hangs
-- on the number of the paper and its subject, not on the row of the authorisation: a package that leaves the row out, corrects it or brings
-- it again does not lose the scan. A newer file replaces the older one, which stays as evidence of what was answered for before.
create table authorisation_scan (
  scan_id          uuid primary key,
  authorisation_no text collate "C" not null,
  subject_no       text collate "C" not null,
  household_no     text collate "C" not null,
  division_code    text collate "C" not null,
  -- The number that stands on the paper, as read by whoever scanned it, and whether it is another one than the system's.
  paper_no         text collate "C" not null check (paper_no <> ''),
  number_differs   boolean not null,
  sha256           text collate "C" not null check (sha256 ~ '^[0-9a-f]{64}$'),
  media_type       text collate "C" not null check (media_type in ('image/jpeg', 'image/png', 'application/pdf')),
  file_name        text not null,
  size             int not null check (size > 0),
  -- Null when the file does not tell.
  pages            int,
  scanned_by       text not null,
  scanned_by_name  text not null,
  scanned_at       timestamptz not null,
  replaced_at      timestamptz
);
create unique index authorisation_scan_current on authorisation_scan (authorisation_no, subject_no) where replaced_at is null;
create index authorisation_scan_household on authorisation_scan (household_no);

alter table authorisation_scan enable row level security;
alter table authorisation_scan force row level security;
create policy scope on authorisation_scan using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
revoke delete on authorisation_scan from yingbao_app;

-- True when the account looks like a bank card whose check digit is wrong; computed when the row is written, so that nobody has to open
-- the accounts of a district to count them.
alter table household add column account_card_fails boolean not null default false;

-- First day of the state a division is in; null = as far back as the registry goes.
alter table division add column since date;

-- Divisions as they were: one row for each state that has ended, [valid_from, changed_on). The successor is the division itself when only
-- its name, kind or parent changed, the division its households went to when the code is gone, null when nobody can tell.
drop table division_change;
create table division_change (
  code           text collate "C" not null,
  changed_on     date not null,
  valid_from     date,
  name           text not null,
  level          text collate "C" not null,
  kind           text collate "C" not null,
  parent_code    text collate "C",
  successor_code text collate "C",
  division_code  text collate "C" not null generated always as (code) stored,
  primary key (code, changed_on),
  check (valid_from < changed_on)
);
create index division_change_successor on division_change (successor_code);
alter table division_change enable row level security;
alter table division_change force row level security;
create policy names on division_change for select using (app_scope_lo() is not null);
create policy scope on division_change using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
revoke update, delete on division_change from yingbao_app;

-- The name a division had on a day; before its first known state the first, after its last one the last.
create function division_name_on(wanted text, on_day date) returns text language sql stable as $$
  select s.name from (
    select c.name, c.changed_on as valid_to from division_change c where c.code = wanted
    union all
    select d.name, 'infinity' from division d where d.code = wanted
  ) s
  order by on_day < s.valid_to desc, case when on_day < s.valid_to then s.valid_to end, s.valid_to desc limit 1
$$;
