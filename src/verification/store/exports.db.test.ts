import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import type { Tx } from '#platform/db'
import { type TestDb, testDb } from '#testkit/db'
import { insertCampaign } from './campaigns.ts'
import { listReports, numberFindings } from './exports.ts'

/** What a page of reports.jsonl reads does not grow with the number of pages. */
let db: TestDb
/** The smaller is large enough for an index to be read by every planner. */
const sizes = [1000, 8000] as const
const pageSize = 50
const campaigns = new Map<number, string>()

/** A verified campaign made by SQL alone: a report and two findings a household. */
async function verified(households: number): Promise<string> {
  const campaignId = randomUUID()
  const facts = { label: 'size', scheme: 'dibao', purpose: '核对', legalBasis: '办法', asOf: '2026-09-30', packId: 'reference' }
  const reach = { kind: 'district', householdNos: null, reference: null, baseId: null } as const
  const more = {
    packLabel: '参考包',
    packHash: '',
    parameters: {},
    guardianAge: 18,
    districtCode: '629901',
    held: false,
    areas: [],
  }
  await db.as(undefined, async (tx) => {
    const created = { createdBy: 'test', createdAt: '2026-09-30T00:00:00.000Z' }
    await insertCampaign(tx, { campaignId, ...facts, ...reach, ...more, ...created })
    const each = `from generate_series(1, $2::int) i`
    await tx.execute(
      `insert into commission (campaign_id, household_no, batch_no, ordinal, division_code, state_at)
       select $1::uuid, 'H' || lpad(i::text, 12, '0'), 1, i, '629901001001', now() ${each}`,
      [campaignId, households],
    )
    await tx.execute(
      `insert into report (campaign_id, household_no, version, report_no, batch_no, conclusion, findings_a, findings_b, findings_c,
         open_pairs, members, per_capita, kind, document, content_hash, signature, key_id, signed_at, issued_on, valid_to, division_code)
       select $1::uuid, 'H' || lpad(i::text, 12, '0'), 1, $1::uuid::text || i, 1, 'consistent', 0, 0, 0, 0, 1, null, 'result',
         convert_to('{}', 'UTF8'), '', '', '', now(), '2026-09-30', '2027-09-30', '629901001001' ${each}`,
      [campaignId, households],
    )
    await tx.execute(
      `insert into finding (campaign_id, version, household_no, person, rule, class, source, source_record_id, value, limit_value, message,
         record_as_of, batch_no, division_code)
       select $1::uuid, 1, 'H' || lpad(i::text, 12, '0'), '', rule, 'B', 's', i::text, '', '', '', '', 1, '629901001001'
       ${each} cross join unnest(array['INC-1', 'PRO-1']) as rule`,
      [campaignId, households],
    )
  })
  return campaignId
}

interface PlanNode {
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Join Filter'?: number
  Plans?: PlanNode[]
}

function rowsOf(node: PlanNode): number {
  const each = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0)
  return each * node['Actual Loops'] + (node.Plans ?? []).reduce((sum, child) => sum + rowsOf(child), 0)
}

/** The same transaction, whose queries are run under EXPLAIN ANALYZE: gives no rows and counts those every node of the plan handled. */
function counting(tx: Tx): { tx: Tx; handled(): number } {
  let handled = 0
  const query = async <R extends object>(text: string, values: readonly unknown[] = []): Promise<R[]> => {
    const [row] = await tx.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `explain (analyze, timing off, format json) ${text}`,
      values,
      {
        named: false,
      },
    )
    for (const { Plan } of row?.['QUERY PLAN'] ?? []) handled += rowsOf(Plan)
    return []
  }
  return { tx: { ...tx, query }, handled: () => handled }
}

type ReadPage = (tx: Tx, campaignId: string, after: string) => Promise<unknown>

/** Rows handled for a page in the middle of a campaign, at each size. */
async function handledBy(read: ReadPage): Promise<number[]> {
  const handled: number[] = []
  for (const size of sizes) {
    const campaignId = campaigns.get(size) ?? ''
    await db.rolledBack(undefined, async (tx) => {
      await numberFindings(tx, campaignId)
      const counted = counting(tx)
      await read(counted.tx, campaignId, `H${String(size / 2).padStart(12, '0')}`)
      handled.push(counted.handled())
    })
  }
  return handled
}

/** What stood here before: all findings numbered again for every page. */
const numberedAgain: ReadPage = (tx, campaignId, after) =>
  tx.query(
    `with n as (select household_no, 'F' || lpad((row_number() over (order by household_no, person, rule))::text, 8, '0') as finding_id
       from finding where campaign_id = $1)
     select r.document, coalesce((select array_agg(finding_id order by finding_id) from n where n.household_no = r.household_no), '{}')
     from report r where r.campaign_id = $1 and r.household_no > $2 order by r.household_no limit $3`,
    [campaignId, after, pageSize],
  )

beforeAll(async () => {
  db = await testDb()
  for (const size of sizes) campaigns.set(size, await verified(size))
  // The list is analysed when it is frozen, the others by the server itself.
  await db.as(undefined, (tx) => tx.execute('analyze commission, report, finding'))
})

test('a page of reports handles no more rows of a large campaign than of a small one', async () => {
  const [small = 0, large = 0] = await handledBy((tx, campaignId, after) => listReports(tx, campaignId, after, pageSize))
  expect(small).toBeGreaterThanOrEqual(2 * pageSize)
  // Which index a planner takes changes the count by as many rows as the page has, not by what the campaign has.
  expect(Math.abs(large - small)).toBeLessThanOrEqual(2 * pageSize)
})

test('the same count shows a query that numbers all findings again for every page', async () => {
  const [small = 0, large = 0] = await handledBy(numberedAgain)
  expect(large).toBeGreaterThan(5 * small)
})

test('pages give every household once, in order, with the numbers of its findings in order', async () => {
  const campaignId = campaigns.get(sizes[0]) ?? ''
  const pages = await db.rolledBack(undefined, async (tx) => {
    await numberFindings(tx, campaignId)
    const rows = []
    for (let after = ''; ; ) {
      const page = await listReports(tx, campaignId, after, pageSize + 7)
      const last = page.at(-1)
      if (last === undefined) return rows
      rows.push(...page)
      after = last.householdNo
    }
  })
  expect(pages.map((row) => row.householdNo)).toEqual(
    Array.from({ length: sizes[0] }, (_, i) => `H${String(i + 1).padStart(12, '0')}`),
  )
  expect(pages.flatMap((row) => row.findings)).toEqual(
    Array.from({ length: 2 * sizes[0] }, (_, i) => `F${String(i + 1).padStart(8, '0')}`),
  )
  expect(new Set(pages.map((row) => row.document))).toEqual(new Set(['{}']))
})
