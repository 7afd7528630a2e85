/**
 * From a form's data to the texts its template places. Pure.
 *
 * V1 the name of a field says how it is printed (…On, …Month, …Fen, …Area, …Votes, …Image); see the contract;
 * V2 `null` is an empty box, never a nought and never "none"; an empty list stays an empty list;
 * V3 a picture that stands in several places, such as a seal on many papers, is kept once;
 * V4 money in capital numerals stands beside every amount, a date in words beside every date.
 */
import { countInCapitals, dateInWords, fenInCapitals } from './capitals.ts'
import { printedDate, printedYuan } from './print-view.ts'

/** A picture the template shows under `path`. */
export type PlacedImage = { path: string; bytes: Uint8Array }

type View = string | View[] | { [key: string]: View }

function printedMonth(month: string): string {
  return `${month.slice(0, 4)}年${Number(month.slice(5, 7))}月`
}

function numberView(key: string, value: number): [string, View][] {
  if (key.endsWith('Fen')) {
    const capitals: [string, View][] = value >= 0 ? [[`${key}Capitals`, fenInCapitals(value)]] : []
    return [[key, printedYuan(value)], ...capitals]
  }
  if (key.endsWith('Votes')) {
    return [
      [key, String(value)],
      [`${key}Capitals`, countInCapitals(value)],
    ]
  }
  return [[key, key.endsWith('Area') ? printedYuan(value) : String(value)]]
}

function textView(key: string, value: string): [string, View][] {
  if (key.endsWith('Month')) return [[key, value === '' ? '' : printedMonth(value)]]
  if (!key.endsWith('On') || value === '') return [[key, value]]
  return [
    [key, printedDate(value)],
    [`${key}Words`, dateInWords(value)],
  ]
}

function itemView(value: unknown, images: PlacedImage[]): View {
  return entries('', value, images)[0]?.[1] ?? ''
}

/** What stands for one field: none for null, one or two texts else. */
function entries(key: string, value: unknown, images: PlacedImage[]): [string, View][] {
  if (value === null || value === undefined) return []
  if (typeof value === 'string') return textView(key, value)
  if (typeof value === 'number') return numberView(key, value)
  if (typeof value === 'boolean') return [[key, value ? '是' : '否']]
  if (value instanceof Uint8Array) {
    const known = images.find(({ bytes }) => bytes === value)?.path
    const path = known ?? `image-${images.length + 1}`
    if (known === undefined) images.push({ path, bytes: value })
    return [[key, path]]
  }
  if (Array.isArray(value)) return [[key, value.map((each) => itemView(each, images))]]
  return [[key, objectView(value, images)]]
}

function objectView(value: object, images: PlacedImage[]): { [key: string]: View } {
  return Object.fromEntries(Object.entries(value).flatMap(([name, each]) => entries(name, each, images)))
}

/** The texts of one form; pictures are put into `images` and named by path. */
export function formView(document: object, images: PlacedImage[]): { [key: string]: View } {
  return objectView(document, images)
}
