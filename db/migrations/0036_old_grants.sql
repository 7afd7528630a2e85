-- An old grant whose household did not apply anew in a clean-up is stopped by two persons: the proposed change stands beside it until it is
-- decided, then it is settled. Refused or taken back, it waits again.

alter table clean_up_household add column change_no text collate "C" references grant_change;
create index clean_up_household_change on clean_up_household (change_no) where change_no is not null;

-- Settled once; as stopped only by a confirmed change, or where no aid runs without an end.
create function old_grant_once() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and old.settled is not null and new.settled is distinct from old.settled then
      raise exception 'the old grant of % is settled', old.household_no using errcode = 'check_violation';
    elsif new.settled = 'stopped' and not exists (select from grant_change c
          where c.change_no = new.change_no and c.household_no = new.household_no and c.kind = 'stop' and c.outcome = 'confirmed')
        and exists (select from household h where h.household_no = new.household_no
          and h.aid_from is not null and h.aid_to is null and h.approved_amount > 0) then
      raise exception 'the old grant of % is stopped by nobody else', new.household_no using errcode = 'check_violation';
    end if;
    return new;
  end $$;
create trigger old_grant_once before insert or update of settled on clean_up_household for each row execute function old_grant_once();
