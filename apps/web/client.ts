/** The one way from the pages to the server: typed from the contracts, with Chinese problems. */
import { routeTable } from 'virtual:route-table'
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type { benefitsRoutes } from '#benefits/contract'
import type { caseworkRoutes } from '#casework/contract'
import type { documentsRoutes } from '#documents/contract'
import type { lineRoutes } from '#exchange/contract'
import type { exportsRoutes } from '#exports/contract'
import type { filesRoutes } from '#files/contract'
import type { identityRoutes } from '#identity/contract'
import type { journalRoutes } from '#journal/contract'
import type { Todo } from '#kernel/todo'
import type { registryRoutes } from '#registry/contract'
import type { revisionsRoutes } from '#revisions/contract'
import type { verificationRoutes } from '#verification/contract'

type Routes = typeof benefitsRoutes &
  typeof caseworkRoutes &
  typeof revisionsRoutes &
  typeof documentsRoutes &
  typeof exportsRoutes &
  typeof filesRoutes &
  typeof identityRoutes &
  typeof journalRoutes &
  typeof lineRoutes &
  typeof registryRoutes &
  typeof verificationRoutes
type Named = { [K in keyof Routes as Routes[K]['name']]: Routes[K] }

/** Every route the pages know, by name. */
export type RouteName = keyof Named

type Part<R, K extends string> = R extends Record<K, infer S extends z.ZodType> ? z.input<S> : undefined

type Loose<T> = T extends object ? { [K in keyof T]: T[K] | (undefined extends T[K] ? undefined : never) } : T

type PartOf<N extends RouteName, K extends string> =
  Part<Named[N], K> extends undefined ? { [P in K]?: undefined } : { [P in K]: Loose<Part<Named[N], K>> }

/** What a call of the route takes: `params`, `query` and `body`, each only where the contract has it. */
export type Input<N extends RouteName> = PartOf<N, 'params'> & Partial<PartOf<N, 'query'>> & PartOf<N, 'body'>

/** What the route answers. */
export type Output<N extends RouteName> = z.output<Named[N]['output']>

/** A refusal or failure as the server (or the lack of one) put it, in Chinese. */
export class CallProblem extends Error {
  readonly status: number
  readonly code: string
  readonly fields: readonly { path: string; message: string }[]
  /** what can be done about it, by whom and where */
  readonly todo: Todo | undefined

  constructor(
    status: number,
    code: string,
    message: string,
    fields: readonly { path: string; message: string }[] = [],
    todo?: Todo,
  ) {
    super(message)
    this.status = status
    this.code = code
    this.fields = fields
    this.todo = todo
  }
}

type Plain = Record<string, unknown>

function isPlain(x: unknown): x is Plain {
  return typeof x === 'object' && x !== null && !Array.isArray(x)
}

function queryText(query: unknown): string {
  const search = new URLSearchParams()
  if (isPlain(query)) {
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
    }
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

/** Address of a route with its parameters filled in; for links to PDFs and workbooks. */
export function addressOf<N extends RouteName>(name: N, input: Omit<Input<N>, 'body'>): string {
  const path = routeTable[name]?.[1] ?? ''
  const params = isPlain(input) && isPlain((input as Plain).params) ? ((input as Plain).params as Plain) : {}
  const filled = path.replace(/:([A-Za-z]+)/g, (_, key: string) => encodeURIComponent(String(params[key] ?? '')))
  return filled + queryText((input as Plain).query)
}

/** What is said when the server cannot be reached. */
export const offline = '连不上服务器。网络恢复后请重试，已填写的内容不会丢失。'

/** Reads the server's problem body; every field is optional because a proxy may have answered instead. */
export function problemOf(status: number, body: unknown): CallProblem {
  const plain = isPlain(body) ? body : {}
  const details = isPlain(plain.details) ? plain.details : plain
  const fields = Array.isArray(details.issues)
    ? details.issues.filter(isPlain).map((x) => ({
        path: Array.isArray(x.path) ? x.path.join('.') : String(x.path ?? ''),
        message: String(x.message ?? ''),
      }))
    : []
  const message =
    typeof plain.message === 'string' && plain.message !== ''
      ? plain.message
      : `服务器没有完成这次操作（${status}）。请稍后重试。`
  return new CallProblem(status, typeof plain.code === 'string' ? plain.code : '', message, fields, details.todo as Todo)
}

/** Told to the window when a call was refused for want of a session. */
export const signedOut = 'signed-out'

/** What a call may carry besides its input: a signal that ends it, and a key under which the server does a write once. */
export type CallOptions = { readonly signal?: AbortSignal; readonly key?: string }

/** Milliseconds for which an answer that nobody took yet counts as fresh; what is read later is asked for anew. */
const freshMs = 5_000

/** Answers that the document's head asked for before any script ran: each is taken once, by whoever asks the same first. */
const early = new Map<string, Promise<Response>>()

/** Takes over what the head of the document asked of the server, so that the browser keeps none of it for later. */
export function takeEarly(head: ParentNode): void {
  for (const link of head.querySelectorAll('link[as=fetch]')) {
    const address = link.getAttribute('href') ?? ''
    const answer = fetch(address)
    const drop = () => void setTimeout(() => early.delete(address), freshMs)
    early.set(address, answer)
    answer.then(drop, drop)
  }
}

/** The early answer of a reading; after a change there is none. */
function earlyOf(method: string, address: string): Promise<Response> | undefined {
  if (method !== 'GET') early.clear()
  const answer = early.get(address)
  early.delete(address)
  return answer
}

/**
 * Calls a route. Throws CallProblem: status 0 when the server cannot be reached, otherwise what the server said.
 */
export async function call<N extends RouteName>(
  name: N,
  input: Input<N>,
  options: AbortSignal | CallOptions = {},
): Promise<Output<N>> {
  const { signal, key } = options instanceof AbortSignal ? { signal: options, key: undefined } : options
  const [method] = routeTable[name] ?? ['GET']
  const body = (input as Plain).body
  const headers: Record<string, string> = { accept: 'application/json', 'x-requested-with': 'yingbao' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (key !== undefined) headers['idempotency-key'] = key
  const address = addressOf(name, input)
  let response: Response
  try {
    response = await (earlyOf(method, address) ??
      fetch(address, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal ?? null,
      }))
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new CallProblem(0, 'offline', offline)
  }
  const answer: unknown = await response.json().catch(() => null)
  if (response.status === 401) dispatchEvent(new Event(signedOut))
  if (!response.ok) throw problemOf(response.status, answer)
  return answer as Output<N>
}

/** Query options of a reading route: the key is the route's name and input. */
export function reading<N extends RouteName>(name: N, input: Input<N>) {
  return queryOptions({ queryKey: [name, input] as const, queryFn: ({ signal }) => call(name, input, signal) })
}
