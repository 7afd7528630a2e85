import { readFileSync, writeFileSync } from 'node:fs'

/**
 * The formulas of the assessment are written once, over `number`. For figures beyond 2^53 the same text runs over
 * `bigint`: this generator copies it with the carrier exchanged, so that no rule is written twice.
 * `node tools/exact-copy.ts` writes the copies; a test fails when they are stale.
 */
const RULES = new URL('../src/policy/rules/', import.meta.url)

export const COPIED: readonly string[] = ['formulas', 'steps']

const HEADER = (name: string) =>
  `// Generated from ${name}.ts by tools/exact-copy.ts: the same text over the exact carrier. Change ${name}.ts, then run the tool.\n`

/** The exact copy of a rules file: imports of the carrier and of copied files exchanged, nothing else. */
export function exactCopy(name: string): string {
  const source = readFileSync(new URL(`${name}.ts`, RULES), 'utf8')
  const exchanged = ['carrier', ...COPIED].reduce(
    (text, file) => text.replace(`from './${file}.ts'`, `from './${file}-exact.ts'`),
    source,
  )
  return HEADER(name) + exchanged
}

/** The copy as it stands in the repository. */
export function storedCopy(name: string): string {
  return readFileSync(new URL(`${name}-exact.ts`, RULES), 'utf8')
}

if (import.meta.main) for (const name of COPIED) writeFileSync(new URL(`${name}-exact.ts`, RULES), exactCopy(name))
