-- Decisions, the month's payment, clean-ups, and who sees what of casework.

create table case_decision (
  decision_no   text collate "C" primary key,
  case_no       text collate "C" not null references casefile,
  household_no  text collate "C" not null,
  division_code text collate "C" not null,
  result        text collate "C" not null check (result in ('granted', 'refused')),
  -- Whole fen per month: base + top_up = amount.
  base          bigint not null default 0,
  top_up        bigint not null default 0,
  amount        bigint not null default 0,
  persons       int not null default 0,
  tier          text collate "C",
  from_month    text collate "C",
  valid_to      date,
  certificate_no text collate "C",
  -- What the household was paid by the registry when this was decided: it runs on until from_month.
  prior_from    text collate "C",
  prior_to      text collate "C",
  prior_amount  bigint,
  -- The assessment it rests on, sealed: recomputed exactly by pack, day and these facts.
  grounds       bytea not null,
  by_user       text not null,
  at            timestamptz not null,
  undone_at     timestamptz,
  notified_at   timestamptz,
  -- The last day on which a letter of refusal has to go out.
  letter_due_on date,
  check (base + top_up = amount and base >= 0 and top_up >= 0),
  check ((result = 'granted') = (from_month is not null))
);
create index case_decision_case on case_decision (case_no);
create index case_decision_grant on case_decision (division_code, from_month) where result = 'granted' and undone_at is null;
-- One standing decision per case.
create unique index case_decision_one on case_decision (case_no) where undone_at is null;
create index case_decision_household on case_decision (household_no, from_month desc) where result = 'granted' and undone_at is null;
create index case_decision_letter on case_decision (letter_due_on) where notified_at is null and letter_due_on is not null;

create table payment_roll (
  roll_no       text collate "C" primary key,
  month         text collate "C" not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  division_code text collate "C" not null,
  bank_name     text not null,
  -- A roll made later in the month for what was decided meanwhile has the next part.
  part          int not null default 1,
  households    int not null,
  persons       int not null,
  base          bigint not null,
  top_up        bigint not null,
  total         bigint not null,
  made_by       text not null,
  made_at       timestamptz not null,
  confirmed_by  text,
  confirmed_at  timestamptz,
  check (base + top_up = total),
  check (confirmed_by is null or confirmed_by <> made_by),
  unique (month, division_code, bank_name, part)
);
create index payment_roll_month on payment_roll (month, division_code);
create table payment_roll_line (
  roll_no       text collate "C" not null references payment_roll,
  -- Null: an older grant that runs on as it was registered, decided before the office worked with this system.
  decision_no   text collate "C" references case_decision,
  case_no       text collate "C" references casefile,
  household_no  text collate "C" not null,
  division_code text collate "C" not null,
  month         text collate "C" not null,
  name          text not null,
  persons       int not null,
  base          bigint not null,
  top_up        bigint not null,
  amount        bigint not null,
  account_holder text,
  -- Account and the holder's number as the household's row had them, sealed.
  sealed        bytea not null,
  primary key (roll_no, household_no),
  -- Nobody is paid twice for a month, by one decision or by two.
  unique (household_no, month),
  check (base + top_up = amount),
  check ((decision_no is null) = (case_no is null))
);
create index payment_roll_line_decision on payment_roll_line (decision_no);

-- What stands for each household in a month, in [lo, hi): the newest decision that pays by then, else the grant it was registered with,
-- which runs on until a decision takes its place.
create function standing_grants(in_month text, lo text, hi text) returns table (
    decision_no text, case_no text, household_no text, division_code text, persons int, base bigint, top_up bigint, amount bigint,
    tier text, from_month text, valid_to date, name text, bank_name text, account_holder text, sealed bytea, has_account boolean, stopped boolean)
  language sql stable set search_path = public, pg_temp
  as $$
  with decided as (
    select distinct on (d.household_no) d.*
    from case_decision d
    where d.result = 'granted' and d.undone_at is null and d.from_month <= in_month and d.division_code >= lo and d.division_code < hi
    order by d.household_no, d.from_month desc, d.at desc
  ), later as (
    select distinct on (d.household_no) d.household_no, d.prior_from, d.prior_to, d.prior_amount
    from case_decision d
    where d.result = 'granted' and d.undone_at is null and d.from_month > in_month and d.division_code >= lo and d.division_code < hi
    order by d.household_no, d.from_month, d.at
  ), registered as (
    select h.household_no, case when l.household_no is null then h.tier end as tier,
      case when l.household_no is null then h.aid_from else l.prior_from end as aid_from,
      case when l.household_no is null then h.aid_to else l.prior_to end as aid_to,
      case when l.household_no is null then h.approved_amount else l.prior_amount end as amount
    from household h left join later l on l.household_no = h.household_no
    where h.division_code >= lo and h.division_code < hi and h.programme in ('urban', 'rural')
      and not exists (select from decided d where d.household_no = h.household_no)
  ), standing as (
    select d.decision_no, d.case_no, d.household_no, d.persons, d.base, d.top_up, d.amount, d.tier, d.from_month, d.valid_to,
      c.applicant_name as name
    from decided d join casefile c on c.case_no = d.case_no
    union all
    select null, null, r.household_no, null, r.amount, 0, r.amount, r.tier, r.aid_from, null, null
    from registered r where r.aid_from <= in_month and (r.aid_to is null or r.aid_to >= in_month) and r.amount > 0
  )
  select s.decision_no, s.case_no, s.household_no, h.division_code, coalesce(s.persons, h.persons_count), s.base, s.top_up, s.amount,
    s.tier, s.from_month, s.valid_to, coalesce(s.name, h.head_name), h.bank_name, h.account_holder, h.sealed,
    h.bank_name is not null and h.bank_name <> '' and h.account_index is not null, h.aid_to is not null and h.aid_to < in_month
  from standing s join household h on h.household_no = s.household_no
$$;

create table clean_up_household (
  clean_up_id   uuid not null references clean_up,
  household_no  text collate "C" not null,
  division_code text collate "C" not null,
  head_name     text not null,
  case_no       text collate "C" references casefile,
  -- What became of an old grant whose household did not re-apply, decided by a person.
  settled       text collate "C" check (settled in ('kept', 'stopped')),
  settled_reason bytea,
  settled_by    text,
  settled_at    timestamptz,
  primary key (clean_up_id, household_no)
);
create index clean_up_household_area on clean_up_household (clean_up_id, division_code);

-- Numbers that are given out in order per year and kind.
create table number_series (
  series text collate "C" primary key,
  last   bigint not null
);

revoke update, delete, truncate on case_record, notice_line, notice_posting, sample_draw from yingbao_app;
revoke delete, truncate on scan_stack, scan_page from yingbao_app;
revoke update, delete, truncate on case_decision, payment_roll, payment_roll_line from yingbao_app;
grant update (undone_at, notified_at) on case_decision to yingbao_app;
grant update (confirmed_by, confirmed_at) on payment_roll to yingbao_app;

do $$
declare t text;
begin
  foreach t in array array['casefile', 'case_step', 'case_move', 'case_draft', 'case_record', 'case_paper', 'scan_stack', 'scan_page',
    'pool_member',
    'deliberation_session', 'session_case', 'notice', 'notice_line', 'notice_posting', 'case_objection', 'sample_draw', 'case_decision',
    'payment_roll', 'payment_roll_line', 'clean_up_household']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (division_code >= app_scope_lo() and division_code < app_scope_hi())
      with check (division_code >= app_scope_lo() and division_code < app_scope_hi())', t);
  end loop;
end $$;

-- A clean-up itself says nothing of anybody: whoever has households on its list sees its name and days, whatever its area.
alter table clean_up enable row level security;
alter table clean_up force row level security;
create policy seen on clean_up for select using (true);
create policy made on clean_up for insert with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
revoke update, delete, truncate on clean_up from yingbao_app;

-- A notice of the township or district names no person: whoever works below may read it and its photos.
create policy above on notice for select using (division_code in (left(app_scope_lo(), 9) || '000', left(app_scope_lo(), 6) || '000000'));
create policy above on notice_posting for select
  using (division_code in (left(app_scope_lo(), 9) || '000', left(app_scope_lo(), 6) || '000000'));

-- Villages that are merged or split take along what belongs to their cases. Called with the registry's news, after the households have moved:
-- a case stands where its household stands; when the village is gone, so does whatever lay in it.
create function follow_households(households text[], gone text, named text, since date) returns int language plpgsql
  security definer set search_path = public, pg_temp
  as $$
  declare
    t text;
    moved int;
    heir text := named;
    ended boolean := not exists (select from division d where d.code = gone);
  begin
    -- the named one may have been merged meanwhile
    while not exists (select from division d where d.code = heir) loop
      select c.successor_code into strict heir from division_change c where c.code = heir and c.successor_code <> c.code
        order by c.changed_on desc limit 1;
    end loop;
    create temporary table followed on commit drop as
      select c.case_no, c.household_no, coalesce(h.division_code, heir) as to_code
      from casefile c left join household h on h.household_no = c.household_no
      where (c.household_no = any (households) or ended and c.division_code = gone) and c.division_code <> coalesce(h.division_code, heir);
    update casefile c set division_code = f.to_code from followed f where c.case_no = f.case_no;
    get diagnostics moved = row_count;
    foreach t in array array['case_step', 'case_move', 'case_draft', 'case_record', 'case_paper', 'session_case', 'notice_line', 'case_objection',
      'case_decision', 'payment_roll_line', 'clean_up_household']
    loop
      execute format('update %I r set division_code = f.to_code from followed f where r.case_no = f.case_no', t);
    end loop;
    foreach t in array array['clean_up_household', 'payment_roll_line', 'replay_fact', 'replay_row'] loop
      execute format('update %I r set division_code = h.division_code from household h
        where r.household_no = any ($1) and h.household_no = r.household_no and r.division_code <> h.division_code', t) using households;
    end loop;
    if ended then
      -- who is in both pools stays in one, or he could be drawn twice
      update pool_member m set to_on = greatest(m.from_on, since - 1) where m.division_code = gone and exists (
        select from pool_member o where o.division_code = heir and o.id_number_index = m.id_number_index
          and (o.to_on is null or o.to_on >= since));
      update payment_roll r set division_code = heir, part = r.part + coalesce((select max(o.part) from payment_roll o
          where o.division_code = heir and o.month = r.month and o.bank_name = r.bank_name), 0) where r.division_code = gone;
      foreach t in array array['pool_member', 'deliberation_session', 'notice', 'notice_posting', 'case_objection', 'sample_draw',
        'clean_up_household']
      loop
        execute format('update %I r set division_code = $2 where r.division_code = $1', t) using gone, heir;
      end loop;
    end if;
    drop table followed;
    return moved;
  end $$;
revoke execute on function follow_households(text[], text, text, date) from public;
grant execute on function follow_households(text[], text, text, date) to yingbao_app;
