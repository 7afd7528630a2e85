/** Machine-readable details beside a problem's sentence; never holds personal data in clear. */
export type ProblemDetails = Readonly<Record<string, unknown>>

export interface ProblemOptions {
  /** HTTP status the problem answers with; 400 unless given. */
  status?: number
  details?: ProblemDetails
  cause?: unknown
}

/**
 * The one error class for what a person can act on. `code` is `<capability>.<what>` and stable; the message is a
 * Chinese sentence that says what is wrong, where, and how to mend it.
 */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly details: ProblemDetails

  constructor(code: string, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.status = options.status ?? 400
    this.details = options.details ?? {}
  }
}

/** True for a Problem; with `code`, only for that one. */
export function isProblem(error: unknown, code?: string): error is Problem {
  return error instanceof Problem && (code === undefined || error.code === code)
}
