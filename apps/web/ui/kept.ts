import { useState } from 'react'

function read<T>(key: string, fallback: T): T {
  try {
    const text = localStorage.getItem(`yingbao ${key}`)
    return text === null ? fallback : (JSON.parse(text) as T)
  } catch {
    return fallback
  }
}

/** A choice of the user that this browser remembers (columns, options); never anything about a person. */
export function useKept<T>(key: string, fallback: T): readonly [T, (value: T) => void] {
  const [value, set] = useState(() => read(key, fallback))
  return [
    value,
    (next) => {
      set(next)
      try {
        localStorage.setItem(`yingbao ${key}`, JSON.stringify(next))
      } catch {
        // a full or forbidden store only costs the choice
      }
    },
  ]
}
