import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type Clock, monotonicMs, systemClock } from './clock.ts'

/**
 * The clock of a demo: the system's, moved by the days a file says, so that a newcomer need not wait for a notice to end. All processes of
 * a demo read the same file; nothing else may use it (readConfig refuses it under the production profile).
 */

const LOOK_EVERY_MS = 250

function readOffset(file: string): number {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const ms = typeof parsed === 'object' && parsed !== null && 'offsetMs' in parsed ? parsed.offsetMs : undefined
  if (typeof ms !== 'number' || !Number.isSafeInteger(ms)) throw new Error(`${file} holds no offset`)
  return ms
}

/** A clock moved by what `file` says; the system's own clock without a file. The file must exist. */
export function clockOf(file: string | undefined): Clock {
  if (file === undefined) return systemClock
  let offset = readOffset(file)
  let looked = monotonicMs()
  return {
    nowMs() {
      if (monotonicMs() - looked > LOOK_EVERY_MS) {
        looked = monotonicMs()
        offset = readOffset(file)
      }
      return systemClock.nowMs() + offset
    },
  }
}

/** Writes the offset whole: a reader finds the old one or the new one. */
export function writeOffset(file: string, offsetMs: number): void {
  writeFileSync(`${file}.part`, JSON.stringify({ offsetMs }))
  renameSync(`${file}.part`, file)
}

/** Moves the clock of a demo on by whole days; never back, as a case never goes back in time. */
export function moveOn(file: string, days: number): void {
  writeOffset(file, readOffset(file) + days * 86_400_000)
}
