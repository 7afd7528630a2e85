-- Counted refusals carry a division like every table about persons: only work over everything sees them.
alter table refusal_count enable row level security;
alter table refusal_count force row level security;
create policy scope on refusal_count using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
