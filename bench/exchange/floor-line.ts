/** Calls to the unit of the floor. */
import { type ChildProcess, fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { packageRoot } from '#platform/config'
import type { TlsTexts } from '#wire/server'
import type { FloorPlan } from './floor-unit.ts'

/** Starts a program of this folder on a plan; gives its port. */
export async function startListening(
  program: string,
  planFile: string,
  plan: object,
): Promise<{ child: ChildProcess; port: number }> {
  writeFileSync(planFile, JSON.stringify(plan), { mode: 0o600 })
  const child = fork(join(packageRoot, 'bench/exchange', program), [planFile], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (value) => resolve(Number(value)))
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)))
  })
  return { child, port }
}

/** A line to the unit of the floor. */
export class FloorLine {
  readonly #child: ChildProcess
  readonly #port: number
  readonly #agent: Agent

  private constructor({ child, port }: { child: ChildProcess; port: number }, tls: TlsTexts, sockets: number) {
    this.#child = child
    this.#port = port
    this.#agent = new Agent({ keepAlive: true, minVersion: 'TLSv1.3', ...tls, maxSockets: sockets })
  }

  /** @param tls what this side shows; the plan holds the other's */
  static async start(planFile: string, plan: FloorPlan, tls: TlsTexts, sockets: number): Promise<FloorLine> {
    return new FloorLine(await startListening('floor-unit.ts', planFile, plan), tls, sockets)
  }

  /** One call; all its messages are as long. */
  post(messages: readonly Buffer[]): Promise<Buffer> {
    const body = Buffer.concat(messages)
    return new Promise((resolve, reject) => {
      const headers = { 'content-length': body.length, 'x-messages': messages.length }
      const options = { host: '127.0.0.1', port: this.#port, method: 'POST', agent: this.#agent, headers }
      const call = request(options, async (response) => {
        const parts: Buffer[] = []
        for await (const part of response) parts.push(part as Buffer)
        if (response.statusCode === 200) resolve(Buffer.concat(parts))
        else reject(new Error(`HTTP ${response.statusCode}`))
      })
      call.on('error', reject)
      call.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
    this.#child.kill('SIGKILL')
  }
}
