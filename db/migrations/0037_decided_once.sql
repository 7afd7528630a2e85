-- What one person proposes and another decides begins undecided, is decided once, and the decision changes nothing of what was proposed: neither
-- what it is nor who proposed it, against whom the row's checks hold the second person. Arguments: the column that tells whether it is decided,
-- its value until then ('' for null), the columns a decision writes, those that may change at any time.
create function decided_once() returns trigger language plpgsql as $$
  declare
    waiting text := nullif(tg_argv[1], '');
    was jsonb;
    becomes jsonb := to_jsonb(new) - tg_argv[3]::text[];
  begin
    if tg_op = 'INSERT' then
      if becomes ->> tg_argv[0] is distinct from waiting then
        raise exception 'a proposal of % is not decided yet', tg_table_name using errcode = 'check_violation';
      end if;
      return new;
    end if;
    was := to_jsonb(old) - tg_argv[3]::text[];
    if was ->> tg_argv[0] is distinct from waiting then
      if was <> becomes then raise exception 'this row of % is decided', tg_table_name using errcode = 'check_violation'; end if;
    elsif becomes ->> tg_argv[0] is distinct from waiting and was - tg_argv[2]::text[] <> becomes - tg_argv[2]::text[] then
      raise exception 'deciding a row of % changes what was proposed', tg_table_name using errcode = 'check_violation';
    end if;
    return new;
  end $$;

create trigger decided_once before insert or update on account_change for each row execute function
  decided_once('settled', '', '{settled,settled_reason,settled_by,settled_by_name,settled_at}', '{division_code}');
create trigger decided_once before insert or update on password_reset for each row execute function
  decided_once('state', 'open', '{state,password_hash,decided_by,decided_at,decision}', '{}');
create trigger decided_once before insert or update on role_change for each row execute function
  decided_once('state', 'open', '{state,decided_by,decided_at,decision}', '{}');
create trigger decided_once before insert or update on exchange_change for each row execute function
  decided_once('state', 'waiting', '{state,decided_by,decided_by_name,decided_at,refusal}', '{}');
create trigger decided_once before insert or update on payment_roll for each row execute function
  decided_once('confirmed_at', '', '{confirmed_by,confirmed_at}', '{division_code,part}');
create trigger decided_once before insert or update on office_seal for each row execute function
  decided_once('confirmed_at', '', '{confirmed_by,confirmed_by_name,confirmed_at}', '{division_code,ended_at,end_reason}');

-- A request is replaced by another one, never turned into one about somebody else.
revoke update on password_reset, role_change from yingbao_app;
grant update (reset_id, password_hash, reason, requested_by, requested_at, state, decided_by, decided_at, decision) on password_reset to yingbao_app;
grant update (change_id, role, division_code, unit_code, reason, requested_by, requested_at, state, decided_by, decided_at, decision)
  on role_change to yingbao_app;
revoke truncate on role_change from yingbao_app;
