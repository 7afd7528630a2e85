/**
 * 20,000 bad requests over all operations of the API, on a district with cases and on a verified one: each is refused in Chinese, and none is a
 * fault of the server.
 */
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { isPermitted, isRole, makeUser, openSessions, ROLES } from '#identity'
import { fieldLabel } from '#kernel/field-labels'
import { createLog } from '#platform/log'
import { type BadRequest, BadRequests, type Known, type Operation, operationsOf, poisons } from '#testkit/bad-requests'
import { type GrownDistrict, grownCases, grownVerified } from '#testkit/grown-districts'
import { HANDLED, handlerOf } from '../../src/casework/procedure/actions/handlers.ts'
import { buildHttp } from './http.ts'
import { openApiOf } from './openapi.ts'

const requests = 10_000
const roles = Object.keys(ROLES).filter(isRole)
/** Words of the trade that stand in Latin letters in Chinese sentences too. */
const allowed = /^(JSON|YYYY|MM|DD|Base|SHA|PDF|JPEG|PNG|Excel|xlsx|csv|CSV|UTF|application|json|api|openapi|idempotency|key)$/

interface Desk {
  readonly grown: GrownDistrict
  readonly app: FastifyInstance
  readonly operations: readonly Operation[]
  readonly known: Known
  /** The cookie of whoever may, by operation; nobody's where none is needed. */
  cookieOf(operation: Operation): Promise<string>
  /** What the server wrote into its log. */
  readonly logged: string[]
}

/** Moves that a case stands before, with their forms. */
async function movesOf({ db }: GrownDistrict): Promise<Known['bodies'][string]> {
  const { rows } = await db.ownerPool.pool.query<{ case_no: string; step: string; version: number }>(
    `select distinct on (s.step) s.case_no, s.step, c.version from case_step s join casefile c using (case_no)
     where s.state in ('open', 'posted') order by s.step, s.case_no`,
  )
  return rows.flatMap(({ case_no, step, version }) =>
    [...HANDLED]
      .filter((key) => key.startsWith(`${step}.`))
      .map((key) => ({
        path: { caseNo: case_no },
        form: z.toJSONSchema(handlerOf(key)?.form ?? z.object({}), { io: 'input', unrepresentable: 'any' }),
        step,
        command: key.slice(step.length + 1),
        version,
        reason: '情况属实',
      })),
  )
}

async function deskOf(grown: GrownDistrict): Promise<Desk> {
  const logged: string[] = []
  const runtime = { ...grown.runtime, log: createLog('warn', {}, (line) => void logged.push(line)) }
  const { district, township, village } = grown.places
  // Sheets that were planted for lists are none that can be read.
  await grown.db.ownerPool.pool.query(
    `alter table case_record disable trigger user; delete from case_record where kind = 'sheet'`,
  )
  const sessions = openSessions(grown.db.pool, grown.db.keys, grown.runtime.clock)
  const ids = new Map<string, string>()
  for (const role of roles) {
    const unit = role === 'unit_officer' ? { unitCode: 'police' } : {}
    await makeUser(grown.db.pool, { account: `bad-${role}`, name: role, role, divisionCode: district, password: 'x', ...unit })
    const { rows } = await grown.db.ownerPool.pool.query('select user_id from app_user where login = $1', [`bad-${role}`])
    ids.set(role, rows[0].user_id)
  }
  const actions = [...grown.actions.values()]
  const app = await buildHttp({ runtime, sessions, actions, secureCookies: false })
  const routes = actions.flatMap((action) => (action.route === null ? [] : [action.route]))
  const cookies = new Map<string, string>()
  const moves = await movesOf(grown)
  return {
    grown,
    app,
    logged,
    operations: operationsOf(openApiOf(routes)),
    known: {
      values: { ...grown.ids, district, township, village, sha256: 'a'.repeat(64), division: township, userId: 'nobody' },
      bodies: moves.length === 0 ? {} : { 'casework.move-case': moves },
    },
    async cookieOf({ id, permission }) {
      if (permission === 'public') return ''
      const role = roles.find((each) => isPermitted(each, permission)) ?? 'leader'
      const known = cookies.get(role)
      if (known !== undefined && id !== 'identity.sign-out') return known
      const cookie = `yingbao=${(await sessions.open(ids.get(role) ?? '', '')).token}`
      if (id !== 'identity.sign-out') cookies.set(role, cookie)
      return cookie
    },
  }
}

/** Words in Latin letters that a message shows and that neither this request, nor one before it that was taken, brought, nor the trade uses. */
function foreignWords(message: string, { url, payload, headers }: BadRequest): string[] {
  const brought = `${unescape(url)}${payload ?? ''}${JSON.stringify(headers)}${JSON.stringify(poisons)}`
  return (message.match(/[A-Za-z]{3,}/g) ?? []).filter((word) => !allowed.test(word) && !brought.includes(word))
}

/** What is wrong with the answer to a bad request; undefined if nothing is. */
function faultOf(answer: { statusCode: number; body: string; contentType: string }, request: BadRequest): string | undefined {
  const { statusCode, body, contentType } = answer
  if (statusCode < 400) return undefined
  if (!contentType.startsWith('application/problem+json')) return `${statusCode} as ${contentType}: ${body.slice(0, 80)}`
  const { message, code } = JSON.parse(body) as { message: string; code: string }
  // No process of jobs stands beside these districts.
  if (statusCode >= 500 && code !== 'server.no-queue') return `${statusCode} ${code}`
  if (!/\p{Script=Han}/u.test(message)) return `no Chinese: ${message}`
  const foreign = foreignWords(message, request)
  return foreign.length > 0 ? `foreign words ${foreign.join(' ')} in: ${message.slice(0, 120)}` : undefined
}

async function send(desk: Desk, request: BadRequest) {
  const cookie = await desk.cookieOf(request.operation)
  const answer = await desk.app.inject({
    method: request.operation.method as 'GET',
    url: request.url,
    headers: { ...request.headers, cookie },
    ...(request.payload === undefined ? {} : { payload: request.payload }),
  })
  const contentType = String(answer.headers['content-type'] ?? '')
  return { statusCode: answer.statusCode, body: answer.body, contentType }
}

const desks: Desk[] = []

beforeAll(async () => {
  for (const grown of [await grownCases(60), await grownVerified(40)]) desks.push(await deskOf(grown))
})

afterAll(async () => {
  for (const { app, grown } of desks) {
    await app.close()
    await grown.close()
  }
})

test.each([
  ['with cases', 0],
  ['verified', 1],
] as const)('a district %s refuses every bad request in Chinese', { timeout: 600_000 }, async (name, which) => {
  const desk = desks[which] as Desk
  const bad = new BadRequests(`bad-${name}`, desk.operations, desk.known)
  const faults = new Map<string, string>()
  const statuses = new Map<number, number>()
  for (let i = 0; i < requests; i += 1) {
    const request = bad.next()
    const before = desk.logged.length
    const answer = await send(desk, request)
    statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1)
    const fault = faultOf(answer, request)
    if (fault === undefined) continue
    const log = desk.logged.slice(before).join(' ').slice(0, 500)
    faults.set(`${request.operation.id} ${fault.slice(0, 60)}`, `${request.operation.id}: ${request.what}: ${fault}\n  ${log}`)
  }
  expect([...faults.values()]).toEqual([])
  expect(statuses.get(422) ?? 0).toBeGreaterThan(requests / 4)
})

test('what is asked of a household that is being verified anew waits for its report', async () => {
  const { app, cookieOf, operations, grown } = desks[1] as Desk
  const cookie = await cookieOf(operations.find(({ id }) => id === 'verification.rerun-household') as Operation)
  const { rows } = await grown.db.ownerPool.pool.query<{ no: string }>(
    'select household_no as no from commission where household_no <> $1 order by household_no limit 1',
    [grown.ids.householdNo],
  )
  const url = `/api/households/${rows[0]?.no}`
  const headers = { cookie, 'x-requested-with': 'yingbao' }
  const asked = await app.inject({ method: 'POST', url: `${url}/runs`, headers, payload: { reason: '来源恢复后再核' } })
  expect(asked.json()).toMatchObject({ state: 'querying' })
  const answer = await app.inject({ url: `${url}/figures`, headers })
  expect([answer.statusCode, answer.json().code]).toEqual([409, 'verification.running'])
})

test('every field that the API takes has a Chinese name for its messages', () => {
  const names = new Set<string>()
  const visit = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return
    const { properties, ...rest } = schema as { properties?: Record<string, unknown> }
    for (const [name, property] of Object.entries(properties ?? {})) {
      names.add(name)
      visit(property)
    }
    for (const each of Object.values(rest)) visit(each)
  }
  for (const { parameters, body } of desks[0]?.operations ?? []) {
    for (const { name, schema } of parameters) {
      names.add(name)
      visit(schema)
    }
    visit(body)
  }
  for (const key of HANDLED) visit(z.toJSONSchema(handlerOf(key)?.form ?? z.object({}), { io: 'input', unrepresentable: 'any' }))
  expect(names.size).toBeGreaterThan(200)
  expect([...names].filter((name) => fieldLabel(name) === undefined).sort()).toEqual([])
})
