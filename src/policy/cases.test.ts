import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isDate } from '#kernel/dates'
import { isProblem } from '#kernel/problem'
import { assessHousehold, assessmentBasis, householdOf } from './assess.ts'
import { parseExactJson } from './exact-text.ts'
import { loadPack } from './pack.ts'
import { packAt } from './resolve.ts'
import { ExactNumber, type ExactObject, type ExactValue } from './rules/exact-value.ts'
import type { Pack } from './rules/pack-model.ts'
import { ReadingFault } from './rules/reader.ts'

const PACKS = new URL('../../packs/', import.meta.url)
const examplesOf = (id: string) =>
  readdirSync(new URL(`${id}/examples/`, PACKS))
    .filter((name) => name.endsWith('.json'))
    .map((name) => `${id}/examples/${name}`)
const ids = readdirSync(PACKS)
const files = ids.flatMap(examplesOf)

/** What a worked example expects is equal as far as it goes: objects by their fields, lists position by position. */
function mismatches(expected: ExactValue, actual: unknown, place: string): string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return [`${place}: ${JSON.stringify(actual)}`]
    return expected.flatMap((item: ExactValue, i) => mismatches(item, actual[i], `${place}[${i}]`))
  }
  if (expected instanceof ExactNumber) return Number(expected.text) === actual ? [] : [`${place}: ${String(actual)}`]
  if (typeof expected === 'object' && expected !== null) {
    const fields = actual as Record<string, unknown>
    return Object.entries(expected).flatMap(([key, value]) => mismatches(value, fields[key], `${place}.${key}`))
  }
  return expected === actual ? [] : [`${place}: ${JSON.stringify(actual)} ≠ ${JSON.stringify(expected)}`]
}

const packs = new Map<string, Pack>()

function packOf(id: string): Pack {
  const known = packs.get(id) ?? loadPack(id)
  packs.set(id, known)
  return known
}

function exitOf(example: ExactObject): { exit: number; result?: unknown } {
  const on = example.on as string
  if (!isDate(on)) return { exit: 2 }
  try {
    const basis = assessmentBasis(packAt(packOf(example.pack as string), on), example.params ?? {})
    return { exit: 0, result: assessHousehold(basis, householdOf(basis, example.household ?? null)) }
  } catch (error) {
    if (isProblem(error)) return { exit: 2 }
    if (error instanceof ReadingFault) return { exit: 3 }
    throw error
  }
}

describe('worked examples of the packs', () => {
  it('are all there', () => {
    expect(examplesOf('reference')).toHaveLength(136)
    for (const id of ids) expect(examplesOf(id).length, id).toBeGreaterThan(1)
  })

  it.each(files)('%s', (file) => {
    const example = parseExactJson(readFileSync(new URL(file, PACKS), 'utf8'), file) as ExactObject
    expect(file).toContain(`/${String(example.id)}.json`)
    const { exit, result } = exitOf(example)
    if (example.exit instanceof ExactNumber) expect(exit).toBe(Number(example.exit.text))
    else {
      expect(exit).toBe(0)
      expect(mismatches(example.expect ?? null, result, 'result')).toEqual([])
    }
  })
})
