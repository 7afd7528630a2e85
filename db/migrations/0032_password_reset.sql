-- A new password for somebody who works waits until the security administrator confirms it; until then the one he has holds.
create table password_reset (
  reset_id      uuid primary key,
  user_id       text collate "C" not null references app_user,
  division_code text collate "C" not null check (division_code ~ '^[0-9]{12}$'),
  -- Empty when it was decided.
  password_hash text not null,
  reason        text not null,
  state         text collate "C" not null default 'open' check (state in ('open', 'confirmed', 'refused')),
  requested_by  text collate "C" not null,
  requested_at  timestamptz not null,
  decided_by    text collate "C",
  decided_at    timestamptz,
  decision      text,
  check ((state = 'open') = (decided_by is null)),
  check ((state = 'open') = (password_hash <> '')),
  -- Nobody resets his own password, and nobody confirms what he asked for.
  check (requested_by <> user_id),
  check (decided_by <> requested_by and decided_by <> user_id)
);
create unique index password_reset_open on password_reset (user_id) where state = 'open';
alter table password_reset enable row level security;
alter table password_reset force row level security;
create policy scope on password_reset using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
revoke delete, truncate on password_reset from yingbao_app;
