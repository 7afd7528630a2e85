-- What belongs to a case: the application, what is written down at its steps, papers and scans, and who deliberates. Who sees what: 0012.

-- The application as it is being written, saved field by field; the registry holds it once it is complete.
create table case_draft (
  case_no       text collate "C" primary key references casefile,
  division_code text collate "C" not null,
  sealed        bytea not null,
  revision      int not null,
  saved_by      text not null,
  saved_at      timestamptz not null
);

-- Everything that is written down at a step and never searched for: acceptance, missing items, visit, interview, sheet, opinion, sample
-- visit, consultation … by kind; the body is sealed JSON by the contract of its kind.
create table case_record (
  record_id     uuid primary key,
  case_no       text collate "C" not null references casefile,
  division_code text collate "C" not null,
  step          text collate "C" not null,
  kind          text collate "C" not null,
  -- the case's version when it was written: what stands before a step was opened again counts no more
  case_version  int not null,
  sealed        bytea not null,
  by_user       text not null,
  at            timestamptz not null
);
create index case_record_case on case_record (case_no, kind, at desc);

-- A paper of the case: printed, signed, photographed or filed from a scan.
create table case_paper (
  paper_no      text collate "C" primary key,
  case_no       text collate "C" not null references casefile,
  division_code text collate "C" not null,
  form          text collate "C" not null,
  -- Counts what the paper said of its case: printing the same content again is the same version.
  form_version  int not null default 1,
  content_hash  text collate "C",
  template_hash text collate "C",
  subject_no    text collate "C",
  signature     text collate "C" check (signature in ('signed', 'fingerprint', 'guardian', 'refused')),
  signed_on     date,
  sha256        text collate "C",
  file_name     text,
  pages         int,
  by_user       text not null,
  at            timestamptz not null
);
create index case_paper_case on case_paper (case_no, form);

-- A scanned file: a stack of signed papers, read page by page in the background. The file is kept sealed by its hash.
create table scan_stack (
  stack_id      uuid primary key,
  division_code text collate "C" not null,
  file_name     text not null,
  sha256        text collate "C" not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size          bigint not null,
  state         text collate "C" not null default 'waiting' check (state in ('waiting', 'reading', 'done', 'failed')),
  -- Null until the file was opened.
  pages         int,
  failure       text,
  by_user       text collate "C" not null,
  by_name       text not null,
  at            timestamptz not null,
  ended_at      timestamptz,
  check ((state = 'failed') = (failure is not null))
);
create index scan_stack_at on scan_stack (at desc);

-- A page of a stack. `division_code` is the stack's until the page is filed, then its case's. No page is ever deleted.
create table scan_page (
  page_id       uuid primary key,
  stack_id      uuid not null references scan_stack,
  division_code text collate "C" not null,
  page          int not null check (page > 0),
  -- What the page shows, as a digest; null when the page cannot be shown.
  digest        text collate "C",
  -- Picture of the page and its kind.
  sha256        text collate "C" check (sha256 ~ '^[0-9a-f]{64}$'),
  media_type    text collate "C" not null check (media_type in ('image/png', 'image/jpeg')),
  state         text collate "C" not null check (state in ('waiting', 'filed', 'aside', 'repeated')),
  -- Why a waiting page did not file itself, or what is doubtful about a filed one, in words.
  remark        text,
  case_no       text collate "C" references casefile,
  form          text collate "C",
  form_version  int,
  form_page     int,
  by_hand       boolean not null default false,
  reason        bytea,
  by_user       text collate "C" not null,
  by_name       text not null,
  at            timestamptz not null,
  unique (stack_id, page),
  check ((state = 'filed') = (case_no is not null and form is not null)),
  check (state <> 'aside' or reason is not null)
);
-- What is filed is filed once.
create unique index scan_page_filed on scan_page (digest) where state = 'filed';
create index scan_page_digest on scan_page (digest);
create index scan_page_case on scan_page (case_no) where case_no is not null;
create index scan_page_state on scan_page (state, at);

-- Who may be called to a deliberation of a village.
create table pool_member (
  member_id       uuid primary key,
  division_code   text collate "C" not null,
  name            text not null,
  kind            text collate "C" not null check (kind in ('representative', 'committee', 'party', 'deputy', 'supervisor', 'township')),
  sealed          bytea not null,
  id_number_index bytea,
  from_on         date not null,
  to_on           date
);
create index pool_member_area on pool_member (division_code, member_id);

create table deliberation_session (
  session_id    uuid primary key,
  division_code text collate "C" not null,
  planned_on    date not null,
  place         text not null,
  -- Published before the draw; drawn again from it, the same persons come out.
  seed          text collate "C" not null,
  pool          jsonb not null,
  drawn         jsonb not null,
  chair         text,
  ballot        text collate "C" not null check (ballot in ('secret', 'hands')),
  held_on       date,
  present       jsonb,
  minutes       bytea,
  state         text collate "C" not null check (state in ('convened', 'held', 'cancelled')),
  by_user       text not null,
  at            timestamptz not null
);
create index deliberation_session_area on deliberation_session (division_code, planned_on desc);
create table session_case (
  session_id    uuid not null references deliberation_session,
  case_no       text collate "C" not null references casefile,
  division_code text collate "C" not null,
  recused       jsonb not null default '[]',
  yes           int,
  no            int,
  abstain       int,
  invalid       int,
  outcome       text collate "C" check (outcome in ('passed', 'failed', 'no_quorum')),
  primary key (session_id, case_no),
  check (yes >= 0 and no >= 0 and abstain >= 0 and invalid >= 0)
);
create index session_case_case on session_case (case_no);
