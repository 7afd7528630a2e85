/**
 * A route as data: the server mounts it, the browser client is typed from it, OpenAPI and the permission matrix are read
 * from it. Runs anywhere.
 */
import type { z } from 'zod'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/**
 * `name` is the action's name ('capability.verb-noun'); `permission` the code a caller's role must hold ('public' = no
 * account, 'signed-in' = any account); `path` uses ':param' segments.
 */
export type Route = {
  readonly name: string
  readonly method: Method
  readonly path: `/api/${string}`
  readonly permission: string
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly output: z.ZodType
  /** The request body is one file, streamed as it is; there is no `body` schema. */
  readonly upload?: true
  /** The reply is a file (content type and name from the action), not JSON. */
  readonly download?: true
}

/** Keeps the literal types of a route, so that clients know its params, query, body and output. */
export function defineRoute<const R extends Route>(route: R): R {
  return route
}
