-- Who was there is called once for a session and taken for each of its families; a family for which it was otherwise has its own.
alter table session_case add column present jsonb;
