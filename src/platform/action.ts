import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Problem } from '#kernel/problem'
import type { Route } from '#kernel/route'
import type { Blobs } from './blobs.ts'
import type { Clock } from './clock.ts'
import type { Keys } from './crypto.ts'
import type { Db, Scope, Tx } from './db.ts'
import type { EventName, EventPayloads } from './events.ts'
import type { Log } from './log.ts'

/**
 * What the product can do, as typed definitions. An action is defined low (here and in each capability) and executed high (runner):
 * parse → permit → transaction → run → journal → reply, the same for HTTP, commands and jobs.
 */

/** Who acts. The product itself acts as `system:…` with the role 'system'. */
export interface Actor {
  readonly userId: string
  readonly account: string
  readonly name: string
  readonly role: string
  /** 12-digit code: the actor sees this division and everything below it; '' sees nothing. */
  readonly divisionCode: string
  readonly unitCode: string | null
  /** Signed in with a password that an administrator gave: may do nothing but change it. */
  readonly passwordGiven?: true
}

/** What HTTP gives to and takes from the few actions that sign in and out. */
export interface SessionDoor {
  /** Cookie value the caller came with, or undefined. */
  readonly token: string | undefined
  /** Hands a new cookie out, or takes it away with null. */
  set(token: string | null): void
  /** Network address of the caller. */
  readonly address: string
  /** What this device was given when somebody signed in on it. */
  readonly device?: string | undefined
  setDevice?(device: string): void
}

const refusals = new WeakMap<Problem, Readonly<Record<string, string>>>()

/** A refusal with what the journal is to say of it and the caller is not: never a value that was typed. */
export function refusalWith(problem: Problem, detail: Readonly<Record<string, string>>): Problem {
  refusals.set(problem, detail)
  return problem
}

/** What the journal is to say of a refusal. */
export function refusalDetail(problem: Problem): Readonly<Record<string, string>> {
  return refusals.get(problem) ?? {}
}

export interface ActionContext {
  /** The open transaction under `scope`. With 'own' there is none and using it throws; with 'read' it only reads. */
  readonly tx: Tx
  readonly db: Db
  /** Connections of the role of bulk work, not bound by row-level security: only for imports and exports of a whole district. */
  readonly workerDb: Db
  readonly scope: Scope
  readonly actor: Actor
  readonly keys: Keys
  readonly clock: Clock
  /** Today's date in China. */
  readonly today: string
  readonly log: Log
  /** Uploaded and generated files, by content hash. */
  readonly blobs: Blobs
  readonly session: SessionDoor
  /** News for the capabilities above, stored in the same transaction. */
  emit<N extends EventName>(name: N, payload: EventPayloads[N]): Promise<void>
}

/** What goes into the journal about one call. No value of a person in clear: persons are named by their keyed indexes. */
export interface JournalNote {
  /** 'household:<no>', 'batch:<campaign>:<no>', 'system:<topic>' …: entries of one chain are linked by hashes. */
  readonly chain: string
  /** Division the entry concerns; the actor's own if left out. */
  readonly divisionCode?: string
  /** Keyed indexes (`keys.blindIndex('id', number)`) of every person read or written. */
  readonly subjects?: readonly Buffer[]
  /** Legal basis: a clause, or an authorisation number. */
  readonly basis: string
  readonly purpose: string
  readonly detail?: Readonly<Record<string, unknown>>
}

/**
 * `note`s of a call; null only for reads that show no person. A write that gives null is an error of the program.
 * Built from input and output alone, so that it can be sent together with the commit.
 */
export type JournalOf<I, O> = (input: I, output: O, context: ActionContext) => JournalNote | readonly JournalNote[] | null

export interface Action<I = unknown, O = unknown> {
  readonly name: string
  readonly permission: string
  readonly kind: 'read' | 'write'
  readonly input: z.ZodType<I>
  /** Schema of the output; the runner checks it in tests, HTTP serialises by it. */
  readonly output: z.ZodType
  /**
   * 'one': the runner opens it. 'own': the action runs its own transactions (long work, or writes that must outlive a refusal).
   * 'read': none; `context.tx` only reads, each statement sees the newest state, and it is the fastest (much-used reads of the pages).
   */
  readonly transaction: 'one' | 'own' | 'read'
  /** 'caller': sees the caller's division. 'system': sees everything (signing in, before anybody is known). */
  readonly sees: 'caller' | 'system'
  readonly route: Route | null
  run(context: ActionContext, input: I): Promise<O>
  journal: JournalOf<I, O>
}

/** One file in a request, streamed. */
export interface Upload {
  readonly stream: AsyncIterable<Uint8Array>
  readonly mediaType: string
}

/** A file as reply of a route with `download: true`. */
export interface Download {
  readonly fileName: string
  readonly mediaType: string
  readonly body: Readable | Buffer
}

/** A reply that PostgreSQL already wrote as JSON text: sent as it is. */
export class RawJson {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type OutOf<S> = S extends z.ZodType ? z.output<S> : unknown
type PartOf<R extends Route, K extends 'params' | 'query' | 'body'> = K extends keyof R ? OutOf<R[K]> : unknown

/** Input of a route's action: params, query and body in one object; `upload` for a route that takes a file. */
export type InputOf<R extends Route> = PartOf<R, 'params'> &
  PartOf<R, 'query'> &
  PartOf<R, 'body'> &
  (R extends { upload: true } ? { upload: Upload } : unknown)

/** Output of a route's action. */
export type OutputOf<R extends Route> = R extends { download: true } ? Download : z.output<R['output']> | RawJson

interface Manner {
  readonly kind?: 'read' | 'write'
  readonly transaction?: 'one' | 'own' | 'read'
  readonly sees?: 'caller' | 'system'
}

export interface ActionDefinition<I, O> extends Manner {
  readonly name: string
  readonly permission: string
  readonly kind: 'read' | 'write'
  readonly input: z.ZodType<I>
  readonly output: z.ZodType
  run(context: ActionContext, input: I): Promise<O>
  journal: JournalOf<I, O>
}

/** Defines an action that no route leads to (commands, jobs). */
export function action<I, O>(definition: ActionDefinition<I, O>): Action<I, O> {
  return { transaction: 'one', sees: 'caller', ...definition, route: null }
}

export interface RouteActionDefinition<R extends Route> extends Manner {
  run(context: ActionContext, input: InputOf<R>): Promise<OutputOf<R>>
  journal: JournalOf<InputOf<R>, OutputOf<R>>
}

/** The three parts of a request as one schema: the parts are checked one by one and merged, path parameters last. */
function inputOf(route: Route): z.ZodType {
  const none = z.object({})
  const shape = {
    params: (route.params ?? none).prefault({}),
    query: (route.query ?? none).prefault({}),
    body: route.body ?? z.unknown().optional(),
  }
  return z.object({ ...shape, upload: z.unknown().optional() }).transform(({ params, query, body, upload }) => ({
    ...(typeof body === 'object' && body !== null ? body : {}),
    ...(query as object),
    ...(params as object),
    ...(upload === undefined ? {} : { upload }),
  }))
}

/** Defines the action behind a route. A GET is a read unless `kind` says otherwise, everything else a write. */
export function routeAction<const R extends Route>(route: R, definition: RouteActionDefinition<R>): Action {
  const made = {
    name: route.name,
    permission: route.permission,
    kind: definition.kind ?? (route.method === 'GET' ? 'read' : 'write'),
    input: inputOf(route),
    output: route.output,
    transaction: definition.transaction ?? 'one',
    sees: definition.sees ?? 'caller',
    route,
    run: definition.run,
    journal: definition.journal,
  }
  return made as unknown as Action
}
