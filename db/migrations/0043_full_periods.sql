-- A notice is full when its last day is over: it can be ended on the day after, and is late only from the day after that. The task list is
-- sorted by the day on which something can be done.
alter table case_step drop column due;
alter table case_step add column due date not null generated always as (case when stopped_on is null
  then coalesce(due_on + case when state = 'posted' then 1 else 0 end, 'infinity'::date) else 'infinity'::date end) stored;
create index case_step_desk on case_step (desk, due, case_no, division_code) where desk is not null;
create index case_step_township on case_step (township_code, desk, due, case_no, division_code) where desk is not null;
create index case_step_returned on case_step (desk, due, case_no, division_code) where desk is not null and returned;
create index case_step_assigned on case_step (assigned_to, desk, due, case_no, division_code) where desk is not null and assigned_to is not null;
