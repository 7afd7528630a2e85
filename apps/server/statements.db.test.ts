/**
 * Every page reads with a bounded number of statements: each GET route of the product, asked of a small and of a ten times larger district with
 * the longest page it allows. A route without a line fails.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { benefitsRoutes } from '#benefits/contract'
import { caseworkRoutes } from '#casework/contract'
import { lineRoutes } from '#exchange/contract'
import { exportsRoutes } from '#exports/contract'
import { identityRoutes } from '#identity/contract'
import { journalRoutes } from '#journal/contract'
import type { Route } from '#kernel/route'
import type { Actor, Download } from '#platform/action'
import { registryRoutes } from '#registry/contract'
import { revisionsRoutes } from '#revisions/contract'
import { type CallParts, callIn, type GrownDistrict, grownCases, grownVerified } from '#testkit/grown-districts'
import { verificationRoutes } from '#verification/contract'
import { access } from './access-table.ts'

const tables = [
  benefitsRoutes,
  caseworkRoutes,
  revisionsRoutes,
  exportsRoutes,
  identityRoutes,
  journalRoutes,
  lineRoutes,
  registryRoutes,
  verificationRoutes,
]
const routes: readonly Route[] = tables.flatMap((table) => Object.values(table)).filter((route: Route) => route.method === 'GET')

/** What a route is asked for in a district; nothing where it needs no more than the length of its page. */
type Asked = (grown: GrownDistrict) => CallParts

const plain: Asked = () => ({})
const named =
  (...names: string[]): Asked =>
  ({ ids }) => ({ params: Object.fromEntries(names.map((name) => [name, ids[name]])) })
const ofCase: Asked = ({ ids }) => ({ params: { caseNo: ids.caseNo } })
const ofDraft: Asked = ({ ids }) => ({ params: { caseNo: ids.draftNo } })
const month = '2026-06'

/** Asked of the district with cases. */
const withCases: Readonly<Record<string, Asked>> = {
  'casework.read-day': plain,
  'casework.search': () => ({ query: { q: '王秀' } }),
  'casework.list-tasks': plain,
  'casework.list-cases': plain,
  'casework.list-change-tasks': plain,
  'casework.open-case': ofCase,
  'casework.compare-case': ofCase,
  'casework.read-kin-questions': ({ places }) => ({ params: { villageCode: places.village } }),
  'casework.read-grant': named('householdNo'),
  'casework.list-grant-changes': plain,
  'casework.print-grant-letter': named('changeNo'),
  'casework.read-sheet': ofCase,
  'casework.open-draft': ofDraft,
  'casework.print-paper': ({ ids }) => ({ params: { caseNo: ids.draftNo, form: 'application' } }),
  'casework.print-blank': () => ({ params: { form: 'application' } }),
  'casework.print-village-papers': ({ places }) => ({ params: { village: places.village, form: 'review-form' } }),
  'casework.list-idle-drafts': plain,
  'casework.search-households': () => ({ query: { q: '王' } }),
  'casework.list-pool': ({ places }) => ({ params: { villageCode: places.village } }),
  'casework.read-deliberation': ({ places }) => ({ params: { villageCode: places.village } }),
  'casework.list-clean-ups': plain,
  'casework.preview-clean-up': ({ places }) => ({ query: { divisionCode: places.district } }),
  'casework.read-clean-up': named('cleanUpId'),
  'casework.list-clean-up-households': named('cleanUpId'),
  'casework.list-notice-plans': plain,
  'casework.preview-notice': ({ places }) => ({ query: { level: 'village', stage: 'review', division: places.village } }),
  'casework.list-notices': plain,
  'casework.open-notice': named('noticeNo'),
  'casework.read-proof': ({ ids }) => ({ params: { noticeNo: ids.noticeNo, sha256: ids.picture } }),
  'casework.print-notice': named('noticeNo'),
  'casework.print-notices': ({ places }) => ({ query: { division: places.township, level: 'village' } }),
  'casework.read-standing-list': ({ places }) => ({ query: { village: places.village, month } }),
  'casework.print-standing-lists': ({ places }) => ({ query: { division: places.township, month } }),
  'casework.list-objections': plain,
  'casework.open-objection': named('objectionNo'),
  'casework.list-packs': plain,
  'casework.read-pack': () => ({ params: { packId: 'reference' } }),
  'casework.compare-packs': () => ({ query: { packA: 'reference', onA: '2026-06-22', packB: 'nanjing', onB: '2026-06-22' } }),
  'casework.list-revisions': plain,
  'casework.open-revision': named('revisionId'),
  'casework.list-replays': plain,
  'casework.read-replay': named('replayId'),
  'casework.list-replay-households': named('replayId'),
  'casework.list-samples': plain,
  'casework.read-payment-month': () => ({ params: { month } }),
  'casework.list-payment-rolls': () => ({ params: { month } }),
  'casework.list-payment-differences': () => ({ params: { month } }),
  'casework.compare-payment-months': () => ({ params: { month } }),
  'casework.list-payment-changes': () => ({ params: { month }, query: { kind: 'granted' } }),
  'casework.read-go-live': plain,
  'casework.list-doubles': plain,
  'casework.open-payment-roll': named('rollNo'),
  'casework.download-payment-roll': named('rollNo'),
  'casework.print-payment-roll': named('rollNo'),
  'casework.read-file': named('caseNo', 'fileId'),
  'casework.list-scans': plain,
  'casework.list-scan-pages': plain,
  'casework.read-scan-page': named('pageId'),
  'exports.list-exports': plain,
  'exports.read-export': named('exportId'),
  'exports.download-export': named('exportId'),
  'exports.list-table-kinds': plain,
  'exports.download-template': () => ({ params: { kind: 'pool' } }),
  'exports.return-table': named('tableId'),
  'identity.read-session': plain,
  'identity.list-users': plain,
  'identity.list-duty': plain,
  'identity.list-stopped-work': plain,
  'identity.list-officers': plain,
  'identity.list-seals': ({ places }) => ({ params: { divisionCode: places.district } }),
  'identity.read-seal': named('sealId'),
  'identity.read-calendar': () => ({ params: { year: '2026' } }),
  'identity.list-views': () => ({ query: { page: '/cases' } }),
  'registry.list-divisions': plain,
  'registry.list-division-history': plain,
}

/** Asked of the verified district. */
const verified: Readonly<Record<string, Asked>> = {
  'journal.list-looks': named('subjectNo'),
  'journal.read-proofs': plain,
  'journal.list-unusual-looks': plain,
  'journal.list-actor-looks': () => ({
    params: { actor: 'demo-approver' },
    query: { from: '2026-01-01T00:00:00Z', until: '2036-01-01T00:00:00Z' },
  }),
  'exchange.read-own-unit': plain,
  'exchange.read-board': plain,
  'exchange.list-tasks': plain,
  'exchange.open-node': () => ({ params: { unit: 'police' } }),
  'registry.open-household': named('householdNo'),
  'registry.read-scan': named('authorisationNo'),
  'registry.read-account': named('householdNo'),
  'registry.list-corrections': named('householdNo'),
  'registry.list-account-changes': plain,
  'registry.read-account-proof': ({ ids }) => ({ params: { changeId: ids.changeId, fileId: ids.proofId } }),
  'registry.list-quality': plain,
  'registry.list-quality-cases': ({ places }) => ({ query: { rule: 'IDQ-12', township: places.township } }),
  'registry.list-imports': plain,
  'registry.read-import': named('importId'),
  'registry.list-quarantine': plain,
  'registry.open-quarantine-row': named('rowId'),
  'registry.download-quarantine': named('importId'),
  'registry.export-package': plain,
  'registry.list-differences': named('importId'),
  'registry.download-differences': named('importId'),
  'registry.list-waiting-imports': plain,
  'verification.list-campaigns': plain,
  'verification.list-troubles': plain,
  'verification.read-progress': named('campaignId'),
  'verification.list-households': plain,
  'verification.list-missed': named('campaignId'),
  'verification.list-units': named('campaignId'),
  'verification.list-answer-shares': plain,
  'verification.print-village': ({ ids, places }) => ({ params: { campaignId: ids.campaignId, village: places.village } }),
  'verification.read-statistics': named('campaignId'),
  'verification.open-household': named('householdNo'),
  'verification.read-evidence': ({ ids }) => ({ params: { findingId: ids.findingId, fileId: ids.evidenceId } }),
  'verification.read-objection-file': ({ ids }) => ({ params: { objectionId: ids.objectionId, fileId: ids.objectionFileId } }),
  'verification.explain-household': named('householdNo'),
  'verification.list-exemptions': plain,
  'verification.list-far-askings': named('householdNo'),
  'verification.read-data-standard': plain,
  'verification.download-data-standard': plain,
  'verification.read-report': named('reportNo'),
  'verification.print-report': named('reportNo'),
}

/** Lists that do not grow with a district. */
const asLong: ReadonlySet<string> = new Set([
  'exchange.list-tasks',
  'journal.list-unusual-looks',
  'journal.list-actor-looks',
  'verification.list-far-askings',
  'casework.list-packs',
  'casework.list-doubles',
  'casework.list-idle-drafts',
  'exports.list-table-kinds',
  'registry.list-divisions',
  'registry.list-differences',
  'registry.list-division-history',
  'registry.list-quality',
  'registry.list-waiting-imports',
  'verification.list-campaigns',
  'verification.list-troubles',
  'verification.list-units',
  'verification.list-answer-shares',
])

/** Files each paper with its case: so many statements for each at most. */
const forEachPaper: Readonly<Record<string, number>> = { 'casework.print-village-papers': 40 }

/** Roles with a view of all, before those of a township. */
const preferred = [
  'district_approver',
  'verification_centre',
  'payment_officer',
  'policy_officer',
  'district_admin',
  'auditor',
  'unit_officer',
  'inspector',
  'township_clerk',
]
const users: Readonly<Record<string, string>> = { district_approver: 'demo-approver', township_clerk: 'demo-township' }

function actorFor(name: string, { places }: GrownDistrict): Actor {
  const may = access[name]
  const handsIn = /table|template/.test(name)
  const role = handsIn
    ? 'township_clerk'
    : Array.isArray(may)
      ? preferred.find((each) => may.includes(each))
      : 'district_approver'
  if (role === undefined) throw new Error(`nobody is chosen for ${name}`)
  const userId = users[role] ?? `grown-${role}`
  const divisionCode = role === 'township_clerk' ? places.township : places.district
  return { userId, account: userId, name: userId, role, divisionCode, unitCode: null }
}

/** The longest page a route allows; none where it has no pages. */
function longestPage(route: Route): object {
  const shape = (route.query as { shape?: Record<string, { safeParse(value: string): { success: boolean } }> } | undefined)?.shape
  const limit = shape?.limit
  if (limit === undefined) return {}
  const longest = ['1000', '500', '200', '100', '50', '20'].find((each) => limit.safeParse(each).success)
  if (longest === undefined) throw new Error(`${route.name} allows no page`)
  return { limit: longest }
}

/** How much a reply holds: entries of its lists, or bytes of its file. */
async function sizeOf(output: unknown): Promise<number> {
  const body = (output as Partial<Download>).body
  if (body === undefined) return JSON.stringify(output).length
  if (Buffer.isBuffer(body)) return body.length
  let bytes = 0
  for await (const chunk of body) bytes += (chunk as Buffer).length
  return bytes
}

/** Keys that stand for a user to programs: what people read has names. */
const userKeys: ReadonlySet<string> = new Set(['userId', 'account', 'owner'])

/** Places of a reply where the id of a user stands for a name. */
function idsShown(output: unknown, key = ''): string[] {
  if (typeof output === 'string') return /^(demo|grown)-[a-z_-]+$/.test(output) && !userKeys.has(key) ? [`${key}: ${output}`] : []
  if (typeof output !== 'object' || output === null || Buffer.isBuffer(output)) return []
  if (Array.isArray(output)) return output.flatMap((each) => idsShown(each, key))
  return Object.entries(output).flatMap(([name, value]) => idsShown(value, name))
}

interface Measured {
  /** of one call, those of its journal and of its file included */
  readonly statements: number
  readonly texts: ReadonlyMap<string, number>
  readonly size: number
}

/** Statements that one call sent more often than the other. */
function more(few: Measured, many: Measured): string[] {
  return [...many.texts]
    .filter(([text, times]) => times > (few.texts.get(text) ?? 0))
    .map(([text, times]) => `${times} × ${text}`)
}

/** Calls a route twice and measures the second call: what is read once is read. */
async function measured(grown: GrownDistrict, route: Route, asked: Asked): Promise<Measured> {
  const parts = asked(grown)
  const query = { ...longestPage(route), ...parts.query }
  const call = async () => {
    const output = await callIn(grown, actorFor(route.name, grown), route.name, { ...parts, query })
    if ((output as Partial<Download>).body === undefined) {
      expect(idsShown(output), `${route.name} shows people the id of a user`).toEqual([])
    }
    return sizeOf(output)
  }
  const counts = [grown.db.pool.statements, grown.db.workerPool.statements]
  const sent = () => counts.reduce((sum, { count }) => sum + count, 0)
  await call()
  for (const each of counts) {
    each.recording = true
    each.byText.clear()
  }
  const before = sent()
  const size = await call()
  const statements = sent() - before
  return { statements, size, texts: new Map(counts.flatMap(({ byText }) => [...byText])) }
}

test('every GET route has one line', () => {
  const lines = [...Object.keys(withCases), ...Object.keys(verified)]
  expect(lines.sort()).toEqual(routes.map((route) => route.name).sort())
})

describe.each([
  ['with cases', withCases, grownCases, [60, 600]],
  ['verified', verified, grownVerified, [40, 200]],
] as const)('in a district %s', (_kind, lines, grow, [few, many]) => {
  let small: GrownDistrict | undefined
  let large: GrownDistrict | undefined
  beforeAll(async () => {
    small = await grow(few)
    large = await grow(many)
  }, 180_000)
  afterAll(async () => {
    for (const each of [small, large]) await each?.close()
  })

  test.each(Object.entries(lines))('%s', async (name, asked) => {
    const route = routes.find((each) => each.name === name)
    if (route === undefined || small === undefined || large === undefined) throw new Error(`no route ${name}, or no district`)
    const [few, many] = [await measured(small, route, asked), await measured(large, route, asked)]
    const papers = Number(large.ids.running ?? 0) - Number(small.ids.running ?? 0)
    const allowed = few.statements + (forEachPaper[name] ?? 0) * papers
    expect(many.statements, more(few, many).join('\n')).toBeLessThanOrEqual(allowed)
    if (forEachPaper[name] === undefined) expect(many.statements).toBe(few.statements)
    if (name.includes('.list-') && !asLong.has(name)) expect(many.size, `${name} holds more`).toBeGreaterThan(1.4 * few.size)
  })
})
