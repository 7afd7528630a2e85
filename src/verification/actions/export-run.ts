/**
 * Writes a finished run as the five files of the interchange: findings.csv, reports.jsonl, import-errors.csv,
 * summary.json, quarantine.csv. They are a function of the package, the pack and the as-of date alone.
 */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { formatCsvRow } from '#kernel/csv'
import type { Keys } from '#platform/crypto'
import { type Db, type Tx, wholeScope, withTransaction } from '#platform/db'
import { type ReportDocument, reportLineOf } from '../rules/report/report.ts'
import { copyFindingsCsv, copyIssuesCsv, listQuarantine, listReports, numberFindings } from '../store/exports.ts'
import { type RunKey, summarise } from './summarise.ts'

const findingsHeader = 'finding_id,household_no,person,rule,class,source,source_record_id,value,limit,message'
const issuesHeader = 'file,row,column,code,severity,message'
const quarantineHeader = 'file,row,code,raw'
const pageSize = 1000

export const runFiles = ['findings.csv', 'reports.jsonl', 'import-errors.csv', 'summary.json', 'quarantine.csv'] as const

/** Writes chunks to a file; the stream's own back pressure bounds the memory. */
async function writeFile(path: string, chunks: AsyncIterable<string | Buffer>): Promise<void> {
  const stream = createWriteStream(path)
  const closed = once(stream, 'close')
  for await (const chunk of chunks) if (!stream.write(chunk)) await once(stream, 'drain')
  stream.end()
  await closed
}

async function* withHeader(header: string, body: AsyncIterable<Buffer>): AsyncIterable<string | Buffer> {
  yield `${header}\n`
  yield* body
}

async function* reportLines(tx: Tx, campaignId: string): AsyncIterable<string> {
  let after = ''
  for (;;) {
    const page = await listReports(tx, campaignId, after, pageSize)
    if (page.length === 0) return
    let text = ''
    for (const { householdNo, document, findings } of page) {
      after = householdNo
      if (document === null) continue
      text += `${JSON.stringify(reportLineOf(JSON.parse(document) as ReportDocument, findings))}\n`
    }
    yield text
  }
}

async function* quarantineRows(tx: Tx, keys: Keys, run: RunKey): AsyncIterable<string> {
  yield `${quarantineHeader}\n`
  for (const { file, row, codes, raw } of await listQuarantine(tx, run.campaignId, run.importId)) {
    yield `${formatCsvRow([file, String(row), codes, keys.openText(raw)])}\n`
  }
}

async function* one(text: string): AsyncIterable<string> {
  yield text
}

/** Writes the five files into a folder, which is made when missing; each appears whole or not at all. */
export async function exportRun(db: Db, keys: Keys, run: RunKey, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true })
  const partial = (name: string): string => join(dir, `.${name}.part`)
  try {
    await withTransaction(db, wholeScope('system:export'), async (tx) => {
      await numberFindings(tx, run.campaignId)
      await writeFile(partial('findings.csv'), withHeader(findingsHeader, copyFindingsCsv(tx)))
      await writeFile(partial('import-errors.csv'), withHeader(issuesHeader, copyIssuesCsv(tx, run.campaignId, run.importId)))
      await writeFile(partial('reports.jsonl'), reportLines(tx, run.campaignId))
      await writeFile(partial('quarantine.csv'), quarantineRows(tx, keys, run))
      await writeFile(partial('summary.json'), one(`${JSON.stringify(await summarise(tx, run), null, 2)}\n`))
    })
    for (const name of runFiles) await rename(partial(name), join(dir, name))
  } finally {
    for (const name of runFiles) await rm(partial(name), { force: true })
  }
}
