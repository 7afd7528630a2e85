/** Reads `--name value` options; what cannot be read is told in a Chinese sentence. */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Problem } from '#kernel/problem'
import { listPackIds, loadPack, loadPackFile, type Pack } from '#policy'

/** Options of a command: name → whether it takes a value. */
export type OptionTable = Readonly<Record<string, 'text' | 'flag'>>

export type OptionValues = Readonly<Record<string, string | boolean | undefined>>

function sentence(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  const named = /'(-[^']*)'/.exec(message ?? '')?.[1]?.split(' ')[0] ?? ''
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `不认识的参数：${named}`
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') return `参数 ${named} 缺少值，或不该有值`
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return `多余的参数：${/'([^']*)'/.exec(message ?? '')?.[1] ?? ''}`
  return `参数有误：${message ?? String(error)}`
}

/** The values, or a sentence that says what is wrong. `--help` is always known; an empty value counts as missing. */
export function readOptions(argv: readonly string[], table: OptionTable): OptionValues | string {
  const options: Record<string, { type: 'string' | 'boolean' }> = { help: { type: 'boolean' } }
  for (const [name, kind] of Object.entries(table)) options[name] = { type: kind === 'text' ? 'string' : 'boolean' }
  const seen = new Set<string>()
  try {
    const { values, tokens } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: false, tokens: true })
    for (const token of tokens) {
      if (token.kind !== 'option') continue
      if (seen.has(token.name)) return `参数 --${token.name} 给了两次`
      seen.add(token.name)
    }
    return values as OptionValues
  } catch (error) {
    return sentence(error)
  }
}

/** The text of an option, undefined when it is missing or empty. */
export function textOf(values: OptionValues, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A whole number of an option; a sentence when it is none. */
export function countOf(values: OptionValues, name: string, fallback: number): number | string {
  const text = textOf(values, name)
  if (text === undefined) return fallback
  return /^\d{1,9}$/.test(text) ? Number(text) : `--${name}“${text}”不是整数`
}

/** The pack an option names: a built-in one by its id, otherwise the pack file at this path. Throws as `loadPack` and `loadPackFile`. */
export function packOf(idOrPath: string): Pack {
  if (listPackIds().includes(idOrPath)) return loadPack(idOrPath)
  if (existsSync(idOrPath)) return loadPackFile(idOrPath)
  throw new Problem('policy.unknown_pack', `没有名为“${idOrPath}”的内置政策包，也没有这个路径的政策包文件`)
}
