import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { Problem } from '#kernel/problem'
import { ExactNumber, type ExactValue } from './rules/exact-value.ts'

/** Reads JSON text; numbers keep the text they were written in. Throws `policy.not_json` naming `what`. */
export function parseExactJson(source: string, what: string): ExactValue {
  const keepNumbers = (...args: unknown[]): unknown => {
    const [, value, context] = args as [string, unknown, { source?: string } | undefined]
    return typeof value === 'number' ? new ExactNumber(context?.source ?? String(value)) : value
  }
  try {
    return JSON.parse(source.replace(/^\uFEFF/, ''), keepNumbers) as ExactValue
  } catch (error) {
    throw new Problem('policy.not_json', `${what}不是有效的 JSON：${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

function exactNode(node: Node | null, what: string): ExactValue {
  if (node === null) return null
  if (isMap(node)) {
    const result: Record<string, ExactValue> = {}
    for (const { key, value } of node.items) {
      result[isScalar(key) ? String(key.value) : String(key)] = exactNode(value as Node | null, what)
    }
    return result
  }
  if (isSeq(node)) return node.items.map((item) => exactNode(item as Node | null, what))
  if (!isScalar(node)) throw new Problem('policy.yaml_alias', `${what}里不能使用 YAML 的引用`)
  const { value } = node
  if (typeof value === 'number') return new ExactNumber(node.source ?? String(value))
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  throw new Problem('policy.yaml_type', `${what}里有不认识的值“${node.source ?? ''}”`)
}

/** Reads YAML 1.2 (core schema: dates are text, a repeated name is an error). Throws `policy.not_yaml` with line and column. */
export function parseExactYaml(source: string, what: string): ExactValue {
  const lineCounter = new LineCounter()
  const document = parseDocument(source, { lineCounter, uniqueKeys: true, version: '1.2', schema: 'core' })
  const [error] = document.errors
  if (error !== undefined) throw new Problem('policy.not_yaml', `${what}不是有效的 YAML：${error.message}`)
  return exactNode(document.contents as Node | null, what)
}
