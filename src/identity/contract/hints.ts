/** Who is told to do something, and where: the same words on every page and in every refusal. */
import type { Todo } from '#kernel/todo'
import { roleLabel } from './roles.ts'

/** Something to be done as one reader sees it. */
export interface Hint {
  readonly what: string
  /** who does it, in words; null: the reader can, or nobody has to */
  readonly who: string | null
  /** where the reader does it; null: here, or not the reader */
  readonly link: { readonly to: string; readonly label: string } | null
}

/** A thing to be done for a reader of a role: a link when he can do it, otherwise whom to ask. */
export function hintOf({ what, by, another, page }: Todo, role: string): Hint {
  if (by.length === 0) return { what, who: null, link: null }
  if (by.includes(role) && !another) return { what, who: null, link: page }
  const who = by.map(roleLabel).join('、')
  return { what, who: another ? `另一人（${who}）` : who, link: null }
}
