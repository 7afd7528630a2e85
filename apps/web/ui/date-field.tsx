import { type ComponentProps, type ReactNode, useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import { Field } from './field.tsx'

const monthLength = 7

/** '2026-12-02' → '2026年12月2日 星期三', '2026-12' → '2026年12月'; '' while nothing whole is entered. */
export function chineseDay(value: string): string {
  const text = chineseDate(value)
  if (text === value) return ''
  if (value.length === monthLength) return text
  const week = '日一二三四五六'[new Date(`${value}T00:00:00Z`).getUTCDay()] ?? ''
  return `${text} 星期${week}`
}

type EntryProps = Omit<ComponentProps<'input'>, 'type'> & { month?: boolean }

/** The browser's own entry of a day or month, which it writes in its own language, with the day in Chinese beside it. */
export function DateEntry({ month, value, defaultValue, onChange, ...input }: EntryProps) {
  const [typed, setTyped] = useState(String(defaultValue ?? ''))
  const shown = value === undefined ? typed : String(value)
  const echo = `${input.id ?? 'day'}-echo`
  return (
    <span className="day-entry">
      <input
        {...input}
        type={month ? 'month' : 'date'}
        {...(value === undefined ? { defaultValue } : { value })}
        aria-describedby={[echo, input['aria-describedby']].filter(Boolean).join(' ')}
        onChange={(event) => {
          setTyped(event.target.value)
          onChange?.(event)
        }}
      />
      <output id={echo} className="day-echo">
        {chineseDay(shown) || (month ? '年 月' : '年 月 日')}
      </output>
    </span>
  )
}

type DateProps = Omit<EntryProps, 'id' | 'className'> & {
  label: string
  error?: string | undefined
  hint?: ReactNode
  wide?: boolean
  required?: boolean | undefined
}

/** A day (or, with `month`, a month) with its label. */
export function DateField({ label, hint, wide, required, ...rest }: DateProps) {
  const { error, ...entry } = rest
  const checked = 'error' in rest ? { error } : {}
  return (
    <Field
      label={label}
      {...checked}
      {...(required === undefined ? {} : { required })}
      {...(hint === undefined ? {} : { hint })}
      {...(wide === undefined ? {} : { wide })}
    >
      {(ids) => <DateEntry {...ids} {...entry} />}
    </Field>
  )
}
