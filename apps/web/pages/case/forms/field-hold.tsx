import type { SessionOfCase } from '#casework/contract'
import { memberKindLabels } from '#casework/words'
import { chineseDate } from '#kernel/chinese-date'
import { useToday } from '../../../session.ts'
import { DateField } from '../../../ui/date-field.tsx'
import { Field, FieldGroup, TextField } from '../../../ui/field.tsx'
import { FilesField, type KeptFile } from '../../../ui/files-field.tsx'
import { Hint } from '../../../ui/hint.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

const ballots = [
  ['yes', '同意'],
  ['no', '不同意'],
  ['abstain', '弃权'],
  ['invalid', '废票'],
] as const

const empty = {
  heldOn: '',
  present: [] as string[],
  recused: {} as Record<string, string>,
  statement: '',
  questions: '',
  yes: '',
  no: '',
  abstain: '0',
  invalid: '0',
  conclusion: '',
  signatures: [] as KeptFile[],
}

type Draft = typeof empty

const kindLabel = (kind: string): string => (memberKindLabels as Readonly<Record<string, string>>)[kind] ?? kind

function recordOf(form: Draft, sessionId: string): object {
  const { yes, no, abstain, invalid, questions, recused, ...rest } = form
  const lines = questions.split('\n').filter((line) => line.trim() !== '')
  return {
    ...rest,
    sessionId,
    recused: Object.entries(recused).map(([memberId, relation]) => ({ memberId, relation })),
    questions: lines.map((line) => {
      const [asked = '', ...answer] = line.split(/[:：]/)
      return { asked, answered: answer.join('：') }
    }),
    yes: Number(yes),
    no: Number(no),
    abstain: Number(abstain),
    invalid: Number(invalid),
  }
}

type RollProps = { session: SessionOfCase; form: Draft; set: (form: Draft) => void; problem: string | undefined }

/** Roll call of the drawn body; who is kin sits out. */
function RollCall({ session, form, set, problem }: RollProps) {
  const out = new Map(session.recused.map((each) => [each.memberId, each.relation]))
  const free = session.drawn.map((member) => member.memberId).filter((id) => !out.has(id))
  function mark(memberId: string, state: string): void {
    const present = form.present.filter((id) => id !== memberId)
    const { [memberId]: _gone, ...recused } = form.recused
    if (state === 'present') set({ ...form, recused, present: [...present, memberId] })
    else if (state === 'recused') set({ ...form, present, recused: { ...recused, [memberId]: '近亲属' } })
    else set({ ...form, present, recused })
  }
  return (
    <FieldGroup label={`点名（抽取 ${session.drawn.length} 人）`} wide error={problem}>
      {session.present.length > 0 && (
        <p className="muted small">到会情况取自本次评议会已登记的点名；本户有不同的（如在别户回避的人），在这里改。</p>
      )}
      <ul className="roll-call">
        {session.drawn.map((member) => {
          const relation = out.get(member.memberId)
          const state = form.present.includes(member.memberId)
            ? 'present'
            : form.recused[member.memberId] === undefined
              ? 'away'
              : 'recused'
          return (
            <li key={member.memberId} className="row">
              <span className="strong">{member.name}</span>
              <span className="muted small">{kindLabel(member.kind)}</span>
              {relation === undefined ? (
                <select
                  className="input"
                  aria-label={`${member.name} 到会情况`}
                  value={state}
                  onChange={(event) => mark(member.memberId, event.target.value)}
                >
                  <option value="away">未到</option>
                  <option value="present">到会</option>
                  <option value="recused">近亲属回避</option>
                </select>
              ) : (
                <span className="tag">回避：{relation}</span>
              )}
            </li>
          )
        })}
      </ul>
      <p className="row">
        <span className="muted small" aria-live="polite">
          到会 {form.present.length} 人
        </span>
        <button
          type="button"
          className="button"
          onClick={() => set({ ...form, present: free.filter((id) => form.recused[id] === undefined) })}
        >
          其余全部到会
        </button>
      </p>
    </FieldGroup>
  )
}

/** Who was called for the session already, without those who sit out for this family. */
function calledFor(session: SessionOfCase | undefined): string[] {
  const out = new Set(session?.recused.map(({ memberId }) => memberId))
  return (session?.present ?? []).filter((memberId) => !out.has(memberId))
}

/** 登记评议（听证）结果：点名、回避、票数、结论。 */
export function HoldForm(props: FormProps) {
  const { view, move, submit, busy, problems } = props
  const session = view.sessions.filter((each) => each.outcome === null).at(-1)
  const today = useToday()
  const [form, set] = useDraft<Draft>(props, { ...empty, heldOn: session?.heldOn ?? today, present: calledFor(session) })
  if (session === undefined) {
    const next = view.next.find((todo) => todo.step === move.step)
    return <p className="notice">还没有召集评议会。{next !== undefined && <Hint todo={next} lead="接下来：" />}</p>
  }
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={() => submit(recordOf(form, session.sessionId))}>
      <p className="muted small">
        抽取种子 <code>{session.seed}</code>，{chineseDate(session.plannedOn)}，{session.place}
      </p>
      <DateField
        label="评议日期"
        value={form.heldOn}
        error={problems.heldOn}
        onChange={(event) => set({ ...form, heldOn: event.target.value })}
      />
      <RollCall session={session} form={form} set={set} problem={problems.present} />
      <Field label="申请人陈述和调查情况" wide>
        {(ids) => (
          <textarea
            {...ids}
            value={form.statement}
            maxLength={2000}
            onChange={(event) => set({ ...form, statement: event.target.value })}
          />
        )}
      </Field>
      <Field label="提问和回答（每行一问，问和答用冒号隔开）" wide>
        {(ids) => (
          <textarea
            {...ids}
            value={form.questions}
            maxLength={2000}
            onChange={(event) => set({ ...form, questions: event.target.value })}
          />
        )}
      </Field>
      <FieldGroup label="票数" wide>
        <div className="form-grid">
          {ballots.map(([name, label]) => (
            <TextField
              key={name}
              label={label}
              inputMode="numeric"
              value={form[name]}
              error={problems[name]}
              onChange={(event) => set({ ...form, [name]: event.target.value.replace(/\D/g, '') })}
            />
          ))}
        </div>
      </FieldGroup>
      <Field label="评议结论" wide error={problems.conclusion}>
        {(ids) => (
          <textarea
            {...ids}
            value={form.conclusion}
            maxLength={2000}
            onChange={(event) => set({ ...form, conclusion: event.target.value })}
          />
        )}
      </Field>
      <FilesField label="签到和签字页" files={form.signatures} onChange={(signatures) => set({ ...form, signatures })} />
    </FormFrame>
  )
}
