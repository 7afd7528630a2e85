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

/** CPU seconds of a process, with those of children it has waited for. */
export function cpuOf(pid: number): number {
  const fields = statFields(pid)
  if (fields === undefined) return 0
  const ticks = [11, 12, 13, 14].reduce((sum, place) => sum + Number(fields[place] ?? 0), 0)
  return ticks / ticksPerSecond
}

/** Largest resident set of a process so far, in MB. */
export function peakOf(pid: number): number {
  try {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Number(found?.[1] ?? 0) / kbPerMb
  } catch {
    return 0
  }
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

/** CPU and peak memory of a process with its descendants; memory is the largest of them. */
export function usageOf(pid: number | undefined): Usage {
  if (pid === undefined) return { cpu: 0, peakMb: 0 }
  const family = familyOf(pid)
  return {
    cpu: family.reduce((sum, member) => sum + cpuOf(member), 0),
    peakMb: Math.max(...family.map(peakOf)),
  }
}

/** Machine a figure was measured on. */
export function machineOf(): Record<string, string | number> {
  const model = /model name\s*:\s*(.+)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown'
  const cores = readFileSync('/proc/cpuinfo', 'utf8').match(/^processor/gm)?.length ?? 0
  const memory = Number(/MemTotal:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0)
  return { cpu: model, cores, memory_gb: Math.round(memory / kbPerMb / kbPerMb), node: process.version }
}
