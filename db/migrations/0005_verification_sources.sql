-- Verification, the units' side: what each unit stated about its own data, and reminders to units that owe answers.
-- These tables speak of units and files, of no household.

-- A unit's statement about its own data as of a date: states, counts, and its own faulty rows.
create table source_statement (
  campaign_id uuid not null references campaign,
  unit text collate "C" not null,
  received_at timestamptz not null,
  files jsonb not null,
  records jsonb not null,
  primary key (campaign_id, unit)
);
create table source_issue (
  campaign_id uuid not null references campaign,
  unit text collate "C" not null,
  file text collate "C" not null,
  row int not null,
  column_name text collate "C" not null,
  code text collate "C" not null,
  severity text not null,
  message text not null
);
create index source_issue_file on source_issue (campaign_id, file, row);
create table source_quarantine (
  campaign_id uuid not null references campaign,
  unit text collate "C" not null,
  file text collate "C" not null,
  row int not null,
  codes text not null,
  raw_sealed bytea not null
);
create index source_quarantine_file on source_quarantine (campaign_id, file, row);

-- Reminders to units that owe answers.
create table unit_reminder (
  campaign_id uuid not null references campaign,
  unit text collate "C" not null,
  reminded_by text not null,
  reminded_at timestamptz not null
);
create index unit_reminder_campaign on unit_reminder (campaign_id, unit);
revoke update, delete on unit_reminder from yingbao_app;
revoke update, delete on source_statement, source_issue, source_quarantine from yingbao_app;
