import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/**
 * Where every page of the router is looked at by axe in its typical, empty and error state, at both sizes: the file of browser tests, and how it
 * names the address there. A new route without a line fails.
 */
const looks: Readonly<Record<string, readonly [file: string, address: string]>> = {
  '/sign-in': ['office-access', "'/sign-in'"],
  '/check': ['office-access', "'/check'"],
  '/accounts': ['casework-pages', "'/accounts'"],
  '/tasks': ['casework-pages', "'/tasks'"],
  '/cases': ['casework-pages', "'/cases'"],
  '/cases/$caseNo': ['casework-pages', '`/cases/${'],
  '/intake': ['casework-pages', "'/intake'"],
  '/intake/$caseNo': ['casework-pages', '`/intake/${'],
  '/clean-up': ['casework-pages', "'/clean-up'"],
  '/deliberation': ['casework-pages', "'/deliberation'"],
  '/notices': ['casework-pages', "'/notices'"],
  '/notices/$noticeNo': ['casework-pages', '`/notices/${'],
  '/standing-list': ['casework-pages', "'/standing-list'"],
  '/objections': ['casework-pages', "'/objections'"],
  '/objections/$objectionNo': ['casework-pages', '`/objections/${'],
  '/samples': ['casework-pages', "'/samples'"],
  '/scans': ['casework-pages', "'/scans'"],
  '/payments': ['casework-pages', "'/payments'"],
  '/payments/$rollNo': ['casework-pages', '`/payments/${'],
  '/progress': ['office-access', "'/progress'"],
  '/missed': ['office-access', "'/missed'"],
  '/units': ['office-access', "'/units'"],
  '/lines': ['exchange-board', "'/lines'"],
  '/lines/$unit': ['exchange-board', "'/lines/"],
  '/households': ['office-access', "'/households'"],
  '/households/$householdNo': ['office-access', '`/households/${'],
  '/reports/$reportNo': ['office-access', '`/reports/${'],
  '/imports': ['office-access', "'/imports'"],
  '/imports/$importId': ['office-access', '`/imports/${'],
  '/quarantine/$rowId': ['office-access', '`/quarantine/${'],
  '/quality': ['office-access', "'/quality'"],
  '/statistics': ['office-access', "'/statistics'"],
  '/looks': ['office-access', "'/looks'"],
  '/proofs': ['admin-pages', "'/proofs'"],
  '/users': ['admin-pages', "'/users'"],
  '/background': ['admin-pages', "'/background'"],
  '/duty': ['admin-pages', "'/duty'"],
  '/calendar': ['admin-pages', "'/calendar?year="],
  '/divisions': ['admin-pages', "'/divisions'"],
  '/exports': ['admin-pages', "'/exports'"],
  '/tables': ['admin-pages', "'/tables'"],
  '/templates': ['admin-pages', "'/templates'"],
  '/templates/$name': ['admin-pages', "'/templates/"],
  '/dictionary': ['admin-pages', "'/dictionary'"],
  '/data-standard': ['admin-pages', "'/data-standard'"],
  '/password': ['admin-pages', "'/password'"],
  '/policy': ['policy-pages', "'/policy'"],
  '/policy/difference': ['policy-pages', "'/policy/difference?"],
  '/policy/revisions': ['policy-pages', "'/policy/revisions'"],
  '/policy/revisions/$revisionId': ['policy-pages', 'revision,'],
  '/policy/replay': ['policy-pages', "'/policy/replay'"],
  '/policy/replay/$replayId': ['policy-pages', 'replay,'],
}

const here = import.meta.dirname
const sources = readdirSync(here).filter((name) => name.endsWith('.tsx'))
const routes = sources
  .flatMap((name) => [...readFileSync(join(here, name), 'utf8').matchAll(/^ {2}path: '([^']+)'/gm)].map(([, path = '']) => path))
  // the first page of all only leads on to the home of a role
  .filter((path) => path !== '/')

const testOf = (file: string): string => readFileSync(join(here, `../../e2e/${file}.e2e.ts`), 'utf8')

describe('pages looked at in every state', () => {
  it('are all pages of the router, and no others', () => {
    expect(routes.length).toBeGreaterThan(40)
    expect(Object.keys(looks).sort()).toEqual([...routes].sort())
  })

  it.each(Object.entries(looks))('%s is named by the tests that look at it', (_path, [file, address]) => {
    expect(testOf(file).includes(address)).toBe(true)
  })

  it.each([...new Set(Object.values(looks).map(([file]) => file))])('%s looks at both sizes and at pages that fail', (file) => {
    const text = testOf(file)
    expect(text).toMatch(/'desktop', 'phone'\] as const/)
    expect(text).toMatch(/faultsAt\(/)
    expect(text).toMatch(/it\.each\(states\)|'error'\)/)
  })
})
