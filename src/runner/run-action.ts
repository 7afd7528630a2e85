import { z } from 'zod'
import { isPermitted, scopeOf } from '#identity'
import { appendAll, type Entry, ledgerOf } from '#journal'
import { inputMessage, invalidInput } from '#kernel/input-message'
import { isProblem, Problem } from '#kernel/problem'
import { findUnusable } from '#kernel/usable-input'
import { type Action, type ActionContext, type Actor, type JournalNote, RawJson, type SessionDoor } from '#platform/action'
import { today } from '#platform/clock'
import { sha256 } from '#platform/crypto'
import { type Scope, type Sql, type Tx, wholeScope, withRead, withTransaction } from '#platform/db'
import { emit } from '#platform/events'
import { journalRefusal } from './refusals.ts'
import { noSession, type Runtime } from './runtime.ts'
import { claimKey, getAnswer, keepAnswer } from './store.ts'

/** parse → permit → transaction → run → journal → reply, for HTTP and commands alike. */

z.config({ localeError: inputMessage })

export interface Call {
  /** Who calls; null for somebody not signed in. */
  readonly actor: Actor | null
  /** What came in, unchecked: `{ params, query, body, upload }` for an action with a route. */
  readonly input: unknown
  readonly session?: SessionDoor
  /** A repeated write with the same key gives the first answer again and changes nothing. */
  readonly idempotencyKey?: string
}

const anonymous: Actor = { userId: 'anonymous', account: '', name: '', role: '', divisionCode: '', unitCode: null }

/** The product itself as actor, for commands and jobs: no permission is asked, everything is in scope. */
export function systemActor(topic: string): Actor {
  return { userId: `system:${topic}`, account: '', name: '系统', role: 'system', divisionCode: '000000000000', unitCode: null }
}

const unusable = {
  text: '含有无法保存的字符（空字符或不完整的字符），请删去后重新填写',
  depth: '内容的层次过多，请刷新页面后重新填写',
} as const

function parse(action: Action, input: unknown): unknown {
  const found = findUnusable(input)
  if (found !== undefined) throw invalidInput([{ path: found.path, message: unusable[found.why] }])
  const parsed = action.input.safeParse(input)
  if (parsed.success) return parsed.data
  throw invalidInput(parsed.error.issues)
}

/** What is open to somebody with a password that an administrator gave. */
const WITH_GIVEN_PASSWORD: ReadonlySet<string> = new Set([
  'identity.sign-in',
  'identity.read-session',
  'identity.sign-out',
  'identity.change-password',
])

function permit(action: Action, actor: Actor | null): void {
  if (actor?.passwordGiven === true && !WITH_GIVEN_PASSWORD.has(action.name)) {
    const message = '您正在使用管理员给的口令，它只能用来改成您自己的口令。请先在“修改口令”页修改，再办理业务'
    throw new Problem('identity.change-password-first', message, { status: 403 })
  }
  if (actor?.role === 'system' || isPermitted(actor?.role ?? null, action.permission)) return
  if (actor === null) throw new Problem('identity.signed-out', '请先登录', { status: 401 })
  throw new Problem('identity.not-permitted', '您的岗位没有这项权限。如确需办理，请联系系统管理员调整岗位。', { status: 403 })
}

function entryOf(action: Action, actor: Actor, note: JournalNote): Entry {
  return {
    chain: note.chain,
    actor: actor.userId,
    role: actor.role === '' ? 'anonymous' : actor.role,
    action: action.name,
    divisionCode: note.divisionCode ?? (actor.divisionCode === '' ? '000000000000' : actor.divisionCode),
    basis: note.basis,
    purpose: note.purpose,
    ...(note.subjects === undefined ? {} : { subjects: note.subjects }),
    ...(note.detail === undefined ? {} : { detail: note.detail }),
  }
}

function entriesOf(action: Action, context: ActionContext, input: unknown, output: unknown): Entry[] {
  const notes = action.journal(input, output, context)
  if (notes === null) {
    if (action.kind === 'write') throw new Error(`${action.name} writes and left no journal note`)
    return []
  }
  return [notes].flat().map((note) => entryOf(action, context.actor, note as JournalNote))
}

function refuseUse(): never {
  throw new Error('this action runs without a transaction: use context.db, or declare transaction: one')
}

/** A Tx without a transaction behind it: no statements at all, or reads only. */
function looseTx(scope: Scope, sql?: Sql): Tx {
  const closed = { query: refuseUse, one: refuseUse, maybe: refuseUse, execute: refuseUse }
  return { ...(sql ?? closed), scope, copyIn: refuseUse, copyInText: refuseUse, copyOut: refuseUse }
}

function contextOf(runtime: Runtime, call: Call, scope: Scope, tx: Tx | null): ActionContext {
  return {
    tx: tx ?? looseTx(scope),
    db: runtime.db,
    workerDb: runtime.workerDb,
    blobs: runtime.blobs,
    scope,
    actor: call.actor ?? anonymous,
    keys: runtime.keys,
    clock: runtime.clock,
    today: today(runtime.clock),
    log: runtime.log,
    session: call.session ?? noSession,
    emit: (name, payload) =>
      tx === null
        ? withTransaction(runtime.db, wholeScope(scope.actor), (own) => emit(own, name, payload))
        : emit(tx, name, payload),
  }
}

/** What a kept answer holds: a value, or JSON text that PostgreSQL wrote. */
type Kept = { readonly value: unknown } | { readonly raw: string }

/** Claims an idempotency key inside the transaction; gives the answer kept under it, if there is one. */
async function earlierAnswer(
  runtime: Runtime,
  tx: Tx,
  action: Action,
  call: Call,
  key: string,
): Promise<{ output: unknown } | null> {
  const actor = (call.actor ?? anonymous).userId
  const hash = sha256(JSON.stringify([action.name, call.input]))
  if (await claimKey(tx, actor, key, action.name, hash)) return null
  const kept = await getAnswer(tx, actor, key)
  if (!kept.input_hash.equals(hash) || kept.output === null) {
    throw new Problem('input.key-reused', '同一操作编号已用于另一项操作，请刷新页面后重试', { status: 409 })
  }
  const answer = JSON.parse(runtime.keys.openText(kept.output)) as Kept
  return { output: 'raw' in answer ? new RawJson(answer.raw) : answer.value }
}

function sealedAnswer(runtime: Runtime, output: unknown): Buffer {
  const kept: Kept = output instanceof RawJson ? { raw: output.text } : { value: output ?? null }
  return runtime.keys.seal(JSON.stringify(kept))
}

/** A read changed nothing that its entry could stand or fall with; it is answered only once the entry is committed. */
async function journalRead(runtime: Runtime, entries: readonly Entry[]): Promise<void> {
  if (entries.length > 0) await ledgerOf(runtime.db).append(entries)
}

async function runInRead(runtime: Runtime, action: Action, call: Call, input: unknown, scope: Scope): Promise<unknown> {
  if (action.kind !== 'read') throw new Error(`${action.name} writes: it needs a transaction`)
  const done = await withRead(runtime.db, scope, async (sql): Promise<Done> => {
    const context = contextOf(runtime, call, scope, looseTx(scope, sql))
    const output = await action.run(context, input)
    return { output, entries: entriesOf(action, context, input, output) }
  })
  await journalRead(runtime, done.entries)
  return done.output
}

interface Done {
  readonly output: unknown
  readonly entries: readonly Entry[]
}

async function runInOne(runtime: Runtime, action: Action, call: Call, input: unknown, scope: Scope): Promise<unknown> {
  const key = action.kind === 'write' ? call.idempotencyKey : undefined
  const done = await withTransaction<Done>(
    runtime.db,
    scope,
    async (tx) => {
      const kept = key === undefined ? null : await earlierAnswer(runtime, tx, action, call, key)
      if (kept !== null) return { output: kept.output, entries: [] }
      const context = contextOf(runtime, call, scope, tx)
      const output = await action.run(context, input)
      if (key !== undefined) await keepAnswer(tx, context.actor.userId, key, sealedAnswer(runtime, output))
      return { output, entries: entriesOf(action, context, input, output) }
    },
    action.kind === 'write' ? { closing: (tx, { entries }) => appendAll(tx, entries) } : {},
  )
  if (action.kind === 'read') await journalRead(runtime, done.entries)
  return done.output
}

async function runInOwn(runtime: Runtime, action: Action, call: Call, input: unknown, scope: Scope): Promise<unknown> {
  const context = contextOf(runtime, call, scope, null)
  const output = await action.run(context, input)
  const entries = entriesOf(action, context, input, output)
  if (entries.length > 0) await withTransaction(runtime.db, wholeScope(scope.actor), (tx) => appendAll(tx, entries))
  return output
}

/** Refusals worth an entry; somebody not signed in at all is not one, except at the door. */
function isTelling(error: unknown, action: Action, call: Call): error is Problem {
  if (!isProblem(error)) return false
  return error.status === 403 || (error.status === 401 && (call.actor !== null || action.permission === 'public'))
}

const ways = { one: runInOne, own: runInOwn, read: runInRead } as const

/** Runs one action for a caller. Throws Problem for what the caller can mend; anything else is a fault of the program. */
export async function runAction(runtime: Runtime, action: Action, call: Call): Promise<unknown> {
  try {
    permit(action, call.actor)
    const input = parse(action, call.input)
    const actor = call.actor ?? anonymous
    const seesAll = action.sees === 'system' || actor.role === 'system'
    const scope = seesAll ? wholeScope(actor.userId) : scopeOf(actor)
    return await ways[action.transaction](runtime, action, call, input, scope)
  } catch (error) {
    if (isTelling(error, action, call)) {
      const { actor, session } = call
      await journalRefusal(runtime, { action, actor: actor ?? anonymous, address: session?.address ?? '', problem: error })
    }
    throw error
  }
}
