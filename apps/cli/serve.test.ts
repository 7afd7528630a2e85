import { describe, expect, it } from 'vitest'
import type { Io } from './io.ts'
import { runServe } from './serve.ts'

async function run(...argv: string[]): Promise<{ code: number; told: string }> {
  const said: string[] = []
  const stream = { write: (text: string) => said.push(text) > 0 } as unknown as NodeJS.WriteStream
  const io: Io = { stdout: stream, stderr: stream }
  const code = await runServe(argv, io)
  return { code, told: said.join('') }
}

describe('yingbao serve, before anything is started', () => {
  it('names the packs when it is given one that does not exist', async () => {
    const { code, told } = await run('--demo', '--pack', 'referense')
    expect(code).toBe(2)
    expect(told).toContain('没有名为“referense”的内置政策包，--pack 可用：')
    expect(told).toContain('reference-2021')
  })

  it('takes no path of a file for a pack', async () => {
    expect((await run('--pack', 'packs/reference/pack.yaml')).code).toBe(2)
  })

  it('tells of the pack in its help, in both languages', async () => {
    const { code, told } = await run('--help')
    expect(code).toBe(0)
    expect(told.match(/--pack ID/g)).toHaveLength(3)
  })
})
