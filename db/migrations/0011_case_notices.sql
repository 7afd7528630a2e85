-- Notices, objections, and the draws of households to be visited. Who sees what: 0012.

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
