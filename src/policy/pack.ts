import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Problem } from '#kernel/problem'
import { parseExactJson, parseExactYaml } from './exact-text.ts'
import { ASSESS_NAMES, readAssessParameters } from './rules/assess-parameters.ts'
import { type ExactObject, type ExactValue, isExactObject } from './rules/exact-value.ts'
import { lawFile, type Pack, type Parameter, parameterFile } from './rules/pack-model.ts'
import { date, object, oneOf, type Reader, ReadingFault, text, within } from './rules/reader.ts'
import { readVerifyParameters } from './rules/verify-parameters.ts'

const PACKS = new URL('../../packs/', import.meta.url)
const BUILT_IN_ID = /^[a-z0-9][a-z0-9-]{0,40}$/

const packFields = object({
  id: text,
  label: text,
  level: text,
  place: text,
  effective_from: date,
  procedure: oneOf('2012', '2021', 'custom'),
  reviewer: text,
})

const anyValue: Reader<ExactValue> = (value) => value
const filePack = object({ id: text, label: text, effective_from: date }, { verify: anyValue, assess: anyValue })

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

function checkNames(found: Iterable<string>, wanted: readonly string[], place: string): void {
  const names = new Set(found)
  for (const name of names) {
    if (!wanted.includes(name)) throw new ReadingFault(within(place, name), `不认识的参数“${within(place, name)}”`)
  }
  const missing = wanted.find((name) => !names.has(name))
  if (missing !== undefined) throw new ReadingFault(within(place, missing), `缺少参数“${within(place, missing)}”`)
}

function loadBuiltIn(id: string, folder: string): Pack {
  const what = `政策包“${id}”`
  const yaml = (file: string): ExactValue =>
    parseExactYaml(readText(`${folder}/${file}`, `${what}的 ${file}`), `${what}的 ${file}`)
  try {
    const { label, effective_from, id: ownId } = packFields(yaml('pack.yaml'), '')
    const verify = parameterFile(yaml('verify.params.yaml'), '')
    const assess = parameterFile(yaml('assess.params.yaml'), '')
    checkNames(verify.keys(), readVerifyParameters.names, 'verify')
    checkNames(assess.keys(), ASSESS_NAMES, 'assess')
    return { id: ownId, label, effective_from, origin: 'built-in', law: lawFile(yaml('law.yaml'), 'law'), verify, assess }
  } catch (error) {
    return refuse(what, error)
  }
}

function undated(name: string, value: ExactValue, from: string): [string, Parameter] {
  const dated = { from, reviewed_until: null, value, clause: '政策包文件未注明条款', mark: 'uncertain' } as const
  return [name, { name, label: name, unit: '', values: [dated] }]
}

/** The leaves of a nested parameter tree under their dotted names. */
function* leaves(tree: ExactObject, prefix: string): Generator<[string, ExactValue]> {
  for (const [key, value] of Object.entries(tree)) {
    const name = within(prefix, key)
    if (ASSESS_NAMES.includes(name)) yield [name, value]
    else if (isExactObject(value)) yield* leaves(value, name)
  }
}

function loadFile(path: string): Pack {
  const what = `政策包文件“${path}”`
  const tree = parseExactJson(readText(path, what), what)
  try {
    const { id, label, effective_from: from, verify, assess } = filePack(tree, '')
    if (verify !== undefined) readVerifyParameters(verify, 'verify')
    if (assess !== undefined) readAssessParameters(assess, 'assess')
    return {
      id,
      label,
      effective_from: from,
      origin: 'file',
      law: [],
      verify: verify === undefined ? null : new Map(Object.entries(verify as ExactObject).map(([k, v]) => undated(k, v, from))),
      assess: assess === undefined ? null : new Map([...leaves(assess as ExactObject, '')].map(([k, v]) => undated(k, v, from))),
    }
  } catch (error) {
    return refuse(what, error)
  }
}

/**
 * Loads a pack: the built-in one of this id, else the JSON pack file at this path (`id`, `label`, `effective_from`,
 * `verify`, `assess`). Throws `policy.unknown_pack`, `policy.unreadable`, `policy.not_json`, `policy.not_yaml` or
 * `policy.invalid_pack`, with the place in the file.
 */
export function loadPack(idOrPath: string): Pack {
  if (BUILT_IN_ID.test(idOrPath)) {
    const folder = fileURLToPath(new URL(`${idOrPath}/`, PACKS))
    if (isFolder(folder)) return loadBuiltIn(idOrPath, folder)
  }
  if (statSync(idOrPath, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new Problem('policy.unknown_pack', `没有名为“${idOrPath}”的内置政策包，也没有这个路径的政策包文件`)
  }
  return loadFile(idOrPath)
}
