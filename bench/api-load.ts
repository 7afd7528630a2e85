/** A load loop over kept-alive HTTP connections: one request at a time on each, no library in between. */
import { connect, type Socket } from 'node:net'
import { monotonicMs } from '#platform/clock'

/** A request, ready to be sent. */
export interface Call {
  method: 'GET' | 'POST'
  path: string
  body?: string
}

export interface LoadOptions {
  url: string
  /** headers of every request */
  headers: Readonly<Record<string, string>>
  connections: number
  /** at most so long */
  ms: number
  /** the next request; undefined: there are no more */
  next(): Call | undefined
}

export interface LoadFigures {
  /** milliseconds of every request that was answered with 200: only these are throughput */
  times: number[]
  seconds: number
  /** all other replies, by status */
  errors: Record<string, number>
}

const headEnd = Buffer.from('\r\n\r\n')

/** One connection: sends a request, reads the whole reply. */
class Line {
  readonly #socket: Socket
  readonly #headers: string
  #chunks: Buffer[] = []
  #size = 0
  #wanted = -1
  #status = 0
  #done: ((status: number) => void) | undefined
  #failed: ((error: Error) => void) | undefined

  constructor(url: URL, headers: Readonly<Record<string, string>>) {
    const lines = Object.entries({ host: url.host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    this.#headers = lines.join('')
    this.#socket = connect(Number(url.port), url.hostname)
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk))
    this.#socket.on('error', (error) => this.#failed?.(error))
    this.#socket.on('close', () => this.#failed?.(new Error('connection closed')))
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#wanted < 0) this.#readHead()
    if (this.#wanted < 0 || this.#size < this.#wanted) return
    this.#chunks = []
    this.#size = 0
    this.#wanted = -1
    this.#done?.(this.#status)
  }

  #readHead(): void {
    const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks)
    this.#chunks = [all]
    const end = all.indexOf(headEnd)
    if (end < 0) return
    const head = all.toString('latin1', 0, end)
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
    this.#status = Number(head.slice(9, 12))
    if (length === undefined) this.#failed?.(new Error(`a reply without length: ${head.slice(0, 200)}`))
    else this.#wanted = end + headEnd.length + Number(length)
  }

  /** Gives the status of the reply. */
  send({ method, path, body }: Call): Promise<number> {
    const text = body ?? ''
    const more = body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n`
    return new Promise((resolve, reject) => {
      this.#done = resolve
      this.#failed = reject
      this.#socket.write(`${method} ${path} HTTP/1.1\r\n${this.#headers}${more}\r\n${text}`)
    })
  }

  close(): void {
    this.#failed = undefined
    this.#socket.destroy()
  }
}

/** Sends requests on all connections until the time is over or there are no more. */
export async function load(options: LoadOptions): Promise<LoadFigures> {
  const url = new URL(options.url)
  const lines = Array.from({ length: options.connections }, () => new Line(url, options.headers))
  const times: number[] = []
  const errors: Record<string, number> = {}
  const started = monotonicMs()
  const until = started + options.ms
  const drive = async (line: Line): Promise<void> => {
    for (let at = monotonicMs(); at < until; at = monotonicMs()) {
      const call = options.next()
      if (call === undefined) return
      const status = await line.send(call)
      if (status === 200) times.push(monotonicMs() - at)
      else errors[status] = (errors[status] ?? 0) + 1
    }
  }
  try {
    await Promise.all(lines.map(drive))
  } finally {
    for (const line of lines) line.close()
  }
  return { times, seconds: (monotonicMs() - started) / 1000, errors }
}

/** The value below which a share of the sorted values lies. */
export function percentile(sorted: readonly number[], share: number): number {
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2))
}
