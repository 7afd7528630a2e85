-- The policy officer's desk: revisions of a pack, made by one person and published by another, and replays of the district under two packs.

-- A revision lays dated values over a built-in pack. `changes` is a list of
-- {section, name, from, value (JSON text, numbers as written), clause, mark, reviewed_until}.
create table policy_revision (
  revision_id     uuid primary key,
  pack_id         text collate "C" not null,
  -- Hash of the pack as it stood on from_on, before this revision: what the maker saw.
  base_hash       text collate "C" not null,
  title           text not null,
  -- The first day on which one of the values begins; null while there is none.
  from_on         date,
  changes         jsonb not null default '[]',
  -- Everybody who wrote in it: none of them publishes it.
  makers          text[] not null,
  state           text collate "C" not null default 'draft' check (state in ('draft', 'submitted', 'published', 'withdrawn')),
  version         int not null default 0,
  made_by         text collate "C" not null,
  made_by_name    text not null,
  made_at         timestamptz not null,
  changed_by      text collate "C" not null,
  changed_at      timestamptz not null,
  submitted_by    text collate "C",
  submitted_at    timestamptz,
  published_by    text collate "C",
  published_by_name text,
  published_at    timestamptz,
  -- Hash of the pack on from_on with this revision.
  pack_hash       text collate "C",
  withdrawn_by    text collate "C",
  withdrawn_by_name text,
  withdrawn_at    timestamptz,
  reason          text,
  check (state = 'draft' or (submitted_by is not null and from_on is not null)),
  check (state <> 'published' or (published_by is not null and pack_hash is not null)),
  check ((published_by is null) = (published_at is null)),
  check (state <> 'withdrawn' or (withdrawn_by is not null and reason is not null)),
  -- Maker and publisher are two persons.
  check (published_by <> made_by and published_by <> submitted_by),
  check (published_by is null or not published_by = any (makers))
);
create index policy_revision_pack on policy_revision (pack_id, made_at desc);
create index policy_revision_in_force on policy_revision (pack_id, published_at, revision_id) where state = 'published';

create function policy_wall() returns trigger language plpgsql
  as $$
  begin
    if tg_op = 'DELETE' then
      if old.state <> 'draft' then raise exception 'only a draft may be deleted, % is %', old.revision_id, old.state using errcode = 'check_violation'; end if;
      return old;
    end if;
    if tg_op = 'INSERT' then
      if new.state <> 'draft' then raise exception 'a revision begins as a draft' using errcode = 'check_violation'; end if;
      new.makers := array[new.made_by];
      new.version := 0;
      return new;
    end if;
    if (new.revision_id, new.pack_id, new.made_by, new.made_at) is distinct from (old.revision_id, old.pack_id, old.made_by, old.made_at) then
      raise exception 'pack and maker of revision % stand', old.revision_id using errcode = 'check_violation';
    end if;
    if not (old.state, new.state) in (('draft', 'draft'), ('draft', 'submitted'), ('submitted', 'draft'), ('submitted', 'published'),
      ('submitted', 'withdrawn'), ('published', 'withdrawn')) then
      raise exception 'a revision does not go from % to %', old.state, new.state using errcode = 'check_violation';
    end if;
    new.makers := old.makers;
    if (new.changes, new.title, new.from_on, new.base_hash) is distinct from (old.changes, old.title, old.from_on, old.base_hash) then
      if old.state <> 'draft' or new.state <> 'draft' then
        raise exception 'the values of revision % stand: it is %', old.revision_id, old.state using errcode = 'check_violation';
      end if;
      if not new.changed_by = any (new.makers) then new.makers := new.makers || new.changed_by; end if;
    end if;
    if old.state = 'published' and (new.published_by, new.published_at, new.pack_hash, new.submitted_by)
      is distinct from (old.published_by, old.published_at, old.pack_hash, old.submitted_by) then
      raise exception 'revision % is published and stands', old.revision_id using errcode = 'check_violation';
    end if;
    if new.state = 'published' and old.state = 'submitted' and new.published_by = any (old.makers) then
      raise exception 'maker and publisher of revision % are one person', old.revision_id using errcode = 'check_violation';
    end if;
    new.version := old.version + 1;
    return new;
  end $$;
create trigger policy_wall before insert or update or delete on policy_revision for each row execute function policy_wall();
revoke truncate on policy_revision from yingbao_app;

-- Facts of a household as its verification in a campaign left them, sealed: what a replay assesses where no decision stands yet.
create table replay_fact (
  campaign_id   uuid not null references campaign,
  household_no  text collate "C" not null,
  division_code text collate "C" not null,
  -- version of the verification they come from; another one makes them stale
  version       int not null,
  -- null: nobody of the household can be assessed
  sealed        bytea,
  primary key (campaign_id, household_no)
);
create index replay_fact_area on replay_fact (division_code);

create table replay_run (
  replay_id     uuid primary key,
  -- {packId, on, revisionId}
  before_side   jsonb not null,
  after_side    jsonb not null,
  division_code text collate "C" not null,
  state         text collate "C" not null default 'waiting' check (state in ('waiting', 'gathering', 'assessing', 'done', 'failed')),
  done          int not null default 0,
  expected      int not null default 0,
  -- counts and costs, in all and by township: no values of a person
  result        jsonb,
  before_hash   text collate "C",
  after_hash    text collate "C",
  campaign_id   uuid references campaign,
  milliseconds  int,
  failure       text,
  asked_by      text collate "C" not null,
  asked_by_name text not null,
  asked_at      timestamptz not null,
  ended_at      timestamptz,
  check ((state = 'done') = (result is not null))
);
create index replay_run_asked on replay_run (asked_at desc);

-- A household that comes in, goes out, gets more or gets less.
create table replay_row (
  replay_id     uuid not null references replay_run on delete cascade,
  household_no  text collate "C" not null,
  division_code text collate "C" not null,
  township_code text collate "C" not null generated always as (left(division_code, 9) || '000') stored,
  change        text collate "C" not null check (change in ('entering', 'leaving', 'more', 'less')),
  before_fen    bigint not null,
  after_fen     bigint not null,
  -- bits of the reasons of refusal
  before_refusals int not null,
  after_refusals int not null,
  -- The standing decision the facts come from; null: facts of the verification.
  decision_no   text collate "C",
  primary key (replay_id, household_no)
);
create index replay_row_change on replay_row (replay_id, change, household_no);
create index replay_row_township on replay_row (replay_id, township_code, household_no);

do $$
declare t text;
begin
  foreach t in array array['replay_fact', 'replay_run', 'replay_row']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (division_code >= app_scope_lo() and division_code < app_scope_hi())
      with check (division_code >= app_scope_lo() and division_code < app_scope_hi())', t);
  end loop;
end $$;
