-- What the volume of a whole district asks of the tables of verification.

-- What kind of report it is stands beside its text, so that lists never open one.
alter table report add column kind text;
update report set kind = document::json ->> 'kind';
alter table report alter column kind set not null;

-- The signed text of a report, packed with zstd by the program; older rows hold the plain text in UTF-8.
alter table report alter column document type bytea using convert_to(document, 'UTF8');
alter table report alter column document set storage external;

-- A line is asked until it is halted; whether it was answered is said by its batch, so that no line is written twice.
alter table query_line drop constraint query_line_state_check;
update query_line set state = 'asked' where state <> 'halted';
alter table query_line alter column state set default 'asked';
alter table query_line add constraint query_line_state_check check (state in ('asked', 'halted'));

create or replace function halt_withdrawn_lines() returns trigger language plpgsql as $$
begin
  update query_line l set state = 'halted'
  from campaign c, batch b
  where l.subject_no = new.subject_no and l.state = 'asked' and c.campaign_id = l.campaign_id
    and b.campaign_id = l.campaign_id and b.batch_no = l.batch_no and b.step <> 'compared'
    and l.asked & ~authorised_mask(l.subject_no, l.born_on, greatest(c.as_of, new.withdrawn_on), c.guardian_age) <> 0;
  return null;
end $$;

-- The rows of a commission change as its batch goes on: room on the page keeps the indexes still.
alter table commission set (fillfactor = 60);

-- Rows of the volume tables come by the thousand with their batch, which is tied to its campaign: a check of the campaign for
-- each of them, and a second index where the key can serve, only cost time.
alter table query_line drop constraint query_line_campaign_id_fkey;
alter table query_line drop constraint query_line_pkey;
drop index query_line_batch;
alter table query_line add primary key (campaign_id, batch_no, subject_no, subject_kind);
alter table subject_result drop constraint subject_result_campaign_id_fkey;
alter table subject_result drop constraint subject_result_pkey;
drop index subject_result_household;
alter table subject_result add primary key (campaign_id, household_no, version, subject_no, subject_kind);
alter table finding drop constraint finding_campaign_id_fkey;
alter table report drop constraint report_campaign_id_fkey;
-- A packed text stays with its row.
alter table report set (toast_tuple_target = 8160);
