/** What is asked over the network: the same people again and again in ever new batches, so that every answer has its like. */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { enqueueRequests } from '#exchange'
import { type CsvRecord, readCsv } from '#kernel/csv'
import { wholeScope, withTransaction } from '#platform/db'
import { isRecordName, type SubjectPaper, subjectsLine, termsCells } from '#sources/contract'
import { asked, type Network, purpose } from './plant.ts'

export const campaign = 'network-faults'
const basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '' }
const paper: SubjectPaper = { no: 'BENCH-1', terms: 0, docHash: null }
const papers = [termsCells({ signature: 'signed', signed_on: '2026-09-01', valid_to: null, withdrawn_on: null, items: ['all'] })]
/** Every so many batches one goes by the lane of single cases. */
const SINGLE_EVERY = 10

/** Chunks of lines of one unit; chunk `i % chunks.length` is asked in batch `i`. */
export type Chunks = readonly (readonly string[])[]

async function peopleOf(file: string): Promise<{ idNumber: string; name: string }[]> {
  const rows: CsvRecord[] = []
  for await (const part of readCsv(createReadStream(file))) rows.push(...part)
  const [head, ...body] = rows.map((row) => row.fields)
  const columns = (head ?? []).map((name) => name.replace('\uFEFF', ''))
  const [id, name] = [columns.indexOf('id_number'), columns.indexOf('name')]
  return body.map((fields) => ({ idNumber: fields[id] ?? '', name: fields[name] ?? '' })).filter((each) => each.idNumber !== '')
}

/** Lines for a unit: people it knows, and for every one of them one that it does not. */
export async function chunksOf(packageDir: string, unit: (typeof asked)[number], chunks: number, items: number): Promise<Chunks> {
  const file = join(packageDir, 'sources', `${unit.record}.csv`)
  const known = await peopleOf(file)
  return Array.from({ length: chunks }, (_, chunk) =>
    Array.from({ length: items }, (_, i) => {
      const person = known[(chunk * items + i) % known.length]
      const stranger = { idNumber: '110105194912310025', name: '甲乙' }
      const { idNumber, name } = i % 2 === 0 && person ? person : stranger
      return subjectsLine([{ i, idNumber, want: 0, names: [name], papers: [paper] }])
    }),
  )
}

function headOf(record: string, batch: number) {
  if (!isRecordName(record)) throw new RangeError(`no record type ${record}`)
  return { kind: 'records' as const, campaign, batch, round: 0, basis, scheme: 'dibao', records: [record], wants: [[0]], papers }
}

/** Sends some batches to both units, in one transaction per lane. */
export async function sendBatches(network: Network, chunks: readonly Chunks[], from: number, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, i) => from + i)
  for (const lane of ['single', 'batch'] as const) {
    const mine = numbers.filter((batch) => (batch % SINGLE_EVERY === 0) === (lane === 'single'))
    const requests = mine.flatMap((batch) =>
      asked.map(({ unit, record }, i) => ({
        unit,
        head: headOf(record, batch),
        lines: chunks[i]?.[batch % (chunks[i]?.length ?? 1)] ?? [],
        papers: [paper.no],
      })),
    )
    const grounds = { purpose, legalBasis: '社会救助暂行办法', operator: 'bench', caseNo: campaign, lane }
    await withTransaction(network.installation.workerDb, wholeScope('system:bench'), (tx) =>
      enqueueRequests(tx, requests, grounds, network.installation),
    )
  }
}
