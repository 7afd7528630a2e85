-- Guesses at passwords, counted before a password is looked at and for all processes alike; refused calls, counted by the hour.

create table sign_in_count (
  -- 'device': a device that signed in to this account before; 'pair': account and address of anybody else; 'address', 'account': all guesses
  -- from the one and at the other; 'change': guesses at the present password by somebody signed in.
  kind    text collate "C" not null check (kind in ('device', 'pair', 'address', 'account', 'change')),
  -- Keyed index: what was typed as an account may be a password.
  key     bytea not null,
  user_id text collate "C" references app_user on delete cascade,
  failed  int not null,
  since   timestamptz not null,
  until   timestamptz,
  -- How often it was locked of late: every time for longer.
  locks   int not null,
  primary key (kind, key)
);
create index sign_in_count_user on sign_in_count (user_id) where user_id is not null;
create index sign_in_count_since on sign_in_count (since);

alter table app_user drop column failed_count;
alter table app_user drop column locked_until;

-- The first of an hour stands in the journal at once, the rest as one entry with their number when the hour is over.
create table refusal_count (
  hour          timestamptz not null,
  action        text collate "C" not null,
  code          text collate "C" not null,
  actor         text collate "C" not null,
  role          text collate "C" not null,
  account       text collate "C" not null,
  address       text collate "C" not null,
  division_code text collate "C" not null,
  n             bigint not null,
  primary key (hour, action, code, actor, account, address)
);
