import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { benefitsRoutes } from '#benefits/contract'
import { caseworkRoutes } from '#casework/contract'
import { documentsRoutes } from '#documents/contract'
import { lineRoutes } from '#exchange/contract'
import { exportsRoutes } from '#exports/contract'
import { filesRoutes } from '#files/contract'
import { isRole, makeUser, openSessions, ROLES, type Role } from '#identity'
import { identityRoutes } from '#identity/contract'
import { journalRoutes } from '#journal/contract'
import type { Route } from '#kernel/route'
import { type Action, routeAction } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { systemClock } from '#platform/clock'
import { silentLog } from '#platform/log'
import { registryRoutes } from '#registry/contract'
import { revisionsRoutes } from '#revisions/contract'
import { type TestDb, testDb } from '#testkit/db'
import { verificationRoutes } from '#verification/contract'
import { access } from './access-table.ts'
import { buildHttp } from './http.ts'

/**
 * Every route × every role × inside and outside the scope, over HTTP and PostgreSQL. Behind each route stands a probe that asks for all
 * households: what it sees is what any statement of the real action could see.
 */

const routes: readonly Route[] = [
  benefitsRoutes,
  caseworkRoutes,
  revisionsRoutes,
  documentsRoutes,
  exportsRoutes,
  filesRoutes,
  identityRoutes,
  journalRoutes,
  lineRoutes,
  registryRoutes,
  verificationRoutes,
].flatMap((table) => Object.values(table))
const roles = Object.keys(ROLES).filter(isRole)
const inside = '999901001001'
const outside = '999901002001'
const township = '999901001000'

let db: TestDb
let app: Awaited<ReturnType<typeof buildHttp>>
let dir: string
const cookies = new Map<Role, string>()
let seen: string[] | undefined

/** The route with any input let through and any output let out: what is tested comes before and after both. */
function probeOf(route: Route): Action {
  const { params: _params, query: _query, body: _body, ...open } = route
  return routeAction({ ...open, output: z.object({}) } as Route, {
    kind: 'read',
    async run({ tx }) {
      const rows = await tx.query<{ division_code: string }>('select division_code from household order by 1')
      seen = rows.map((row) => row.division_code)
      return (route.download === true ? { fileName: 'x', mediaType: 'text/plain', body: Buffer.from('x') } : {}) as never
    },
    journal: () => null,
  })
}

beforeAll(async () => {
  db = await testDb()
  dir = mkdtempSync(path.join(tmpdir(), 'yingbao-access-'))
  await db.ownerPool.pool.query(
    `insert into household (household_no, programme, kind, division_code, applied_on, sealed, content)
     values ('H1', 'rural', 'new', $1, '2026-01-01', '', ''), ('H2', 'rural', 'new', $2, '2026-01-01', '', '')`,
    [inside, outside],
  )
  const sessions = openSessions(db.pool, db.keys, systemClock)
  for (const role of roles) {
    const unit = role === 'unit_officer' ? { unitCode: 'police' } : {}
    await makeUser(db.pool, { account: role, name: role, role, divisionCode: township, password: 'x', ...unit })
    const { rows } = await db.ownerPool.pool.query('select user_id from app_user where login = $1', [role])
    cookies.set(role, `yingbao=${(await sessions.open(rows[0].user_id, '')).token}`)
  }
  const runtime = {
    db: db.pool,
    workerDb: db.workerPool,
    keys: db.keys,
    clock: systemClock,
    log: silentLog,
    blobs: openBlobs(dir, db.keys),
  }
  app = await buildHttp({ runtime, sessions, actions: routes.map(probeOf), secureCookies: false })
})

afterAll(async () => {
  await app.close()
  rmSync(dir, { recursive: true, force: true })
})

async function call(route: Route, cookie: string | undefined): Promise<number> {
  seen = undefined
  const url = route.path.replace(/:([A-Za-z]+)/g, 'x')
  const headers = { 'x-requested-with': 'yingbao', ...(cookie === undefined ? {} : { cookie }) }
  return (await app.inject({ method: route.method, url, headers })).statusCode
}

function mayCall(route: Route, role: Role | undefined): boolean {
  const entry = access[route.name]
  if (entry === 'anybody') return true
  if (entry === 'signed-in') return role !== undefined
  return role !== undefined && (entry ?? []).includes(role)
}

test('the table has one line for each route, and no other', () => {
  expect(Object.keys(access).sort()).toEqual(routes.map((route) => route.name).sort())
  expect(new Set(routes.map((route) => `${route.method} ${route.path}`)).size).toBe(routes.length)
})

test.each(routes.map((route) => [route.name, route] as const))('%s: each role in and out', async (_, route) => {
  for (const role of [undefined, ...roles]) {
    const status = await call(route, role === undefined ? undefined : cookies.get(role))
    const allowed = mayCall(route, role)
    const refusal = role === undefined ? 401 : 403
    expect(status, `${role ?? 'nobody'}`).toBe(allowed ? 200 : refusal)
    if (!allowed) expect(seen).toBe(undefined)
    else expect(seen).toEqual(role === undefined ? [] : [inside])
  }
})

test('every refusal of somebody signed in stands in the journal', async () => {
  const refused = routes.reduce((n, route) => n + roles.filter((role) => !mayCall(route, role)).length, 0)
  const { rows } = await db.ownerPool.pool.query(`select count(*)::int as n from journal where chain = 'system:refused'`)
  expect(rows[0].n).toBe(refused)
})
