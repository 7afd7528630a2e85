/** CPU and memory of processes, read from /proc (Linux). */
import { readdirSync, readFileSync } from 'node:fs'

/** What a process and its waited-for children took. */
export interface Usage {
  /** user and system time in seconds */
  cpu: number
  /** largest resident set in MB */
  peakMb: number
}

const ticksPerSecond = 100
const kbPerMb = 1024

function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

function cpuIfThere(pid: number): number | undefined {
  const fields = statFields(pid)
  const ticks = fields && [11, 12, 13, 14].reduce((sum, place) => sum + Number(fields[place] ?? 0), 0)
  return ticks === undefined ? undefined : ticks / ticksPerSecond
}

/** Largest resident set so far in MB; undefined for a process that has ended. */
export function peakIfThere(pid: number): number | undefined {
  try {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return found === undefined ? undefined : Number(found) / kbPerMb
  } catch {
    return undefined
  }
}

/** What was measured of a process; throws when there is none, for its 0 would be a figure. */
function there(measured: number | undefined, pid: number | undefined): number {
  if (measured === undefined) throw new Error(`there is no process ${pid ?? ''} to measure`)
  return measured
}

/** CPU seconds of a process, with those of children it has waited for. Throws when it has ended. */
export function cpuOf(pid: number | undefined): number {
  return there(pid === undefined ? undefined : cpuIfThere(pid), pid)
}

/** Largest resident set of a process so far, in MB. Throws when it has ended. */
export function peakOf(pid: number | undefined): number {
  return there(pid === undefined ? undefined : peakIfThere(pid), pid)
}

/** A process and all its living descendants. */
export function familyOf(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = statFields(Number(name))?.[1]
    if (parent !== undefined) parents.set(Number(name), Number(parent))
  }
  const family = [pid]
  for (let i = 0; i < family.length; i++) {
    for (const [child, parent] of parents) if (parent === family[i]) family.push(child)
  }
  return family
}

/**
 * CPU and peak memory of a process with its descendants; memory is the largest of them. Throws when it has ended itself; a
 * descendant may end while it is looked at: who waited for it has its seconds.
 */
export function usageOf(pid: number | undefined): Usage {
  const own = { cpu: cpuOf(pid), peakMb: peakOf(pid) }
  const others = pid === undefined ? [] : familyOf(pid).filter((member) => member !== pid)
  return {
    cpu: others.reduce((sum, member) => sum + (cpuIfThere(member) ?? 0), own.cpu),
    peakMb: others.reduce((most, member) => Math.max(most, peakIfThere(member) ?? 0), own.peakMb),
  }
}

/** Machine a figure was measured on. */
export function machineOf(): Record<string, string | number> {
  const model = /model name\s*:\s*(.+)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown'
  const cores = readFileSync('/proc/cpuinfo', 'utf8').match(/^processor/gm)?.length ?? 0
  const memory = Number(/MemTotal:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0)
  return { cpu: model, cores, memory_gb: Math.round(memory / kbPerMb / kbPerMb), node: process.version }
}
