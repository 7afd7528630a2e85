-- Administration: accounts that two administrators answer for, duty areas, holiday notices, saved views, exports in the background.

-- An account that was made but whose powers nobody has confirmed yet cannot sign in.
alter table app_user add column confirmed boolean not null default true;
-- Posts the person holds, as written on the door; they give no power.
alter table app_user add column posts text[] not null default '{}';
-- The password was given by an administrator: the page asks for another one.
alter table app_user add column password_given boolean not null default false;

-- A power asked for by the system administrator and confirmed or refused by the security administrator. The account keeps its old power
-- until then; one open request for an account.
create table role_change (
  change_id     uuid primary key,
  user_id       text collate "C" not null references app_user,
  role          text collate "C" not null,
  division_code text collate "C" not null check (division_code ~ '^[0-9]{12}$'),
  unit_code     text collate "C",
  reason        text not null,
  state         text collate "C" not null default 'open' check (state in ('open', 'confirmed', 'refused')),
  requested_by  text collate "C" not null,
  requested_at  timestamptz not null,
  decided_by    text collate "C",
  decided_at    timestamptz,
  decision      text,
  check ((role = 'unit_officer') = (unit_code is not null)),
  check ((state = 'open') = (decided_by is null)),
  -- Nobody gives a power to himself, and nobody confirms what he asked for.
  check (requested_by <> user_id),
  check (decided_by <> requested_by and decided_by <> user_id)
);
create unique index role_change_open on role_change (user_id) where state = 'open';
alter table role_change enable row level security;
alter table role_change force row level security;
create policy scope on role_change using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
revoke delete on role_change from yingbao_app;

-- Who answers for a village (分片包村), [valid_from, valid_to). The name stands here too: whoever sees the village may be told it, also when
-- the person's own account lies in a wider area.
create table duty_area (
  duty_id       uuid primary key,
  user_id       text collate "C" not null references app_user,
  user_name     text not null,
  village_code  text collate "C" not null,
  division_code text collate "C" not null generated always as (village_code) stored,
  valid_from    date not null,
  valid_to      date,
  note          text not null default '',
  assigned_by   text collate "C" not null,
  assigned_at   timestamptz not null,
  check (valid_from < valid_to)
);
create index duty_area_village on duty_area (division_code, valid_from);
create index duty_area_user on duty_area (user_id);
alter table duty_area enable row level security;
alter table duty_area force row level security;
create policy scope on duty_area using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());

-- Holiday notices of the State Council beyond those the program knows; the newest version of a year is in force.
create table holiday_notice (
  year            int not null check (year between 2000 and 2199),
  version         int not null,
  -- Days as in the built-in table: 'MMDD' or 'MMDD-MMDD', separated by spaces.
  off_days        text not null,
  work_days       text not null,
  source          text not null,
  entered_by      text collate "C" not null,
  entered_by_name text not null,
  entered_at      timestamptz not null,
  primary key (year, version)
);
revoke update, delete on holiday_notice from yingbao_app;

-- A view of a list somebody saved: the part of the address after '?'. A shared one is offered to the owner's colleagues: those of the same
-- division and unit.
create table saved_view (
  view_id       uuid primary key,
  owner         text collate "C" not null references app_user on delete cascade,
  division_code text collate "C" not null,
  unit_code     text collate "C",
  page          text collate "C" not null,
  name          text not null,
  search        text not null,
  shared        boolean not null default false,
  saved_at      timestamptz not null,
  unique (owner, page, name)
);
create index saved_view_shared on saved_view (page, division_code) where shared;
alter table saved_view enable row level security;
alter table saved_view force row level security;
create policy scope on saved_view using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());

-- Tables written as workbooks in the background. `division_code` is the owner's area: what the file holds.
create table export_job (
  export_id     uuid primary key,
  kind          text collate "C" not null,
  params        jsonb not null,
  state         text collate "C" not null default 'waiting' check (state in ('waiting', 'writing', 'done', 'failed', 'expired')),
  rows_written  int not null default 0,
  -- Rows to be written, as counted at the start; null before.
  rows_expected int,
  persons       int not null default 0,
  sha256        text collate "C" check (sha256 ~ '^[0-9a-f]{64}$'),
  size          bigint,
  failure       text,
  owner         text collate "C" not null,
  division_code text collate "C" not null,
  asked_at      timestamptz not null,
  ended_at      timestamptz,
  expires_at    timestamptz,
  check ((state in ('done', 'expired')) = (sha256 is not null))
);
create index export_job_owner on export_job (owner, asked_at desc);
create index export_job_expires on export_job (expires_at) where state = 'done';
alter table export_job enable row level security;
alter table export_job force row level security;
create policy scope on export_job using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
revoke delete on export_job from yingbao_app;

-- Tables filled in with a spreadsheet and handed in. The workbook itself lies in the store of files until it expires, so that it can be given
-- back with the reasons beside its rows.
create table handed_table (
  table_id      uuid primary key,
  kind          text collate "C" not null,
  file_name     text not null,
  sha256        text collate "C" not null check (sha256 ~ '^[0-9a-f]{64}$'),
  -- rows taken, when they were
  rows_taken    int,
  owner         text collate "C" not null,
  division_code text collate "C" not null,
  handed_at     timestamptz not null,
  taken_at      timestamptz,
  expires_at    timestamptz not null,
  check ((taken_at is null) = (rows_taken is null))
);
create index handed_table_expires on handed_table (expires_at);
alter table handed_table enable row level security;
alter table handed_table force row level security;
create policy scope on handed_table using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());

-- A district's own texts of document templates. A text is written once and never changed; which one prints is the newest release of its
-- template: version 0 is the text the program brings along. Papers keep the hash they were printed by.
create table template_version (
  template      text collate "C" not null,
  version       int not null check (version > 0),
  body          text not null check (length(body) between 1 and 200000),
  sha256        text collate "C" not null check (sha256 ~ '^[0-9a-f]{64}$'),
  note          text not null,
  made_by       text collate "C" not null,
  made_by_name  text not null,
  made_at       timestamptz not null,
  primary key (template, version)
);
create index template_version_hash on template_version (sha256);
create table template_release (
  release_no    bigint generated always as identity primary key,
  template      text collate "C" not null,
  version       int not null check (version >= 0),
  reason        text not null,
  by_user       text collate "C" not null,
  by_name       text not null,
  at            timestamptz not null
);
create index template_release_newest on template_release (template, release_no desc);

-- Nobody releases what he wrote himself, and only what there is.
create function template_wall() returns trigger language plpgsql
  as $$
  begin
    if new.version > 0 and not exists (select from template_version v
        where v.template = new.template and v.version = new.version and v.made_by <> new.by_user) then
      raise exception 'version % of template % is released by another person than its author', new.version, new.template
        using errcode = 'check_violation';
    end if;
    return new;
  end $$;
create trigger template_wall before insert on template_release for each row execute function template_wall();
revoke update, delete, truncate on template_version, template_release from yingbao_app;

-- Seals of the district's and the townships' offices as pictures for their papers. One is entered by one administrator and confirmed by
-- another; it prints from then until it is ended.
create table office_seal (
  seal_id       uuid primary key,
  division_code text collate "C" not null check (division_code ~ '^[0-9]{12}$'),
  -- PNG, sealed: whoever has the picture could put it anywhere.
  image         bytea not null,
  sha256        text collate "C" not null,
  -- The document by which the seal is in use.
  basis         text not null,
  entered_by    text collate "C" not null,
  entered_by_name text not null,
  entered_at    timestamptz not null,
  confirmed_by  text collate "C",
  confirmed_by_name text,
  confirmed_at  timestamptz,
  ended_at      timestamptz,
  end_reason    text,
  check (confirmed_by <> entered_by),
  check ((confirmed_by is null) = (confirmed_at is null)),
  check ((ended_at is null) = (end_reason is null))
);
create unique index office_seal_entered on office_seal (division_code) where confirmed_at is null and ended_at is null;
create unique index office_seal_used on office_seal (division_code) where confirmed_at is not null and ended_at is null;
alter table office_seal enable row level security;
alter table office_seal force row level security;
-- Papers of a township and of the district are printed below them too.
create policy seen on office_seal for select using (
  division_code >= app_scope_lo() and division_code < app_scope_hi()
  or division_code in (left(app_scope_lo(), 9) || '000', left(app_scope_lo(), 6) || '000000'));
create policy made on office_seal for insert with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
create policy changed on office_seal for update using (division_code >= app_scope_lo() and division_code < app_scope_hi());
revoke update, delete on office_seal from yingbao_app;
grant update (confirmed_by, confirmed_by_name, confirmed_at, ended_at, end_reason) on office_seal to yingbao_app;
