-- Registry: the account a registered household is paid to changes by two persons, with proof and reason.

create table account_change (
  change_id        uuid primary key,
  household_no     text collate "C" not null,
  division_code    text collate "C" not null,
  -- The account as it stood and as it shall stand, each a small sealed JSON object.
  before_sealed    bytea not null,
  after_sealed     bytea not null,
  reason           bytea not null,
  -- [{fileId, sha256, name, size}]: files that belong to the household.
  proofs           jsonb not null check (jsonb_array_length(proofs) > 0),
  proposed_by      text not null,
  proposed_by_name text not null,
  proposed_at      timestamptz not null,
  settled          text collate "C" check (settled in ('confirmed', 'refused')),
  settled_reason   bytea,
  settled_by       text,
  settled_by_name  text,
  settled_at       timestamptz,
  check (settled_by is distinct from proposed_by),
  check ((settled is null) = (settled_by is null) and (settled is null) = (settled_at is null))
);
-- One at a time waits for the second person.
create unique index account_change_open on account_change (household_no) where settled is null;
create index account_change_household on account_change (household_no, proposed_at);
create index account_change_area on account_change (division_code, proposed_at) where settled is null;

alter table account_change enable row level security;
alter table account_change force row level security;
create policy scope on account_change using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
revoke update, delete, truncate on account_change from yingbao_app;
grant update (division_code, settled, settled_reason, settled_by, settled_by_name, settled_at) on account_change to yingbao_app;

-- The grant was decided, the account confirmed here: no package that is imported later takes their place.
alter table household add column kept_aid boolean not null default false, add column kept_account boolean not null default false;
