-- Limits of a case that were extended: each clock once, by who may, with a reason. The day the case is due moves with it; nothing is rewritten.

create table case_extension (
  case_no       text collate "C" not null references casefile,
  -- A step, or 'total' for the whole case.
  clock         text collate "C" not null,
  division_code text collate "C" not null,
  days          int not null check (days > 0),
  due_before    date not null,
  due_on        date not null check (due_on > due_before),
  reason        bytea not null,
  by_user       text collate "C" not null,
  by_role       text collate "C" not null check (by_role in ('township_head', 'district_approver')),
  at            timestamptz not null,
  primary key (case_no, clock)
);
alter table case_extension enable row level security;
alter table case_extension force row level security;
create policy scope on case_extension using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
revoke update, delete, truncate on case_extension from yingbao_app;

create function case_extended() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
  begin
    if new.clock = 'total' then
      update casefile c set total_due_on = new.due_on where c.case_no = new.case_no and c.total_due_on = new.due_before and c.result is null;
    else
      update case_step s set due_on = new.due_on where s.case_no = new.case_no and s.step = new.clock and s.due_on = new.due_before
        and s.state in ('open', 'posted', 'paused');
    end if;
    if not found then raise exception 'the clock % of case % is not due on %', new.clock, new.case_no, new.due_before using errcode = 'check_violation'; end if;
    return null;
  end $$;
create trigger case_extended after insert on case_extension for each row execute function case_extended();

create function case_extension_follow() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
  begin
    update case_extension e set division_code = new.division_code where e.case_no = new.case_no;
    return null;
  end $$;
create trigger case_extension_follow after update of division_code on casefile for each row
  when (old.division_code is distinct from new.division_code) execute function case_extension_follow();
