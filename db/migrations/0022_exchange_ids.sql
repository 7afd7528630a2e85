-- Messages are looked up by their id alone: while the table has no statistics yet, the planner takes an index that begins with the unit for as
-- good as the primary key, and reads all of the unit's messages for each id.
create index exchange_message_id on exchange_message (id);
