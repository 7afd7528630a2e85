/** Fills the texts of a connector with values. `{name}` a value, `{name:10}` its first characters, `{name:number}` a number. */

/** What JSON text holds. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** Values by name, nested by dots: `{asked.id}` is `asked` → `id`. */
export type Scope = Readonly<Record<string, Json>>

/** A text names a value that is not there. */
export class TemplateFault extends Error {
  override readonly name = 'TemplateFault'
}

const PLACE = /\{([A-Za-z][A-Za-z0-9_.]*)(?::(\d+|number))?\}/g
const WHOLE_NUMBER = /^\{([A-Za-z][A-Za-z0-9_.]*):number\}$/

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a place such as `data.list`; the empty place is the whole. Undefined when there is none. */
export function placed(value: Json | undefined, place: string): Json | undefined {
  let at = value
  for (const name of place === '' ? [] : place.split('.')) {
    if (Array.isArray(at)) at = at[Number(name)]
    else at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined
  }
  return at
}

/** A value as text; an absent one and null are empty. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Only fields of a row may be absent. */
function namedValue(scope: Scope, name: string): Json | undefined {
  const value = placed(scope, name)
  if (value === undefined && !name.startsWith('row.')) throw new TemplateFault(`没有名为“${name}”的值`)
  return value
}

/** Fills a text. Throws TemplateFault for a name without a value. */
export function fill(template: string, scope: Scope): string {
  return template.replace(PLACE, (_, name: string, form: string | undefined) => {
    const text = textOf(namedValue(scope, name))
    return form === undefined || form === 'number' ? text : [...text].slice(0, Number(form)).join('')
  })
}

/** Fills every text of a tree; an object with `each` alone, in a list, stands once for every person. */
export function fillTree(tree: Json, scope: Scope, persons: readonly Scope[]): Json {
  if (typeof tree === 'string') {
    const whole = WHOLE_NUMBER.exec(tree)?.[1]
    return whole === undefined ? fill(tree, scope) : Number(textOf(namedValue(scope, whole)))
  }
  if (Array.isArray(tree)) {
    return tree.flatMap((each: Json): Json[] => {
      const repeated = repeatedIn(each)
      if (repeated === undefined) return [fillTree(each, scope, persons)]
      return persons.map((asked) => fillTree(repeated, { ...scope, asked }, persons))
    })
  }
  if (!isObject(tree)) return tree
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, fillTree(value, scope, persons)]))
}

function repeatedIn(tree: Json): Json | undefined {
  return isObject(tree) && Object.keys(tree).length === 1 ? tree.each : undefined
}

/** The tree without what stands once for every person. */
export function withoutEach(tree: Json): Json {
  if (Array.isArray(tree)) return tree.filter((each: Json) => repeatedIn(each) === undefined).map(withoutEach)
  if (!isObject(tree)) return tree
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, withoutEach(value)]))
}

/** Names a tree of texts uses. */
export function namesIn(tree: Json): string[] {
  if (typeof tree === 'string') return [...tree.matchAll(PLACE)].flatMap(([, name]) => name ?? [])
  if (Array.isArray(tree)) return tree.flatMap(namesIn)
  return isObject(tree) ? Object.values(tree).flatMap(namesIn) : []
}
