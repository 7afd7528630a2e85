/** Progress of a command: one line that is drawn over on a terminal, one plain line per stage otherwise. */
import { monotonicMs } from '#platform/clock'

export interface ProgressDisplay {
  /** `share` from 0 to 1 draws a bar */
  show(stage: string, text: string, share?: number): void
  end(text?: string): void
}

const barWidth = 24
const redrawEveryMs = 100

function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barWidth)
  return `[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}] ${String(Math.floor(share * 100)).padStart(3)}% `
}

export function progressDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  let last = ''
  let drawnAt = 0
  if (!stream.isTTY) {
    return {
      show(stage, text) {
        if (stage !== last) stream.write(`${text}\n`)
        last = stage
      },
      end(text) {
        if (text !== undefined) stream.write(`${text}\n`)
      },
    }
  }
  return {
    show(stage, text, share) {
      if (stage === last && monotonicMs() - drawnAt < redrawEveryMs) return
      last = stage
      drawnAt = monotonicMs()
      stream.write(`\r\u001b[2K${share === undefined ? '' : bar(share)}${text}`)
    },
    end(text) {
      stream.write(`\r\u001b[2K${text === undefined ? '' : `${text}\n`}`)
    },
  }
}
