-- Verification, its clocks: when each run over households was opened, when a household's verification stood still, and the
-- packs campaigns were started with, whose review dates decide whether a report may be signed.

-- A batch is opened once; updated_at moves with its steps. Every version of a report names its batch, so this is where the
-- clock of a report starts. A batch that stood before this column has the best instant known.
alter table batch add column opened_at timestamptz;
update batch b set opened_at = case when b.kind = 'rerun' then b.updated_at else coalesce(c.started_at, b.updated_at) end
from campaign c where c.campaign_id = b.campaign_id;
alter table batch alter column opened_at set not null;

create function batch_opened() returns trigger language plpgsql as $$
begin
  new.opened_at := coalesce(new.opened_at, new.updated_at);
  return new;
end $$;
create trigger batch_opened before insert on batch for each row execute function batch_opened();

-- While a household's verification is suspended its clock stands still.
create table commission_pause (
  campaign_id uuid not null references campaign,
  household_no text collate "C" not null,
  paused_at timestamptz not null,
  resumed_at timestamptz check (resumed_at >= paused_at),
  division_code text collate "C" not null,
  primary key (campaign_id, household_no, paused_at)
);
insert into commission_pause (campaign_id, household_no, paused_at, division_code)
  select campaign_id, household_no, state_at, division_code from commission where state = 'suspended';
alter table commission_pause enable row level security;
alter table commission_pause force row level security;
create policy scope on commission_pause using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
revoke delete on commission_pause from yingbao_app;

-- Packs as campaigns used them, one text per hash over the values.
create table pack_snapshot (
  pack_hash text primary key,
  snapshot text not null
);
revoke update, delete on pack_snapshot from yingbao_app;
