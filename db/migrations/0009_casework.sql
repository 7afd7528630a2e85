-- Casework: procedures as tables, cases with their moves, and the papers, sessions, notices, decisions and payment rolls of a case.
--
-- The wall: `case_move` is the only way a case moves. Its trigger looks the move up in `procedure_move` (generated from src/casework/procedures),
-- checks state, role, maker and checker, and changes `case_step` and `casefile` itself; the application may write neither. A step that
-- was not reached cannot be made, whoever asks: page, interface, import, command, job or a statement typed by hand.

-- Procedures ------------------------------------------------------------------------------------------------------------------------

create table procedure_version (
  procedure_id text collate "C" not null,
  -- Digest of steps and moves: a case keeps the version it was opened under.
  version      text collate "C" not null,
  label        text not null,
  style        text collate "C" not null,
  -- The whole procedure, for cases opened under a version the program no longer carries.
  body         jsonb not null,
  primary key (procedure_id, version)
);
create table procedure_step (
  procedure_id text collate "C" not null,
  version      text collate "C" not null,
  step         text collate "C" not null,
  ordinal      int not null,
  label        text not null,
  after        text[] not null,
  called       boolean not null,
  level        text collate "C" not null,
  clock        text collate "C",
  primary key (procedure_id, version, step),
  foreign key (procedure_id, version) references procedure_version
);
create table procedure_move (
  procedure_id text collate "C" not null,
  version      text collate "C" not null,
  step         text collate "C" not null,
  command      text collate "C" not null,
  from_state   text collate "C" not null,
  to_state     text collate "C" not null,
  roles        text[] not null,
  not_by       text[] not null,
  -- Steps that must be done: passed over or not called for is not enough.
  requires     text[] not null,
  needs_reason boolean not null,
  ends         text collate "C",
  reopens      text collate "C",
  clause       text not null,
  primary key (procedure_id, version, step, command, from_state),
  foreign key (procedure_id, version, step) references procedure_step
);
-- A desk is a step with the roles that have a move in it: what the task list is listed and counted by. Kept beside procedure_move.
create table desk (
  desk  int generated always as identity primary key,
  step  text collate "C" not null,
  roles text[] not null,
  unique (step, roles)
);
create table procedure_desk (
  procedure_id text collate "C" not null,
  version      text collate "C" not null,
  step         text collate "C" not null,
  from_state   text collate "C" not null,
  desk         int not null references desk,
  primary key (procedure_id, version, step, from_state)
);
create function procedure_desks() returns trigger language plpgsql
  as $$
  begin
    with moved as (
      select m.procedure_id, m.version, m.step, m.from_state, array_agg(distinct r order by r) as roles
      from procedure_move m, unnest(m.roles) r
      where m.from_state in ('open', 'posted', 'paused') and r <> 'system'
        -- that a role may end the case here puts the step on nobody's desk
        and (m.ends is null or m.ends not in ('withdrawn', 'terminated'))
      group by m.procedure_id, m.version, m.step, m.from_state
    ), made as (
      insert into desk (step, roles) select distinct step, roles from moved on conflict do nothing returning desk, step, roles
    ), known as (
      select desk, step, roles from made union all select desk, step, roles from desk
    )
    insert into procedure_desk (procedure_id, version, step, from_state, desk)
      select f.procedure_id, f.version, f.step, f.from_state, k.desk from moved f join known k using (step, roles) on conflict do nothing;
    return null;
  end $$;
create trigger procedure_desks after insert on procedure_move for each statement execute function procedure_desks();
revoke insert, update, delete, truncate on procedure_version, procedure_step, procedure_move, desk, procedure_desk from yingbao_app;

-- Cases -----------------------------------------------------------------------------------------------------------------------------

-- 全面清理: every recipient of a frozen list applies anew.
create table clean_up (
  clean_up_id   uuid primary key,
  label         text not null,
  division_code text collate "C" not null,
  frozen_on     date not null,
  deadline_on   date not null,
  old_grants    text collate "C" not null check (old_grants in ('until_decision', 'task_at_deadline')),
  households    int not null default 0,
  made_by       text not null,
  made_at       timestamptz not null,
  check (deadline_on > frozen_on)
);

create table casefile (
  case_no           text collate "C" primary key,
  household_no      text collate "C",
  division_code     text collate "C" not null,
  township_code     text collate "C" not null generated always as (left(division_code, 9) || '000') stored,
  scheme            text collate "C" not null,
  programme         text collate "C" not null check (programme in ('urban', 'rural')),
  origin            text collate "C" not null check (origin in ('application', 'proxy', 'found', 'clean_up', 'review')),
  clean_up_id       uuid references clean_up,
  -- The complaint against an earlier decision that was upheld and that the case was opened after.
  appeal_no         text collate "C",
  procedure_id      text collate "C" not null,
  procedure_version text collate "C" not null,
  pack_id           text collate "C" not null,
  pack_hash         text collate "C" not null,
  -- The day whose law the case is judged by.
  pack_on           date not null,
  applicant_name    text not null,
  initials          text collate "C" not null,
  members           int not null default 0,
  related           boolean not null default false,
  complained        boolean not null default false,
  sampled           boolean not null default false,
  -- What the sheet proposes, whole fen per month; the decision has its own.
  base              bigint,
  top_up            bigint,
  amount            bigint,
  tier              text collate "C",
  covered           int,
  -- Who the case is assigned to on the desk it lies on; null: the desk.
  assigned_to       text collate "C",
  version           int not null default 0,
  result            text collate "C",
  opened_at         timestamptz not null,
  opened_by         text not null,
  accepted_on       date,
  total_due_on      date,
  ended_at          timestamptz,
  foreign key (procedure_id, procedure_version) references procedure_version
);
create index casefile_area on casefile (division_code, case_no) include (programme);
create index casefile_household on casefile (household_no);
create index casefile_clean_up on casefile (clean_up_id, division_code) where clean_up_id is not null;
create index casefile_initials on casefile (initials text_pattern_ops);
create index casefile_name on casefile (applicant_name text_pattern_ops);
-- The list of cases in each of its orders; the area stands last, so that it is looked at without the row.
create index casefile_opened on casefile (opened_at desc, case_no desc, division_code);
create index casefile_due on casefile (coalesce(total_due_on, 'infinity'::date), case_no, division_code);
create index casefile_running on casefile (opened_at desc, case_no desc, division_code) where result is null;
create index casefile_overdue on casefile (total_due_on, case_no, division_code) where result is null;
create index casefile_ended on casefile (result, opened_at desc, case_no desc, division_code) where result is not null;
create index casefile_related on casefile (opened_at desc, case_no desc, division_code) where related;
-- One running case per household and scheme.
create unique index casefile_one_running on casefile (household_no, scheme) where result is null and household_no is not null;

create table case_step (
  case_no       text collate "C" not null references casefile,
  step          text collate "C" not null,
  division_code text collate "C" not null,
  state         text collate "C" not null,
  since         timestamptz not null,
  due_on        date,
  -- While the clock stands still: the day it stopped.
  stopped_on    date,
  -- Whose work it is in this state; null: nobody's, or the case has ended.
  desk          int,
  -- What the task list is sorted by: a stopped clock and a step without one come last.
  due           date not null generated always as (case when stopped_on is null then coalesce(due_on, 'infinity'::date) else 'infinity'::date end) stored,
  -- It was opened again by a move and has not changed since.
  returned      boolean not null default false,
  -- As the case has it.
  assigned_to   text collate "C",
  township_code text collate "C" not null generated always as (left(division_code, 9) || '000') stored,
  primary key (case_no, step)
);
create index case_step_at on case_step (step, division_code, due_on, case_no) where state in ('open', 'posted', 'paused');
-- The task list: what lies on which desk, the most urgent first; for whoever sees the district, and for a township.
create index case_step_desk on case_step (desk, due, case_no, division_code) where desk is not null;
create index case_step_township on case_step (township_code, desk, due, case_no, division_code) where desk is not null;
create index case_step_returned on case_step (desk, due, case_no, division_code) where desk is not null and returned;
create index case_step_assigned on case_step (assigned_to, desk, due, case_no, division_code) where desk is not null and assigned_to is not null;

create table case_move (
  case_no       text collate "C" not null references casefile,
  seq           int not null,
  division_code text collate "C" not null,
  step          text collate "C" not null,
  command       text collate "C" not null,
  from_state    text collate "C" not null,
  reopened      text collate "C",
  by_user       text collate "C" not null,
  by_role       text collate "C" not null,
  -- Sealed: a reason may tell about a person.
  reason        bytea,
  -- step → day it is due from this move on
  dues          jsonb not null default '{}',
  detail        jsonb not null default '{}',
  at            timestamptz not null,
  primary key (case_no, seq)
);
create index case_move_user on case_move (by_user, at desc, case_no);
create index case_move_area on case_move (division_code, at);

create function case_begin() returns trigger language plpgsql security definer set search_path = public, pg_temp
  as $$
  begin
    new.version := 0;
    new.result := null;
    new.ended_at := null;
    return new;
  end $$;
create trigger case_begin before insert on casefile for each row execute function case_begin();

create function case_steps() returns trigger language plpgsql security definer set search_path = public, pg_temp
  as $$
  begin
    insert into case_step (case_no, step, division_code, state, since, desk, assigned_to)
      select new.case_no, s.step, new.division_code, n.state, new.opened_at, d.desk, new.assigned_to
      from procedure_step s
      cross join lateral (select case when s.called then 'idle' when s.after = '{}' then 'open' else 'waiting' end as state) n
      left join procedure_desk d on d.procedure_id = s.procedure_id and d.version = s.version and d.step = s.step and d.from_state = n.state
      where s.procedure_id = new.procedure_id and s.version = new.procedure_version;
    return null;
  end $$;
create trigger case_steps after insert on casefile for each row execute function case_steps();

-- The desk follows the state, and whom the case is assigned to follows the case.
create function case_desk() returns trigger language plpgsql security definer set search_path = public, pg_temp
  as $$
  begin
    select d.desk, c.assigned_to into new.desk, new.assigned_to from casefile c
      left join procedure_desk d on d.procedure_id = c.procedure_id and d.version = c.procedure_version and d.step = new.step and d.from_state = new.state
      where c.case_no = new.case_no and c.result is null;
    return new;
  end $$;
create trigger case_desk before update of state on case_step for each row execute function case_desk();
create function case_assigned() returns trigger language plpgsql security definer set search_path = public, pg_temp
  as $$
  begin
    update case_step s set assigned_to = new.assigned_to where s.case_no = new.case_no and s.desk is not null;
    return null;
  end $$;
create trigger case_assigned after update of assigned_to on casefile for each row when (old.assigned_to is distinct from new.assigned_to)
  execute function case_assigned();

create function case_wall() returns trigger language plpgsql security definer set search_path = public, pg_temp
  as $$
  declare
    f casefile;
    m procedure_move;
    now_state text;
  begin
    select * into f from casefile c where c.case_no = new.case_no for update;
    if not found then raise exception 'no case %', new.case_no using errcode = 'foreign_key_violation'; end if;
    if f.version + 1 <> new.seq then
      raise exception 'case % is at version %', new.case_no, f.version using errcode = 'serialization_failure';
    end if;
    if f.result is not null then raise exception 'case % has ended', new.case_no using errcode = 'check_violation'; end if;
    select s.state into now_state from case_step s where s.case_no = new.case_no and s.step = new.step;
    select * into m from procedure_move p where p.procedure_id = f.procedure_id and p.version = f.procedure_version
      and p.step = new.step and p.command = new.command and p.from_state = now_state;
    if not found then
      raise exception 'the procedure has no move %.% from state %', new.step, new.command, coalesce(now_state, 'none')
        using errcode = 'check_violation';
    end if;
    if now_state = 'idle' and exists (
      select from procedure_step p, unnest(p.after) a join case_step o on o.case_no = new.case_no and o.step = a
      where p.procedure_id = f.procedure_id and p.version = f.procedure_version and p.step = new.step and o.state not in ('done', 'idle')) then
      raise exception 'the step % is not reached yet', new.step using errcode = 'check_violation';
    end if;
    if not new.by_role = any (m.roles) then
      raise exception 'the role % does not make the move %.%', new.by_role, new.step, new.command using errcode = 'check_violation';
    end if;
    if exists (select from case_move k where k.case_no = new.case_no and k.by_user = new.by_user
      and k.step || '.' || k.command = any (m.not_by)) then
      raise exception 'maker and checker of %.% are one person', new.step, new.command using errcode = 'check_violation';
    end if;
    if exists (select from case_step o where o.case_no = new.case_no and o.step = any (m.requires) and o.state <> 'done') then
      raise exception 'the move %.% requires steps that were not held', new.step, new.command using errcode = 'check_violation';
    end if;
    if m.needs_reason and new.reason is null then
      raise exception 'the move %.% needs a reason', new.step, new.command using errcode = 'check_violation';
    end if;
    if (m.reopens is null) <> (new.reopened is null) or m.reopens not in ('chosen', new.reopened) then
      raise exception 'the move %.% does not open % again', new.step, new.command, coalesce(new.reopened, 'a step')
        using errcode = 'check_violation';
    end if;
    new.from_state := now_state;
    new.division_code := f.division_code;
    update case_step s set state = m.to_state, since = new.at, returned = false,
        stopped_on = case when m.to_state = 'paused' then (new.at at time zone 'Asia/Shanghai')::date end
      where s.case_no = new.case_no and s.step = new.step and (s.state <> m.to_state);
    if new.reopened is not null then perform case_reopen(f, new.reopened, new.step, new.at); end if;
    if m.ends is null then
      update case_step s set state = 'open', since = new.at, returned = false
        from procedure_step p
        where s.case_no = new.case_no and s.state = 'waiting' and p.procedure_id = f.procedure_id and p.version = f.procedure_version
          and p.step = s.step and not exists (
            select from unnest(p.after) a join case_step o on o.case_no = new.case_no and o.step = a where o.state not in ('done', 'idle'));
    end if;
    update case_step s set due_on = (new.dues ->> s.step)::date
      where s.case_no = new.case_no and new.dues ? s.step;
    update casefile c set version = new.seq, result = m.ends,
        ended_at = case when m.ends is not null then new.at end,
        accepted_on = coalesce(c.accepted_on, case when new.dues ? 'total' then (new.at at time zone 'Asia/Shanghai')::date end),
        total_due_on = case when new.dues ? 'total' then (new.dues ->> 'total')::date else c.total_due_on end
      where c.case_no = new.case_no;
    if m.ends is not null then update case_step s set desk = null where s.case_no = new.case_no and s.desk is not null; end if;
    return new;
  end $$;

-- Opens a step again; everything behind it waits, except what was never called for. Only a step before the moving one may be opened.
create function case_reopen(f casefile, target text, moving text, at timestamptz) returns void language plpgsql
  security definer set search_path = public, pg_temp
  as $$
  begin
    with recursive behind (step) as (
      select p.step from procedure_step p
        where p.procedure_id = f.procedure_id and p.version = f.procedure_version and target = any (p.after)
      union
      select p.step from procedure_step p join behind b on b.step = any (p.after)
        where p.procedure_id = f.procedure_id and p.version = f.procedure_version
    ), checked as (
      select count(*) filter (where step = moving) as n from behind
    ), waiting as (
      update case_step s set state = 'waiting', since = at, due_on = null, stopped_on = null, returned = false
        from behind b, procedure_step p
        where s.case_no = f.case_no and s.step = b.step and p.procedure_id = f.procedure_id and p.version = f.procedure_version
          and p.step = b.step and (s.state <> 'idle' or not p.called)
    )
    update case_step s set state = 'open', since = at, due_on = null, stopped_on = null, returned = true
      from checked where s.case_no = f.case_no and s.step = target and (checked.n = 1 and s.state = 'done' or target = moving);
    if not found then raise exception 'the step % does not stand before %', target, moving using errcode = 'check_violation'; end if;
  end $$;
create trigger case_wall before insert on case_move for each row execute function case_wall();
create function case_move_refuse() returns trigger language plpgsql
  as $$
  begin
    -- a village that was merged or split takes the moves of its cases along; nothing else of them changes
    if tg_op = 'UPDATE' and to_jsonb(new) - 'division_code' = to_jsonb(old) - 'division_code' then return new; end if;
    raise exception 'moves of a case are append-only' using errcode = 'insufficient_privilege';
  end $$;
create trigger case_move_refuse before update or delete on case_move for each row execute function case_move_refuse();

revoke update, delete, truncate on case_move from yingbao_app;
revoke insert, update, delete, truncate on case_step from yingbao_app;
revoke update, delete, truncate on casefile from yingbao_app;
grant update (household_no, applicant_name, initials, members, related, complained, sampled, assigned_to, programme, base, top_up, amount,
  tier, covered) on casefile to yingbao_app;
revoke execute on function case_begin(), case_steps(), case_desk(), case_assigned(), case_wall(), case_reopen(casefile, text, text, timestamptz) from public;

-- What belongs to a case ------------------------------------------------------------------------------------------------------------

-- The application as it is being written, saved field by field; the registry holds it once it is complete.
create table case_draft (
  case_no       text collate "C" primary key references casefile,
  division_code text collate "C" not null,
  sealed        bytea not null,
  revision      int not null,
  saved_by      text not null,
  saved_at      timestamptz not null
);

-- Everything that is written down at a step and never searched for: acceptance, missing items, visit, interview, sheet, opinion, sample
-- visit, consultation … by kind; the body is sealed JSON by the contract of its kind.
create table case_record (
  record_id     uuid primary key,
  case_no       text collate "C" not null references casefile,
  division_code text collate "C" not null,
  step          text collate "C" not null,
  kind          text collate "C" not null,
  -- the case's version when it was written: what stands before a step was opened again counts no more
  case_version  int not null,
  sealed        bytea not null,
  by_user       text not null,
  at            timestamptz not null
);
create index case_record_case on case_record (case_no, kind, at desc);

-- A paper of the case: printed, signed, photographed or filed from a scan.
create table case_paper (
  paper_no      text collate "C" primary key,
  case_no       text collate "C" not null references casefile,
  division_code text collate "C" not null,
  form          text collate "C" not null,
  -- Counts what the paper said of its case: printing the same content again is the same version.
  form_version  int not null default 1,
  content_hash  text collate "C",
  template_hash text collate "C",
  subject_no    text collate "C",
  signature     text collate "C" check (signature in ('signed', 'fingerprint', 'guardian', 'refused')),
  signed_on     date,
  sha256        text collate "C",
  file_name     text,
  pages         int,
  by_user       text not null,
  at            timestamptz not null
);
create index case_paper_case on case_paper (case_no, form);

-- A scanned file: a stack of signed papers, read page by page in the background. The file is kept sealed by its hash.
create table scan_stack (
  stack_id      uuid primary key,
  division_code text collate "C" not null,
  file_name     text not null,
  sha256        text collate "C" not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size          bigint not null,
  state         text collate "C" not null default 'waiting' check (state in ('waiting', 'reading', 'done', 'failed')),
  -- Null until the file was opened.
  pages         int,
  failure       text,
  by_user       text collate "C" not null,
  by_name       text not null,
  at            timestamptz not null,
  ended_at      timestamptz,
  check ((state = 'failed') = (failure is not null))
);
create index scan_stack_at on scan_stack (at desc);

-- A page of a stack. `division_code` is the stack's until the page is filed, then its case's. No page is ever deleted.
create table scan_page (
  page_id       uuid primary key,
  stack_id      uuid not null references scan_stack,
  division_code text collate "C" not null,
  page          int not null check (page > 0),
  -- What the page shows, as a digest; null when the page cannot be shown.
  digest        text collate "C",
  -- Picture of the page and its kind.
  sha256        text collate "C" check (sha256 ~ '^[0-9a-f]{64}$'),
  media_type    text collate "C" not null check (media_type in ('image/png', 'image/jpeg')),
  state         text collate "C" not null check (state in ('waiting', 'filed', 'aside', 'repeated')),
  -- Why a waiting page did not file itself, or what is doubtful about a filed one, in words.
  remark        text,
  case_no       text collate "C" references casefile,
  form          text collate "C",
  form_version  int,
  form_page     int,
  by_hand       boolean not null default false,
  reason        bytea,
  by_user       text collate "C" not null,
  by_name       text not null,
  at            timestamptz not null,
  unique (stack_id, page),
  check ((state = 'filed') = (case_no is not null and form is not null)),
  check (state <> 'aside' or reason is not null)
);
-- What is filed is filed once.
create unique index scan_page_filed on scan_page (digest) where state = 'filed';
create index scan_page_digest on scan_page (digest);
create index scan_page_case on scan_page (case_no) where case_no is not null;
create index scan_page_state on scan_page (state, at);

-- Who may be called to a deliberation of a village.
create table pool_member (
  member_id       uuid primary key,
  division_code   text collate "C" not null,
  name            text not null,
  kind            text collate "C" not null check (kind in ('representative', 'committee', 'party', 'deputy', 'supervisor', 'township')),
  sealed          bytea not null,
  id_number_index bytea,
  from_on         date not null,
  to_on           date
);
create index pool_member_area on pool_member (division_code, member_id);

create table deliberation_session (
  session_id    uuid primary key,
  division_code text collate "C" not null,
  planned_on    date not null,
  place         text not null,
  -- Published before the draw; drawn again from it, the same persons come out.
  seed          text collate "C" not null,
  pool          jsonb not null,
  drawn         jsonb not null,
  chair         text,
  ballot        text collate "C" not null check (ballot in ('secret', 'hands')),
  held_on       date,
  present       jsonb,
  minutes       bytea,
  state         text collate "C" not null check (state in ('convened', 'held', 'cancelled')),
  by_user       text not null,
  at            timestamptz not null
);
create index deliberation_session_area on deliberation_session (division_code, planned_on desc);
create table session_case (
  session_id    uuid not null references deliberation_session,
  case_no       text collate "C" not null references casefile,
  division_code text collate "C" not null,
  recused       jsonb not null default '[]',
  yes           int,
  no            int,
  abstain       int,
  invalid       int,
  outcome       text collate "C" check (outcome in ('passed', 'failed', 'no_quorum')),
  primary key (session_id, case_no),
  check (yes >= 0 and no >= 0 and abstain >= 0 and invalid >= 0)
);
create index session_case_case on session_case (case_no);

-- A notice hangs at one place and names cases; a case's line is written once and never changed.
create table notice (
  notice_no     text collate "C" primary key,
  division_code text collate "C" not null,
  level         text collate "C" not null check (level in ('village', 'township', 'district')),
  stage         text collate "C" not null check (stage in ('review', 'again', 'long_term')),
  title         text not null,
  from_on       date not null,
  -- The last day; provisional when a year's holidays are not known yet.
  to_on         date not null,
  provisional   boolean not null default false,
  telephone     text not null,
  state         text collate "C" not null check (state in ('posted', 'closed', 'withdrawn')),
  published_by  text not null,
  published_at  timestamptz not null
);
create index notice_area on notice (division_code, level, from_on desc);
create index notice_open on notice (to_on) where state = 'posted';
create table notice_line (
  notice_no     text collate "C" not null references notice,
  case_no       text collate "C" not null references casefile,
  division_code text collate "C" not null,
  -- Only what may be published.
  name          text not null,
  members       int not null,
  -- Null on a notice that hangs before the amount is figured.
  amount        bigint,
  tier          text collate "C",
  from_month    text collate "C",
  -- Set by the case's own moves (notice_follow): the notice of this case ran to its end, or was taken down for it.
  closed_at     timestamptz,
  withdrawn_at  timestamptz,
  primary key (notice_no, case_no)
);
create index notice_line_case on notice_line (case_no);

-- A line ends with the case's step, whichever move ended it; a notice ends with its last line.
create function notice_follow() returns trigger language plpgsql security definer set search_path = public, pg_temp
  as $$
  begin
    with ended as (
      update notice_line l set closed_at = case when s.state = 'done' then new.at end, withdrawn_at = case when s.state <> 'done' then new.at end
        from notice n, case_step s, casefile c
        where l.case_no = new.case_no and l.closed_at is null and l.withdrawn_at is null and n.notice_no = l.notice_no
          and c.case_no = l.case_no and s.case_no = l.case_no and s.step = 'notice_' || n.level
          and (s.state not in ('posted', 'paused') or c.result is not null)
        returning l.notice_no, l.closed_at
    ), over as (
      select e.notice_no from ended e
      where not exists (select from notice_line o where o.notice_no = e.notice_no and o.case_no <> new.case_no
        and o.closed_at is null and o.withdrawn_at is null)
    )
    update notice n set state = case when exists (select from notice_line o where o.notice_no = n.notice_no and o.closed_at is not null)
        or exists (select from ended e where e.notice_no = n.notice_no and e.closed_at is not null) then 'closed' else 'withdrawn' end
      from over where n.notice_no = over.notice_no;
    return null;
  end $$;
create trigger notice_follow after insert on case_move for each row execute function notice_follow();
revoke execute on function notice_follow() from public;
revoke update, delete, truncate on notice from yingbao_app;
grant update (state) on notice to yingbao_app;
create table notice_posting (
  posting_id    uuid primary key,
  notice_no     text collate "C" not null references notice,
  division_code text collate "C" not null,
  posted_on     date not null,
  place         text not null,
  sha256        text collate "C" not null,
  by_user       text not null,
  at            timestamptz not null
);
create index notice_posting_notice on notice_posting (notice_no);

-- Objections to notices, and reports (举报) and complaints taken at the counter.
create table case_objection (
  objection_no  text collate "C" primary key,
  case_no       text collate "C" references casefile,
  notice_no     text collate "C" references notice,
  division_code text collate "C" not null,
  kind          text collate "C" not null check (kind in ('objection', 'report', 'complaint')),
  named         boolean not null,
  sealed        bytea not null,
  received_on   date not null,
  due_on        date,
  handler       text collate "C",
  taken_by      text collate "C" not null,
  taken_at      timestamptz not null,
  outcome       text collate "C" check (outcome in ('upheld', 'rejected')),
  answer        bytea,
  answered_by   text collate "C",
  answered_at   timestamptz,
  check (answered_by is null or answered_by <> taken_by)
);
create index case_objection_case on case_objection (case_no);
alter table casefile add foreign key (appeal_no) references case_objection;
create unique index casefile_appeal on casefile (appeal_no) where appeal_no is not null;
create index case_objection_notice on case_objection (notice_no) where notice_no is not null;
create index case_objection_open on case_objection (division_code, due_on) where outcome is null;

-- Whoever handled the case does not answer what is said against it, and an answer stands.
create function objection_wall() returns trigger language plpgsql
  as $$
  begin
    if old.outcome is not null then raise exception 'objection % is answered', old.objection_no using errcode = 'check_violation'; end if;
    if new.answered_by is not null and exists (select from case_move k
        where k.case_no = new.case_no and k.by_user = new.answered_by and k.command not in ('answer', 'uphold')) then
      raise exception 'whoever handled the case does not answer objection %', new.objection_no using errcode = 'check_violation';
    end if;
    return new;
  end $$;
create trigger objection_wall before update of handler, outcome, answer, answered_by, answered_at on case_objection for each row execute function objection_wall();
revoke update, delete, truncate on case_objection from yingbao_app;
grant update (handler, outcome, answer, answered_by, answered_at) on case_objection to yingbao_app;

-- Draws of households to be visited before approval, with the seed anyone may repeat.
create table sample_draw (
  draw_id       uuid primary key,
  division_code text collate "C" not null,
  seed          text collate "C" not null,
  -- How the seed came about, for whoever draws again.
  method        text not null,
  cases         text[] not null,
  drawn         text[] not null,
  share         text not null,
  by_user       text not null,
  at            timestamptz not null
);

create index sample_draw_cases on sample_draw using gin (cases);

create table case_decision (
  decision_no   text collate "C" primary key,
  case_no       text collate "C" not null references casefile,
  household_no  text collate "C" not null,
  division_code text collate "C" not null,
  result        text collate "C" not null check (result in ('granted', 'refused')),
  -- Whole fen per month: base + top_up = amount.
  base          bigint not null default 0,
  top_up        bigint not null default 0,
  amount        bigint not null default 0,
  persons       int not null default 0,
  tier          text collate "C",
  from_month    text collate "C",
  valid_to      date,
  certificate_no text collate "C",
  -- What the household was paid by the registry when this was decided: it runs on until from_month.
  prior_from    text collate "C",
  prior_to      text collate "C",
  prior_amount  bigint,
  -- The assessment it rests on, sealed: recomputed exactly by pack, day and these facts.
  grounds       bytea not null,
  by_user       text not null,
  at            timestamptz not null,
  undone_at     timestamptz,
  notified_at   timestamptz,
  -- The last day on which a letter of refusal has to go out.
  letter_due_on date,
  check (base + top_up = amount and base >= 0 and top_up >= 0),
  check ((result = 'granted') = (from_month is not null))
);
create index case_decision_case on case_decision (case_no);
create index case_decision_grant on case_decision (division_code, from_month) where result = 'granted' and undone_at is null;
-- One standing decision per case.
create unique index case_decision_one on case_decision (case_no) where undone_at is null;
create index case_decision_household on case_decision (household_no, from_month desc) where result = 'granted' and undone_at is null;
create index case_decision_letter on case_decision (letter_due_on) where notified_at is null and letter_due_on is not null;

create table payment_roll (
  roll_no       text collate "C" primary key,
  month         text collate "C" not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  division_code text collate "C" not null,
  bank_name     text not null,
  -- A roll made later in the month for what was decided meanwhile has the next part.
  part          int not null default 1,
  households    int not null,
  persons       int not null,
  base          bigint not null,
  top_up        bigint not null,
  total         bigint not null,
  made_by       text not null,
  made_at       timestamptz not null,
  confirmed_by  text,
  confirmed_at  timestamptz,
  check (base + top_up = total),
  check (confirmed_by is null or confirmed_by <> made_by),
  unique (month, division_code, bank_name, part)
);
create index payment_roll_month on payment_roll (month, division_code);
create table payment_roll_line (
  roll_no       text collate "C" not null references payment_roll,
  -- Null: an older grant that runs on as it was registered, decided before the office worked with this system.
  decision_no   text collate "C" references case_decision,
  case_no       text collate "C" references casefile,
  household_no  text collate "C" not null,
  division_code text collate "C" not null,
  month         text collate "C" not null,
  name          text not null,
  persons       int not null,
  base          bigint not null,
  top_up        bigint not null,
  amount        bigint not null,
  account_holder text,
  -- Account and the holder's number as the household's row had them, sealed.
  sealed        bytea not null,
  primary key (roll_no, household_no),
  -- Nobody is paid twice for a month, by one decision or by two.
  unique (household_no, month),
  check (base + top_up = amount),
  check ((decision_no is null) = (case_no is null))
);
create index payment_roll_line_decision on payment_roll_line (decision_no);

-- What stands for each household in a month, in [lo, hi): the newest decision that pays by then, else the grant it was registered with,
-- which runs on until a decision takes its place.
create function standing_grants(in_month text, lo text, hi text) returns table (
    decision_no text, case_no text, household_no text, division_code text, persons int, base bigint, top_up bigint, amount bigint,
    tier text, from_month text, valid_to date, name text, bank_name text, account_holder text, sealed bytea, has_account boolean, stopped boolean)
  language sql stable set search_path = public, pg_temp
  as $$
  with decided as (
    select distinct on (d.household_no) d.*
    from case_decision d
    where d.result = 'granted' and d.undone_at is null and d.from_month <= in_month and d.division_code >= lo and d.division_code < hi
    order by d.household_no, d.from_month desc, d.at desc
  ), later as (
    select distinct on (d.household_no) d.household_no, d.prior_from, d.prior_to, d.prior_amount
    from case_decision d
    where d.result = 'granted' and d.undone_at is null and d.from_month > in_month and d.division_code >= lo and d.division_code < hi
    order by d.household_no, d.from_month, d.at
  ), registered as (
    select h.household_no, case when l.household_no is null then h.tier end as tier,
      case when l.household_no is null then h.aid_from else l.prior_from end as aid_from,
      case when l.household_no is null then h.aid_to else l.prior_to end as aid_to,
      case when l.household_no is null then h.approved_amount else l.prior_amount end as amount
    from household h left join later l on l.household_no = h.household_no
    where h.division_code >= lo and h.division_code < hi and h.programme in ('urban', 'rural')
      and not exists (select from decided d where d.household_no = h.household_no)
  ), standing as (
    select d.decision_no, d.case_no, d.household_no, d.persons, d.base, d.top_up, d.amount, d.tier, d.from_month, d.valid_to,
      c.applicant_name as name
    from decided d join casefile c on c.case_no = d.case_no
    union all
    select null, null, r.household_no, null, r.amount, 0, r.amount, r.tier, r.aid_from, null, null
    from registered r where r.aid_from <= in_month and (r.aid_to is null or r.aid_to >= in_month) and r.amount > 0
  )
  select s.decision_no, s.case_no, s.household_no, h.division_code, coalesce(s.persons, h.persons_count), s.base, s.top_up, s.amount,
    s.tier, s.from_month, s.valid_to, coalesce(s.name, h.head_name), h.bank_name, h.account_holder, h.sealed,
    h.bank_name is not null and h.bank_name <> '' and h.account_index is not null, h.aid_to is not null and h.aid_to < in_month
  from standing s join household h on h.household_no = s.household_no
$$;

create table clean_up_household (
  clean_up_id   uuid not null references clean_up,
  household_no  text collate "C" not null,
  division_code text collate "C" not null,
  head_name     text not null,
  case_no       text collate "C" references casefile,
  -- What became of an old grant whose household did not re-apply, decided by a person.
  settled       text collate "C" check (settled in ('kept', 'stopped')),
  settled_reason bytea,
  settled_by    text,
  settled_at    timestamptz,
  primary key (clean_up_id, household_no)
);
create index clean_up_household_area on clean_up_household (clean_up_id, division_code);

-- Numbers that are given out in order per year and kind.
create table number_series (
  series text collate "C" primary key,
  last   bigint not null
);

revoke update, delete, truncate on case_record, notice_line, notice_posting, sample_draw from yingbao_app;
revoke delete, truncate on scan_stack, scan_page from yingbao_app;
revoke update, delete, truncate on case_decision, payment_roll, payment_roll_line from yingbao_app;
grant update (undone_at, notified_at) on case_decision to yingbao_app;
grant update (confirmed_by, confirmed_at) on payment_roll to yingbao_app;

do $$
declare t text;
begin
  foreach t in array array['casefile', 'case_step', 'case_move', 'case_draft', 'case_record', 'case_paper', 'scan_stack', 'scan_page',
    'pool_member',
    'deliberation_session', 'session_case', 'notice', 'notice_line', 'notice_posting', 'case_objection', 'sample_draw', 'case_decision',
    'payment_roll', 'payment_roll_line', 'clean_up_household']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (division_code >= app_scope_lo() and division_code < app_scope_hi())
      with check (division_code >= app_scope_lo() and division_code < app_scope_hi())', t);
  end loop;
end $$;

-- A clean-up itself says nothing of anybody: whoever has households on its list sees its name and days, whatever its area.
alter table clean_up enable row level security;
alter table clean_up force row level security;
create policy seen on clean_up for select using (true);
create policy made on clean_up for insert with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
revoke update, delete, truncate on clean_up from yingbao_app;

-- A notice of the township or district names no person: whoever works below may read it and its photos.
create policy above on notice for select using (division_code in (left(app_scope_lo(), 9) || '000', left(app_scope_lo(), 6) || '000000'));
create policy above on notice_posting for select
  using (division_code in (left(app_scope_lo(), 9) || '000', left(app_scope_lo(), 6) || '000000'));

-- Villages that are merged or split take along what belongs to their cases. Called with the registry's news, after the households have moved:
-- a case stands where its household stands; when the village is gone, so does whatever lay in it.
create function follow_households(households text[], gone text, named text, since date) returns int language plpgsql
  security definer set search_path = public, pg_temp
  as $$
  declare
    t text;
    moved int;
    heir text := named;
    ended boolean := not exists (select from division d where d.code = gone);
  begin
    -- the named one may have been merged meanwhile
    while not exists (select from division d where d.code = heir) loop
      select c.successor_code into strict heir from division_change c where c.code = heir and c.successor_code <> c.code
        order by c.changed_on desc limit 1;
    end loop;
    create temporary table followed on commit drop as
      select c.case_no, c.household_no, coalesce(h.division_code, heir) as to_code
      from casefile c left join household h on h.household_no = c.household_no
      where (c.household_no = any (households) or ended and c.division_code = gone) and c.division_code <> coalesce(h.division_code, heir);
    update casefile c set division_code = f.to_code from followed f where c.case_no = f.case_no;
    get diagnostics moved = row_count;
    foreach t in array array['case_step', 'case_move', 'case_draft', 'case_record', 'case_paper', 'session_case', 'notice_line', 'case_objection',
      'case_decision', 'payment_roll_line', 'clean_up_household']
    loop
      execute format('update %I r set division_code = f.to_code from followed f where r.case_no = f.case_no', t);
    end loop;
    foreach t in array array['clean_up_household', 'payment_roll_line', 'replay_fact', 'replay_row'] loop
      execute format('update %I r set division_code = h.division_code from household h
        where r.household_no = any ($1) and h.household_no = r.household_no and r.division_code <> h.division_code', t) using households;
    end loop;
    if ended then
      -- who is in both pools stays in one, or he could be drawn twice
      update pool_member m set to_on = greatest(m.from_on, since - 1) where m.division_code = gone and exists (
        select from pool_member o where o.division_code = heir and o.id_number_index = m.id_number_index
          and (o.to_on is null or o.to_on >= since));
      update payment_roll r set division_code = heir, part = r.part + coalesce((select max(o.part) from payment_roll o
          where o.division_code = heir and o.month = r.month and o.bank_name = r.bank_name), 0) where r.division_code = gone;
      foreach t in array array['pool_member', 'deliberation_session', 'notice', 'notice_posting', 'case_objection', 'sample_draw',
        'clean_up_household']
      loop
        execute format('update %I r set division_code = $2 where r.division_code = $1', t) using gone, heir;
      end loop;
    end if;
    drop table followed;
    return moved;
  end $$;
revoke execute on function follow_households(text[], text, text, date) from public;
grant execute on function follow_households(text[], text, text, date) to yingbao_app;
