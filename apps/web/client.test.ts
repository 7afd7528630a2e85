import { afterEach, describe, expect, it, vi } from 'vitest'

vi.mock('virtual:route-table', () => ({
  routeTable: {
    'verification.open-household': ['GET', '/api/households/:householdNo'],
    'verification.list-households': ['GET', '/api/households'],
    'verification.clear-finding': ['POST', '/api/findings/:findingId/clearing'],
  },
}))

const { addressOf, call, CallProblem, problemOf, takeEarly } = await import('./client.ts')

afterEach(() => vi.unstubAllGlobals())

function answerWith(status: number, body: unknown) {
  const asked: { url: string; init: RequestInit }[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push({ url, init })
    return new Response(JSON.stringify(body), { status })
  })
  return asked
}

describe('addresses', () => {
  it('fills and escapes parameters, and leaves out what is empty', () => {
    const address = addressOf('verification.open-household', {
      params: { householdNo: 'H 1/2' },
      query: { campaignId: undefined },
    })
    expect(address).toBe('/api/households/H%201%2F2')
    expect(addressOf('verification.list-households', { query: { q: '甲 春', limit: 50, state: undefined } })).toBe(
      '/api/households?q=%E7%94%B2+%E6%98%A5&limit=50',
    )
  })
})

describe('calls', () => {
  it('marks changes as coming from our own pages and sends JSON', async () => {
    const asked = answerWith(200, { findingId: 'F1' })
    const body = { outcome: 'true', reason: '入户核实', evidence: [], teach: false, seen: 0 } as const
    await call('verification.clear-finding', { params: { findingId: 'F1' }, body: { ...body, evidence: [] } })
    expect(asked[0]?.init.method).toBe('POST')
    expect(asked[0]?.init.headers).toMatchObject({ 'x-requested-with': 'yingbao', 'content-type': 'application/json' })
    expect(JSON.parse(String(asked[0]?.init.body))).toMatchObject({ outcome: 'true', seen: 0 })
  })

  it('refuses with the words of the server', async () => {
    answerWith(403, { code: 'scope.outside', message: '不在您的管辖范围', details: {} })
    const failure = await call('verification.list-households', {}).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(CallProblem)
    expect(failure).toMatchObject({ status: 403, code: 'scope.outside', message: '不在您的管辖范围' })
  })

  it('says so when the server cannot be reached', async () => {
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('failed')))
    const failure = await call('verification.list-households', {}).catch((error: unknown) => error)
    expect(failure).toMatchObject({ status: 0, code: 'offline' })
  })

  it('reads field problems and survives an answer that is no problem at all', () => {
    const problem = problemOf(400, {
      code: 'input.invalid',
      message: '有误',
      details: { issues: [{ path: ['body', 'reason'], message: '太短' }] },
    })
    expect(problem.fields).toEqual([{ path: 'body.reason', message: '太短' }])
    expect(problemOf(502, null).message).toContain('502')
  })
})

describe('early answers', () => {
  const list = () => call('verification.list-households', { query: { limit: 50 } })
  const head = { querySelectorAll: () => [{ getAttribute: () => '/api/households?limit=50' }] } as unknown as ParentNode
  const change = { outcome: 'true', reason: '入户核实', evidence: [], teach: false, seen: 0 } as const

  it('are taken once, and only by the same question', async () => {
    const asked = answerWith(200, { rows: [] })
    takeEarly(head)
    await call('verification.list-households', { query: { limit: 20 } })
    expect(asked).toHaveLength(2)
    await list()
    expect(asked).toHaveLength(2)
    await list()
    expect(asked).toHaveLength(3)
  })

  it('are dropped by a change, and when nobody took them for a while', async () => {
    vi.useFakeTimers()
    const asked = answerWith(200, { rows: [] })
    takeEarly(head)
    await call('verification.clear-finding', { params: { findingId: 'F1' }, body: { ...change, evidence: [] } })
    await list()
    expect(asked).toHaveLength(3)
    takeEarly(head)
    await vi.advanceTimersByTimeAsync(5_001)
    await list()
    expect(asked).toHaveLength(5)
    vi.useRealTimers()
  })

  it('that failed are a lost connection to whoever takes them', async () => {
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('failed')))
    takeEarly(head)
    expect(await list().catch((error: unknown) => error)).toMatchObject({ status: 0, code: 'offline' })
  })
})
