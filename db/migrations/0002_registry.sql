-- Registry: divisions, officials, households with persons and supporters, what they declared, and the imports they came from.
-- The keys of the district package are the keys here. Money is whole fen, areas are hundredths of a square metre, months 'YYYY-MM'.
--
-- `sealed` holds a small JSON object with the sensitive fields of the row (numbers, accounts, phone, health, identifiers), encrypted by
-- the application; the *_index columns are 16-byte keyed digests for equality. `content` is a keyed digest of all fields of the row, so
-- that an import can tell changed rows from unchanged ones without opening anything.
-- Every row carries the division_code of its household, which is what row-level security compares.

create table division (
  code          text collate "C" primary key,
  name          text not null,
  level         text collate "C" not null check (level in ('district', 'township', 'village')),
  kind          text collate "C" not null,
  parent_code   text collate "C",
  division_code text collate "C" not null generated always as (code) stored,
  initials      text collate "C" not null,
  content       bytea not null
);
create index division_parent on division (parent_code, code);

-- Dated changes of the division table: from `changed_on` a code is continued by its successor.
create table division_change (
  code           text collate "C" not null,
  successor_code text collate "C" not null,
  changed_on     date not null,
  primary key (code, changed_on, successor_code)
);

create table official (
  official_no     text collate "C" primary key,
  name            text not null,
  role            text collate "C" not null,
  post            text,
  unit            text,
  division_code   text collate "C" not null,
  in_office_from  date not null,
  in_office_to    date,
  sealed          bytea not null,
  id_number_index bytea not null,
  content         bytea not null
);
create index official_number on official (id_number_index);
create index official_division on official (division_code);

create table household (
  household_no          text collate "C" primary key,
  programme             text collate "C" not null,
  kind                  text collate "C" not null,
  division_code         text collate "C" not null,
  township_code         text collate "C" not null generated always as (left(division_code, 9) || '000') stored,
  address               text,
  applied_on            date not null,
  aid_from              text collate "C",
  aid_to                text collate "C",
  tier                  text collate "C",
  approved_amount       bigint,
  single_applicant      text collate "C",
  bank_name             text,
  account_holder        text,
  account_proxy_filed   text collate "C",
  handler_no            text collate "C",
  sealed                bytea not null,
  account_index         bytea,
  account_holder_index  bytea,
  content               bytea not null,
  -- Quarantine marks: a row of persons, of supporters, or of these and the declared lines that names the household was refused.
  incomplete_members    boolean not null default false,
  incomplete_supporters boolean not null default false,
  incomplete            boolean not null default false,
  -- Name of the first accepted head, else of the first accepted person; empty without any.
  head_name             text not null default '',
  persons_count         int not null default 0
);
create index household_area on household (division_code, household_no);
create index household_township on household (township_code, household_no);
create index household_kind on household (programme, kind, division_code);
create index household_account on household (account_index) where account_index is not null;
create index household_handler on household (handler_no);

create table person (
  person_no       text collate "C" primary key,
  household_no    text collate "C" not null references household,
  division_code   text collate "C" not null,
  name            text not null,
  gender          text collate "C" not null,
  birth_date      date not null,
  relation        text collate "C",
  marital_status  text collate "C",
  work_status     text collate "C",
  student_level   text collate "C",
  counted         text collate "C" not null,
  aid_from        text collate "C",
  aid_to          text collate "C",
  sealed          bytea not null,
  id_number_index bytea not null,
  phone_index     bytea,
  content         bytea not null,
  -- Place of the row in its file: the order in which later rows were judged.
  file_row        int not null,
  pinyin          text collate "C" not null,
  initials        text collate "C" not null,
  name_chars      text[] not null
);
create index person_household on person (household_no, file_row);
create index person_number on person (id_number_index);
create index person_phone on person (phone_index) where phone_index is not null;
create index person_area on person (division_code, person_no);
create index person_initials on person (initials text_pattern_ops);
create index person_pinyin on person (pinyin text_pattern_ops);
create index person_name_chars on person using gin (name_chars);

create table supporter (
  supporter_no        text collate "C" primary key,
  household_no        text collate "C" not null references household,
  division_code       text collate "C" not null,
  supported_person_no text collate "C" not null references person,
  relation            text collate "C" not null,
  name                text not null,
  work_unit           text,
  monthly_income      bigint,
  household_persons   int,
  supported_count     int,
  support_agreed      bigint,
  support_paid        bigint,
  sealed              bytea not null,
  id_number_index     bytea not null,
  content             bytea not null,
  pinyin              text collate "C" not null,
  initials            text collate "C" not null,
  name_chars          text[] not null
);
create index supporter_household on supporter (household_no);
create index supporter_supported on supporter (supported_person_no);
create index supporter_number on supporter (id_number_index);
create index supporter_area on supporter (division_code, supporter_no);
create index supporter_name_chars on supporter using gin (name_chars);

-- The signed consent of one subject (a person or a supporter) to questions, by items.
create table authorisation (
  authorisation_no text collate "C" primary key,
  subject_no       text collate "C" not null,
  household_no     text collate "C" not null references household,
  division_code    text collate "C" not null,
  signature        text collate "C" not null,
  signed_on        date,
  valid_to         date,
  withdrawn_on     date,
  items            text[] not null,
  content          bytea not null
);
create index authorisation_subject on authorisation (subject_no);
create index authorisation_household on authorisation (household_no);

create table declared_income (
  line_no       text collate "C" primary key,
  household_no  text collate "C" not null references household,
  division_code text collate "C" not null,
  person_no     text collate "C" not null references person,
  item          text collate "C" not null,
  amount        bigint not null,
  period_from   text collate "C" not null,
  period_to     text collate "C" not null,
  content       bytea not null
);
create index declared_income_household on declared_income (household_no);
create index declared_income_person on declared_income (person_no);

create table declared_asset (
  line_no       text collate "C" primary key,
  household_no  text collate "C" not null references household,
  division_code text collate "C" not null,
  person_no     text collate "C" not null references person,
  kind          text collate "C" not null,
  area          bigint,
  amount        bigint,
  -- Plate, unit number, credit code or account; null when the line has none.
  sealed        bytea,
  content       bytea not null
);
create index declared_asset_household on declared_asset (household_no);
create index declared_asset_person on declared_asset (person_no);

create table declared_expenditure (
  line_no       text collate "C" primary key,
  household_no  text collate "C" not null references household,
  division_code text collate "C" not null,
  person_no     text collate "C" not null references person,
  kind          text collate "C" not null,
  amount        bigint not null,
  period_from   text collate "C" not null,
  period_to     text collate "C" not null,
  content       bytea not null
);
create index declared_expenditure_household on declared_expenditure (household_no);
create index declared_expenditure_person on declared_expenditure (person_no);

create table payment (
  payment_no     text collate "C" primary key,
  household_no   text collate "C" not null references household,
  division_code  text collate "C" not null,
  month          text collate "C" not null,
  amount         bigint not null,
  paid_on        date not null,
  account_holder text,
  -- Payments of a household to one account carry the same sealed bytes, so that they are opened once.
  sealed         bytea,
  account_index  bytea,
  content        bytea not null
);
create index payment_household on payment (household_no, month);

create table relative_filing (
  filing_no     text collate "C" primary key,
  official_no   text collate "C" not null references official,
  household_no  text collate "C" not null references household,
  division_code text collate "C" not null,
  relation      text collate "C" not null,
  filed_on      date not null,
  content       bytea not null
);
create index relative_filing_household on relative_filing (household_no);
create index relative_filing_official on relative_filing (official_no);

-- Single queries made before the verification, as handed in by the district.
create table query_log (
  query_no      text collate "C" primary key,
  subject_no    text collate "C" not null,
  household_no  text collate "C" not null references household,
  division_code text collate "C" not null,
  record        text collate "C" not null,
  queried_on    date not null,
  operator      text,
  purpose       text,
  content       bytea not null
);
create index query_log_subject on query_log (subject_no);
create index query_log_household on query_log (household_no);

-- Imports ---------------------------------------------------------------------------------------------------------------------------

create table import_run (
  import_id     uuid primary key,
  division_code text collate "C" not null,
  name          text not null,
  -- Digest of the package, the as-of date and the limits: the same again changes nothing.
  digest        bytea,
  as_of         date not null,
  kind          text collate "C" not null check (kind in ('package', 'corrections')),
  state         text collate "C" not null check (state in ('uploaded', 'checking', 'applying', 'done', 'failed')),
  -- The limits the checks used; corrections of its rows use them again.
  limits        jsonb not null,
  request       jsonb not null default '{}',
  bytes_read    bigint not null default 0,
  bytes_total   bigint not null default 0,
  -- Per file: rows, accepted, quarantined, repeated, normalised.
  files         jsonb not null default '{}',
  changed       int not null default 0,
  removed       int not null default 0,
  errors        int not null default 0,
  warnings      int not null default 0,
  failure       text,
  started_by    text not null,
  started_at    timestamptz not null,
  ended_at      timestamptz
);
create index import_run_started on import_run (started_at desc, import_id desc);
create index import_run_digest on import_run (digest) where state = 'done';

-- Every problem of a package, one line each.
create table import_issue (
  import_id     uuid not null references import_run on delete cascade,
  file          text collate "C" not null,
  row           int not null,
  column_name   text collate "C" not null,
  code          text collate "C" not null,
  severity      text collate "C" not null check (severity in ('error', 'warn')),
  message       text not null,
  household_no  text collate "C",
  division_code text collate "C" not null,
  primary key (import_id, file, row, column_name, code)
);
create index import_issue_area on import_issue (import_id, division_code, code);

-- Every row that was refused, or used though doubtful, with its text as it stands in the file.
create table quarantined_row (
  row_id        uuid primary key,
  import_id     uuid not null references import_run on delete cascade,
  file          text collate "C" not null,
  row           int not null,
  -- Refused rows are used nowhere; the others stand in the registry and are doubtful.
  quarantined   boolean not null,
  codes         text[] not null,
  raw_sealed    bytea not null,
  -- The header of the file, in its own order.
  header        text[] not null,
  -- Key of the row, households it may name, rows it refers to.
  row_key       text collate "C",
  names         text[] not null,
  refers_to     text[] not null,
  household_no  text collate "C",
  division_code text collate "C" not null,
  state         text collate "C" not null default 'open' check (state in ('open', 'corrected', 'dismissed')),
  returned_at   timestamptz not null,
  settled_at    timestamptz,
  settled_by    text,
  unique (import_id, file, row)
);
create index quarantined_row_list on quarantined_row (import_id, file, row);
create index quarantined_row_area on quarantined_row (division_code, state);
create index quarantined_row_names on quarantined_row using gin (names) where state = 'open' and quarantined;
create index quarantined_row_refers on quarantined_row using gin (refers_to) where state = 'open' and quarantined;

-- How a list of another system is read, saved per source.
create table list_mapping (
  mapping_id    uuid primary key,
  source        text not null,
  table_name    text collate "C" not null,
  sheet         text,
  columns       jsonb not null,
  codes         jsonb not null,
  saved_at      timestamptz not null,
  saved_by      text not null,
  unique (source, table_name)
);

-- An import tells the planner at once what the tables hold; plans made for empty tables would be used for a whole district.
grant maintain on division, official, household, person, supporter, authorisation, declared_income, declared_asset, declared_expenditure,
  payment, relative_filing, query_log, import_issue, quarantined_row to yingbao_app;

-- Scope -----------------------------------------------------------------------------------------------------------------------------

do $$
declare t text;
begin
  foreach t in array array['official', 'household', 'person', 'supporter', 'authorisation', 'declared_income',
    'declared_asset', 'declared_expenditure', 'payment', 'relative_filing', 'query_log', 'import_run', 'import_issue', 'quarantined_row']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (division_code >= app_scope_lo() and division_code < app_scope_hi())
      with check (division_code >= app_scope_lo() and division_code < app_scope_hi())', t);
  end loop;
end $$;
-- Divisions are public names; anybody signed in may read them all, but only within a scope may they be changed.
alter table division enable row level security;
alter table division force row level security;
create policy names on division for select using (app_scope_lo() is not null);
create policy scope on division using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());

-- Data quality: identity checks per division of the newest finished import. Entries are rows of persons and supporters.
create view data_quality with (security_invoker = true) as
  select i.import_id, i.division_code, i.code, count(*)::int as rows
  from import_issue i
  where i.code like 'IDQ-%'
  group by i.import_id, i.division_code, i.code;
grant select on data_quality to yingbao_app;
