/** Why something is not done: a stable code, a Chinese sentence, and the clause it rests on where there is one. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly basis?: string
}

/** A decision: the value, or a refusal with its reason. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal }

export function ok<T>(value: T): Result<T> {
  return { ok: true, value }
}

export function refuse(code: string, message: string, basis?: string): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: basis === undefined ? { code, message } : { code, message, basis } }
}
