import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { NodeRow } from '#exchange/contract'
import { CallProblem, call } from '../../client.ts'
import { useToday } from '../../session.ts'
import { DateEntry } from '../../ui/date-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, SelectField, TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { FormButtons } from '../admin/form-buttons.tsx'
import { useFresh } from './parked-list.tsx'
import { carrierWords, markWords } from './words.ts'

const numbers = [
  ['answerHours', '约定答复时间（小时）', 2160],
  ['silentMinutes', '多久没有联系算离线（分钟）', 129_600],
  ['outageMinutes', '离线多久列为待办（分钟）', 129_600],
  ['escalateDays', '待办几天没有办结报上一级', 90],
  ['keyDays', '密钥用多少天应更换', 3650],
] as const
type NumberName = (typeof numbers)[number][0]

type Draft = Record<NumberName, string> & {
  fromOn: string
  carrier: 'line' | 'bundle'
  requestsPerDay: string
  responsible: string
  source: string
  mark: keyof typeof markWords
}
type Faults = Partial<Record<keyof Draft, string>>

function draftOf({ terms }: NodeRow, today: string): Draft {
  return {
    fromOn: today,
    carrier: terms.carrier,
    requestsPerDay: terms.requestsPerDay === null ? '' : String(terms.requestsPerDay),
    answerHours: String(terms.answerHours),
    silentMinutes: String(terms.silentMinutes),
    outageMinutes: String(terms.outageMinutes),
    escalateDays: String(terms.escalateDays),
    keyDays: String(terms.keyDays),
    responsible: '',
    source: '',
    mark: 'sourced',
  }
}

const isCount = (text: string, most: number): boolean => /^[1-9]\d*$/.test(text) && Number(text) <= most

function faultsOf(draft: Draft): Faults {
  const faults: Faults = {}
  for (const [name, , most] of numbers) if (!isCount(draft[name], most)) faults[name] = `请填写 1 至 ${most} 的整数`
  if (draft.requestsPerDay !== '' && !isCount(draft.requestsPerDay, 10_000_000)) {
    faults.requestsPerDay = '请填写大于 0 的整数；没有约定就留空'
  }
  if (draft.fromOn === '') faults.fromOn = '请选择起始日期'
  if (draft.source.trim().length < 4) faults.source = '请写明约定的出处，如协议名称和文号'
  return faults
}

function useSave(unit: string, onClose: () => void) {
  const fresh = useFresh()
  return useMutation({
    mutationFn: (draft: Draft) => {
      const { fromOn, carrier, requestsPerDay, responsible, source, mark } = draft
      const figures = Object.fromEntries(numbers.map(([name]) => [name, Number(draft[name])])) as Record<NumberName, number>
      const body = {
        ...figures,
        fromOn,
        carrier,
        requestsPerDay: requestsPerDay === '' ? null : Number(requestsPerDay),
        responsible: responsible.trim() === '' ? null : responsible.trim(),
        source: source.trim(),
        mark,
      }
      return call('exchange.set-terms', { params: { unit }, body })
    },
    onSuccess: async () => {
      await fresh()
      onClose()
    },
  })
}

/** What the server says of one field stands at that field. */
function fieldOf(error: unknown): Faults {
  if (!(error instanceof CallProblem)) return {}
  return Object.fromEntries(error.fields.map(({ path, message }) => [path, message]))
}

/** What is agreed with a node from a day on. */
export function TermsForm({ row, onClose }: { row: NodeRow; onClose: () => void }) {
  const today = useToday()
  const [draft, setDraft] = useState(() => draftOf(row, today))
  const [found, setFound] = useState<Faults>({})
  const save = useSave(row.unit, onClose)
  const wrong = { ...fieldOf(save.error), ...found }
  const set = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }))
  function submit(event: FormEvent) {
    event.preventDefault()
    const faults = faultsOf(draft)
    setFound(faults)
    if (Object.keys(faults).length === 0) save.mutate(draft)
  }
  const { responsibleName } = row.terms
  const text = (name: NumberName | 'requestsPerDay' | 'source', label: string, isNumber = true) => (
    <TextField
      key={name}
      label={label}
      value={draft[name]}
      autoComplete="off"
      {...(isNumber ? { inputMode: 'numeric' as const } : {})}
      error={wrong[name]}
      onChange={(event) => set({ [name]: event.target.value })}
    />
  )
  return (
    <Dialog title={`与${row.name}的约定`} onClose={onClose}>
      <form className="stack-small" onSubmit={submit} noValidate>
        <Field label="从何日起" error={wrong.fromOn}>
          {(ids) => <DateEntry {...ids} value={draft.fromOn} onChange={(event) => set({ fromOn: event.target.value })} />}
        </Field>
        <SelectField
          label="往来方式"
          value={draft.carrier}
          onPick={(carrier) => set({ carrier: carrier === 'bundle' ? 'bundle' : 'line' })}
          choices={Object.entries(carrierWords).map(([value, label]) => ({ value, label }))}
        />
        {text('requestsPerDay', '每日查询限额（件，没有约定就留空）')}
        {numbers.map(([name, label]) => text(name, label))}
        <TextField
          label="责任人账号（留空：核对中心经办人均可处理）"
          value={draft.responsible}
          autoComplete="off"
          error={wrong.responsible}
          {...(responsibleName === null ? {} : { hint: `现在由${responsibleName}负责；仍由其负责的，请再填一次账号` })}
          onChange={(event) => set({ responsible: event.target.value })}
        />
        {text('source', '出处', false)}
        <SelectField
          label="可靠程度"
          value={draft.mark}
          onPick={(mark) => set({ mark: mark as Draft['mark'] })}
          choices={Object.entries(markWords).map(([value, label]) => ({ value, label }))}
        />
        {save.isError && <ErrorPanel error={save.error} />}
        <FormButtons label="保存" busy={save.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}
