import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runGenerate } from './generate.ts'

const folder = mkdtempSync(join(tmpdir(), 'yingbao-generate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', '']
  const code = await runGenerate(argv, {
    stdout: { write: (t: string) => (out += t) },
    stderr: { write: (t: string) => (err += t) },
  })
  return { code, out, err }
}

describe('yingbao generate', () => {
  it('explains itself in Chinese and English', async () => {
    const { code, out } = await run('--help')
    expect(code).toBe(0)
    expect(out).toContain('生成虚构区县数据包')
    expect(out).toContain('Generates a fictional district package')
  })

  it('writes a package and says what is in it', async () => {
    const dir = join(folder, 'district')
    const { code, out } = await run('--seed', '3', '--households', '12', '--out', dir, '--as-of', '2026-09-30')
    expect(code).toBe(0)
    expect(out).toContain('12 户')
    expect(JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8'))).toMatchObject({
      format: 'yingbao-district-package',
      version: '1.0',
      as_of_hint: '2026-09-30',
    })
    for (const name of ['persons.csv', 'sources/police/register.csv', 'sources/banks/manifest.csv', 'planted.csv']) {
      expect(existsSync(join(dir, name)), name).toBe(true)
    }
  })

  it.each([
    [['--seed', '1', '--households', '5'], '--out'],
    [['--seed', 'x', '--households', '5', '--out', 'd'], '--seed'],
    [['--seed', '1', '--households', '0', '--out', 'd'], '--households'],
    [['--seed', '1', '--households', '5', '--out', 'd', '--as-of', '2026-02-30'], '2026-02-30'],
    [['--seed', '1', '--households', '5', '--out', 'd', '--dirt', 'much'], 'much'],
    [['--seed', '1', '--seed', '2', '--households', '5', '--out', 'd'], '两次'],
    [['--seed'], '缺少值'],
    [['--colour', 'red'], '--colour'],
  ])('refuses %j', async (argv, word) => {
    const { code, err } = await run(...argv)
    expect(code).toBe(2)
    expect(err).toContain(word)
  })

  it('says when the folder cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '')
    const { code, err } = await run('--seed', '1', '--households', '5', '--out', join(folder, 'file', 'inside'))
    expect(code).toBe(3)
    expect(err).toContain('无法写入')
  })
})
