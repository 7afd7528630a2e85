-- An import is checked and compared before anything is written, committed by two persons where money or removals hang on it, and can be taken back.

alter table import_run drop constraint import_run_kind_check, drop constraint import_run_state_check;
alter table import_run
  add constraint import_run_kind_check check (kind in ('package', 'corrections', 'ledger')),
  add constraint import_run_state_check check (state in ('uploaded', 'checking', 'asking', 'checked', 'confirming', 'applying', 'done', 'failed',
    'dropped', 'withdrawn')),
  -- Said at the upload: the files are the whole register, households they do not name are to go.
  add column complete boolean not null default false,
  -- The township whose rows alone the run may touch; null for the whole district.
  add column area text collate "C",
  -- Sealed: how a workbook was understood, and what was answered about it.
  add column reading bytea,
  add column answers bytea,
  -- Counts and sums of what would change; nothing of a person. The digest stands for every difference.
  add column differences jsonb,
  add column difference_digest text,
  -- Whether each changed row is kept, so that the run can be taken back.
  add column traced boolean not null default false,
  add column needs_second boolean not null default false,
  add column blocked text,
  -- Sealed: why it was compared anew, or why the second person sent it back.
  add column note bytea,
  add column committed_by text collate "C",
  add column committed_at timestamptz,
  add column confirmed_by text collate "C",
  add column confirmed_at timestamptz,
  add column withdraw_by text collate "C",
  add column withdraw_at timestamptz,
  add column withdraw_reason bytea,
  add column withdrawn_by text collate "C",
  add column withdrawn_at timestamptz,
  -- Nobody is the second person of what he started or committed.
  add check (confirmed_by is null or (confirmed_by <> started_by and confirmed_by is distinct from committed_by)),
  add check (not needs_second or confirmed_by is not null or state not in ('applying', 'done', 'withdrawn')),
  add check (withdrawn_by is null or (withdraw_by is not null and withdrawn_by <> withdraw_by)),
  add check (state <> 'withdrawn' or withdrawn_by is not null);
-- Rows go by a file only where a person said that it is complete, and another one confirmed it. Older runs did otherwise.
alter table import_run add constraint import_run_removal check (removed = 0 or (complete and confirmed_by is not null)) not valid;
create index import_run_waiting on import_run (started_at) where state = 'confirming' or (withdraw_by is not null and withdrawn_by is null);

create function import_run_decided() returns trigger language plpgsql as $$
  begin
    if new.confirmed_by is not null and new.confirmed_by is distinct from old.confirmed_by and old.state <> 'confirming' then
      raise exception 'an import is confirmed only while it waits for it' using errcode = 'check_violation';
    end if;
    if old.needs_second and not new.needs_second and new.state in ('confirming', 'applying', 'done') then
      raise exception 'an import keeps its second person until it is compared anew' using errcode = 'check_violation';
    end if;
    if new.state = 'applying' and old.state not in ('checked', 'confirming', 'applying') then
      raise exception 'an import is written only after it was compared' using errcode = 'check_violation';
    end if;
    if (new.complete and not old.complete) or new.started_by <> old.started_by then
      raise exception 'what was said at the upload stays' using errcode = 'check_violation';
    end if;
    return new;
  end $$;
create trigger import_run_decided before update on import_run for each row execute function import_run_decided();

-- What an import adds, changes and takes off, row by row. `before` and `after` are the stored rows, sealed fields sealed; `before` restores the row.
create table import_change (
  import_id     uuid not null references import_run on delete cascade,
  table_name    text collate "C" not null,
  row_key       text collate "C" not null,
  household_no  text collate "C",
  division_code text collate "C" not null,
  kind          text collate "C" not null check (kind in ('new', 'changed', 'removed')),
  columns       text[] not null default '{}',
  flags         text[] not null default '{}',
  before        jsonb,
  after         jsonb,
  primary key (import_id, table_name, row_key)
);
create index import_change_earlier on import_change (table_name, row_key) where kind = 'changed';
create index import_change_household on import_change (import_id, household_no) where table_name = 'persons';
create index import_change_flags on import_change (import_id, table_name, row_key) where flags <> '{}';
alter table import_change enable row level security;
alter table import_change force row level security;
create policy scope on import_change using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
grant maintain on import_change to yingbao_app;

create function import_change_listed() returns trigger language plpgsql as $$
  begin
    if not exists (select from import_run r where r.import_id = new.import_id and r.complete) then
      raise exception 'only a complete package takes rows off' using errcode = 'check_violation';
    end if;
    return new;
  end $$;
create trigger import_change_listed before insert or update on import_change for each row when (new.kind = 'removed')
  execute function import_change_listed();

-- Refused rows: those of an import that is only compared mark nothing; the same row again is known, not opened once more.
alter table quarantined_row drop constraint quarantined_row_state_check;
alter table quarantined_row
  add constraint quarantined_row_state_check check (state in ('checked', 'open', 'corrected', 'dismissed', 'known', 'withdrawn')),
  -- Keyed digest of the file's name and the row as it stands there.
  add column raw_index bytea,
  -- Where it stands in the bureau's own workbook.
  add column place_sheet text,
  add column place_row int,
  -- The import that settled it.
  add column settled_import uuid;
create index quarantined_row_raw on quarantined_row (raw_index) where raw_index is not null;
create index quarantined_row_settled on quarantined_row (settled_import) where settled_import is not null;
alter table import_issue add column place_sheet text, add column place_row int;

-- States of divisions that an import ended go with it when it is taken back.
alter table division_change add column import_id uuid;
create function forget_division_changes(of_import uuid) returns void language plpgsql security definer set search_path = public, pg_temp as $$
  begin
    if not exists (select from import_run r where r.import_id = of_import and r.state = 'done' and r.withdrawn_by is not null) then
      raise exception 'the import is not taken back' using errcode = 'check_violation';
    end if;
    delete from division_change where import_id = of_import;
  end $$;
revoke all on function forget_division_changes(uuid) from public;
grant execute on function forget_division_changes(uuid) to yingbao_app;

-- What the mappings of lists of other systems knew was carried over to the words of ledgers.
drop table list_mapping;
