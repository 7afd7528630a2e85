import type { ReactNode } from 'react'
import type { Tone } from '../wording.ts'

/** A word on a tinted ground; the word alone carries the meaning. */
export function Tag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`tag ${tone}`}>{children}</span>
}

/** The same from the word lists. */
export function WordTag({ word }: { word: { label: string; tone: Tone } | undefined }) {
  return word === undefined ? null : <Tag tone={word.tone}>{word.label}</Tag>
}
