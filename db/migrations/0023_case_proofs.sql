-- Proofs of an application: what was handed in for a line of the pack's checklist, or why it cannot be had. A wrong one is voided, never deleted.

create table case_proof (
  proof_id      uuid primary key,
  case_no       text collate "C" not null references casefile,
  division_code text collate "C" not null,
  -- Code of the checklist's line, and the row of the application it is about.
  code          text collate "C" not null,
  subject_no    text collate "C" not null,
  sha256        text collate "C" check (sha256 ~ '^[0-9a-f]{64}$'),
  file_name     text,
  -- Sealed: why the proof cannot be had.
  reason        bytea,
  by_user       text collate "C" not null,
  at            timestamptz not null,
  void_by       text collate "C",
  void_at       timestamptz,
  void_reason   bytea,
  check ((sha256 is null) = (reason is not null)),
  check ((sha256 is null) = (file_name is null)),
  check ((void_at is null) = (void_by is null) and (void_at is null) = (void_reason is null))
);
create index case_proof_case on case_proof (case_no, at);
create index case_proof_file on case_proof (sha256) where sha256 is not null;

alter table case_proof enable row level security;
alter table case_proof force row level security;
create policy scope on case_proof using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
revoke update, delete, truncate on case_proof from yingbao_app;
grant update (subject_no, void_by, void_at, void_reason) on case_proof to yingbao_app;

-- What is voided stays so.
create function case_proof_void() returns trigger language plpgsql as $$
  begin
    if old.void_at is not null then raise exception 'the proof % is voided', old.proof_id using errcode = 'check_violation'; end if;
    return new;
  end $$;
create trigger case_proof_void before update of void_by, void_at, void_reason on case_proof for each row execute function case_proof_void();

-- Proofs follow their case into another village.
create function case_proof_follow() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
  begin
    update case_proof p set division_code = new.division_code where p.case_no = new.case_no;
    return null;
  end $$;
create trigger case_proof_follow after update of division_code on casefile for each row
  when (old.division_code is distinct from new.division_code) execute function case_proof_follow();
