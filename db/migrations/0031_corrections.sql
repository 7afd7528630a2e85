-- Registry: what one person corrected in a registered row, old and new, sealed.

create table registry_correction (
  correction_id uuid primary key,
  table_name    text collate "C" not null,
  row_key       text collate "C" not null,
  household_no  text collate "C",
  division_code text collate "C" not null,
  -- [{column, before, after}], sealed.
  changes       bytea not null,
  reason        bytea not null,
  by_user       text not null,
  by_name       text not null,
  at            timestamptz not null
);
create index registry_correction_household on registry_correction (household_no, at);

alter table registry_correction enable row level security;
alter table registry_correction force row level security;
create policy scope on registry_correction using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
revoke update, delete, truncate on registry_correction from yingbao_app;
grant update (division_code) on registry_correction to yingbao_app;
