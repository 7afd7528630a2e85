-- Workbooks as bureaus keep them: what was answered about them once. Only words, headers and places that were asked about are kept, and none with seven
-- digits or more in a row, so that no number of a person gets in; what stands in a coded cell or a header is kept as it was written there.

-- Words of columns (their whole header path), of codes of a field, of places (township and village as written).
create table ledger_word (
  kind     text collate "C" not null check (kind in ('column', 'code', 'place')),
  field    text collate "C" not null default '',
  word     text not null,
  meaning  text collate "C" not null,
  saved_at timestamptz not null,
  saved_by text not null,
  primary key (kind, field, word)
);

-- Answers by shape: of a sheet (header paths → fields) or of the sheets of a workbook together (constants, hidden content). The shape is kept as a digest.
create table ledger_shape (
  shape    bytea not null,
  kind     text collate "C" not null check (kind in ('sheet', 'book')),
  answers  jsonb not null,
  saved_at timestamptz not null,
  saved_by text not null,
  primary key (shape, kind)
);

-- What the mappings of lists of other systems knew is words now.
insert into ledger_word (kind, field, word, meaning, saved_at, saved_by)
select distinct on (theirs.value) 'column', '', theirs.value, m.table_name || '.' || theirs.key, m.saved_at, m.saved_by
from list_mapping m cross join lateral jsonb_each_text(m.columns) as theirs
where m.table_name in ('households', 'persons', 'payments') and theirs.value <> '' and theirs.value not like '=%'
order by theirs.value, m.saved_at desc;

insert into ledger_word (kind, field, word, meaning, saved_at, saved_by)
select distinct on (c.key, w.key) 'code', m.table_name || '.' || c.key, w.key, w.value, m.saved_at, m.saved_by
from list_mapping m cross join lateral jsonb_each(m.codes) as c cross join lateral jsonb_each_text(c.value) as w
where m.table_name in ('households', 'persons', 'payments')
order by c.key, w.key, m.saved_at desc
on conflict do nothing;
