import { useRef } from 'react'

const bytes = 16

/** A key for one write; `getRandomValues` is there on plain HTTP too. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((x) => x.toString(16).padStart(2, '0')).join('')
}

/**
 * Keys for writes: the same content keeps its key, so that a second click or another try after a lost connection is the same write;
 * other content gets another one.
 */
export function useKey(): (content: unknown) => string {
  const kept = useRef<{ text: string; key: string }>(undefined)
  return (content) => {
    const text = JSON.stringify(content)
    if (kept.current?.text !== text) kept.current = { text, key: newKey() }
    return kept.current.key
  }
}
