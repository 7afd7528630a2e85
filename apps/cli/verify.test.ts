import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Io } from './io.ts'
import { runVerify } from './verify.ts'

const sample = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const folder = mkdtempSync(join(tmpdir(), 'yingbao-verify-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function run(...argv: string[]): Promise<{ code: number; err: string }> {
  const told: string[] = []
  const stream = { write: (text: string) => told.push(text) > 0 } as unknown as NodeJS.WriteStream
  const io: Io = { stdout: stream, stderr: stream }
  const code = await runVerify(argv, io)
  return { code, err: told.join('') }
}

const verify = (out: string) => run('--in', sample, '--pack', 'reference', '--as-of', '2026-09-30', '--out', out)

describe('yingbao verify, before anything is started', () => {
  it('replaces no result when one of them cannot be replaced', async () => {
    const out = join(folder, 'taken')
    mkdirSync(join(out, 'summary.json'), { recursive: true })
    writeFileSync(join(out, 'findings.csv'), 'old')
    const { code, err } = await verify(out)
    expect(code).toBe(3)
    expect(err).toContain('summary.json')
    expect(readdirSync(out).sort()).toEqual(['findings.csv', 'summary.json'])
  })

  it('cannot write where a file stands for the folder', async () => {
    const out = join(folder, 'file')
    writeFileSync(out, '')
    expect(await verify(join(out, 'results'))).toMatchObject({ code: 3 })
  })

  it('tells bad arguments from input that cannot be used', async () => {
    expect((await run('--in', sample, '--pack', 'reference', '--as-of', '2026-9-30', '--out', folder)).code).toBe(2)
    expect(
      (await run('--in', join(folder, 'nowhere'), '--pack', 'reference', '--as-of', '2026-09-30', '--out', folder)).code,
    ).toBe(3)
  })
})
