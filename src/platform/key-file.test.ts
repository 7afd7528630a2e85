import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadKeys } from './key-file.ts'

let dir = ''
let file = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yingbao-keys-'))
  file = join(dir, 'keys.json')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** The file as it was before suite GM1. */
function makeOld(): void {
  loadKeys(file)
  const { gm1, ...old } = JSON.parse(readFileSync(file, 'utf8'))
  expect(gm1).toBeDefined()
  rmSync(file)
  writeFileSync(file, JSON.stringify(old), { mode: 0o640 })
}

/** Opens the file in a process of its own; gives the public keys of suite GM1. */
async function openElsewhere(): Promise<string> {
  const code = `import { loadKeys } from '#platform/key-file'
    const { gm1 } = loadKeys(process.argv[1]); console.log(gm1.signing.publicKey, gm1.box.publicKey)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code, file], { cwd: process.cwd() })
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += String(chunk)
  })
  await once(child, 'close')
  return out.trim()
}

test('a first start makes the file, whole and for nobody else; a later one reads the same', () => {
  const keys = loadKeys(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(dir)).toEqual(['keys.json'])
  const again = loadKeys(file)
  expect([again.signing, again.box, again.gm1]).toEqual([keys.signing, keys.box, keys.gm1])
  expect(again.openText(keys.seal('张三'))).toBe('张三')
})

test('a file of before gets SM2 pairs when it is opened, keeps all else, and is for nobody else', () => {
  makeOld()
  const before = JSON.parse(readFileSync(file, 'utf8'))
  const keys = loadKeys(file)
  expect(keys.gm1.signing.publicKey).toHaveLength(86)
  expect(keys.gm1.signing.publicKey).not.toBe(keys.gm1.box.publicKey)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...before, gm1: keys.gm1 })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(dir)).toEqual(['keys.json'])
  expect(loadKeys(file).gm1).toEqual(keys.gm1)
})

test('pairs that a process placed before it was killed are taken, not made anew', () => {
  makeOld()
  const placed = loadKeys(join(dir, 'other.json')).gm1
  writeFileSync(`${file}.gm1`, JSON.stringify(placed), { mode: 0o600 })
  expect(loadKeys(file).gm1).toEqual(placed)
  expect(readdirSync(dir)).toEqual(['keys.json', 'other.json'])
})

test('processes that open an old file at the same moment have the same pairs', async () => {
  makeOld()
  const opened = await Promise.all(Array.from({ length: 4 }, openElsewhere))
  const { gm1 } = loadKeys(file)
  expect(opened).toEqual(Array.from({ length: 4 }, () => `${gm1.signing.publicKey} ${gm1.box.publicKey}`))
  expect(readdirSync(dir)).toEqual(['keys.json'])
})

test('a damaged file is told, never replaced', () => {
  writeFileSync(file, JSON.stringify({ version: 1 }))
  expect(() => loadKeys(file)).toThrow('不完整或已损坏')
  expect(readFileSync(file, 'utf8')).toBe('{"version":1}')
})
