/** Imports as pages do them, without the server: uploads, decisions by several people, and the job that reads and writes. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Action, ActionContext } from '#platform/action'
import { type Blobs, openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import type { JobContext } from '#platform/job'
import { type ImportJobDoor, importJob, type LedgerDoor, registryActions } from '#registry'
import type { ImportDetail, ImportRun } from '#registry/contract'
import type { TestDb } from './db.ts'
import { noLedgers } from './no-ledgers.ts'

const limits = { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18, mostRemovedPercent: 2 }

export interface Person {
  readonly userId: string
  readonly role: string
  readonly divisionCode: string
}

const district = '629901000000'
export const centre: Person = { userId: 'centre', role: 'verification_centre', divisionCode: district }
export const approver: Person = { userId: 'approver', role: 'district_approver', divisionCode: district }
export const admin: Person = { userId: 'admin', role: 'district_admin', divisionCode: district }
/** Somebody of a township, given by its nine digits. */
export const townsman = (userId: string, role: string, town: string): Person => ({ userId, role, divisionCode: `${town}000` })

function scopeOf({ userId, divisionCode }: Person) {
  const lo = divisionCode.replace(/(000)+$/, '')
  return { lo, hi: `${lo}:`, actor: userId }
}

export class ImportOffice {
  readonly clock = fixedClock('2026-10-12T01:00:00.000Z')
  readonly blobs: Blobs
  readonly #folder = mkdtempSync(join(tmpdir(), 'yingbao-import-office-'))
  readonly #door: ImportJobDoor
  readonly #actions: ReadonlyMap<string, Action>

  readonly db: TestDb

  constructor(db: TestDb, more: Partial<ImportJobDoor> = {}) {
    this.db = db
    this.blobs = openBlobs(this.#folder, db.keys)
    const ledgers: LedgerDoor = more.ledgers ?? noLedgers
    const restsOn = more.restsOn ?? (async () => [])
    this.#door = { ledgers, restsOn }
    const actions = registryActions({
      blobs: this.blobs,
      ledgers,
      restsOn,
      limits: async () => limits,
      sendImport: async () => undefined,
      hangsOn: async () => new Map(),
    })
    this.#actions = new Map(actions.map((action) => [action.name, action]))
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** What a person does, in his scope. */
  async do<O>(person: Person, name: string, input: Record<string, unknown>): Promise<O> {
    const action = this.#actions.get(name)
    if (action === undefined) throw new Error(`no action ${name}`)
    const scope = scopeOf(person)
    return await this.db.as(scope, async (tx) => {
      const actor = { account: person.userId, name: person.userId, unitCode: null, ...person }
      const { clock, blobs } = this
      const { keys, pool } = this.db
      const emit = async () => undefined
      const context = { tx, db: pool, scope, actor, blobs, keys, clock, emit, today: '2026-10-12' } as unknown as ActionContext
      const output = await action.run(context, input)
      action.journal(input, output, context)
      return output as O
    })
  }

  /** Lets the background do what it has to do with a run. */
  async work(importId: string, more: Partial<JobContext> = {}): Promise<void> {
    this.clock.advance(1000)
    const log = { warn: () => undefined, info: () => undefined }
    const { clock, blobs } = this
    const { keys, pool } = this.db
    const context = { db: pool, workerDb: pool, keys, clock, today: '2026-10-12', log, blobs, ...more } as unknown as JobContext
    await importJob(this.#door).run(context, { importId })
  }

  read(importId: string, person = centre): Promise<ImportDetail> {
    return this.do<ImportDetail>(person, 'registry.read-import', { importId })
  }

  /** Uploads files and has them read and compared. */
  async check(
    files: Readonly<Record<string, string | Buffer>>,
    person = centre,
    more: { complete?: boolean } = {},
  ): Promise<ImportDetail> {
    this.clock.advance(1000)
    const stored: { path: string; sha256: string }[] = []
    for (const [path, content] of Object.entries(files)) {
      const upload = { stream: [Buffer.from(content)], mediaType: 'x' }
      const { sha256 } = await this.do<{ sha256: string }>(person, 'registry.upload-file', { name: path, upload })
      stored.push({ path: Object.keys(files).length === 1 ? path : `包/${path}`, sha256 })
    }
    const input = { files: stored, asOf: '2026-09-30', ...more }
    const { importId } = await this.do<ImportRun>(person, 'registry.start-import', input)
    await this.work(importId)
    return await this.read(importId, person)
  }

  /** Commits a checked run, with a second person where one is needed. */
  async commit(importId: string, person = centre, second = approver): Promise<ImportDetail> {
    const { state } = await this.do<ImportRun>(person, 'registry.commit-import', { importId })
    if (state === 'confirming') {
      await this.do(second, 'registry.confirm-import', { importId, accept: true, reason: '已对照原件核对' })
    }
    await this.work(importId)
    return await this.read(importId, person)
  }

  /** Takes a run back by two persons. */
  async withdraw(importId: string, person = centre, second = approver): Promise<ImportDetail> {
    await this.do(person, 'registry.withdraw-import', { importId, reason: '传错了文件' })
    await this.do(second, 'registry.confirm-withdrawal', { importId, accept: true, reason: '情况属实' })
    await this.work(importId)
    return await this.read(importId, person)
  }
}
