import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import type { WordData } from '../rules/words.ts'

const Lists = z.record(z.string(), z.array(z.string()))

const WordFile = z.object({
  version: z.number(),
  mark: z.string(),
  columns: Lists,
  groups: Lists,
  codes: z.record(z.string(), Lists),
  nothing: Lists,
  yes: z.array(z.string()),
  no: z.array(z.string()),
  programme_titles: Lists,
  totals: z.array(z.string()),
  notes: z.array(z.string()),
})

let read: WordData | undefined

/** The words that come along with the product. */
export function ownWords(): WordData {
  read ??= WordFile.parse(parse(readFileSync(new URL('./words.yaml', import.meta.url), 'utf8')))
  return read
}
