/** For tests: servers of Debian's nats-server as one cluster on free ports, mutual TLS everywhere, every write on disk. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '#platform/config'
import { type AuthorityTexts, issueCertificate, makeAuthority } from '../src/wire/transports/certificates.ts'
import { type BrokerAccess, brokerUsers, connectBroker, prepareBroker } from '../src/wire/transports/nats.ts'

const PROGRAM = '/usr/sbin/nats-server'
const KEEPER = 'yingbao.keeper'
const START_MS = 20_000
const STARTS = 3

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  return servers.map((server) => {
    const address = server.address()
    server.close()
    return typeof address === 'object' && address ? address.port : 0
  })
}

/** A cluster that nodes meet on. */
export class NatsCluster {
  readonly dir = mkdtempSync(join(tmpdir(), 'yingbao-nats-'))
  readonly #size: number
  readonly #nodeIds: readonly string[]
  readonly #processes: (ChildProcess | undefined)[] = []
  #authority: AuthorityTexts = { cert: '', key: '' }
  #ports: number[] = []

  private constructor(size: number, nodeIds: readonly string[]) {
    this.#size = size
    this.#nodeIds = nodeIds
  }

  /** Starts the servers and makes the stream and the consumers of the nodes; once more where a free port was taken meanwhile. */
  static async start(size: number, nodeIds: readonly string[]): Promise<NatsCluster> {
    const cluster = new NatsCluster(size, nodeIds)
    cluster.#authority = await makeAuthority('test', Date.now())
    for (let left = STARTS; ; left -= 1) {
      try {
        await cluster.#begin()
        return cluster
      } catch (error) {
        const isPortTaken = cluster.#hasEnded()
        await cluster.close()
        if (!isPortTaken || left === 1) throw error
      }
    }
  }

  async #begin(): Promise<void> {
    this.#ports = await freePorts(this.#size * 3)
    for (let i = 0; i < this.#size; i += 1) await this.#configure(i)
    for (let i = 0; i < this.#size; i += 1) this.run(i)
    await this.#prepare()
  }

  /** Whether a server has ended by itself. */
  #hasEnded(): boolean {
    return this.#processes.some((process) => process?.exitCode !== null)
  }

  async #configure(i: number): Promise<void> {
    const { ca, cert, key } = await issueCertificate(this.#authority, `n${i}`, ['127.0.0.1', 'localhost'], Date.now())
    const dir = join(this.dir, `n${i}`)
    mkdirSync(dir, { recursive: true })
    for (const [name, text] of Object.entries({ ca, cert, key })) writeFileSync(join(dir, `${name}.pem`), text)
    const files = `cert_file: "${dir}/cert.pem", key_file: "${dir}/key.pem", ca_file: "${dir}/ca.pem"`
    const routes = this.#ports.slice(this.#size, this.#size * 2).map((port) => `"nats://127.0.0.1:${port}"`)
    const template = this.#template()
    const values: Record<string, string> = {
      SERVER_NAME: `n${i}`,
      CLIENT_LISTEN: `127.0.0.1:${this.#ports[i] ?? 0}`,
      CLUSTER_LISTEN: `127.0.0.1:${this.#ports[this.#size + i] ?? 0}`,
      ROUTES: routes.join(', '),
      STORE_DIR: join(dir, 'store'),
      MONITOR_PORT: String(this.#ports[this.#size * 2 + i] ?? 0),
      TLS_FILES: files,
    }
    const config = template.replace(/@([A-Z_]+)@/g, (_, name: string) => values[name] ?? '')
    writeFileSync(join(dir, 'users.conf'), brokerUsers(this.#nodeIds, KEEPER))
    writeFileSync(join(dir, 'server.conf'), config)
  }

  /** The settings that the documentation hands out; one server alone is no cluster. */
  #template(): string {
    const text = readFileSync(join(packageRoot, 'deploy/nats-server.conf'), 'utf8')
    return this.#size === 1 ? text.replace(/^cluster \{\n[\s\S]*?^\}\n/m, '') : text
  }

  /** Starts a server, for the first time or again. */
  run(i: number): void {
    const dir = join(this.dir, `n${i}`)
    this.#processes[i] = spawn(PROGRAM, ['-c', join(dir, 'server.conf'), '-l', join(dir, 'log')], { stdio: 'ignore' })
  }

  /** Ends a server with -9. */
  async kill(i: number): Promise<void> {
    const process = this.#processes[i]
    if (!process || process.exitCode !== null) return
    const ended = new Promise((resolve) => process.once('exit', resolve))
    process.kill('SIGKILL')
    await ended
  }

  /** How a node, or whoever holds its certificate, calls. */
  async access(nodeId: string): Promise<BrokerAccess> {
    const servers = this.#ports.slice(0, this.#size).map((port) => `localhost:${port}`)
    return { servers, tls: await issueCertificate(this.#authority, nodeId, [], Date.now()) }
  }

  async #prepare(): Promise<void> {
    const until = performance.now() + START_MS
    const access = await this.access(KEEPER)
    for (;;) {
      try {
        const broker = await connectBroker('keeper', access)
        await prepareBroker(broker, this.#nodeIds, { replicas: this.#size }).finally(() => broker.close())
        return
      } catch (error) {
        if (performance.now() > until || this.#hasEnded()) throw error
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    }
  }

  /** Number of the server that leads the stream. */
  async leader(): Promise<number> {
    const broker = await connectBroker('keeper', await this.access(KEEPER))
    const reply = await broker.request('$JS.API.STREAM.INFO.YINGBAO')
    await broker.close()
    const { cluster } = reply.json<{ cluster: { leader: string } }>()
    return Number(cluster.leader.slice(1))
  }

  async close(): Promise<void> {
    for (let i = 0; i < this.#size; i += 1) await this.kill(i)
    rmSync(this.dir, { recursive: true, force: true })
  }
}
