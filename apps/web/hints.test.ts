import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { benefitsRoutes } from '#benefits/contract'
import { caseworkRoutes } from '#casework/contract'
import { documentsRoutes } from '#documents/contract'
import { lineRoutes } from '#exchange/contract'
import { identityRoutes } from '#identity/contract'
import { hintOf } from '#identity/hints'
import { problemTodos, todos } from '#identity/todos'
import type { Todo } from '#kernel/todo'
import { registryRoutes } from '#registry/contract'
import { revisionsRoutes } from '#revisions/contract'
import { everyHint } from '#testkit/every-hint'
import { verificationRoutes } from '#verification/contract'
import { CONDITIONS, MENDS, SIGNS } from '../../src/casework/procedure/rules/mends.ts'
import { KNOWN_NEEDS } from '../../src/casework/procedure/rules/needs.ts'
import { PROCEDURES } from '../../src/casework/procedure/rules/styles/index.ts'
import { isPermitted } from '../../src/identity/contract/permissions.ts'
import { ROLES } from '../../src/identity/contract/roles.ts'

/** Every hint for every role: whoever can do it finds the page and may open it and act there; everybody else is told whom to ask. */

const root = join(import.meta.dirname, '../..')
const roles = Object.keys(ROLES)

/** What the pages that hints lead to ask the server first. */
const mainQueries: Readonly<Record<string, string>> = {
  '/accounts': 'registry.list-account-changes',
  '/cases': 'casework.list-cases',
  '/cases/$caseNo': 'casework.open-case',
  '/clean-up': 'casework.list-clean-ups',
  '/deliberation': 'casework.read-deliberation',
  '/divisions': 'registry.list-division-history',
  '/households/$householdNo': 'verification.open-household',
  '/imports': 'registry.list-imports',
  '/intake/$caseNo': 'casework.open-draft',
  '/lines': 'exchange.read-board',
  '/notices': 'casework.list-notices',
  '/objections': 'casework.list-objections',
  '/objections/$objectionNo': 'casework.open-objection',
  '/payments': 'casework.read-payment-month',
  '/policy/revisions': 'casework.list-revisions',
  '/progress': 'verification.list-campaigns',
  '/samples': 'casework.list-samples',
  '/tasks': 'casework.list-tasks',
  '/templates': 'documents.list-templates',
  '/users': 'identity.list-users',
}

/** Moves whose page is no page of the product: done on the machine. */
const outside: readonly string[] = [todos.startJobs().what, todos.restoreFile().what]

const routes = new Map(
  [
    benefitsRoutes,
    caseworkRoutes,
    revisionsRoutes,
    documentsRoutes,
    lineRoutes,
    identityRoutes,
    registryRoutes,
    verificationRoutes,
  ]
    .flatMap((each) => Object.values(each) as { name: string; permission: string }[])
    .map(({ name, permission }) => [name, permission] as const),
)

const routerPaths = ['router.tsx', 'admin-routes.tsx', 'root-routes.tsx'].flatMap((file) =>
  [...readFileSync(join(root, 'apps/web', file), 'utf8').matchAll(/path: '([^']+)'/g)].map((hit) => hit[1] ?? ''),
)

function routeOf(address: string): string | undefined {
  const { pathname } = new URL(address, 'http://x')
  return routerPaths.find((path) => new RegExp(`^${path.replace(/\$[A-Za-z]+/g, '[^/]+')}$`).test(pathname))
}

const place = {
  caseNo: 'DB-629901-2026-000001',
  householdNo: 'H0000001',
  villageCode: '629901001001',
  due: () => '2026-07-01',
  month: '2026-08',
}

const every = everyHint(place, 'TS-1')

/** Where a hint leads and what that page asks first; both undefined for one that is done where it is told. */
function target({ page }: Todo): { path?: string; permission?: string } {
  if (page === null) return {}
  const path = routeOf(page.to) ?? `no page ${page.to}`
  return { path, permission: routes.get(mainQueries[path] ?? '') ?? `no query of ${path}` }
}

describe('what is to be done', () => {
  it.each(every)('%s: leads whoever can do it to a page he may open, and tells the others whom to ask', (_name, todo) => {
    expect(todo.what).toMatch(/[^。]$/)
    const { path = '', permission } = target(todo)
    if (todo.page !== null) expect(routerPaths).toContain(path)
    const does = (role: string): boolean => todo.by.includes(role)
    const led = roles.filter((role) => does(role) && !todo.another)
    expect(roles.filter((role) => hintOf(todo, role).link !== null)).toEqual(todo.page === null ? [] : led)
    const asks = todo.by.length === 0 ? [] : roles.filter((role) => !led.includes(role))
    expect(roles.filter((role) => /[一-龥]/.test(hintOf(todo, role).who ?? ''))).toEqual(asks)
    // also where another person of the same role does it: he finds the page
    const barred = permission === undefined ? [] : roles.filter((role) => does(role) && !isPermitted(role, permission))
    expect(barred, `${path} asks for ${permission}`).toEqual([])
  })

  it('is done by some role, unless a day or an answer is waited for', () => {
    const nobody = every.filter(([, { by }]) => by.length === 0)
    expect(nobody.map(([, { what }]) => what).filter((what) => !/等待|公示到/.test(what))).toEqual([])
    for (const [name, { by }] of every)
      expect(
        by.filter((role) => !roles.includes(role)),
        name,
      ).toEqual([])
  })

  it('has a page, or is done on the page that says it', () => {
    const here = ['处置', '复核', '恢复', '签发', '更正', '受理', '书面答复', '提出停发']
    const pageless = every.filter(([, { by, page }]) => by.length > 0 && page === null).map(([, { what }]) => what)
    expect(pageless.filter((what) => !outside.includes(what) && !here.some((word) => what.includes(word)))).toEqual([])
  })
})

describe('what a move misses', () => {
  it('is either mended by somebody or a condition nobody can bring about', () => {
    const known = [...KNOWN_NEEDS].sort()
    expect([...new Set([...Object.keys(MENDS), ...CONDITIONS])].sort()).toEqual(known)
    expect(Object.keys(MENDS).filter((need) => CONDITIONS.has(need))).toEqual([])
  })

  it('is mended by moves that some procedure has, and is needless by facts or signs that are looked up', () => {
    const commands = new Set(
      [...PROCEDURES.values()].flatMap(({ steps }) => steps.flatMap(({ moves }) => moves.map((m) => m.command))),
    )
    for (const mend of Object.values(MENDS).flat()) {
      if ('move' in mend) expect(commands).toContain(mend.move)
      for (const fact of [mend.unless, mend.given]) if (fact !== undefined) expect([...KNOWN_NEEDS, ...SIGNS]).toContain(fact)
    }
  })
})

function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`
    if (statSync(join(root, path)).isDirectory()) return sources(path)
    return /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) ? [path] : []
  })
}

/** A sentence that sends somebody elsewhere: to another person, an administrator, another page. */
const sends = /请由|请联系|须由另|由另一|请另一|请先由|请报|须由未参与|请先(登记|恢复|补充|抽取|导入|更正|复核|逐条)/

/** Sentences that send, where a person outside the product acts, or the refusal of a move carries what can be done (makeMove). */
const told: readonly string[] = ['casework.scan-owner', 'identity.given-expired', 'registry.out-of-scope', 'same_person']

describe('a sentence that sends somebody elsewhere', () => {
  it('is thrown with a code that says who does it and where', () => {
    const silent = ['src', 'apps/server'].flatMap(sources).flatMap((path) => {
      const text = readFileSync(join(root, path), 'utf8')
      return [...text.matchAll(/(?:new Problem|refuse)\(\s*['`]([\w.-]+)['`],\s*['`]([^'`]*)['`]/g)].flatMap(
        ([, code = '', message = '']) => {
          const known = [code, `verification.${code}`, `exchange.${code}`, `registry.${code}`].some(
            (each) => each in problemTodos,
          )
          return sends.test(message) && !known && !told.includes(code) ? [`${path} ${code} ${message}`] : []
        },
      )
    })
    expect(silent).toEqual([])
  })

  it('knows only codes that some refusal has', () => {
    const all = ['src', 'apps/server'].flatMap(sources).map((path) => readFileSync(join(root, path), 'utf8'))
    const gone = Object.keys(problemTodos).filter((code) => {
      const short = code.split('.').at(-1) ?? ''
      return !all.some((text) => text.includes(`'${code}'`) || text.includes(`'${short}'`))
    })
    expect(gone).toEqual([])
  })

  it('is told on a page by the one component for it', () => {
    const bare = sources('apps/web').flatMap((path) =>
      readFileSync(join(root, path), 'utf8')
        .split('\n')
        .flatMap((line, at) =>
          sends.test(line) && !/^\s*(\/\/|\/?\*)|提交，[由请]另一人/.test(line) && !path.includes('/account/')
            ? [`${path}:${at + 1} ${line.trim()}`]
            : [],
        ),
    )
    expect(bare).toEqual([])
  })
})
