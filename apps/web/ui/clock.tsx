import type { Clock } from '#casework/contract'
import type { Tone } from '../wording.ts'
import { Tag } from './tag.tsx'

type Told = { text: string; tone: Tone; why: string }

const tones = { green: 'green', yellow: 'amber', red: 'red', none: 'grey' } as const

/** A clock in words: what is left and in which days, or why it stands still; the words say it all, colour only helps. */
export function clockWords(clock: Clock): Told {
  if (clock.stoppedOn !== null) {
    const due = clock.dueOn === null ? '' : `，原定 ${clock.dueOn} 到期`
    return { text: '停表', tone: 'grey', why: `${clock.stoppedOn} 起停表${due}` }
  }
  if (clock.left === null || clock.dueOn === null) return { text: '不计时', tone: 'grey', why: '这一步没有单独的时限' }
  const unit = clock.unit === 'working' ? '工作日' : '天'
  const why = `${clock.dueOn} 到期，按${clock.unit === 'working' ? '工作日' : '自然日'}计算${
    clock.provisional ? '；当年放假安排尚未公布，日期暂定' : ''
  }`
  const left = clock.left < 0 ? `超期 ${-clock.left} ${unit}` : clock.left === 0 ? '今日到期' : `剩 ${clock.left} ${unit}`
  return { text: clock.provisional ? `${left}（暂定）` : left, tone: tones[clock.light], why }
}

/** The clock as a tag; the sum behind it on hover. */
export function ClockTag({ clock }: { clock: Clock }) {
  const { text, tone, why } = clockWords(clock)
  return (
    <span title={why}>
      <Tag tone={tone}>{text}</Tag>
    </span>
  )
}
