-- Looks of the last weeks are read by their time. The journal only grows at its end, so an index of ranges of blocks is enough and costs a write nothing.
create index journal_at on journal using brin (at);
