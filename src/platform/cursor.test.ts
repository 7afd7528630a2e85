import { expect, test } from 'vitest'
import { buildKeys, freshKeys } from './crypto.ts'
import { readCursor, writeCursor } from './cursor.ts'

const keys = buildKeys(freshKeys())
const place = ['2026-06-22', '案-1|\n"中']

test('a place comes back as it was written, and no cursor is no place', () => {
  expect(readCursor(keys, 'cases', writeCursor(keys, 'cases', place))).toEqual(place)
  expect(readCursor(keys, 'cases', undefined)).toBeNull()
})

test('what was made up, changed, or given out for another list or by another installation is refused', () => {
  const cursor = writeCursor(keys, 'cases', place)
  const changed = Buffer.from(cursor, 'base64url')
  changed[changed.length - 3] = (changed[changed.length - 3] ?? 0) ^ 1
  const wrong = [
    '',
    'x',
    '12',
    Buffer.from('["2026-06-22"]').toString('base64url'),
    changed.toString('base64url'),
    cursor.slice(0, -2),
  ]
  for (const each of wrong) expect(() => readCursor(keys, 'cases', each), each).toThrow('翻页位置无效')
  expect(() => readCursor(keys, 'notices', cursor)).toThrow('翻页位置无效')
  expect(() => readCursor(buildKeys(freshKeys()), 'cases', cursor)).toThrow('翻页位置无效')
})
