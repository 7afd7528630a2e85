/** Cases walked through their procedure over HTTP, each step by the demo user of its desk. */
import { benefitsRoutes } from '#benefits/contract'
import { caseworkRoutes } from '#casework/contract'
import { identityRoutes } from '#identity/contract'
import type { Route } from '#kernel/route'
import type { StoredFile } from '#kernel/schema'
import type { Actor } from '#platform/action'
import { registryRoutes } from '#registry/contract'
import { revisionsRoutes } from '#revisions/contract'
import { CaseWalk } from '#testkit/case-walk'
import { dotPng } from '#testkit/handed-files'
import type { VerifiedDistrict } from '#testkit/verified-district'
import { verificationRoutes } from '#verification/contract'
import type { Account } from './browser.ts'

const routes = new Map<string, Route>(
  [benefitsRoutes, caseworkRoutes, revisionsRoutes, identityRoutes, registryRoutes, verificationRoutes]
    .flatMap((each): Route[] => Object.values(each))
    .map((route) => [route.name, route]),
)

const accounts: Readonly<Record<string, string>> = {
  township_clerk: 'township',
  township_leader: 'townleader',
  township_head: 'townhead',
  village_assistant: 'village',
  district_approver: 'approver',
  verification_centre: 'centre',
  payment_officer: 'payment',
  // rolls are confirmed by somebody who did not make them
  payment2: 'approver',
}

const patienceMs = 30_000
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

type Parts = { params?: object; query?: object; body?: object }
type Sent = { type: string; body: string | Uint8Array<ArrayBuffer> }

/** The server of a demo as its users call it: signs in when needed. */
export class HttpOffice {
  readonly #url: string
  readonly #users: readonly Account[]
  readonly #cookies = new Map<string, string>()
  #day: string | undefined

  constructor(url: string, users: readonly Account[]) {
    this.#url = url
    this.#users = users
  }

  #send(method: string, address: string, cookie: string, sent?: Sent): Promise<Response> {
    const headers = { 'x-requested-with': 'yingbao', cookie, ...(sent === undefined ? {} : { 'content-type': sent.type }) }
    return fetch(`${this.#url}${address}`, { method, headers, ...(sent === undefined ? {} : { body: sent.body }) })
  }

  async #signIn(account: string): Promise<string> {
    const user = this.#users.find((each) => each.account === account)
    if (user === undefined) throw new Error(`no demo user ${account}`)
    const reply = await this.#send('POST', '/api/session', '', { type: 'application/json', body: JSON.stringify(user) })
    const cookie = reply.headers.getSetCookie().map((each) => each.split(';')[0])
    this.#cookies.set(account, cookie.join('; '))
    return cookie.join('; ')
  }

  /** Asks as an account; a session that ended (the demo's day was moved on) is begun anew. */
  async ask<T>(account: string, method: string, address: string, sent?: Sent): Promise<T> {
    let reply = await this.#send(method, address, this.#cookies.get(account) ?? (await this.#signIn(account)), sent)
    if (reply.status === 401) reply = await this.#send(method, address, await this.#signIn(account), sent)
    const answer = await reply.json()
    if (!reply.ok) throw Object.assign(new Error(`${account} ${method} ${address}: ${JSON.stringify(answer)}`), answer)
    return answer as T
  }

  #accountOf({ userId, role }: Actor): string {
    return accounts[userId] ?? this.#users.find((user) => user.account === userId)?.account ?? accounts[role] ?? role
  }

  /** Calls a route by its name, as somebody of a role. */
  call<T>(actor: Actor, name: string, { params, query, body }: Parts = {}): Promise<T> {
    const route = routes.get(name)
    if (route === undefined) throw new Error(`no route ${name}`)
    const values = new Map(Object.entries(params ?? {}))
    const path = route.path.replace(/:([A-Za-z]+)/g, (_, key: string) => encodeURIComponent(String(values.get(key))))
    const asked = query === undefined ? '' : `?${new URLSearchParams(query as Record<string, string>)}`
    const sent = body === undefined ? undefined : { type: 'application/json', body: JSON.stringify(body) }
    return this.ask<T>(this.#accountOf(actor), route.method, `${path}${asked}`, sent)
  }

  /** Hands a photo in as somebody of a role. */
  handIn(actor: Actor): Promise<StoredFile> {
    const sent = { type: 'application/octet-stream', body: new Uint8Array(dotPng) }
    return this.ask<StoredFile>(this.#accountOf(actor), 'POST', '/api/files?name=1.png', sent)
  }

  async today(): Promise<string> {
    this.#day = (await this.ask<{ today: string }>('township', 'GET', '/api/session')).today
    return this.#day
  }

  /** The day it was when the server was last asked for it; undefined before. */
  get day(): string | undefined {
    return this.#day
  }

  /** Moves the demo's day on and waits until the server tells the new one. */
  async forward(days: number): Promise<void> {
    const before = await this.today()
    const sent = { type: 'application/json', body: JSON.stringify({ days }) }
    await this.ask('township', 'POST', '/api/demo/clock', sent)
    while ((await this.today()) === before) await wait(100)
  }
}

/** A walk whose calls go to a server. */
export class HttpWalk extends CaseWalk {
  readonly #office: HttpOffice
  readonly #begun: string

  constructor(office: HttpOffice, village: string, day: string) {
    const [call, handIn] = [office.call.bind(office), office.handIn.bind(office)]
    const district = { call, handIn, settled: async () => undefined, news: async () => undefined }
    super(district as unknown as VerifiedDistrict, { nowMs: () => Date.parse(day), forward: () => undefined }, village)
    this.#office = office
    this.#begun = day
  }

  override get today(): string {
    return this.#office.day ?? this.#begun
  }

  /** The demo's day moves on for everybody. */
  async forward(days: number): Promise<void> {
    await this.#office.forward(days)
  }

  override async verify(): Promise<void> {
    await this.reported()
    await super.verify()
  }

  /** Waits until the report of the verification has come to the case. */
  async reported(): Promise<void> {
    const until = performance.now() + patienceMs
    // the report is signed a moment before the case hears of it
    while (!(await this.view()).moves.some((move) => move.command === 'report')) {
      if (performance.now() > until) throw new Error(`${this.caseNo} got no report`)
      await wait(250)
    }
  }
}

/** What brings a case from the stage before to this one; a new case is in the first. */
const course = {
  draft: async () => undefined,
  verified: async (walk: HttpWalk) => {
    await walk.accept(await walk.complete())
    await walk.verify()
  },
  visited: (walk: HttpWalk) => walk.visit(),
  deliberated: async (walk: HttpWalk) => {
    // of the seventeen of a demo's pool
    await walk.deliberate(15)
    await walk.move('deliberation.pass')
  },
  posted: (walk: HttpWalk) => walk.publish('village'),
  listed: async (walk: HttpWalk) => {
    await walk.forward(9)
    await walk.close('village')
  },
  assessed: async (walk: HttpWalk) => {
    await walk.assess()
  },
  reviewed: (walk: HttpWalk) => walk.review(),
  approving: async (walk: HttpWalk) => {
    await walk.publish('township')
    await walk.forward(9)
    await walk.close('township')
  },
  approved: async (walk: HttpWalk) => {
    await walk.approve()
    await walk.publish('district')
    await walk.forward(9)
    await walk.close('district')
  },
  decided: (walk: HttpWalk) => walk.move('decision.decide', 'district_approver', {}),
} as const
export type Stage = keyof typeof course

/** Walks a case that was just opened up to a stage. */
export async function walkTo(walk: HttpWalk, stage: Stage): Promise<void> {
  for (const [each, go] of Object.entries(course)) {
    await go(walk)
    if (each === stage) return
  }
}
