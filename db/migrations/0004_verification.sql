-- Verification: campaigns, commissions, batches, query lines, answers as states, findings, clearing, reports.
-- Business keys of the package (household_no, person_no) are the keys here too. Every table that speaks of a
-- household carries its division_code, so that the scope of the reader is a range the database itself applies.

-- The thirty record types in catalogue order; the position is the bit in query_line.asked and the place in statuses.
create table record_type (
  position int primary key check (position between 0 and 29),
  record text not null unique,
  category text not null
);
insert into record_type (position, record, category) values
  (0, 'police/register', 'identity'),
  (1, 'police/deaths', 'identity'),
  (2, 'police/vehicles', 'vehicle'),
  (3, 'police/custody', 'identity'),
  (4, 'police/exit_entry', 'identity'),
  (5, 'hrss/contributions', 'employment'),
  (6, 'hrss/benefits', 'employment'),
  (7, 'finance/payroll', 'fiscal'),
  (8, 'finance/subsidy_card', 'fiscal'),
  (9, 'tax/personal_income', 'tax'),
  (10, 'natural_resources/titles', 'property'),
  (11, 'natural_resources/transfers', 'property'),
  (12, 'housing/presale_contracts', 'property'),
  (13, 'housing/housing_aid', 'property'),
  (14, 'market/officers', 'business'),
  (15, 'market/investors', 'business'),
  (16, 'market/self_employed', 'business'),
  (17, 'housing_fund/accounts', 'employment'),
  (18, 'agriculture/machinery', 'business'),
  (19, 'civil_affairs/marriages', 'own'),
  (20, 'civil_affairs/funerals', 'own'),
  (21, 'civil_affairs/other_aid', 'own'),
  (22, 'disabled_federation/certificates', 'welfare'),
  (23, 'medical_security/settlements', 'welfare'),
  (24, 'education/enrolments', 'welfare'),
  (25, 'banks/deposits', 'finance'),
  (26, 'securities/holdings', 'finance'),
  (27, 'insurance/policies', 'finance'),
  (28, 'utilities/usage', 'living'),
  (29, 'third_party_payment/balances', 'finance');

-- Bits of the record types each authorisation item covers; 'own' needs none.
create table auth_item_mask as
  select category as item, sum(1 << position)::int as mask from record_type group by category
  union all select 'all', sum(1 << position)::int from record_type;
alter table auth_item_mask add primary key (item);

-- A campaign: one verification of a frozen list of households as of one date under one pack.
create table campaign (
  campaign_id uuid primary key,
  campaign_no int not null generated always as identity,
  label text not null,
  scheme text not null,
  purpose text not null,
  legal_basis text not null,
  as_of date not null,
  pack_id text not null,
  pack_hash text not null,
  pack_label text not null,
  parameters jsonb not null,
  guardian_age int not null,
  district_code text not null,
  -- ranges of divisions whose households are verified
  areas jsonb not null,
  state text not null check (state in ('preparing', 'ready', 'running', 'finished', 'failed')),
  -- true: wait in state ready, after the units have stated their data, until a person starts it
  held boolean not null default false,
  failure text,
  households int not null default 0,
  batches int not null default 0,
  created_by text not null,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz
);

-- One unit of work of the worker. Batch 0 belongs to the district (officials, the federation's list).
-- round counts the questions already sent; attempt rises when late answers or a re-run open the batch again.
create table batch (
  campaign_id uuid not null references campaign,
  batch_no int not null,
  step text not null default 'planned'
    check (step in ('planned', 'register', 'records', 'lookups', 'compared')),
  kind text not null default 'households' check (kind in ('district', 'households', 'rerun')),
  households int not null,
  subjects int not null default 0,
  -- sealed list of the persons a look-up of this batch names by position
  memo bytea,
  -- SQL statements the batch took, and milliseconds by step: for the bench and for whoever wonders
  statements int not null default 0,
  spent jsonb not null default '{}',
  deadline_at timestamptz,
  -- compared without some answers: when they come after all, the households they concern are opened again
  late boolean not null default false,
  updated_at timestamptz not null,
  primary key (campaign_id, batch_no)
);
create index batch_open on batch (campaign_id, step, batch_no) where step <> 'compared';

-- The commission of one household; its state follows the legal procedure.
create table commission (
  campaign_id uuid not null references campaign,
  household_no text collate "C" not null,
  batch_no int not null,
  -- place in the frozen list: part of the report's number
  ordinal int not null,
  version int not null default 1,
  division_code text collate "C" not null,
  state text not null default 'commissioned' check (state in (
    'commissioned', 'querying', 'report_signed', 'objected', 'reviewed', 'closed', 'suspended', 'terminated')),
  state_reason text,
  state_at timestamptz not null,
  -- of the report in force, so that lists never read a report: open_a and open_b count findings not cleared yet
  conclusion text,
  findings int not null default 0,
  open_a int not null default 0,
  open_b int not null default 0,
  open_pairs int not null default 0,
  per_capita bigint,
  report_no text,
  reported_on date,
  primary key (campaign_id, household_no)
);
create index commission_list on commission (campaign_id, ordinal);
create index commission_batch on commission (campaign_id, batch_no);
create index commission_area on commission (campaign_id, division_code);

-- What may be asked about one subject: the bits of the record types, and the authorisations they rest on.
create table query_line (
  campaign_id uuid not null references campaign,
  version int not null,
  subject_no text collate "C" not null,
  batch_no int not null,
  household_no text collate "C" not null,
  subject_kind text not null check (subject_kind in ('person', 'supporter')),
  born_on date not null,
  asked int not null,
  authorisation_nos text[] not null,
  state text not null default 'open' check (state in ('open', 'answered', 'halted')),
  division_code text collate "C" not null,
  primary key (campaign_id, version, subject_no, subject_kind)
);
create index query_line_subject on query_line (subject_no);
create index query_line_batch on query_line (campaign_id, batch_no);

-- No query without authorisation: the database itself refuses a line that asks for more than the signed papers allow.
create function authorised_mask(subject text, born date, as_of date, guardian int) returns int
language sql stable as $$
  select coalesce(bit_or(m.mask), 0) | (select mask from auth_item_mask where item = 'own')
  from authorisation a
  cross join unnest(a.items) as i(item)
  join auth_item_mask m on m.item = i.item
  where a.subject_no = subject
    and a.signature in ('signed', 'guardian')
    and a.signed_on <= as_of
    and (a.valid_to is null or as_of <= a.valid_to)
    and (a.withdrawn_on is null or as_of < a.withdrawn_on)
    and (a.signature = 'guardian' or
         extract(year from a.signed_on) - extract(year from born)
         - (to_char(a.signed_on, 'MMDD') < to_char(born, 'MMDD'))::int >= guardian)
$$;

create function query_line_guard() returns trigger language plpgsql as $$
declare refused text;
begin
  with allowed as (
    select l.subject_no, l.subject_kind, bit_or(m.mask) as mask
    from new_lines l
    join campaign c on c.campaign_id = l.campaign_id
    join authorisation a on a.subject_no = l.subject_no
    cross join unnest(a.items) as i(item)
    join auth_item_mask m on m.item = i.item
    where a.signature in ('signed', 'guardian')
      and a.signed_on <= c.as_of
      and (a.valid_to is null or c.as_of <= a.valid_to)
      and (a.withdrawn_on is null or c.as_of < a.withdrawn_on)
      and (a.signature = 'guardian' or
           extract(year from a.signed_on) - extract(year from l.born_on)
           - (to_char(a.signed_on, 'MMDD') < to_char(l.born_on, 'MMDD'))::int >= c.guardian_age)
    group by l.subject_no, l.subject_kind
  )
  select string_agg(distinct l.subject_no, ', ') into refused
  from new_lines l
  left join allowed w on w.subject_no = l.subject_no and w.subject_kind = l.subject_kind
  where l.asked & ~(coalesce(w.mask, 0) | (select mask from auth_item_mask where item = 'own')) <> 0;
  if refused is not null then
    raise exception '查询未经授权，已拒绝：%', left(refused, 200)
      using errcode = 'YB001', hint = '请先取得本人或监护人签字的授权书';
  end if;
  return null;
end $$;
create trigger query_line_authorised after insert on query_line
  referencing new table as new_lines for each statement execute function query_line_guard();

create function query_line_fixed() returns trigger language plpgsql as $$
begin
  raise exception '查询项目一经登记不得更改：%', old.subject_no using errcode = 'YB002';
end $$;
create trigger query_line_fixed before update of asked, authorisation_nos, subject_no, subject_kind, born_on on query_line
  for each row execute function query_line_fixed();

-- A withdrawn or shortened authorisation halts every open line of the subject it no longer covers, at once. A withdrawal
-- counts from its own day, also when that lies after the as-of date: what was not answered by then is not asked any more.
create function halt_withdrawn_lines() returns trigger language plpgsql as $$
begin
  update query_line l set state = 'halted'
  from campaign c
  where l.subject_no = new.subject_no and l.state = 'open' and c.campaign_id = l.campaign_id
    and l.asked & ~authorised_mask(l.subject_no, l.born_on, greatest(c.as_of, new.withdrawn_on), c.guardian_age) <> 0;
  return null;
end $$;
create trigger authorisation_withdrawn after update of withdrawn_on, valid_to, signature, items on authorisation
  for each row execute function halt_withdrawn_lines();

-- How each subject was answered: one letter per record type in catalogue order.
-- H hit, N no record, M name mismatch, I id not found, A not authorised, E source error, T timeout, P pending.
create table subject_result (
  campaign_id uuid not null references campaign,
  version int not null,
  subject_no text collate "C" not null,
  subject_kind text not null,
  household_no text collate "C" not null,
  batch_no int not null,
  statuses text not null check (length(statuses) = 30),
  reasons text,
  division_code text collate "C" not null,
  primary key (campaign_id, version, subject_no, subject_kind)
);
create index subject_result_household on subject_result (campaign_id, household_no);

-- Answer states counted per batch, township and record type, so that boards never scan the subjects.
create table answer_count (
  campaign_id uuid not null references campaign,
  batch_no int not null,
  township_code text collate "C" not null,
  record text not null,
  state text not null,
  subjects int not null,
  primary key (campaign_id, batch_no, township_code, record, state)
);

-- Findings (疑点). One row per household, person, rule, source and record; version is the report's.
create table finding (
  campaign_id uuid not null references campaign,
  version int not null,
  household_no text collate "C" not null,
  person text collate "C" not null,
  rule text collate "C" not null,
  class text not null check (class in ('A', 'B', 'C')),
  source text collate "C" not null,
  source_record_id text collate "C" not null,
  value text not null,
  limit_value text not null,
  message text not null,
  record_as_of text not null,
  batch_no int not null,
  division_code text collate "C" not null,
  primary key (campaign_id, household_no, version, person, rule, source, source_record_id)
);
create index finding_rule on finding (campaign_id, rule);
create index finding_batch on finding (campaign_id, batch_no);

-- What persons decided about a finding, step by step; only added to. Class A is cleared by two different persons:
-- the database itself refuses a confirmation by the one who signed first.
create table clearing_step (
  step_no bigint generated always as identity primary key,
  campaign_id uuid not null references campaign,
  household_no text collate "C" not null,
  person text collate "C" not null,
  rule text collate "C" not null,
  source text collate "C" not null,
  source_record_id text collate "C" not null,
  step text not null check (step in ('first', 'confirmed', 'sent_back', 'reopened')),
  outcome text check (outcome in ('true', 'not_true', 'other_aid')),
  reason text not null check (length(trim(reason)) > 0),
  -- stored files: [{sha256, name, size}]
  evidence jsonb not null default '[]',
  -- keep the reason as an exemption once the finding is cleared as not true
  teach boolean not null default false,
  by_user text not null,
  by_name text not null,
  by_role text not null,
  at timestamptz not null,
  division_code text collate "C" not null,
  check (step <> 'first' or (outcome is not null and jsonb_array_length(evidence) > 0))
);
create index clearing_step_finding on clearing_step (campaign_id, household_no, rule, person, source, source_record_id, step_no);

create function clearing_two_persons() returns trigger language plpgsql as $$
declare signer text;
begin
  if new.step <> 'confirmed' then return new; end if;
  select by_user into signer from clearing_step s
  where s.campaign_id = new.campaign_id and s.household_no = new.household_no and s.person = new.person and s.rule = new.rule
    and s.source = new.source and s.source_record_id = new.source_record_id and s.step = 'first'
  order by step_no desc limit 1;
  if signer is null or signer = new.by_user then
    raise exception '第二人签字须由另一人作出：%', new.rule using errcode = 'YB003';
  end if;
  return new;
end $$;
create trigger clearing_two_persons before insert on clearing_step for each row execute function clearing_two_persons();

-- A rejected finding can teach: shown beside the next finding of the same rule and record, never applied silently.
create table exemption (
  exemption_id uuid primary key,
  household_no text collate "C" not null,
  person text collate "C" not null,
  rule text collate "C" not null,
  source text collate "C" not null,
  source_record_id text collate "C" not null,
  reason text not null,
  created_by text not null,
  created_at timestamptz not null,
  valid_to date,
  withdrawn_by text,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  division_code text collate "C" not null
);
create index exemption_key on exemption (household_no, rule);

-- The numbered, signed report. document is the exact text the signature covers.
create table report (
  campaign_id uuid not null references campaign,
  household_no text collate "C" not null,
  version int not null,
  report_no text not null unique,
  batch_no int not null,
  conclusion text not null check (conclusion in ('consistent', 'inconsistent', 'undetermined')),
  findings_a int not null,
  findings_b int not null,
  findings_c int not null,
  open_pairs int not null,
  members int not null,
  -- verified income per head and month, fen
  per_capita bigint,
  document text not null,
  content_hash bytea not null,
  signature bytea not null,
  key_id text not null,
  signed_at timestamptz not null,
  issued_on date not null,
  valid_to date not null,
  division_code text collate "C" not null,
  primary key (campaign_id, household_no, version)
);
create index report_area on report (campaign_id, division_code);
create index report_batch on report (campaign_id, batch_no);

-- An objection to a report stops its use until the review has answered it with a version of its own.
create table objection (
  objection_id uuid primary key,
  campaign_id uuid not null references campaign,
  household_no text collate "C" not null,
  report_no text not null,
  raised_by text not null,
  reason text not null check (length(trim(reason)) > 0),
  evidence jsonb not null default '[]',
  entered_by text not null,
  raised_at timestamptz not null,
  outcome text check (outcome in ('upheld', 'rejected')),
  answer text,
  answered_by text check (answered_by <> entered_by),
  answered_at timestamptz,
  division_code text collate "C" not null
);
create index objection_household on objection (campaign_id, household_no);

-- Scope: tables that speak of households are cut to the reader's range; the rest is for the whole district.
do $$
declare t text;
begin
  foreach t in array array['commission', 'query_line', 'subject_result', 'finding', 'clearing_step', 'exemption', 'report', 'objection'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy scope on %I using (division_code >= app_scope_lo() and division_code < app_scope_hi())
      with check (division_code >= app_scope_lo() and division_code < app_scope_hi())', t);
  end loop;
end $$;
alter table answer_count enable row level security;
alter table answer_count force row level security;
create policy scope on answer_count using (township_code >= app_scope_lo() and township_code < app_scope_hi())
  with check (township_code >= app_scope_lo() and township_code < app_scope_hi());

-- The application role may add to what was asked, answered, found and signed; it may not change or remove it.
revoke insert, update, delete on record_type, auth_item_mask from yingbao_app;
revoke update, delete on subject_result, finding, report, answer_count, clearing_step from yingbao_app;
revoke delete on campaign, batch, commission, query_line, exemption, objection from yingbao_app;
-- Statistics are renewed when a campaign has frozen its list: plans made for an empty table do not fit a full one.
grant maintain on commission to yingbao_app;
