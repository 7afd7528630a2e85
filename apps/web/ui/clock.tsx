import type { Clock } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import type { Tone } from '../wording.ts'
import { Tag } from './tag.tsx'

type Told = { text: string; tone: Tone; why: string }

const tones = { green: 'green', yellow: 'amber', red: 'red', none: 'grey' } as const

/** A period that has to be full: it can be ended on the day after its last, and is late from the day after that. */
function periodWords({ light, provisional }: Clock, left: number, lastDay: string): Told {
  const why = `到 ${lastDay} 为止，次日起可以办结${provisional ? '；当年放假安排尚未公布，日期暂定' : ''}`
  const ends = left === 1 ? '最后一天，明日起可办结' : '期满，今日可办结'
  const text = left < 0 ? `超期 ${-left} 天` : left < 2 ? ends : `剩 ${left - 1} 天`
  return { text: provisional ? `${text}（暂定）` : text, tone: tones[light], why }
}

/** A clock in words: what is left and in which days, or why it stands still; the words say it all, colour only helps. */
export function clockWords(clock: Clock): Told {
  if (clock.stoppedOn !== null) {
    const due = clock.dueOn === null ? '' : `，原定 ${chineseDate(clock.dueOn)} 到期`
    return { text: '停表', tone: 'grey', why: `${chineseDate(clock.stoppedOn)} 起停表${due}` }
  }
  if (clock.left === null || clock.dueOn === null) return { text: '不计时', tone: 'grey', why: '这一步没有单独的时限' }
  if (clock.period) return periodWords(clock, clock.left, clock.dueOn)
  const unit = clock.unit === 'working' ? '工作日' : '天'
  const why = `${chineseDate(clock.dueOn)} 到期，按${clock.unit === 'working' ? '工作日' : '自然日'}计算${
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
