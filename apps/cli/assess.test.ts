import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runAssess } from './assess.ts'

const folder = mkdtempSync(join(tmpdir(), 'yingbao-assess-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function run(argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = []
  const err: string[] = []
  const code = await runAssess(argv, { stdout: { write: (text) => out.push(text) }, stderr: { write: (text) => err.push(text) } })
  return { code, out: out.join(''), err: err.join('') }
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const household = file('household.json', '{"programme":"urban","members":[{"id":"a","relation":"applicant","age":45}]}')
const given = ['--pack', 'reference', '--on', '2026-09-15']

describe('yingbao assess', () => {
  it('prints one JSON object', async () => {
    const { code, out, err } = await run([...given, household])
    expect(code).toBe(0)
    expect(err).toBe('')
    expect(JSON.parse(out)).toMatchObject({ eligible: true, base_amount: '720.00', total: '720.00', payment_from: '2026-10' })
  })

  it('explains itself in English and Chinese', async () => {
    const { code, out } = await run(['--help'])
    expect(code).toBe(0)
    expect(out).toContain('用法')
    expect(out).toContain('Usage')
  })

  it.each([
    ['no pack', ['--on', '2026-09-15', household], '--pack'],
    ['no date', ['--pack', 'reference', household], '--on'],
    ['a date that does not exist', ['--pack', 'reference', '--on', '2026-02-30', household], '2026-02-30'],
    ['a date written otherwise', ['--pack', 'reference', '--on', '20260915', household], '20260915'],
    ['an unknown option', [...given, '--fast', household], '--fast'],
    ['an unknown pack', ['--pack', 'nowhere', '--on', '2026-09-15', household], 'nowhere'],
    ['a pack not yet in force', ['--pack', 'reference', '--on', '2025-12-31', household], '2025-12-31'],
    ['no household', given, '家庭文件'],
    ['two households', [...given, household, household], '多余'],
    ['missing overrides', [...given, '--params', join(folder, 'none.json'), household], 'none.json'],
    ['overrides that are no object', [...given, '--params', file('list.json', '[1]'), household], '对象'],
    [
      'a dotted name',
      [...given, '--params', file('dotted.json', '{"rounding.point":"household_total"}'), household],
      'rounding.point',
    ],
    ['a wrong value', [...given, '--params', file('share.json', '{"minimum_share":1.2}'), household], 'minimum_share'],
    ['a wrong type', [...given, '--params', file('text.json', '{"support":{"rate":"0.2"}}'), household], 'support.rate'],
    ['broken JSON in overrides', [...given, '--params', file('half.json', '{"support":'), household], 'half.json'],
  ])('refuses %s with 2', async (_, argv, named) => {
    const { code, out, err } = await run(argv)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(named)
  })

  it.each([
    ['no file', join(folder, 'absent.json'), 'absent.json'],
    ['no JSON', file('text.txt', 'programme: urban'), 'text.txt'],
    ['not UTF-8', file('latin.json', Uint8Array.of(0x7b, 0xd6, 0xd0, 0x7d)), 'latin.json'],
    ['a missing field', file('no-members.json', '{"programme":"urban"}'), 'members'],
    [
      'a null',
      file('null.json', '{"programme":"urban","members":[{"id":"a","relation":"applicant","age":null}]}'),
      'members[1].age',
    ],
    [
      'a repeated id',
      file('twice.json', '{"programme":"urban","members":[{"id":"a","relation":"applicant"},{"id":"a","relation":"child"}]}'),
      'members[2].id',
    ],
    [
      'three decimals',
      file(
        'mill.json',
        '{"programme":"urban","members":[{"id":"a","relation":"applicant"}],"incomes":[{"item":"wage","amount":1.005}]}',
      ),
      'incomes[1].amount',
    ],
    [
      'a date to come',
      file(
        'unborn.json',
        '{"programme":"urban","members":[{"id":"a","relation":"applicant"},{"id":"b","relation":"child","birth_date":"2026-09-16"}]}',
      ),
      'members[2].birth_date',
    ],
  ])('refuses %s with 3', async (_, path, named) => {
    const { code, out, err } = await run([...given, path])
    expect(code).toBe(3)
    expect(out).toBe('')
    expect(err).toContain(named)
  })

  it('runs the worked examples of the pack', async () => {
    const examples = new URL('../../packs/reference/examples/', import.meta.url)
    for (const name of readdirSync(examples).filter((entry) => entry.startsWith('input-'))) {
      const example = JSON.parse(readFileSync(new URL(name, examples), 'utf8'))
      const paths = [
        file('x-params.json', JSON.stringify(example.params)),
        file('x-household.json', JSON.stringify(example.household)),
      ]
      const { code } = await run(['--pack', example.pack, '--on', example.on, '--params', paths[0] ?? '', paths[1] ?? ''])
      expect(code, name).toBe(example.exit ?? 0)
    }
  })
})
