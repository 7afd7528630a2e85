import type { VisitPlan } from '#casework/contract'
import { DateField } from '../../../ui/date-field.tsx'
import { Field, FieldGroup, TextField } from '../../../ui/field.tsx'
import { FilesField, type KeptFile } from '../../../ui/files-field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { noSignature, problemsUnder, type SignatureDraft, SignatureFields, signatureOf } from './field-signature.tsx'
import { FormFrame } from './form-frame.tsx'

const sights = [
  '家电齐全',
  '近期装修',
  '自有机动车',
  '农用机械',
  '大牲畜',
  '经营性用房',
  '住房破损',
  '长期卧床人员',
  '大额药品',
] as const

const empty = {
  visitedOn: '',
  absent: false,
  nextOn: '',
  met: '',
  identityChecked: false,
  place: '',
  dwellingKind: '',
  dwellingArea: '',
  dwellingCondition: '',
  seen: [] as string[],
  incomeWords: '',
  expenditure: '',
  hardship: '',
  statement: '',
  conclusion: '',
  first: noSignature,
  second: noSignature,
  household: noSignature,
  witness: noSignature,
  photos: [] as KeptFile[],
}

type Draft = typeof empty

function recordOf(form: Draft, applicant: string): object {
  const { dwellingKind: kind, dwellingArea: area, dwellingCondition: condition, incomeWords, first, second, ...rest } = form
  return {
    ...rest,
    nextOn: form.nextOn === '' ? null : form.nextOn,
    dwelling: { kind, area: area === '' ? null : Number(area), condition },
    income: incomeWords === '' ? [] : [{ name: applicant, words: incomeWords, amount: null }],
    investigators: [first, second].map(signatureOf).filter((each) => each !== null),
    household: signatureOf(form.household),
    witness: signatureOf(form.witness),
    photos: form.photos.map((photo, at) => ({ ...photo, slot: `照片${at + 1}` })),
  }
}

type Change = (part: Partial<Draft>) => void
type PartProps = { form: Draft; change: Change; problems: Readonly<Record<string, string>> }

/** What was found at home. */
function Findings({ form, change, problems }: PartProps) {
  return (
    <>
      <div className="form-grid">
        <TextField label="见到的人" value={form.met} maxLength={120} onChange={(event) => change({ met: event.target.value })} />
        <TextField label="地点" value={form.place} maxLength={200} onChange={(event) => change({ place: event.target.value })} />
        <TextField
          label="住房类型"
          value={form.dwellingKind}
          maxLength={60}
          onChange={(event) => change({ dwellingKind: event.target.value })}
        />
        <TextField
          label="住房面积（平方米）"
          required={false}
          inputMode="decimal"
          value={form.dwellingArea}
          error={problems['dwelling.area']}
          onChange={(event) => change({ dwellingArea: event.target.value })}
        />
        <TextField
          label="住房状况"
          value={form.dwellingCondition}
          maxLength={200}
          onChange={(event) => change({ dwellingCondition: event.target.value })}
        />
      </div>
      <FieldGroup label="看到的情况" wide>
        <div className="row">
          {sights.map((sight) => (
            <label key={sight} className="choice">
              <input
                type="checkbox"
                checked={form.seen.includes(sight)}
                onChange={(event) =>
                  change({ seen: event.target.checked ? [...form.seen, sight] : form.seen.filter((each) => each !== sight) })
                }
              />
              {sight}
            </label>
          ))}
        </div>
      </FieldGroup>
      {(
        [
          ['incomeWords', '收入情况（谁、做什么、多少）'],
          ['expenditure', '支出情况'],
          ['hardship', '致困原因'],
          ['statement', '申请人陈述'],
        ] as const
      ).map(([name, label]) => (
        <Field key={name} label={label} wide required={false} error={problems[name]}>
          {(ids) => (
            <textarea {...ids} value={form[name]} maxLength={2000} onChange={(event) => change({ [name]: event.target.value })} />
          )}
        </Field>
      ))}
      <Field label="调查结论和理由" wide error={problems.conclusion}>
        {(ids) => (
          <textarea
            {...ids}
            value={form.conclusion}
            maxLength={2000}
            onChange={(event) => change({ conclusion: event.target.value })}
          />
        )}
      </Field>
    </>
  )
}

function Signatures({ form, change, problems }: PartProps) {
  const fields: readonly { name: 'first' | 'second' | 'household' | 'witness'; legend: string; path: string }[] = [
    { name: 'first', legend: '调查人员一签字', path: 'investigators.0' },
    { name: 'second', legend: '调查人员二签字', path: 'investigators.1' },
    { name: 'household', legend: '申请家庭签字', path: 'household' },
    { name: 'witness', legend: '见证人（申请家庭拒签时必填）', path: 'witness' },
  ]
  return fields.map(({ name, legend, path }) => (
    <SignatureFields
      key={name}
      legend={legend}
      value={form[name]}
      mayRefuse={name === 'household'}
      problems={problemsUnder(problems, path)}
      onChange={(value: SignatureDraft) => change({ [name]: value })}
    />
  ))
}

/** The investigators of the newest plan, so that nobody types them twice. */
function plannedNames(props: FormProps): string[] {
  const plan = props.view.records.find((record) => record.kind === 'visit_plan' && record.counts)?.body as VisitPlan | undefined
  return plan?.investigators.map((each) => each.name) ?? []
}

/** 入户调查表。 */
export function VisitForm(props: FormProps) {
  const { view, move, submit, busy, problems } = props
  const [first = '', second = ''] = plannedNames(props)
  const [form, set] = useDraft<Draft>(props, {
    ...empty,
    first: { ...noSignature, name: first },
    second: { ...noSignature, name: second },
    household: { ...noSignature, name: view.head.applicantName },
  })
  const change: Change = (part) => set((before) => ({ ...before, ...part }))
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit(recordOf(form, view.head.applicantName))}>
      <div className="form-grid">
        <DateField
          label="入户日期"
          value={form.visitedOn}
          error={problems.visitedOn}
          onChange={(event) => change({ visitedOn: event.target.value })}
        />
        <label className="choice">
          <input type="checkbox" checked={form.absent} onChange={(event) => change({ absent: event.target.checked })} />
          家里没人
        </label>
        {!form.absent && (
          <label className="choice">
            <input
              type="checkbox"
              required
              checked={form.identityChecked}
              aria-invalid={problems.identityChecked === undefined ? undefined : true}
              onChange={(event) => change({ identityChecked: event.target.checked })}
            />
            <span className="must">已核对在场人员身份</span>
          </label>
        )}
      </div>
      {problems.identityChecked !== undefined && <p className="error-text small">{problems.identityChecked}</p>}
      {form.absent ? (
        <DateField
          label="下次入户日期"
          value={form.nextOn}
          error={problems.nextOn}
          onChange={(event) => change({ nextOn: event.target.value })}
        />
      ) : (
        <>
          <Findings form={form} change={change} problems={problems} />
          <Signatures form={form} change={change} problems={problems} />
          <FilesField label="照片" accept="image/*" files={form.photos} max={20} onChange={(photos) => change({ photos })} />
        </>
      )}
    </FormFrame>
  )
}
