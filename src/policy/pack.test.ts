import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isProblem } from '#kernel/problem'
import { loadPack, loadPackFile } from './pack.ts'
import { builtInPack } from './pack-list.ts'
import { packAt, resolveAssess, resolveVerify } from './resolve.ts'
import { ExactNumber, type ExactValue } from './rules/exact-value.ts'

const folder = mkdtempSync(join(tmpdir(), 'yingbao-pack-'))
afterAll(() => rmSync(folder, { recursive: true }))

function plain(value: ExactValue): unknown {
  if (value instanceof ExactNumber) return Number(value.text)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]))
  return value
}

/** The reference pack in the form of a pack file, changed by `change`. */
function packFile(name: string, change: (pack: Record<string, Record<string, unknown>>) => void = () => undefined): string {
  const pack = packAt(loadPack('reference'), '2026-09-15')
  const verify = Object.fromEntries([...(pack.verify ?? [])].map(([k, v]) => [k, plain(v.value)]))
  const assess: Record<string, Record<string, unknown>> = {}
  for (const [k, v] of pack.assess ?? []) {
    const [group, leaf] = k.split('.') as [string, string?]
    if (leaf === undefined) assess[group] = plain(v.value) as Record<string, unknown>
    else assess[group] = { ...assess[group], [leaf]: plain(v.value) }
  }
  const tree = { id: name, label: '测试包', effective_from: '2026-01-01', verify, assess }
  change(tree as unknown as Record<string, Record<string, unknown>>)
  const path = join(folder, `${name}.json`)
  writeFileSync(path, JSON.stringify(tree))
  return path
}

function problemOf(run: () => unknown): { code: string; message: string } {
  try {
    run()
  } catch (error) {
    if (isProblem(error)) return { code: error.code, message: error.message }
    throw error
  }
  throw new Error('nothing was refused')
}

describe('the built-in reference pack', () => {
  const pack = loadPack('reference')

  it('gives fen, hundredths of square metres and exact fractions', () => {
    const parameters = resolveVerify(pack, '2026-09-15')
    expect(parameters.standard_rural).toEqual({ value: 564000, unit: 'year', num: 47000, den: 1 })
    expect(parameters.standard_urban).toEqual({ value: 72000, unit: 'month', num: 72000, den: 1 })
    expect(parameters.veh2_price_limit).toBe(8_000_000)
    expect(parameters.hou1_area_per_head_urban).toBe(3500)
    expect(parameters.support_threshold_multiple).toEqual({ num: 2, den: 1 })
    expect(parameters.subsidy_items).toEqual({
      land_transfer: 'land_transfer',
      collective_dividend: 'collective_dividend',
      forest_compensation: 'subsidy',
      other_subsidy: 'subsidy',
    })
  })

  it('is not in force before its first day', () => {
    expect(problemOf(() => resolveVerify(pack, '2025-12-31'))).toMatchObject({ code: 'policy.not_in_force' })
    expect(resolveVerify(pack, '2026-01-01').income_months).toBe(12)
  })

  it('names in every clause a document of its law registry that is in force when the value begins', () => {
    const documents = new Map(pack.law.map((document) => [document.name, document]))
    for (const parameter of [...(pack.verify ?? new Map()).values(), ...(pack.assess ?? new Map()).values()]) {
      for (const dated of parameter.values) {
        const name = [...documents.keys()].find((known) => dated.clause.startsWith(`${known} `) || dated.clause === known)
        expect(name, `${parameter.name}: ${dated.clause}`).toBeDefined()
        const document = documents.get(name ?? '')
        expect((document?.from ?? '') <= dated.from && (document?.to ?? '9999') > dated.from, parameter.name).toBe(true)
        expect(dated.reviewed_until).not.toBeNull()
      }
    }
  })
})

describe('a pack file', () => {
  it('resolves to the parameters of the built-in pack when it holds the same values', () => {
    const file = loadPackFile(packFile('same'))
    const builtIn = loadPack('reference')
    expect(resolveVerify(file, '2026-09-15')).toEqual(resolveVerify(builtIn, '2026-09-15'))
    expect(resolveAssess(packAt(file, '2026-09-15'))).toEqual(resolveAssess(packAt(builtIn, '2026-09-15')))
  })

  it('divides a yearly standard by twelve without rounding', () => {
    const file = packFile('yearly', (pack) => {
      if (pack.verify) pack.verify.standard_rural = { value: '5000.00', unit: 'year' }
    })
    expect(resolveVerify(loadPackFile(file), '2026-09-15').standard_rural).toEqual({
      value: 500000,
      unit: 'year',
      num: 125000,
      den: 3,
    })
  })

  it('may know no name variants and rates with hundredths of a per cent', () => {
    const values = { name_variants: '', support_rate_percent: 12.5, emp2_tolerance_percent: 33.33 }
    const file = packFile('hundredths', (pack) => Object.assign(pack.verify ?? {}, values))
    expect(resolveVerify(loadPackFile(file), '2026-09-15')).toMatchObject(values)
  })

  it.each([
    ['unknown', { veh9_limit: 3 }, 'verify.veh9_limit'],
    ['missing', { veh3_min_count: undefined }, 'verify.veh3_min_count'],
    ['mistyped', { veh3_min_count: '2' }, 'verify.veh3_min_count'],
    ['fraction', { dea3_days: 31.5 }, 'verify.dea3_days'],
    ['negative', { fin3_limit: '-1.00' }, 'verify.fin3_limit'],
    ['wrong-code', { bus2_posts: ['boss'] }, 'verify.bus2_posts[1]'],
    ['wrong-unit', { standard_urban: { value: '720.00', unit: 'week' } }, 'verify.standard_urban.unit'],
  ])('is refused with the place: %s', (name, change, place) => {
    const file = packFile(name, (pack) => Object.assign(pack.verify ?? {}, change))
    const problem = problemOf(() => loadPackFile(file))
    expect(problem.code).toBe('policy.invalid_pack')
    expect(problem.message).toContain(place)
  })

  it('is never what an id names', () => {
    for (const id of [packFile('by-path'), '/etc/hosts', '../packs/reference', 'nowhere', '']) {
      expect(problemOf(() => loadPack(id)).code).toBe('policy.unknown_pack')
      expect(problemOf(() => builtInPack(id)).code).toBe('policy.unknown_pack')
    }
  })

  it('is refused when it does not exist or is no JSON', () => {
    expect(problemOf(() => loadPackFile('nowhere')).code).toBe('policy.unreadable')
    const path = join(folder, 'broken.json')
    writeFileSync(path, `${readFileSync(packFile('whole'), 'utf8')}}`)
    expect(problemOf(() => loadPackFile(path)).code).toBe('policy.not_json')
  })
})

describe('the hash of a pack', () => {
  it('changes with a value and not with the way a number is written', () => {
    const on = '2026-09-15'
    const hash = (rate: string) => {
      const path = packFile('hashed')
      writeFileSync(path, readFileSync(path, 'utf8').replace('"rate":0.2,', `"rate":${rate},`))
      return packAt(loadPackFile(path), on).hash
    }
    expect(hash('0.20')).toBe(hash('0.2'))
    expect(hash('0.2')).not.toBe(hash('0.25'))
  })
})
