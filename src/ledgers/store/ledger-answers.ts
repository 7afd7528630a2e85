/** What was answered about workbooks before: words, and answers by shape. */
import type { Sql, Tx } from '#platform/db'
import type { LearntWord } from '../rules/words.ts'

export async function listWords(sql: Sql): Promise<LearntWord[]> {
  return await sql.query<LearntWord>('select kind, field, word, meaning from ledger_word')
}

/** Keeps words, each in place of what it meant before. */
export async function saveWords(tx: Tx, words: readonly LearntWord[], by: string, at: string): Promise<void> {
  if (words.length === 0) return
  await tx.execute(
    `insert into ledger_word (kind, field, word, meaning, saved_at, saved_by)
     select w.kind, w.field, w.word, w.meaning, $2, $3
     from jsonb_to_recordset($1::jsonb) as w(kind text, field text, word text, meaning text)
     on conflict (kind, field, word) do update
       set meaning = excluded.meaning, saved_at = excluded.saved_at, saved_by = excluded.saved_by
     where ledger_word.meaning <> excluded.meaning`,
    [JSON.stringify(words), at, by],
  )
}

export interface ShapeRow {
  readonly shape: Buffer
  readonly kind: 'sheet' | 'book'
  readonly answers: Record<string, Record<string, string>>
}

/** Answers of every shape that is known; a bureau has some dozens. */
export async function listShapes(sql: Sql): Promise<ShapeRow[]> {
  return await sql.query<ShapeRow>('select shape, kind, answers from ledger_shape order by saved_at desc')
}

/** Keeps the answers of shapes, each in place of the ones before. */
export async function saveShapes(tx: Tx, rows: readonly ShapeRow[], by: string, at: string): Promise<void> {
  if (rows.length === 0) return
  const values = rows.map(({ shape, kind, answers }) => ({ shape: shape.toString('hex'), kind, answers }))
  await tx.execute(
    `insert into ledger_shape (shape, kind, answers, saved_at, saved_by)
     select decode(s.shape, 'hex'), s.kind, s.answers, $2, $3
     from jsonb_to_recordset($1::jsonb) as s(shape text, kind text, answers jsonb)
     on conflict (shape, kind) do update set answers = excluded.answers, saved_at = excluded.saved_at, saved_by = excluded.saved_by`,
    [JSON.stringify(values), at, by],
  )
}

export interface DivisionName {
  readonly code: string
  readonly name: string
  readonly level: string
  readonly formerly: string[]
}

/** Divisions in force with the names they had before. */
export async function listDivisionNames(sql: Sql): Promise<DivisionName[]> {
  return await sql.query<DivisionName>(
    `select d.code, d.name, d.level,
       coalesce((select array_agg(c.name order by c.changed_on desc) from division_change c where c.successor_code = d.code and c.name <> d.name), '{}') as formerly
     from division d order by d.code`,
  )
}
