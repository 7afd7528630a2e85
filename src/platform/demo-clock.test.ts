import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { today } from './clock.ts'
import { readConfig } from './config.ts'
import { clockOf, moveOn, writeOffset } from './demo-clock.ts'

const dir = mkdtempSync(join(tmpdir(), 'yingbao-clock-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('a moved clock is followed by every reader, and goes on', async () => {
  const file = join(dir, 'clock.json')
  writeOffset(file, Date.parse('2026-10-09T02:00:00Z') - Date.now())
  const clock = clockOf(file)
  expect(today(clock)).toBe('2026-10-09')
  moveOn(file, 7)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(today(clock)).toBe('2026-10-16')
})

test('a production installation refuses a moved clock', () => {
  const env = { YINGBAO_CLOCK_FILE: join(dir, 'clock.json') }
  expect(readConfig({ ...env, YINGBAO_PROFILE: 'demo' }).clockFile).toBe(env.YINGBAO_CLOCK_FILE)
  expect(() => readConfig(env)).toThrow(/YINGBAO_CLOCK_FILE/)
  expect(() => readConfig({ ...env, YINGBAO_PROFILE: 'production' }, 'demo')).toThrow(/YINGBAO_CLOCK_FILE/)
})
