/**
 * Progress of a command: on a terminal one line with a bar that is drawn over, elsewhere (a pipe, a log, CI) plain lines: one a stage and one
 * every few seconds of a long one. It uses no colour, so NO_COLOR changes nothing.
 */
import { monotonicMs } from '#platform/clock'
import { mayDrawOver } from '#platform/config'

/** Where progress is written: standard error of the command. */
export interface ProgressStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface ProgressDisplay {
  /** `share` from 0 to 1 draws a bar */
  show(stage: string, text: string, share?: number): void
  end(text?: string): void
}

const barWidth = 24
const redrawEveryMs = 100
const lineEveryMs = 5000
const usualColumns = 80

function bar(share: number): string {
  const within = Math.min(1, Math.max(0, share))
  const full = Math.round(within * barWidth)
  return `[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}] ${String(Math.floor(within * 100)).padStart(3)}% `
}

/** The beginning of a text that fits a line: Chinese characters take two places, and a line that wraps could not be drawn over. */
function fitted(text: string, columns: number): string {
  let places = 0
  let fit = ''
  for (const character of text) {
    places += (character.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1
    if (places >= columns) return fit
    fit += character
  }
  return fit
}

/** Places of a line; a terminal that does not tell its size says none or 0. */
function columnsOf(stream: ProgressStream): number {
  return stream.columns === undefined || stream.columns <= 0 ? usualColumns : stream.columns
}

function seconds(sinceMs: number): string {
  return `${Math.floor((monotonicMs() - sinceMs) / 1000)} 秒`
}

function lines(stream: ProgressStream): ProgressDisplay {
  let last = { stage: '', text: '' }
  let writtenAt = 0
  return {
    show(stage, text) {
      if (text === last.text || (stage === last.stage && monotonicMs() - writtenAt < lineEveryMs)) return
      stream.write(`${text}\n`)
      last = { stage, text }
      writtenAt = monotonicMs()
    },
    end(text) {
      if (text !== undefined) stream.write(`${text}\n`)
    },
  }
}

function drawn(stream: ProgressStream): ProgressDisplay {
  let last = ''
  let drawnAt = 0
  let stageBegan = 0
  return {
    show(stage, text, share) {
      if (stage === last && monotonicMs() - drawnAt < redrawEveryMs) return
      drawnAt = monotonicMs()
      if (stage !== last) stageBegan = drawnAt
      last = stage
      const line = `${share === undefined ? '' : bar(share)}${text}  ${seconds(stageBegan)}`
      stream.write(`\r\u001b[2K${fitted(line, columnsOf(stream))}`)
    },
    end(text) {
      stream.write(`\r\u001b[2K${text === undefined ? '' : `${text}\n`}`)
    },
  }
}

/** A bar where the stream is a terminal and `drawOver` (by the environment, if not said) holds, plain lines elsewhere. */
export function progressDisplay(stream: ProgressStream, drawOver: boolean = mayDrawOver()): ProgressDisplay {
  return stream.isTTY === true && drawOver ? drawn(stream) : lines(stream)
}
