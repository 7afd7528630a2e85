-- The standard's edge (DCI, social registry profile): partners and their rights, messages received, messages to send, subscriptions.
--
-- Bodies are sealed and taken away after their time; hashes, names of messages and outcomes stay.

create table dci_partner (
  partner_id     text collate "C" primary key,
  name           text not null,
  -- What the partner may see of the registry.
  division_code  text collate "C" not null check (division_code ~ '^[0-9]{12}$'),
  -- The name under which the partner knows us.
  our_id         text collate "C" not null,
  -- asker: may ask us and is answered; registry: we may ask it and take its answers.
  is_asker       boolean not null,
  is_registry    boolean not null,
  secret_hash    text not null,
  -- Ed25519 public keys by key id.
  sign_keys      jsonb not null default '{}',
  needs_signature boolean not null default true,
  -- Addresses its answers may be sent to.
  callbacks      text[] not null default '{}',
  per_minute     int not null default 600 check (per_minute > 0),
  -- Where we ask it, and with what.
  registry_uri   text,
  token_uri      text,
  our_client_id  text,
  our_secret     bytea,
  disabled       boolean not null default false,
  created_at     timestamptz not null
);
alter table dci_partner enable row level security;
alter table dci_partner force row level security;
create policy scope on dci_partner using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());

create table dci_right (
  partner_id   text collate "C" not null references dci_partner on delete cascade,
  purpose      text collate "C" not null,
  record_type  text collate "C" not null check (record_type in ('Member', 'Group')),
  attributes   text[] not null,
  queries      text[] not null,
  events       text[] not null,
  valid_to     date,
  primary key (partner_id, purpose, record_type)
);

-- Every message that was taken, from askers and (answers) from registries.
create table dci_inbound (
  partner_id     text collate "C" not null references dci_partner,
  message_id     text collate "C" not null,
  division_code  text collate "C" not null,
  action         text collate "C" not null,
  transaction_id text collate "C" not null,
  correlation_id text collate "C" not null,
  hash           bytea not null,
  -- Where the answer goes; null: it was the reply, or none is owed.
  answer_address text,
  body           bytea,
  -- The reply, given again when the same message comes again.
  reply          bytea,
  -- [{referenceId, timestamp, status, code}]: what txn/status tells.
  items          jsonb not null default '[]',
  state          text collate "C" not null check (state in ('waiting', 'done')),
  received_at    timestamptz not null,
  -- Failures of the work, and when it is tried again.
  attempts       int not null default 0,
  due_at         timestamptz not null default '-infinity',
  done_at        timestamptz,
  primary key (partner_id, message_id)
);
create index dci_inbound_transaction on dci_inbound (partner_id, transaction_id);
create index dci_inbound_correlation on dci_inbound (partner_id, correlation_id);
create index dci_inbound_waiting on dci_inbound (due_at, received_at) where state = 'waiting';
create index dci_inbound_bodies on dci_inbound (received_at) where body is not null or reply is not null;
alter table dci_inbound enable row level security;
alter table dci_inbound force row level security;
create policy scope on dci_inbound using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());

-- Every message of ours that is to arrive: answers, notices, questions to other registries.
create table dci_outbound (
  message_id     text collate "C" primary key,
  number         bigint generated always as identity,
  partner_id     text collate "C" not null references dci_partner,
  division_code  text collate "C" not null,
  action         text collate "C" not null,
  transaction_id text collate "C" not null,
  -- Given by the other side in its acknowledgement of a question.
  correlation_id text collate "C",
  address        text not null,
  body           bytea,
  created_at     timestamptz not null,
  due_at         timestamptz not null,
  attempts       int not null default 0,
  -- Failures of the content (the other side answered and refused), not of the line.
  refusals       int not null default 0,
  last_error     text,
  delivered_at   timestamptz,
  parked_at      timestamptz
);
create index dci_outbound_due on dci_outbound (due_at) where delivered_at is null and parked_at is null;
create index dci_outbound_transaction on dci_outbound (partner_id, transaction_id);
create index dci_outbound_bodies on dci_outbound (created_at) where body is not null;
alter table dci_outbound enable row level security;
alter table dci_outbound force row level security;
create policy scope on dci_outbound using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());

create table dci_subscription (
  code           text collate "C" primary key,
  partner_id     text collate "C" not null references dci_partner,
  division_code  text collate "C" not null,
  reference_id   text collate "C" not null,
  event_type     text collate "C" not null,
  record_type    text collate "C" not null,
  purpose        text collate "C" not null,
  reference      text not null,
  -- The person, by the keyed index of the number; `sealed` holds the number itself.
  subject_index  bytea not null,
  sealed         bytea not null,
  address        text not null,
  valid_from     timestamptz not null,
  valid_to       timestamptz,
  -- What was known when the partner was last told.
  seen           bytea not null,
  created_at     timestamptz not null,
  ended_at       timestamptz
);
create unique index dci_subscription_once on dci_subscription (partner_id, event_type, record_type, purpose, subject_index)
  where ended_at is null;
create index dci_subscription_subject on dci_subscription (subject_index) where ended_at is null;
alter table dci_subscription enable row level security;
alter table dci_subscription force row level security;
create policy scope on dci_subscription using (division_code >= app_scope_lo() and division_code < app_scope_hi())
  with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
