-- Texts that stand for "not signed" in a partner's messages: exactly these, nothing else that is no signature.
alter table dci_partner add column signature_stubs text[] not null default '{}';

-- The answer to a message for which no address is known, sealed: txn/status gives it.
alter table dci_inbound add column answer bytea;

-- Null: changes wait until an address is registered.
alter table dci_subscription alter column address drop not null;
