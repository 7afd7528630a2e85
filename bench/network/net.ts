/**
 * The net under the nodes of the bench: network namespaces with addresses of their own, joined by a bridge, where the machine
 * permits them; otherwise loopback addresses. A node's line is cut by taking its interface down, or at its proxies.
 */
import { execFileSync } from 'node:child_process'
import { FaultyLine } from './faulty-line.ts'

/** A place in the net. */
export interface NetNode {
  name: string
  /** address others reach it under */
  host: string
  /** how a program is started so that it lives in this place */
  command(program: string, args: readonly string[]): { program: string; args: string[] }
}

/** A net of nodes and the lines between them. */
export interface Net {
  kind: 'namespaces' | 'loopback'
  /** why there are no namespaces; empty when there are */
  why: string
  node(name: string): NetNode
  /** A line that a node dials, to another node's port; gives the address to dial. */
  line(dialler: string, target: string, port: number): Promise<string>
  /** Nothing passes from or to a node any more. */
  cut(name: string): void
  mend(name: string): void
  /** Every line gets slower by so many milliseconds a call, and so often a call is sent twice. */
  disturb(delayMs: number, duplicates: number): void
  /** calls that were sent twice so far */
  duplicated(): number
  close(): Promise<void>
}

const BRIDGE = 'ybnet0'
const SUBNET = '10.77.31'

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // It was not there.
  }
}

/** The lines of a net; how a node is cut off differs. */
abstract class Lines implements Net {
  abstract readonly kind: 'namespaces' | 'loopback'
  readonly why: string = ''
  protected readonly lines: { dialler: string; target: string; line: FaultyLine }[] = []
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  abstract node(name: string): NetNode
  abstract cut(name: string): void
  abstract mend(name: string): void
  protected abstract readonly proxyHost: string

  async line(dialler: string, target: string, port: number): Promise<string> {
    const line = new FaultyLine({ host: this.node(target).host, port }, this.#random)
    this.lines.push({ dialler, target, line })
    return `http://${this.proxyHost}:${await line.listen(this.proxyHost)}`
  }

  disturb(delayMs: number, duplicates: number): void {
    for (const { line } of this.lines) line.disturb(delayMs, duplicates)
  }

  duplicated(): number {
    return this.lines.reduce((sum, { line }) => sum + line.duplicated, 0)
  }

  async close(): Promise<void> {
    await Promise.all(this.lines.map(({ line }) => line.close()))
  }
}

/** Nodes in network namespaces. */
class NamespaceNet extends Lines {
  readonly kind = 'namespaces'
  protected readonly proxyHost = `${SUBNET}.1`
  readonly #nodes = new Map<string, NetNode>()

  constructor(random: () => number) {
    super(random)
    quietly(() => ip('link', 'del', BRIDGE))
    ip('link', 'add', BRIDGE, 'type', 'bridge')
    ip('addr', 'add', `${SUBNET}.1/24`, 'dev', BRIDGE)
    ip('link', 'set', BRIDGE, 'up')
  }

  node(name: string): NetNode {
    const known = this.#nodes.get(name)
    if (known) return known
    const space = `yb-${name}`
    const host = `${SUBNET}.${this.#nodes.size + 10}`
    quietly(() => ip('netns', 'del', space))
    ip('netns', 'add', space)
    ip('link', 'add', `v-${name}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space)
    ip('link', 'set', `v-${name}`, 'master', BRIDGE)
    ip('link', 'set', `v-${name}`, 'up')
    ip('-n', space, 'addr', 'add', `${host}/24`, 'dev', 'eth0')
    ip('-n', space, 'link', 'set', 'eth0', 'up')
    ip('-n', space, 'link', 'set', 'lo', 'up')
    const command = (program: string, args: readonly string[]) => ({
      program: 'ip',
      args: ['netns', 'exec', space, program, ...args],
    })
    const made = { name, host, command }
    this.#nodes.set(name, made)
    return made
  }

  cut(name: string): void {
    ip('link', 'set', `v-${name}`, 'down')
  }

  mend(name: string): void {
    ip('link', 'set', `v-${name}`, 'up')
  }

  override async close(): Promise<void> {
    await super.close()
    for (const name of this.#nodes.keys()) quietly(() => ip('netns', 'del', `yb-${name}`))
    quietly(() => ip('link', 'del', BRIDGE))
  }
}

/** Nodes on loopback addresses, cut off at their proxies. */
class LoopbackNet extends Lines {
  readonly kind = 'loopback'
  protected readonly proxyHost = '127.0.0.1'
  override readonly why: string
  readonly #nodes = new Map<string, NetNode>()

  constructor(random: () => number, why: string) {
    super(random)
    this.why = why
  }

  node(name: string): NetNode {
    const known = this.#nodes.get(name)
    if (known) return known
    const made: NetNode = {
      name,
      host: `127.0.0.${this.#nodes.size + 10}`,
      command: (program, args) => ({ program, args: [...args] }),
    }
    this.#nodes.set(name, made)
    return made
  }

  #linesOf(name: string): FaultyLine[] {
    return this.lines.filter(({ dialler, target }) => dialler === name || target === name).map(({ line }) => line)
  }

  cut(name: string): void {
    for (const line of this.#linesOf(name)) line.cut()
  }

  mend(name: string): void {
    for (const line of this.#linesOf(name)) line.mend()
  }
}

/** Opens a net: namespaces where they are permitted and wanted. */
export function openNet(random: () => number, wanted: 'namespaces' | 'loopback' = 'namespaces'): Net {
  if (wanted === 'loopback') return new LoopbackNet(random, 'asked for')
  try {
    return new NamespaceNet(random)
  } catch (error) {
    return new LoopbackNet(random, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
  }
}
