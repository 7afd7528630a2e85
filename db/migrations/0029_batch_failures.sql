-- A failure is a state of the batch it happened to, not of its campaign: it is tried again after a while, a limited number of times,
-- then it waits for a person. Other batches and campaigns go on.

alter table batch
  -- failures in a row; 0 as soon as a step succeeds
  add column failures int not null default 0,
  -- why the last one failed, as a person reads it; null when the last step succeeded
  add column failure text,
  -- code of the database or the system, for whoever looks into the log
  add column failure_code text,
  add column failed_at timestamptz,
  -- when it is tried again; null with a failure: not before a person says so
  add column retry_at timestamptz,
  add constraint batch_failure check ((failure is null) = (failures = 0) and (failure is not null or retry_at is null));

-- The same for what belongs to no batch: the units' statements, and the end.
alter table campaign
  add column failures int not null default 0,
  add column failure_code text,
  add column failed_at timestamptz,
  add column retry_at timestamptz;

-- Campaigns that had failed for good: the batches that are open wait for a person, a finished campaign is finished again.
update batch b set failures = 1, failure = coalesce(c.failure, '处理中断'), failed_at = b.updated_at
from campaign c where c.campaign_id = b.campaign_id and c.state = 'failed' and b.step <> 'compared';
update campaign set
  state = case when finished_at is not null then 'finished' when started_at is not null then 'running' else 'preparing' end,
  failures = case when started_at is null then 1 else 0 end,
  failure = case when started_at is null then coalesce(failure, '处理中断') end,
  failed_at = case when started_at is null then created_at end
where state = 'failed';
alter table campaign drop constraint campaign_state_check;
alter table campaign add constraint campaign_state_check check (state in ('preparing', 'ready', 'running', 'finished'));
alter table campaign add constraint campaign_failure check ((failure is null) = (failures = 0) and (failure is not null or retry_at is null));

create index batch_failed on batch (campaign_id, batch_no) where failure is not null;
