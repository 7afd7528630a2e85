-- The first roll of a district fills empty tables. While one is being filled it does without its references to other tables and without the
-- indexes that keep nothing unique; both are made again, over all of its rows at once, before the transaction can end: a reference that leads
-- nowhere refuses the whole of it then as it would have refused the row. Nobody else sees the table until then.
create table registry_fill (
  table_name text collate "C" primary key,
  -- Statements that make again what was taken away.
  definitions text[] not null
);
-- It is empty outside of transactions; nobody but the functions below may touch it.
revoke all on registry_fill from yingbao_app;

-- False: a row stood in the table before, or it is being filled already. Nothing is taken away then.
create function begin_registry_fill(name text) returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
  declare
    filled regclass;
    taken record;
  begin
    if name not in ('official', 'household', 'person', 'supporter', 'authorisation', 'declared_income', 'declared_asset',
      'declared_expenditure', 'payment', 'relative_filing', 'query_log') then
      raise exception 'the table % is not filled', name using errcode = 'check_violation';
    end if;
    filled := format('public.%I', name)::regclass;
    execute format('lock table %s in access exclusive mode', filled);
    if pg_relation_size(filled) > 0 or exists (select from registry_fill f where f.table_name = name) then
      return false;
    end if;
    insert into registry_fill
      select name, array(
        select pg_get_indexdef(i.indexrelid) from pg_index i where i.indrelid = filled and not i.indisunique order by i.indexrelid
      ) || array(
        select format('alter table %s add constraint %I %s', filled, c.conname, pg_get_constraintdef(c.oid))
        from pg_constraint c where c.conrelid = filled and c.contype = 'f' order by c.conname
      );
    for taken in
      select format('alter table %s drop constraint %I', filled, c.conname) as statement
      from pg_constraint c where c.conrelid = filled and c.contype = 'f'
      union all
      select format('drop index %s', i.indexrelid::regclass) from pg_index i where i.indrelid = filled and not i.indisunique
    loop
      execute taken.statement;
    end loop;
    return true;
  end $$;
revoke all on function begin_registry_fill(text) from public;
grant execute on function begin_registry_fill(text) to yingbao_worker;

create function end_registry_fill() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
  declare
    statement text;
  begin
    foreach statement in array new.definitions loop
      execute statement;
    end loop;
    delete from registry_fill where table_name = new.table_name;
    return null;
  end $$;
revoke all on function end_registry_fill() from public;
-- Whoever fills may have it done at once (set constraints registry_fill_ended immediate); nobody can have it left out.
create constraint trigger registry_fill_ended after insert on registry_fill deferrable initially deferred
  for each row execute function end_registry_fill();
