/** For tests: the worked examples of every pack that end in an answer, each with its pack, its facts as a form holds them, and the engine's answer. */
import { readdirSync, readFileSync } from 'node:fs'
import { type Assessment, assessHousehold, assessmentBasis, householdOf, parseExactJson } from '#policy'
import { type ExactObject, isExactObject } from '../src/policy/rules/exact-value.ts'
import { workedPack } from './worked-pack.ts'

const PACKS = new URL('../packs/', import.meta.url)

export interface WorkedCase {
  /** pack and file without its ending: `reference/o01-fixed-top-up-for-a-minor` */
  readonly name: string
  readonly pack: ReturnType<typeof workedPack>
  readonly programme: 'urban' | 'rural'
  /** sections of the household file */
  readonly sections: Readonly<Record<string, unknown>>
  readonly assessment: Assessment
}

const objectOf = (value: ExactObject[string] | undefined): ExactObject =>
  value !== undefined && isExactObject(value) ? value : {}

function casesOf(id: string): WorkedCase[] {
  const folder = new URL(`${id}/examples/`, PACKS)
  return readdirSync(folder).flatMap((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8')
    const example = objectOf(parseExactJson(text, file))
    if (example.exit !== undefined) return []
    const pack = workedPack(String(example.pack), String(example.on), objectOf(example.params))
    const basis = assessmentBasis(pack)
    const assessment = assessHousehold(basis, householdOf(basis, example.household ?? null))
    const { programme, ...sections } = (JSON.parse(text) as { household: Record<string, unknown> }).household
    return [
      {
        name: `${id}/${file.replace('.json', '')}`,
        pack,
        programme: programme === 'rural' ? 'rural' : 'urban',
        sections,
        assessment,
      },
    ]
  })
}

/** Every worked example without an exit code of its own, pack by pack. */
export function workedCases(): WorkedCase[] {
  return readdirSync(PACKS).flatMap(casesOf)
}
