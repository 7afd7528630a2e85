-- Calls that could not be used and belong to no request: a bounded number is kept with its bytes, the older ones are counted by day and fault.

create table exchange_stray_sum (
  day     date not null,
  fault   text collate "C" not null,
  calls   bigint not null,
  bytes   bigint not null,
  last_at timestamptz not null,
  primary key (day, fault)
);
alter table exchange_stray_sum enable row level security;
alter table exchange_stray_sum force row level security;
create policy district on exchange_stray_sum using (app_scope_covers_district()) with check (app_scope_covers_district());
revoke delete, truncate on exchange_stray_sum from yingbao_app;

grant delete on exchange_parked to yingbao_app;
create policy strays on exchange_parked as restrictive for delete
  using (state = 'open' and request is null and unit is null and via is null);
