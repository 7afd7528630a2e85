import { useMutation, useQuery } from '@tanstack/react-query'
import type { SheetView } from '#casework/contract'
import { labelOf } from '#kernel/terms'
import { call, reading } from '../../../client.ts'
import { Field, FieldGroup, SelectField, TextField } from '../../../ui/field.tsx'
import { ErrorPanel, Loading } from '../../../ui/states.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { Sheet } from '../sheet.tsx'
import { FormFrame } from './form-frame.tsx'

type Imputed = { key: string; member: string; item: string; yuan: string; method: string; clause: string }
type Settled = { finding: '' | 'met' | 'not_met'; reason: string }
type Pillar = 'residence' | 'income' | 'assets'

const unsettled: Settled = { finding: '', reason: '' }
const empty = {
  residence: unsettled,
  income: unsettled,
  assets: unsettled,
  tier: '',
  tierSource: '',
  imputed: [] as Imputed[],
  imputedReason: '',
}
type Draft = typeof empty

const pillars: readonly Pillar[] = ['residence', 'income', 'assets']
const items = ['wage', 'business', 'farm', 'rent', 'other'].map((value) => ({ value, label: labelOf('income_item', value) }))
const FEN = 100

function orderOf(form: Draft) {
  return {
    settled: pillars.flatMap((pillar) => {
      const { finding, reason } = form[pillar]
      return finding === '' ? [] : [{ pillar, finding, reason }]
    }),
    amended:
      form.tier === ''
        ? []
        : [{ section: 'tier' as const, value: form.tier, source: form.tierSource, reason: `按${form.tierSource}确定保障类别` }],
    imputed: form.imputed.map(({ yuan, key: _key, ...rest }) => ({ ...rest, amount: Math.round(Number(yuan) * FEN) })),
    ...(form.imputedReason === '' ? {} : { imputedReason: form.imputedReason }),
  }
}

type PartProps = {
  form: Draft
  change: (part: Partial<Draft>) => void
  sheet: SheetView
  problems: Readonly<Record<string, string>>
}

/** Findings a person settles: residence, and what the records leave open. */
function Settlements({ form, change, sheet, problems }: PartProps) {
  const open = sheet.pillars.filter(
    ({ pillar, finding, settledBy }) =>
      pillar === 'residence' || (pillar !== 'deliberation' && (finding === 'undetermined' || settledBy === 'person')),
  )
  return open.map(({ pillar, label, finding }) => {
    const name = pillar as Pillar
    const place = pillars.filter((each) => form[each].finding !== '').indexOf(name)
    const set = (part: Partial<Settled>) => change({ [name]: { ...form[name], ...part } })
    return (
      <FieldGroup label={finding === 'undetermined' ? `${label}（记录不能认定，由您认定）` : label} key={pillar} wide>
        <div className="form-grid">
          <SelectField
            label="认定"
            all="按记录"
            value={form[name].finding}
            onPick={(value) => set({ finding: value as Settled['finding'] })}
            choices={[
              { value: 'met', label: '符合' },
              { value: 'not_met', label: '不符合' },
            ]}
          />
          {form[name].finding !== '' && (
            <TextField
              label="理由"
              value={form[name].reason}
              maxLength={2000}
              error={problems[`settled.${place}.reason`]}
              onChange={(event) => set({ reason: event.target.value })}
            />
          )}
        </div>
      </FieldGroup>
    )
  })
}

function ImputedRows({ form, change, sheet, problems }: PartProps) {
  const set = (at: number, part: Partial<Imputed>) =>
    change({ imputed: form.imputed.map((each, k) => (k === at ? { ...each, ...part } : each)) })
  const add = () =>
    change({
      imputed: [
        ...form.imputed,
        { key: String(Date.now()), member: sheet.persons[0]?.id ?? '', item: 'wage', yuan: '', method: '', clause: '' },
      ],
    })
  return (
    <FieldGroup label="推定收入（事实缺失时按规则确定，单独列明）" wide>
      {form.imputed.map((row, at) => (
        <div key={row.key} className="form-grid">
          <SelectField
            label="成员"
            value={row.member}
            onPick={(member) => set(at, { member })}
            choices={sheet.persons.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <SelectField label="项目" value={row.item} onPick={(item) => set(at, { item })} choices={items} />
          <TextField
            label="每月（元）"
            inputMode="decimal"
            value={row.yuan}
            error={problems[`imputed.${at}.amount`]}
            onChange={(event) => set(at, { yuan: event.target.value })}
          />
          <TextField
            label="推定方法"
            value={row.method}
            maxLength={500}
            error={problems[`imputed.${at}.method`]}
            onChange={(event) => set(at, { method: event.target.value })}
          />
          <TextField
            label="依据条款"
            value={row.clause}
            maxLength={200}
            error={problems[`imputed.${at}.clause`]}
            onChange={(event) => set(at, { clause: event.target.value })}
          />
          <button
            type="button"
            className="button"
            onClick={() => change({ imputed: form.imputed.filter((_each, k) => k !== at) })}
          >
            删去这一行
          </button>
        </div>
      ))}
      <p>
        <button type="button" className="button" onClick={add}>
          增加推定收入
        </button>
      </p>
    </FieldGroup>
  )
}

function Fields(props: PartProps) {
  const { form, change, sheet, problems } = props
  return (
    <>
      <Settlements {...props} />
      <div className="form-grid">
        <TextField
          label="保障类别（分档补助时填写）"
          value={form.tier}
          maxLength={20}
          onChange={(event) => change({ tier: event.target.value })}
        />
        {form.tier !== '' && (
          <TextField
            label="类别依据的材料"
            value={form.tierSource}
            maxLength={200}
            error={problems['amended.0.source']}
            onChange={(event) => change({ tierSource: event.target.value })}
          />
        )}
      </div>
      <ImputedRows {...props} />
      {(sheet.restsOnImputed || form.imputedReason !== '') && (
        <Field label="仅因推定收入不符合：确认的理由" wide error={problems.imputedReason}>
          {(ids) => (
            <textarea
              {...ids}
              value={form.imputedReason}
              maxLength={2000}
              onChange={(event) => change({ imputedReason: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  )
}

/** 确认测评表：先试算，看清四项认定和金额，再确认。 */
export function SheetForm(props: FormProps) {
  const { view, move, submit, busy, problems } = props
  const [form, set] = useDraft(props, empty)
  const { caseNo } = view.head
  const today = useQuery(reading('casework.read-sheet', { params: { caseNo }, query: { as: 'today' } }))
  const trial = useMutation({ mutationFn: () => call('casework.try-sheet', { params: { caseNo }, body: orderOf(form) }) })
  const sheet = trial.data ?? today.data
  if (sheet === undefined) return today.isError ? <ErrorPanel error={today.error} retry={today.refetch} /> : <Loading lines={4} />
  const change = (part: Partial<Draft>) => set((before) => ({ ...before, ...part }))
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit(orderOf(form))}>
      <Sheet sheet={sheet} />
      <Fields form={form} change={change} sheet={sheet} problems={problems} />
      <p className="row">
        <button type="button" className="button" disabled={trial.isPending} onClick={() => trial.mutate()}>
          {trial.isPending ? '正在试算…' : '试算'}
        </button>
        <span className="muted small">试算后上面的测评表随之改变，不保存；确认时按同样的内容重新核算。</span>
      </p>
      {trial.isError && <ErrorPanel error={trial.error} />}
    </FormFrame>
  )
}
