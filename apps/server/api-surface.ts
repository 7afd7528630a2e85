/**
 * What the description of the API promises to whoever calls it: every operation with the fields it takes and gives, and their types. Two such
 * lists are compared, so that a change that would break a caller is seen before it is released. The rule stands in docs/api.md.
 */

type Json = Readonly<Record<string, unknown>>

/** Fields by their place (`query.limit`, `body.rows[].name`) with their types: `string | null`, and ` ?` behind what may be missing. */
export type Fields = Readonly<Record<string, string>>

/** One operation as promised. */
export interface Operation {
  /** Whether the caller must be signed in. */
  readonly signedIn: boolean
  readonly input: Fields
  readonly output: Fields
}

/** The promises of one version of the API; operations are named `GET /households/{householdNo}`. */
export interface Surface {
  readonly version: string
  readonly operations: Readonly<Record<string, Operation>>
}

interface Leaf {
  required: boolean
  readonly types: Set<string>
}

const OPTIONAL = ' ?'
const OR = ' | '

const isJson = (x: unknown): x is Json => typeof x === 'object' && x !== null && !Array.isArray(x)
const listOf = (x: unknown): readonly unknown[] => (Array.isArray(x) ? x : [])

/** What tells an alternative of a union from the others: its fields of one fixed value. */
function labelOf(option: Json): string {
  const fixed = Object.entries(isJson(option.properties) ? option.properties : {}).flatMap(([name, property]) =>
    isJson(property) && 'const' in property ? [`${name}=${String(property.const)}`] : [],
  )
  return `<${fixed.join(',')}>`
}

/** Collects the fields of a schema under a place. */
class FieldList {
  readonly #leaves = new Map<string, Leaf>()

  add(place: string, required: boolean, ...types: string[]): void {
    const leaf = this.#leaves.get(place)
    if (leaf === undefined) {
      this.#leaves.set(place, { required, types: new Set(types) })
      return
    }
    leaf.required &&= required
    for (const type of types) leaf.types.add(type)
  }

  visit(schema: unknown, place: string, required: boolean): void {
    if (!isJson(schema)) {
      this.add(place, required, 'any')
      return
    }
    const options = listOf(schema.anyOf ?? schema.oneOf).filter(isJson)
    const objects = options.filter((option) => option.type === 'object').length
    for (const option of options) {
      const apart = option.type === 'object' && objects > 1
      if (apart) this.add(place, required, 'object')
      this.visit(option, apart ? `${place}${labelOf(option)}` : place, required)
    }
    for (const part of listOf(schema.allOf)) this.visit(part, place, required)
    if (options.length === 0 && schema.allOf === undefined) this.#plain(schema, place, required)
  }

  #plain(schema: Json, place: string, required: boolean): void {
    const values = 'const' in schema ? [schema.const] : listOf(schema.enum)
    const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? 'any']
    this.add(place, required, ...(values.length > 0 ? values.map((value) => JSON.stringify(value)) : types.map(String)))
    if (schema.items !== undefined) this.visit(schema.items, `${place}[]`, true)
    listOf(schema.prefixItems).forEach((item, i) => {
      this.visit(item, `${place}[${i}]`, true)
    })
    if (isJson(schema.additionalProperties)) this.visit(schema.additionalProperties, `${place}{}`, true)
    const needed = new Set(listOf(schema.required))
    for (const [name, property] of Object.entries(isJson(schema.properties) ? schema.properties : {}))
      this.visit(property, `${place}.${name}`, needed.has(name))
  }

  fields(): Fields {
    const sorted = [...this.#leaves].sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(
      sorted.map(([place, { required, types }]) => [place, `${[...types].sort().join(OR)}${required ? '' : OPTIONAL}`]),
    )
  }
}

/** The schema of a JSON body; a file is a text of bytes. */
function bodySchema(content: unknown): unknown {
  const json = isJson(content) ? content['application/json'] : undefined
  return isJson(json) ? json.schema : { type: 'file' }
}

function operationOf(operation: Json): Operation {
  const input = new FieldList()
  for (const parameter of listOf(operation.parameters).filter(isJson))
    input.visit(parameter.schema, `${String(parameter.in)}.${String(parameter.name)}`, parameter.required === true)
  if (isJson(operation.requestBody)) input.visit(bodySchema(operation.requestBody.content), 'body', true)
  const output = new FieldList()
  const done = isJson(operation.responses) ? operation.responses['200'] : undefined
  if (isJson(done)) output.visit(bodySchema(done.content), 'reply', true)
  return { signedIn: operation.security === undefined, input: input.fields(), output: output.fields() }
}

/** What an OpenAPI document promises. */
export function surfaceOf(document: Json): Surface {
  const info = isJson(document.info) ? document.info : {}
  const operations: Record<string, Operation> = {}
  for (const [path, methods] of Object.entries(isJson(document.paths) ? document.paths : {}))
    for (const [method, operation] of Object.entries(isJson(methods) ? methods : {}))
      if (isJson(operation)) operations[`${method.toUpperCase()} ${path}`] = operationOf(operation)
  const sorted = Object.entries(operations).sort(([a], [b]) => (a < b ? -1 : 1))
  return { version: String(info.version), operations: Object.fromEntries(sorted) }
}

interface Field {
  readonly optional: boolean
  readonly types: readonly string[]
}

function fieldOf(text: string): Field {
  const optional = text.endsWith(OPTIONAL)
  return { optional, types: (optional ? text.slice(0, -OPTIONAL.length) : text).split(OR) }
}

/** Whether a value of one type is also of another: 3 is a number, "a" is a string. */
function fits(type: string, into: string): boolean {
  if (type === into || into === 'any') return true
  if (into === 'number') return type === 'integer' || /^-?\d/.test(type)
  return into === 'string' && type.startsWith('"')
}

const isListed = (type: string): boolean => type.startsWith('"')

/** Place of what a field stands in: `body.rows[]` of `body.rows[].name`. */
function parentOf(place: string): string {
  return place.replace(/(\.[^.[\]{}<>]+|\[\d*\]|\{\}|<[^<>]*>)$/, '')
}

function inputBreaks(was: Fields, is: Fields): string[] {
  const lost = Object.entries(was).flatMap(([place, text]) => {
    const now = is[place]
    if (now === undefined) return [`${place} is no longer taken`]
    const [before, after] = [fieldOf(text), fieldOf(now)]
    const refused = before.types.filter((type) => !after.types.some((into) => fits(type, into)))
    return [
      ...(refused.length > 0 ? [`${place} no longer takes ${refused.join(OR)}`] : []),
      ...(before.optional && !after.optional ? [`${place} must now be given`] : []),
    ]
  })
  const demanded = Object.entries(is).flatMap(([place, text]) => {
    if (was[place] !== undefined || fieldOf(text).optional) return []
    const parent = parentOf(place)
    const isOld = was[parent] !== undefined || ['path', 'query', ''].includes(parent) || place === 'body'
    return isOld && !/[\]}>]$/.test(place) ? [`${place} must be given and is new`] : []
  })
  return [...lost, ...demanded]
}

function outputBreaks(was: Fields, is: Fields): string[] {
  return Object.entries(was).flatMap(([place, text]) => {
    const now = is[place]
    if (now === undefined) return [`${place} is no longer given`]
    const [before, after] = [fieldOf(text), fieldOf(now)]
    const grows = before.types.some(isListed)
    const foreign = after.types.filter((type) => !before.types.some((into) => fits(type, into)) && !(grows && isListed(type)))
    return [
      ...(foreign.length > 0 ? [`${place} may now be ${foreign.join(OR)}`] : []),
      ...(!before.optional && after.optional ? [`${place} may now be missing`] : []),
    ]
  })
}

/** Every change from one list of promises to another that breaks a caller who kept to the first; empty when there is none. */
export function breaksOf(was: Surface, is: Surface): string[] {
  return Object.entries(was.operations).flatMap(([name, before]) => {
    const after = is.operations[name]
    if (after === undefined) return [`${name}: is gone`]
    return [
      ...(!before.signedIn && after.signedIn ? ['needs an account now'] : []),
      ...inputBreaks(before.input, after.input),
      ...outputBreaks(before.output, after.output),
    ].map((text) => `${name}: ${text}`)
  })
}

const majorOf = (version: string): number => Number(version.split('.')[0])

/**
 * What is wrong with the version of the API, given the promises of the last released one: a break needs a new major, any other change a new
 * minor. Empty when nothing is.
 */
export function versionFaults(released: Surface, now: Surface): string[] {
  const breaks = breaksOf(released, now)
  if (breaks.length > 0 && majorOf(now.version) <= majorOf(released.version)) return breaks
  const same = JSON.stringify(released.operations) === JSON.stringify(now.operations)
  if (!same && now.version === released.version) return [`the API has changed: raise the minor of ${now.version}`]
  return []
}
