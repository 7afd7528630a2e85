/**
 * The floor: the same questions answered by one set-based join in each unit's store, raw COPY of query lines and answers
 * into the centre, one set-based join there, COPY of the reports out. No checks, no signatures, no encryption, no rules.
 * Tables of the centre are ordinary ones: what the product keeps survives a crash, and so must what it is held against.
 */
import { units } from '../src/exchange/contract/index.ts'
import { monotonicMs } from '../src/platform/clock.ts'
import { type Db, type Tx, wholeScope, withTransaction } from '../src/platform/db.ts'
import { tableOf } from './reference-store.ts'

/** A question: a subject of a household and its number. */
export interface Asked {
  householdNo: string
  subjectNo: string
  idNumber: string
}

export interface FloorFigures {
  seconds: number
  parts: Record<string, number>
  query_lines: number
  answers: number
  reports: number
}

const scope = wholeScope('system:floor')
const connections = 2

async function prepare(db: Db, asked: readonly Asked[], kind: '' | 'unlogged'): Promise<void> {
  await withTransaction(db, scope, async (tx) => {
    await tx.execute('drop table if exists floor_question, floor_line, floor_answer')
    await tx.execute(
      `create ${kind} table floor_question (household text collate "C", subject text collate "C", id text collate "C")`,
    )
    await tx.copyIn(
      'copy floor_question (household, subject, id) from stdin',
      asked.map((each) => [each.householdNo, each.subjectNo, each.idNumber]),
    )
    await tx.execute(`create ${kind} table floor_line (subject text collate "C", record text collate "C")`)
    await tx.execute(`create ${kind} table floor_answer (record text collate "C", subject text collate "C", line text)`)
    await tx.execute('analyze floor_question')
  })
}

/** Hands units to a few connections; each takes the next one when it is free. */
async function share<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const take = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: connections }, take))
}

/** One unit: join in its store, answers straight into the centre by COPY. */
async function answerUnit(
  db: Db,
  records: readonly string[],
  asked: readonly Asked[],
  counts: { lines: number; answers: number },
): Promise<void> {
  await withTransaction(db, scope, async (tx) => {
    for (const record of records) {
      const lines = await tx.copyIn(
        'copy floor_line (subject, record) from stdin',
        asked.map((each) => [each.subjectNo, record]),
      )
      const answers = await joinAndCopy(db, tx, record)
      counts.lines += lines
      counts.answers += answers
    }
  })
}

async function joinAndCopy(db: Db, into: Tx, record: string): Promise<number> {
  return withTransaction(db, scope, async (unit) => {
    let answers = 0
    const out = unit.copyOut(
      `copy (select '${record}', q.subject, r.line from floor_question q join ${tableOf(record)} r on r.id = q.id) to stdout`,
    )
    async function* chunks(): AsyncIterable<string> {
      for await (const chunk of out) {
        const text = chunk.toString('utf8')
        for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) answers++
        yield text
      }
    }
    await into.copyInText('copy floor_answer (record, subject, line) from stdin', chunks())
    return answers
  })
}

/** One set-based join of questions and answers into a report per household, COPY out. */
async function reports(db: Db): Promise<number> {
  return withTransaction(db, scope, async (tx) => {
    let count = 0
    const out = tx.copyOut(
      `copy (select json_build_object('household', q.household, 'answers', json_agg(json_build_array(a.record, q.subject, a.line)))
       from floor_question q left join floor_answer a on a.subject = q.subject group by q.household) to stdout`,
    )
    for await (const chunk of out) for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count++
    return count
  })
}

/**
 * Measures the floor on tables that `loadReferenceStore` has made.
 * @param kind `unlogged`: the centre's tables would not survive a crash
 */
export async function measureFloor(db: Db, asked: readonly Asked[], kind: '' | 'unlogged' = ''): Promise<FloorFigures> {
  await prepare(db, asked, kind)
  const counts = { lines: 0, answers: 0 }
  const started = monotonicMs()
  await share(units, ({ records }) => answerUnit(db, records, asked, counts))
  const answered = monotonicMs()
  const written = await reports(db)
  const ended = monotonicMs()
  const seconds = (from: number, to: number): number => Number(((to - from) / 1000).toFixed(2))
  return {
    seconds: seconds(started, ended),
    parts: { ask_and_answer: seconds(started, answered), reports: seconds(answered, ended) },
    query_lines: counts.lines,
    answers: counts.answers,
    reports: written,
  }
}
