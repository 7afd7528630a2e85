import { expect, test } from 'vitest'
import { closure } from './web-bytes.ts'

const manifest = { 'index.html': { file: 'a.js', imports: ['b'] }, b: { file: 'b.js', imports: ['index.html'] } }

test('the entry is what it imports at once, and is never empty', () => {
  expect([...closure(manifest, 'index.html')]).toEqual(['index.html', 'b'])
  expect(() => closure({ b: { file: 'b.js' } }, 'index.html')).toThrow('no index.html')
  expect(() => closure({ 'index.html': { file: 'a.js', imports: ['gone'] } }, 'index.html')).toThrow('no gone')
})
