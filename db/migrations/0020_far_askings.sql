-- 异地协查: a person of the centre asks a node of another district or level about members of a household. What is asked and answered stands
-- in the exchange (campaign 'far:<household>', batch the number of the asking); here stand who asked, why, about whom and on which papers.
create table far_asking (
  asking_no     int generated always as identity primary key,
  household_no  text collate "C" not null,
  division_code text collate "C" not null,
  -- whose scheme and pack it was asked under
  campaign_id   uuid not null references campaign,
  unit          text collate "C" not null references exchange_node,
  reason        text not null check (length(trim(reason)) > 0),
  asked_on      date not null,
  guardian_age  int not null,
  asked_by      text not null,
  asked_by_name text not null,
  asked_at      timestamptz not null
);
create index far_asking_household on far_asking (household_no, asking_no desc);

create table far_asking_subject (
  asking_no         int not null references far_asking,
  -- number of the subject in the question
  place             int not null,
  subject_no        text collate "C" not null,
  born_on           date not null,
  -- bits of the record types, as in query_line
  asked             int not null,
  authorisation_nos text[] not null,
  division_code     text collate "C" not null,
  primary key (asking_no, place),
  unique (asking_no, subject_no)
);
create index far_asking_subject_no on far_asking_subject (subject_no);

-- What may be asked of a far node about somebody, or shown of its answers, on a day. The bureau's own record types need no paper within the
-- district; another district's bureau is another body: without a signed paper in force nothing is asked of it.
create function far_mask(subject text, born date, on_day date, guardian int) returns int
language sql stable as $$
  select case when m.mask & ~own.mask = 0 then 0 else m.mask end
    from (select authorised_mask(subject, born, on_day, guardian) as mask) m,
         (select mask from auth_item_mask where item = 'own') own
$$;

-- No asking without authorisation: the database itself refuses a subject of whom more is asked than the signed papers allow that day.
create function far_asking_guard() returns trigger language plpgsql as $$
begin
  if new.asked = 0 or new.asked & ~coalesce((select far_mask(new.subject_no, new.born_on, a.asked_on, a.guardian_age)
       from far_asking a where a.asking_no = new.asking_no), 0) <> 0 then
    raise exception '异地协查未经授权，已拒绝：%', new.subject_no
      using errcode = 'YB001', hint = '请先取得本人或监护人签字的授权书';
  end if;
  return new;
end $$;
create trigger far_asking_authorised before insert on far_asking_subject for each row execute function far_asking_guard();

revoke update, delete, truncate on far_asking, far_asking_subject from yingbao_app;

do $$
declare t text;
begin
  foreach t in array array['far_asking', 'far_asking_subject'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (division_code >= app_scope_lo() and division_code < app_scope_hi())
      with check (division_code >= app_scope_lo() and division_code < app_scope_hi())', t);
  end loop;
end $$;

-- Askings stand where their household stands.
create function follow_far_askings() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update far_asking_subject s set division_code = new.division_code from far_asking a
    where a.household_no = new.household_no and s.asking_no = a.asking_no;
  update far_asking set division_code = new.division_code where household_no = new.household_no;
  return null;
end $$;
revoke execute on function follow_far_askings() from public;
create trigger household_far_askings after update of division_code on household
  for each row when (old.division_code <> new.division_code) execute function follow_far_askings();
