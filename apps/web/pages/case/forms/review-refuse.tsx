import { useQuery } from '@tanstack/react-query'
import { reading } from '../../../client.ts'
import { Field } from '../../../ui/field.tsx'
import { RunningGrant } from '../../grant/grant-card.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

const fields = [
  ['facts', '认定的事实', 4000],
  ['rule', '依据的条款', 1000],
  ['otherHelp', '可以申请的其他帮助（选填）', 1000],
] as const

/** 不予批准：事实、依据；复议和诉讼期限由政策包写入告知书。 */
export function RefuseForm(props: FormProps) {
  const { view, move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { facts: '', rule: '', otherHelp: '', imputedReason: '' })
  const { caseNo } = view.head
  const sheet = useQuery(reading('casework.read-sheet', { params: { caseNo }, query: { as: 'kept' } })).data
  const against = sheet?.pillars.filter((pillar) => pillar.finding === 'not_met') ?? []
  /** What the sheet found against the household, as a first wording; the person who decides changes it. */
  function fillIn() {
    const clauses = against.flatMap(({ facts }) => facts.flatMap(({ clause }) => (clause === null ? [] : [clause])))
    set({
      ...form,
      facts: against.map(({ label, why }) => `${label}：${why.join('；')}`).join('\n'),
      rule: [...new Set(clauses)].join('；'),
    })
  }
  function send() {
    const { imputedReason, ...rest } = form
    submit({ ...rest, ...(imputedReason === '' ? {} : { imputedReason }) })
  }
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={send}>
      {view.head.householdNo !== null && (
        <RunningGrant householdNo={view.head.householdNo} isCleanUp={view.head.origin === 'clean_up'} />
      )}
      {against.length > 0 && (
        <div className="small">
          测评表认定不符合：
          <ul>
            {against.map((pillar) => (
              <li key={pillar.pillar}>
                {pillar.label}：{pillar.why.join('；')}
              </li>
            ))}
          </ul>
          {form.facts === '' && form.rule === '' && (
            <button type="button" className="button" onClick={fillIn}>
              填入事实和依据
            </button>
          )}
        </div>
      )}
      {fields.map(([name, label, most]) => (
        <Field key={name} label={label} wide error={problems[name]}>
          {(ids) => (
            <textarea
              {...ids}
              value={form[name]}
              maxLength={most}
              onChange={(event) => set({ ...form, [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      {sheet?.restsOnImputed === true && (
        <Field label="仅因推定收入不符合：确认的理由" wide error={problems.imputedReason}>
          {(ids) => (
            <textarea
              {...ids}
              value={form.imputedReason}
              maxLength={2000}
              onChange={(event) => set({ ...form, imputedReason: event.target.value })}
            />
          )}
        </Field>
      )}
    </FormFrame>
  )
}
