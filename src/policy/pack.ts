import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Problem } from '#kernel/problem'
import { PACK_ID } from '#kernel/schema'
import { parseExactJson, parseExactYaml } from './exact-text.ts'
import { packAt, resolveAssess, resolveCasework, resolveVerify } from './resolve.ts'
import { ASSESS_NAMES, readAssessParameters } from './rules/assess-parameters.ts'
import { CASEWORK_NAMES, readCaseworkParameters } from './rules/casework-parameters.ts'
import { type ExactObject, type ExactValue, isExactObject } from './rules/exact-value.ts'
import {
  laidOver,
  lawFile,
  type Pack,
  type Parameter,
  type Parameters,
  parameterFile,
  type SectionName,
} from './rules/pack-model.ts'
import { date, listOf, object, oneOf, type Reader, ReadingFault, text, within } from './rules/reader.ts'
import { readVerifyParameters } from './rules/verify-parameters.ts'

const PACKS = new URL('../../packs/', import.meta.url)

const packFields = object(
  {
    id: text,
    label: text,
    level: text,
    place: text,
    effective_from: date,
    procedure: oneOf('2012', '2021', 'custom'),
    reviewer: text,
  },
  { inherits: text, notes: listOf(text) },
)

const anyValue: Reader<ExactValue> = (value) => value
const filePack = object(
  { id: text, label: text, effective_from: date },
  { inherits: text, verify: anyValue, assess: anyValue, casework: anyValue },
)

const NAMES: Readonly<Record<SectionName, readonly string[]>> = {
  verify: readVerifyParameters.names,
  assess: ASSESS_NAMES,
  casework: CASEWORK_NAMES,
}

function refuse(what: string, error: unknown): never {
  if (error instanceof ReadingFault) throw new Problem('policy.invalid_pack', `${what}有误：${error.message}`, { cause: error })
  throw error
}

/** UTF-8 text of a file. Throws `policy.unreadable` naming it. */
function readText(path: string, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    throw new Problem('policy.unreadable', `无法读取${what}：请确认文件存在且为 UTF-8 编码`, { cause: error })
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function checkNames(found: Parameters, section: SectionName): void {
  const wanted = NAMES[section]
  for (const name of found.keys()) {
    if (!wanted.includes(name)) throw new ReadingFault(within(section, name), `不认识的参数“${within(section, name)}”`)
  }
  const missing = wanted.find((name) => !found.has(name))
  if (missing !== undefined) throw new ReadingFault(within(section, missing), `缺少参数“${within(section, missing)}”`)
}

function builtInFolder(id: string): string | null {
  if (!PACK_ID.test(id)) return null
  const folder = fileURLToPath(new URL(`${id}/`, PACKS))
  return isFolder(folder) ? folder : null
}

/** The pack that `inherits` names. `heirs`: the packs on the way here, which must not come again. */
function loadInherited(inherits: string, heirs: readonly string[]): Pack {
  const folder = builtInFolder(inherits)
  if (folder === null) throw new ReadingFault('inherits', `“inherits”所指的“${inherits}”不是内置政策包`)
  if (heirs.includes(inherits)) throw new ReadingFault('inherits', `政策包循环继承：${[...heirs, inherits].join(' → ')}`)
  return loadBuiltIn(inherits, folder, heirs)
}

function loadBuiltIn(id: string, folder: string, heirs: readonly string[]): Pack {
  const what = `政策包“${id}”`
  const yaml = (file: string): ExactValue =>
    parseExactYaml(readText(`${folder}/${file}`, `${what}的 ${file}`), `${what}的 ${file}`)
  try {
    const { label, effective_from, id: ownId, inherits, place, notes } = packFields(yaml('pack.yaml'), '')
    const parent = inherits === undefined ? null : loadInherited(inherits, [...heirs, id])
    const has = (file: string): boolean =>
      parent === null || statSync(`${folder}/${file}`, { throwIfNoEntry: false }) !== undefined
    const section = (name: SectionName): Parameters => {
      const inherited = parent?.[name] ?? null
      const file = `${name}.params.yaml`
      const found = has(file) ? parameterFile(ownId, inherited)(yaml(file), '') : (inherited ?? new Map())
      checkNames(found, name)
      return found
    }
    return {
      id: ownId,
      label,
      effective_from,
      origin: 'built-in',
      inherits: inherits ?? null,
      place,
      notes: notes ?? [],
      law: [...(parent?.law ?? []), ...(has('law.yaml') ? lawFile(yaml('law.yaml'), 'law') : [])],
      verify: section('verify'),
      assess: section('assess'),
      casework: section('casework'),
    }
  } catch (error) {
    return refuse(what, error)
  }
}

/** The leaves of a nested parameter tree under their dotted names; what belongs to no parameter is refused. */
function* leaves(tree: ExactObject, names: readonly string[], section: string, prefix = ''): Generator<[string, ExactValue]> {
  for (const [key, value] of Object.entries(tree)) {
    const name = within(prefix, key)
    if (names.includes(name)) yield [name, value]
    else if (isExactObject(value)) yield* leaves(value, names, section, name)
    else throw new ReadingFault(within(section, name), `不认识的参数“${within(section, name)}”`)
  }
}

function fileSection(
  tree: ExactValue | undefined,
  section: SectionName,
  pack: { readonly id: string; readonly from: string },
  inherited: Parameters | null,
): Parameters | null {
  if (tree === undefined) return inherited
  if (!isExactObject(tree)) throw new ReadingFault(section, `“${section}”应为对象`)
  const own = [...leaves(tree, NAMES[section], section)].map(([name, value]): [string, Parameter] => {
    const known = inherited?.get(name)
    const dated = {
      from: pack.from,
      reviewed_until: null,
      value,
      clause: '政策包文件未注明条款',
      mark: 'uncertain',
      origin: pack.id,
    } as const
    return [name, laidOver({ name, label: known?.label ?? name, unit: known?.unit ?? '', values: [dated] }, known)]
  })
  return new Map([...(inherited ?? []), ...own])
}

/** Reads every section of a pack file once, so that a fault is found when the pack is loaded. */
function checkFile(pack: Pack, from: string): void {
  if (pack.verify !== null) resolveVerify(pack, from)
  if (pack.assess !== null) resolveAssess(packAt(pack, from))
  if (pack.casework !== null) resolveCasework(pack, from)
}

function filedPack(tree: ExactValue): Pack {
  const { id, label, effective_from: from, inherits, verify, assess, casework } = filePack(tree, '')
  const parent = inherits === undefined ? null : loadInherited(inherits, [])
  const pack: Pack = {
    id,
    label,
    effective_from: from,
    origin: 'file',
    inherits: inherits ?? null,
    place: parent?.place ?? '',
    notes: [],
    law: parent?.law ?? [],
    verify: fileSection(verify, 'verify', { id, from }, parent?.verify ?? null),
    assess: fileSection(assess, 'assess', { id, from }, parent?.assess ?? null),
    casework: fileSection(casework, 'casework', { id, from }, parent?.casework ?? null),
  }
  if (parent !== null) checkFile(pack, from)
  return pack
}

/** Reads whole sections of a pack that stands alone; the fault names the field. */
function checkWhole(tree: ExactValue): void {
  const { inherits, verify, assess, casework } = filePack(tree, '')
  if (inherits !== undefined) return
  if (verify !== undefined) readVerifyParameters(verify, 'verify')
  if (assess !== undefined) readAssessParameters(assess, 'assess')
  if (casework !== undefined) readCaseworkParameters(casework, 'casework')
}

/**
 * Loads a built-in pack by its id; an id is never a path. Values a pack does not give are those of the pack it inherits from. Throws
 * `policy.unknown_pack`, `policy.unreadable`, `policy.not_yaml` or `policy.invalid_pack`, with the place in the file.
 */
export function loadPack(id: string): Pack {
  const folder = builtInFolder(id)
  if (folder !== null) return loadBuiltIn(id, folder, [])
  throw new Problem('policy.unknown_pack', `没有名为“${id}”的政策包，请从列表中选择`, { status: 422 })
}

/**
 * Loads the JSON pack file at a path (`id`, `label`, `effective_from`, `inherits`, `verify`, `assess`, `casework`). Only for whoever
 * sits at the machine and names the file: what comes over a network names a pack by its id. Throws `policy.unreadable`,
 * `policy.not_json` or `policy.invalid_pack`.
 */
export function loadPackFile(path: string): Pack {
  const what = `政策包文件“${path}”`
  const tree = parseExactJson(readText(path, what), what)
  try {
    checkWhole(tree)
    return filedPack(tree)
  } catch (error) {
    return refuse(what, error)
  }
}
