-- Casework: procedures as tables, and cases with their moves. What belongs to a case: 0010 to 0012.
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
