-- Files that people hand in. The content lies sealed under its hash; a row says who took it, what it is by its content, and what it belongs
-- to. Nobody opens a file by its hash: a file is shown through the case, household or notice that it belongs to.
create table stored_file (
  file_id       uuid primary key,
  sha256        text collate "C" not null check (sha256 ~ '^[0-9a-f]{64}$'),
  name          text not null,
  size          bigint not null check (size >= 0),
  -- By content. Null: stored before contents were looked at.
  media_type    text collate "C",
  kind          text collate "C" not null,
  taken_by      text collate "C" not null,
  taken_at      timestamptz not null,
  -- Division of who took it, then of what it belongs to.
  division_code text collate "C" not null,
  -- What it belongs to; null until an action names it.
  owner_kind    text collate "C" check (owner_kind in ('case', 'household', 'campaign', 'notice', 'scan', 'import')),
  owner_no      text collate "C",
  attached_at   timestamptz,
  check ((owner_kind is null) = (owner_no is null) and (owner_kind is null) = (attached_at is null))
);
create unique index stored_file_owner on stored_file (owner_kind, owner_no, sha256) where owner_kind is not null;
create index stored_file_taken on stored_file (taken_by, sha256);
create index stored_file_waiting on stored_file (taken_at) where owner_kind is null;
create index stored_file_content on stored_file (sha256);

-- Every content that something still refers to; whatever else lies in the store of files is swept.
create view stored_content with (security_invoker = true) as
  select sha256 from stored_file
  union all select sha256 from scan_stack
  union all select sha256 from scan_page where sha256 is not null
  union all select sha256 from authorisation_scan
  union all select sha256 from notice_posting
  union all select sha256 from case_paper where sha256 is not null
  union all select sha256 from case_proof where sha256 is not null
  union all select sha256 from export_job where state = 'done'
  union all select sha256 from handed_table;
create index scan_page_content on scan_page (sha256) where sha256 is not null;
create index authorisation_scan_content on authorisation_scan (sha256);
create index notice_posting_content on notice_posting (sha256);
create index case_paper_content on case_paper (sha256) where sha256 is not null;

-- What was stored before is carried over from where it is referred to. Photos in the sealed records of cases follow with the first sweep
-- (row 'case-records' in stored_file_carried); nothing is swept before.
create table stored_file_carried (what text collate "C" primary key, at timestamptz not null);

-- The rows carried over are read and written before the walls stand.
select set_config('app.scope_lo', '0', true), set_config('app.scope_hi', ':', true);
insert into stored_file
select distinct on (kind, no, sha256) gen_random_uuid(), sha256, name, size, null, 'paper', by_user, at, division_code, kind, no, at
from (
  select case when s.household_no = '' then 'campaign' else 'household' end as kind,
    case when s.household_no = '' then s.campaign_id::text else s.household_no end as no,
    e->>'sha256' as sha256, coalesce(e->>'name', '') as name, coalesce((e->>'size')::bigint, 0) as size, s.by_user, s.at, s.division_code
  from clearing_step s, jsonb_array_elements(s.evidence) e
  union all
  select 'household', o.household_no, e->>'sha256', coalesce(e->>'name', ''), coalesce((e->>'size')::bigint, 0), o.entered_by, o.raised_at, o.division_code
  from objection o, jsonb_array_elements(o.evidence) e
  union all
  select 'household', household_no, sha256, file_name, size, scanned_by, scanned_at, division_code from authorisation_scan
  union all
  select 'case', case_no, sha256, coalesce(file_name, ''), 0, by_user, at, division_code from case_paper where sha256 is not null
  union all
  select 'case', case_no, sha256, file_name, 0, by_user, at, division_code from case_proof where sha256 is not null
  union all
  select 'notice', notice_no, sha256, '', 0, by_user, at, division_code from notice_posting
  union all
  select 'scan', stack_id::text, sha256, file_name, size, by_user, at, division_code from scan_stack
  union all
  select 'import', i.import_id::text, f->>'sha256', coalesce(f->>'path', ''), 0, i.started_by, i.started_at, i.division_code
  from import_run i, jsonb_array_elements(case jsonb_typeof(i.request->'files') when 'array' then i.request->'files' else '[]' end) f
) known where sha256 ~ '^[0-9a-f]{64}$' order by kind, no, sha256, at;

-- Old evidence opens like new: it carries the id of its file.
update clearing_step s set evidence = (
    select jsonb_agg(e || jsonb_build_object('fileId', f.file_id) order by n)
    from jsonb_array_elements(s.evidence) with ordinality as each(e, n) left join stored_file f on f.sha256 = e->>'sha256'
      and f.owner_kind = case when s.household_no = '' then 'campaign' else 'household' end
      and f.owner_no = case when s.household_no = '' then s.campaign_id::text else s.household_no end)
  where jsonb_array_length(s.evidence) > 0;
update objection o set evidence = (
    select jsonb_agg(e || jsonb_build_object('fileId', f.file_id) order by n)
    from jsonb_array_elements(o.evidence) with ordinality as each(e, n)
      left join stored_file f on f.sha256 = e->>'sha256' and f.owner_kind = 'household' and f.owner_no = o.household_no)
  where jsonb_array_length(o.evidence) > 0;
select set_config('app.scope_lo', '', true), set_config('app.scope_hi', '', true);

-- What belongs to a case, a household or a notice is seen by whoever sees that, wherever it has moved.
alter table stored_file enable row level security;
alter table stored_file force row level security;
create policy seen on stored_file for select using (
  taken_by = app_actor()
  or division_code >= app_scope_lo() and division_code < app_scope_hi()
  or case owner_kind
    when 'case' then exists (select from casefile c where c.case_no = owner_no)
    when 'household' then exists (select from household h where h.household_no = owner_no)
    when 'notice' then exists (select from notice n where n.notice_no = owner_no)
  end);
create policy taken on stored_file for insert with check (taken_by = app_actor());
create policy attached on stored_file for update using (taken_by = app_actor()) with check (taken_by = app_actor());
revoke update, truncate on stored_file from yingbao_app;
grant update (owner_kind, owner_no, division_code, attached_at) on stored_file to yingbao_app;
