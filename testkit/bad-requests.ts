/**
 * Bad requests made from the description of the API: for every operation a request that fits it as far as names tell, with one thing in it that
 * does not. The same seed makes the same requests.
 */
import { Rng } from '../synth/random.ts'

type Json = Readonly<Record<string, unknown>>

export interface Operation {
  readonly id: string
  readonly method: string
  /** Address with `{name}` parts. */
  readonly path: string
  readonly permission: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Json }[]
  /** Schema of a JSON body; 'file' for an upload. */
  readonly body: Json | 'file' | undefined
}

export interface BadRequest {
  readonly operation: Operation
  /** What is bad about it. */
  readonly what: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload: Buffer | undefined
}

const isJson = (x: unknown): x is Json => typeof x === 'object' && x !== null && !Array.isArray(x)

/** Every operation of an OpenAPI document. */
export function operationsOf(document: Json): Operation[] {
  return Object.entries(document.paths as Record<string, Record<string, Json>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Operation => {
      const content = isJson(operation.requestBody) ? (operation.requestBody.content as Json) : undefined
      const json = content?.['application/json']
      return {
        id: String(operation.operationId),
        method: method.toUpperCase(),
        path,
        permission: String(operation['x-permission']),
        parameters: operation.parameters as Operation['parameters'],
        body: content === undefined ? undefined : isJson(json) ? (json.schema as Json) : 'file',
      }
    }),
  )
}

/** What a text may never hold, and texts that are no id, no date, no number, no place of a page. */
export const poisons: readonly unknown[] = [
  '王\u0000五',
  '\u0000',
  '王\ud842',
  '\udfb7',
  '',
  ' ',
  'x',
  'not-a-uuid',
  '00000000-0000-4000-8000-000000000000',
  '2026-02-30',
  '2026-13-01',
  '0000-00-00',
  '9999-12-31',
  '2026-13',
  '0000-01',
  'infinity',
  '999999999999',
  '000000000000',
  '2147483648',
  '9007199254740993',
  '-1',
  '1e309',
  'NaN',
  Buffer.from('["2026-02-30","x"]').toString('base64url'),
  Buffer.from('a|b|c').toString('base64url'),
  `${'a'.repeat(43)}`,
  'f'.repeat(64),
  '../../etc/passwd',
  "'; drop table household; --",
  '%',
  '_',
  '\\',
  '\u202e\u200b\ufeff',
  '😀👨‍👩‍👧',
  '字'.repeat(3000),
  'x'.repeat(120_000),
  0,
  -1,
  1.5,
  2147483648,
  -2147483649,
  9007199254740991,
  1e300,
  true,
  null,
  [],
  [[]],
  {},
  { constructor: { prototype: {} } },
  [null, 'x', 5],
  Array.from({ length: 40 }, () => 0).reduce<unknown>((inside) => [inside], 'deep'),
]

const bytes = { nul: '%00', half: '%ED%A0%80', wrong: '%FF%FE', lone: '%', cut: '%E7%8E' } as const

/** Makes a request that would do, as far as the schema and the names of its fields tell. */
class Maker {
  readonly #rng: Rng
  readonly #known: Readonly<Record<string, unknown>>

  constructor(rng: Rng, known: Readonly<Record<string, unknown>>) {
    this.#rng = rng
    this.#known = known
  }

  value(schema: Json, name: string): unknown {
    const either = (schema.anyOf ?? schema.oneOf) as readonly Json[] | undefined
    if (either !== undefined) return this.value(this.#rng.pick(either), name)
    if ('const' in schema) return schema.const
    if (Array.isArray(schema.enum)) return this.#rng.pick(schema.enum)
    const type: unknown = Array.isArray(schema.type) ? schema.type[0] : schema.type
    if (Object.hasOwn(this.#known, name) && type !== 'object' && type !== 'array') return this.#known[name]
    if (type === 'object') return this.#object(schema)
    if (type === 'array') return [this.value((schema.items ?? {}) as Json, name.replace(/s$/, ''))]
    if (type === 'integer' || type === 'number') return Math.max(Number(schema.minimum ?? 1), 1)
    if (type === 'boolean') return this.#rng.permille(500)
    if (type === 'null') return null
    return this.#text(schema, name)
  }

  #object(schema: Json): Json {
    const needed = new Set((schema.required ?? []) as readonly string[])
    const kept = Object.entries((schema.properties ?? {}) as Record<string, Json>).filter(
      ([name]) => needed.has(name) || this.#rng.permille(600),
    )
    const made = Object.fromEntries(kept.map(([name, property]) => [name, this.value(property, name)]))
    if (!isJson(schema.additionalProperties)) return made
    return { ...made, name: this.value(schema.additionalProperties, 'name') }
  }

  #text(schema: Json, name: string): string {
    if (schema.format === 'uuid') return '00000000-0000-4000-8000-000000000000'
    const pattern = String(schema.pattern ?? '')
    if (pattern.includes('\\d{4}-\\d{2}-\\d{2}')) return '2026-06-22'
    if (pattern.includes('\\d{4}-')) return '2026-06'
    if (pattern.includes('\\d{12}')) return String(this.#known.village)
    if (pattern.includes('[0-9a-f]{64}')) return String(this.#known.sha256)
    const text = `${name}${'测试内容'.repeat(6)}`
    const least = Number(schema.minLength ?? 0)
    return text.slice(0, Math.max(least, Math.min(Number(schema.maxLength ?? 24), 24)))
  }
}

/** Every place of a value, as paths from its root. */
function placesOf(value: unknown, path: readonly string[] = []): string[][] {
  const inside = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return [[...path], ...inside.flatMap(([key, each]) => placesOf(each, [...path, key]))]
}

/** The value with another one at a place. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by
  if (Array.isArray(value)) return value.map((each: unknown, i) => (String(i) === key ? replaced(each, rest, by) : each))
  return { ...(value as Json), [key]: replaced((value as Json)[key], rest, by) }
}

/** What the requests rest on, from the district that is asked. */
export interface Known {
  /** Values by field name. */
  readonly values: Readonly<Record<string, unknown>>
  /** Forms that the description does not give: bodies by operation. */
  readonly bodies: Readonly<Record<string, readonly Json[]>>
}

/** Endless bad requests over a list of operations. */
export class BadRequests {
  readonly #rng: Rng
  readonly #maker: Maker
  readonly #bodies: Known['bodies']
  readonly #operations: readonly Operation[]
  #count = 0

  constructor(seed: string, operations: readonly Operation[], known: Known) {
    this.#rng = new Rng(seed)
    this.#maker = new Maker(this.#rng, known.values)
    this.#bodies = known.bodies
    this.#operations = operations
  }

  next(): BadRequest {
    const operation = this.#operations[this.#count % this.#operations.length]
    if (operation === undefined) throw new Error('no operation')
    this.#count += 1
    const made = this.#sound(operation)
    const ways = [this.#inBody, this.#inBody, this.#inBody, this.#inAddress, this.#inAddress, this.#inHeaders, this.#inBytes]
    const bad = this.#rng.pick(ways).call(this, operation, made)
    const address = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => bad.path[name] ?? 'x')
    const query = bad.query.map(([name, value]) => `${name}=${value}`).join('&')
    return {
      operation,
      what: bad.what,
      url: `/api${address}${query === '' ? '' : `?${query}`}`,
      headers: { 'x-requested-with': 'yingbao', ...bad.headers },
      payload: bad.payload,
    }
  }

  #sound(operation: Operation): Made {
    const made: Made = { what: 'nothing', path: {}, query: [], headers: {}, payload: undefined, body: undefined }
    for (const { name, in: place, schema } of operation.parameters) {
      const value = encodeURIComponent(String(this.#maker.value(schema, name)))
      if (place === 'path') made.path[name] = value
      else if (this.#rng.permille(400)) made.query.push([name, value])
    }
    if (operation.body === 'file') {
      made.headers['content-type'] = 'application/octet-stream'
      made.payload = Buffer.from('PK\u0003\u0004 not a file at all')
    } else if (operation.body !== undefined) this.#setBody(made, this.#bodyOf(operation, operation.body, made))
    return made
  }

  #bodyOf({ id }: Operation, schema: Json, made: Made): unknown {
    const given = this.#bodies[id]
    if (given === undefined) return this.#maker.value(schema, 'body')
    const { path = {}, form, ...fixed } = this.#rng.pick(given)
    Object.assign(made.path, path)
    return form === undefined ? fixed : { ...fixed, record: this.#maker.value(form as Json, 'record') }
  }

  #setBody(made: Made, body: unknown): void {
    made.body = body
    made.headers['content-type'] = 'application/json'
    made.payload = Buffer.from(JSON.stringify(body) ?? '')
  }

  #inBody(operation: Operation, made: Made): Made {
    if (made.body === undefined) return this.#inAddress(operation, made)
    const place = this.#rng.pick(placesOf(made.body))
    const poison = this.#rng.pick(poisons)
    made.what = `body.${place.join('.')} = ${JSON.stringify(poison).slice(0, 40)}`
    this.#setBody(made, replaced(made.body, place, poison))
    if (this.#rng.permille(100)) made.headers['idempotency-key'] = `bad-${this.#count}-key`
    return made
  }

  #inAddress(operation: Operation, made: Made): Made {
    if (operation.parameters.length === 0) return this.#inHeaders(operation, made)
    const { name, in: place } = this.#rng.pick(operation.parameters)
    const poison = this.#rng.permille(300)
      ? this.#rng.pick(Object.values(bytes))
      : encodeURIComponent(String(this.#rng.pick(poisons)).toWellFormed().slice(0, 400))
    made.what = `${place} ${name} = ${poison.slice(0, 40)}`
    if (place === 'path') made.path[name] = poison
    else made.query.push([name, poison], ...(this.#rng.permille(200) ? [[name, 'x'] as [string, string]] : []))
    return made
  }

  #inHeaders(_operation: Operation, made: Made): Made {
    const [name, value] = this.#rng.pick([
      ['idempotency-key', 'x'],
      ['idempotency-key', '王五王五王五王五'],
      ['content-type', 'text/plain'],
      ['content-type', 'multipart/form-data; boundary=x'],
      ['content-type', ''],
      ['accept', 'text/html'],
      ['range', 'bytes=5-1'],
      ['if-none-match', '\u00ff'],
    ] as const)
    made.what = `header ${name}: ${value}`
    made.headers[name] = value
    if (made.payload === undefined) made.payload = Buffer.from('{}')
    return made
  }

  #inBytes(_operation: Operation, made: Made): Made {
    const texts = [
      '',
      '{',
      '[]',
      'null',
      '5',
      '"x"',
      '{"__proto__":{"x":1}}',
      '{"constructor":{"prototype":1}}',
      `${'['.repeat(50_000)}`,
    ]
    const raw = [...texts.map((text) => Buffer.from(text)), Buffer.from([0x22, 0xff, 0xfe, 0x22]), Buffer.alloc(70, 0)]
    made.payload = this.#rng.pick(raw)
    made.what = `bytes ${made.payload.toString('latin1').slice(0, 40)}`
    return made
  }
}

interface Made {
  what: string
  readonly path: Record<string, string>
  readonly query: [string, string][]
  readonly headers: Record<string, string>
  payload: Buffer | undefined
  body: unknown
}
