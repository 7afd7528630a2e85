import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { childEnvironment } from '#platform/config'
import { runDci } from './dci.ts'
import type { Io } from './io.ts'

const program = join(import.meta.dirname, '../../bin/yingbao.js')

async function run(argv: string[], env: Record<string, string>): Promise<{ code: number | null; told: string }> {
  const child = spawn(process.execPath, [program, 'dci', ...argv], { env: childEnvironment(env) })
  let told = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (told += chunk.toString('utf8')))
  const [code] = (await once(child, 'exit')) as [number | null]
  return { code, told }
}

/** Starts the mode and gives what it printed once it serves. */
async function startMode(): Promise<{ told: string; stop(): Promise<number | null> }> {
  const child = spawn(process.execPath, [program, 'dci', '--port', '0', '--partner-test'], {
    env: childEnvironment({ DATABASE_URL: '', YINGBAO_PROFILE: 'demo', YINGBAO_LOG: 'info' }),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = ''
  // Read to its end: a pipe that is closed early would end the program with a fault of its own.
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      told += chunk.toString('utf8')
      if (told.includes('可查到的虚构人员')) resolve()
    })
  })
  return {
    told,
    async stop() {
      child.kill('SIGTERM')
      const [code] = (await once(child, 'exit')) as [number | null]
      return code
    },
  }
}

describe('yingbao dci', () => {
  it('refuses the test-partner mode under the production profile, in Chinese', async () => {
    const { code, told } = await run(['--port', '0', '--partner-test'], { YINGBAO_PROFILE: 'production' })
    expect(code).toBe(2)
    expect(told).toMatch(/正式运行.*不能启动测试合作方模式/)
    expect(told).not.toContain('http://')
  })

  it('tells of its use when it is not told what to do', async () => {
    const said: string[] = []
    const stream = { write: (text: string) => said.push(text) > 0 } as unknown as NodeJS.WriteStream
    const io: Io = { stdout: stream, stderr: stream }
    expect(await runDci(['partner', 'sell'], io)).toBe(2)
    expect(said.join('')).toContain('yingbao dci partner add')
  })

  it('serves a fictional registry on an empty database, marks every reply, and ends cleanly', async () => {
    const mode = await startMode()
    try {
      const url = /^http:\/\/127\.0\.0\.1:\d+\/dci\/v1$/m.exec(mode.told)?.[0] ?? ''
      const secret = /^client_id test-partner {2}client_secret (\S+)/m.exec(mode.told)?.[1] ?? ''
      const number = /UIN (\d{17}[\dX])/.exec(mode.told)?.[1]
      const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'test-partner', client_secret: secret })
      const token = await fetch(`${url}/oauth2/client/token`, { method: 'POST', body: form })
      expect(token.headers.get('x-yingbao-mode')).toBe('partner-test')
      const { access_token: bearer } = (await token.json()) as { access_token: string }
      const now = new Date().toISOString()
      const authorize = { ts: '2026-01-01T00:00:00Z', purpose: { code: 'partner-test', ref_uri: 'urn:paper:1' } }
      const criteria = { query_type: 'idtype-value', query: { type: 'UIN', value: number }, authorize }
      const search = (signature: string): Promise<Response> =>
        fetch(`${url}/registry/sync/search`, {
          method: 'POST',
          headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            signature,
            header: { message_id: randomUUID(), message_ts: now, action: 'search', sender_id: 'test-partner', total_count: 1 },
            message: {
              transaction_id: 't1',
              search_request: [{ reference_id: 'r1', timestamp: now, search_criteria: criteria }],
            },
          }),
        })
      for (const stub of ['unsigned', 'unsigned-stub']) {
        const reply = await search(stub)
        expect([reply.status, reply.headers.get('x-yingbao-mode')]).toEqual([200, 'partner-test'])
        expect(await reply.text()).toContain(`"identifier_value":"${number}"`)
      }
      for (const text of ['unsigned-stub-2', 'Unsigned', 'none']) {
        const reply = await search(text)
        const said = { message: { ack_status: 'ERR', error: { code: 'err.signature.invalid' } } }
        expect([reply.status, await reply.json()]).toMatchObject([401, said])
      }
      const missing = await fetch(`${url}/nothing`)
      expect([missing.status, missing.headers.get('x-yingbao-mode')]).toEqual([404, 'partner-test'])
    } finally {
      expect(await mode.stop()).toBe(0)
    }
  })
})
