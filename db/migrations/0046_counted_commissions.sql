-- What was asked about a household and how often it was reported stands with its commission, so that boards and statistics never count
-- the lines: a subject asked again in a later version is one subject, a pair of subject and record type asked again one pair.
alter table commission add column persons int not null default 0;
alter table commission add column supporters int not null default 0;
alter table commission add column subjects int not null default 0;
alter table commission add column pairs int not null default 0;
alter table commission add column reports int not null default 0;
comment on column commission.persons is 'persons of the first version';
comment on column commission.supporters is 'supporters of the first version';

-- Lines are only added (0004), and the first version of a household has none before it.
create function count_asked_lines() returns trigger language plpgsql as $$
begin
  update commission c set persons = c.persons + n.persons, supporters = c.supporters + n.supporters,
    subjects = c.subjects + n.subjects, pairs = c.pairs + n.pairs
  from (
    select l.campaign_id, l.household_no,
      count(*) filter (where l.version = 1 and l.subject_kind = 'person') as persons,
      count(*) filter (where l.version = 1 and l.subject_kind = 'supporter') as supporters,
      count(*) filter (where b.asked is null) as subjects,
      sum(bit_count((l.asked & ~coalesce(b.asked, 0))::bit(32))) as pairs
    from new_lines l left join lateral (
      select bit_or(q.asked) as asked from query_line q
      where l.version > 1 and q.subject_no = l.subject_no and q.subject_kind = l.subject_kind
        and q.campaign_id = l.campaign_id and q.household_no = l.household_no and q.batch_no <> l.batch_no
    ) b on true
    group by 1, 2
  ) n
  where c.campaign_id = n.campaign_id and c.household_no = n.household_no;
  return null;
end $$;
create trigger query_line_counted after insert on query_line
  referencing new table as new_lines for each statement execute function count_asked_lines();

-- The owner of the tables need not be a superuser: without a scope its own policies would hide every row.
select set_config('app.scope_lo', '0', true), set_config('app.scope_hi', ':', true);
update commission c set persons = n.persons, supporters = n.supporters, subjects = n.subjects, pairs = n.pairs
from (
  select campaign_id, household_no, count(*) filter (where first and subject_kind = 'person') as persons,
    count(*) filter (where first and subject_kind = 'supporter') as supporters, count(*) as subjects,
    sum(bit_count(asked::bit(32))) as pairs
  from (
    select campaign_id, household_no, subject_kind, subject_no, bool_or(version = 1) as first, bit_or(asked) as asked
    from query_line group by 1, 2, 3, 4
  ) s group by 1, 2
) n
where c.campaign_id = n.campaign_id and c.household_no = n.household_no;
update commission c set reports = r.reports
from (select campaign_id, household_no, count(*) as reports from report group by 1, 2) r
where c.campaign_id = r.campaign_id and c.household_no = r.household_no;
select set_config('app.scope_lo', '', true), set_config('app.scope_hi', '', true);

-- What boards read of reports and households, without opening their pages.
create index report_counts on report (campaign_id, division_code, household_no, version) include (batch_no, signed_at);
drop index report_area;
create index report_late on report (campaign_id, batch_no, issued_on);
drop index report_batch;
drop index household_area;
create index household_counts on household (division_code, household_no) include (programme, incomplete);
