import { createRequire } from 'node:module'

/**
 * Takes the network from this process for good, native code included: on Linux the kernel refuses new sockets of the internet (seccomp; the
 * line to the process that started this one is open already). Elsewhere only the variables that lead nowhere stand in the way (confined.ts).
 */

interface Machine {
  /** As the kernel tells a filter. */
  readonly audit: number
  readonly socket: number
  readonly seccomp: number
}

const machines: Partial<Record<string, Machine>> = {
  x64: { audit: 0xc000003e, socket: 41, seccomp: 317 },
  arm64: { audit: 0xc00000b7, socket: 198, seccomp: 277 },
}

/** The same on both: another way to open a socket. */
const IO_URING_SETUP = 425
/** Calls of the 32-bit convention on x64. */
const FOREIGN = 0x40000000

const LOAD = 0x20
const EQUAL = 0x15
const AT_LEAST = 0x35
const RETURN = 0x06
const ALLOW = 0x7fff0000
const REFUSE = 0x00050000 | 13
const [NUMBER, ARCHITECTURE, FIRST_ARGUMENT] = [0, 4, 16]
const UNIX = 1

/** Classic BPF: code, jump if true, jump if false, value. */
function filterOf({ audit, socket }: Machine): (readonly [number, number, number, number])[] {
  return [
    [LOAD, 0, 0, ARCHITECTURE],
    [EQUAL, 0, 6, audit],
    [LOAD, 0, 0, NUMBER],
    [AT_LEAST, 4, 0, FOREIGN],
    [EQUAL, 3, 0, IO_URING_SETUP],
    [EQUAL, 0, 3, socket],
    [LOAD, 0, 0, FIRST_ARGUMENT],
    [EQUAL, 1, 0, UNIX],
    [RETURN, 0, 0, REFUSE],
    [RETURN, 0, 0, ALLOW],
  ]
}

function bytesOf(filter: ReturnType<typeof filterOf>): Buffer {
  const bytes = Buffer.alloc(filter.length * 8)
  for (const [at, [code, yes, no, value]] of filter.entries()) {
    bytes.writeUInt16LE(code, at * 8)
    bytes.writeUInt8(yes, at * 8 + 2)
    bytes.writeUInt8(no, at * 8 + 3)
    bytes.writeUInt32LE(value, at * 8 + 4)
  }
  return bytes
}

const SET_NO_NEW_PRIVILEGES = 38
const FILTER = 1
const ALL_THREADS = 1

/** True when the kernel holds this process to it. */
export function leaveNetwork(): boolean {
  const machine = process.platform === 'linux' ? machines[process.arch] : undefined
  if (machine === undefined) return false
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const libc = koffi.load(null)
  const program = koffi.struct({ length: 'uint16_t', filter: koffi.pointer('uint8_t') })
  const prctl = libc.func('prctl', 'int', ['int', 'unsigned long', 'unsigned long', 'unsigned long', 'unsigned long'])
  const seccomp = libc.func('syscall', 'long', ['long', 'unsigned int', 'unsigned int', koffi.pointer(program)])
  const filter = filterOf(machine)
  if (prctl(SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) !== 0) return false
  return seccomp(machine.seccomp, FILTER, ALL_THREADS, { length: filter.length, filter: bytesOf(filter) }) === 0
}
