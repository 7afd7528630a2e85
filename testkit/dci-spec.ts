/**
 * For tests: the published OpenAPI files of DCI (vendor/spdci) as validators and as a source of cases. Faults of the files are mended
 * here, each with its reason; vendor/spdci/README.md lists the same.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { parse } from 'yaml'

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
export type JsonObject = { [name: string]: Json }

interface Patch {
  /** JSON pointer without the leading '#'. */
  readonly at: string
  readonly value: Json
  readonly reason: string
}

const folder = join(import.meta.dirname, '../vendor/spdci')

const eitherString = { type: 'string', maxLength: 99 }
function at(document: JsonObject, pointer: string): Json {
  let node: Json | undefined = document
  for (const part of pointer.split('/').slice(1)) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    node = (node as JsonObject | undefined)?.[name]
  }
  if (node === undefined) throw new Error(`the specification has nothing at ${pointer}`)
  return node
}

const CRITERIA = '/components/schemas/SearchRequest/properties/search_request/items/properties/search_criteria/properties'
const STATUS_REQUEST = '/components/schemas/TxnStatusRequest/properties/txnstatus_request/properties'
const STATUS_ANSWER = '/components/schemas/TxnStatusResponse/properties/txnstatus_response/properties'

/** Faults of the bundled social specification. */
function bundledPatches(document: JsonObject): Patch[] {
  return [
    {
      at: `${STATUS_ANSWER}/txn_status`,
      value: {
        anyOf: [
          ...((at(document, `${STATUS_ANSWER}/txn_status`) as JsonObject).oneOf as Json[]),
          { $ref: '#/components/schemas/SubscribeResponse' },
        ],
      },
      reason:
        'txn_type has "subscribe", but txn_status describes searches and receipts alone; the core specification names SubscribeResponse',
    },
  ]
}

/** The query as any of its shapes (query_type tells which, which a schema cannot use), its references straightened. */
function anyOfQuery(query: JsonObject): Json {
  const text = JSON.stringify({ anyOf: query.oneOf as Json })
  return JSON.parse(text.replaceAll(/"#\/paths\/[^"]*\/query\/oneOf\//g, `"#${CRITERIA}/query/anyOf/`)) as Json
}

/** Faults of the release of January 2025. */
function releasePatches(document: JsonObject): Patch[] {
  return [
    {
      at: `${CRITERIA}/query`,
      value: anyOfQuery(at(document, `${CRITERIA}/query`) as JsonObject),
      reason: 'oneOf of shapes that an ordinary object matches twice; refers to itself through another reference',
    },
    {
      at: `${STATUS_REQUEST}/attribute_value`,
      value: { anyOf: [eitherString, { type: 'array', items: { type: 'string' } }] },
      reason: 'oneOf of two equal strings (transaction_id, correlation_id): every text matches twice',
    },
    {
      at: `${STATUS_REQUEST}/txn_type/enum`,
      value: ['search', 'subscribe', 'subscibe', 'receipt'],
      reason: '"subscibe" is a slip of the pen for "subscribe"; both are taken',
    },
    {
      at: `${STATUS_ANSWER}/txn_type/enum`,
      value: ['search', 'subscribe', 'receipt'],
      reason: '"subscibe" is a slip of the pen for "subscribe"',
    },
    {
      at: `${STATUS_ANSWER}/txn_status`,
      value: { type: 'object' },
      reason: 'describes searches and receipts alone, and refers into an example of the on-status request',
    },
  ]
}

function replace(document: JsonObject, patch: Patch): void {
  const [, parent = '', name = ''] = /^(.*)\/([^/]+)$/.exec(patch.at) ?? []
  const node = at(document, parent) as JsonObject
  if (!(name in node)) throw new Error(`nothing to mend at ${patch.at}`)
  node[name] = patch.value
}

function read(file: string): JsonObject {
  return parse(readFileSync(join(folder, file), 'utf8')) as JsonObject
}

/** One field, required or not, and what a schema asks for of its value. */
export interface Demand {
  /** Path of the value in the message. */
  readonly path: readonly (string | number)[]
  readonly kind: 'required' | 'optional' | 'enum' | 'maxLength' | 'pattern' | 'format' | 'integer' | 'number'
  readonly limit: Json
}

/** A specification: validators of its operations, and what it demands of a message. */
export class Spec {
  readonly document: JsonObject
  readonly #ajv: Ajv
  readonly #id: string
  readonly #compiled = new Map<string, ValidateFunction>()

  constructor(id: string, document: JsonObject) {
    this.document = document
    this.#id = id
    this.#ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false })
    addFormats.default(this.#ajv)
    this.#ajv.addFormat('int32', { type: 'number', validate: Number.isInteger })
    this.#ajv.addSchema(document, id)
  }

  get paths(): readonly string[] {
    return Object.keys(this.document.paths as JsonObject)
  }

  /** Validator of the schema at a JSON pointer. */
  validator(pointer: string): ValidateFunction {
    const known = this.#compiled.get(pointer)
    if (known !== undefined) return known
    const made = this.#ajv.compile({ $ref: `${this.#id}#${pointer}` })
    this.#compiled.set(pointer, made)
    return made
  }

  #operation(path: string, method: string): string {
    return `/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}`
  }

  requestPointer(path: string): string {
    return `${this.#operation(path, 'post')}/requestBody/content/application~1json/schema`
  }

  /** Errors of a request body; empty when it is valid. */
  requestErrors(path: string, body: unknown): string[] {
    return errorsOf(this.validator(this.requestPointer(path)), body)
  }

  /** The declared answers of an operation, by status. */
  statuses(path: string, method = 'post'): string[] {
    return Object.keys(at(this.document, `${this.#operation(path, method)}/responses`) as JsonObject)
  }

  /** Errors of a reply; what is not declared falls under "default". */
  replyErrors(path: string, status: number, body: unknown, method = 'post'): string[] {
    const known = this.statuses(path, method)
    const name = known.includes(String(status)) ? String(status) : 'default'
    let pointer = `${this.#operation(path, method)}/responses/${name}`
    const node = at(this.document, pointer) as JsonObject
    if (typeof node.$ref === 'string') pointer = node.$ref.slice(1)
    return errorsOf(this.validator(`${pointer}/content/application~1json/schema`), body)
  }

  /** The schema at a JSON pointer. */
  schemaAt(pointer: string): JsonObject {
    return at(this.document, pointer) as JsonObject
  }

  /** The values of an enumeration. */
  enumOf(pointer: string): string[] {
    return (at(this.document, pointer) as JsonObject).enum as string[]
  }

  /** Everything the request schema of an operation demands along a valid message. */
  demands(path: string, body: Json): Demand[] {
    const found: Demand[] = []
    this.#walk(this.requestPointer(path), body, [], found)
    const required = new Set(found.filter(({ kind }) => kind === 'required').map((demand) => JSON.stringify(demand.path)))
    const seen = new Set<string>()
    return found.filter((demand) => {
      if (demand.kind === 'optional' && required.has(JSON.stringify(demand.path))) return false
      const name = JSON.stringify([demand.path, demand.kind])
      if (seen.has(name)) return false
      seen.add(name)
      return true
    })
  }

  #walk(pointer: string, value: Json, path: readonly (string | number)[], found: Demand[]): void {
    const schema = at(this.document, pointer) as JsonObject
    if (typeof schema.$ref === 'string') {
      this.#walk(schema.$ref.slice(1), value, path, found)
      return
    }
    this.#branches(pointer, schema, value, path, found)
    this.#scalars(schema, value, path, found)
    if (Array.isArray(value)) {
      if (schema.items !== undefined && value[0] !== undefined) this.#walk(`${pointer}/items`, value[0], [...path, 0], found)
    } else if (typeof value === 'object' && value !== null) this.#fields(pointer, schema, value, path, found)
  }

  #branches(pointer: string, schema: JsonObject, value: Json, path: readonly (string | number)[], found: Demand[]): void {
    for (const word of ['allOf', 'anyOf', 'oneOf']) {
      const branches = (schema[word] ?? []) as Json[]
      for (const [i] of branches.entries()) {
        const branch = `${pointer}/${word}/${i}`
        if (word === 'allOf' || this.validator(branch)(value)) this.#walk(branch, value, path, found)
      }
    }
  }

  #scalars(schema: JsonObject, value: Json, path: readonly (string | number)[], found: Demand[]): void {
    if (typeof value === 'number') {
      if (schema.type === 'integer' || schema.type === 'number') found.push({ path, kind: schema.type, limit: true })
      return
    }
    if (typeof value !== 'string') return
    for (const kind of ['enum', 'maxLength', 'pattern', 'format'] as const) {
      const limit = schema[kind]
      if (limit !== undefined) found.push({ path, kind, limit })
    }
  }

  #fields(pointer: string, schema: JsonObject, value: JsonObject, path: readonly (string | number)[], found: Demand[]): void {
    for (const name of (schema.required ?? []) as string[]) {
      if (name in value) found.push({ path: [...path, name], kind: 'required', limit: true })
    }
    for (const name of Object.keys((schema.properties ?? {}) as JsonObject)) {
      const inner = value[name]
      const encoded = encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))
      if (inner !== undefined) found.push({ path: [...path, name], kind: 'optional', limit: true })
      if (inner !== undefined) this.#walk(`${pointer}/properties/${encoded}`, inner, [...path, name], found)
    }
  }
}

function errorsOf(validate: ValidateFunction, body: unknown): string[] {
  if (validate(body)) return []
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
}

/** The social registry profile with subscriptions (bundled December 2025): the version this product is held to. */
export function bundledSocial(): Spec {
  const document = read('spdci-compliance/social_api_v1.0.0.yaml')
  for (const patch of bundledPatches(document)) replace(document, patch)
  return new Spec('bundled', document)
}

/** The social registry profile as released in January 2025: six operations, without subscriptions. */
export function releasedSocial(): Spec {
  const document = read('standards/social_api_v1.0.0.yaml')
  for (const patch of releasePatches(document)) replace(document, patch)
  return new Spec('released', document)
}

/** The core specifications of tokens, keys and places. */
export function coreSpecs(): { readonly authz: Spec; readonly jwks: Spec; readonly locations: Spec } {
  const core = (name: string): Spec => new Spec(name, read(`standards/${name}_core_api_v1.0.0.yaml`))
  return { authz: core('authz'), jwks: core('jwks'), locations: core('locations') }
}
