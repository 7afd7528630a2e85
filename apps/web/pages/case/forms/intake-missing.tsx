import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { DraftView } from '#casework/contract'
import { SECTION_LABELS } from '#casework/words'
import { reading } from '../../../client.ts'
import { useToday } from '../../../session.ts'
import { DateField } from '../../../ui/date-field.tsx'
import { Field, TextField } from '../../../ui/field.tsx'
import { newKey } from '../../../ui/once.ts'
import { Show } from '../../../ui/states.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

const nothing = (key: string) => ({ key, what: '', problem: '', mend: '' })
type Item = ReturnType<typeof nothing>
const mostWords = 200

const line = (what: string, problem: string): Item => ({
  key: what,
  what,
  problem: problem.slice(0, mostWords),
  mend: '请补齐或更正后交回',
})

/** What the check of the application found missing, a line for each part of it and one for the signatures, to be corrected by hand. */
function itemsOf({ gaps, signers, proofs }: DraftView): Item[] {
  const parts = [...new Set(gaps.map((gap) => gap.section))]
  const unsigned = signers.filter(({ forms }) => forms.some((form) => form.signature === null && !form.standing))
  const items = [
    ...parts.map((part) => {
      const found = gaps.filter((gap) => gap.section === part).map((gap) => gap.message)
      return line(SECTION_LABELS[part], [...new Set(found)].join('；'))
    }),
    ...proofs
      .filter(({ state }) => state === 'missing')
      .map(({ label, subjectName, proves }) => ({
        ...line(`${subjectName}的${label}`, proves),
        mend: `提交${label}，无法提供的说明原因`,
      })),
    ...(unsigned.length === 0 ? [] : [line('签字材料', `尚未签字：${unsigned.map(({ name }) => name).join('、')}`)]),
  ]
  return items.length === 0 ? [nothing('first')] : items
}

/** 一次性告知补正：全部缺少的内容列成一张单，先列出系统检查出来的。 */
export function AskMissingForm(props: FormProps) {
  const { caseNo } = props.view.head
  const query = useQuery(reading('casework.open-draft', { params: { caseNo } }))
  return <Show query={query}>{(draft) => <MissingList {...props} items={itemsOf(draft)} />}</Show>
}

function MissingList({ items, ...props }: FormProps & { items: Item[] }) {
  const { view, move, submit, busy, problems } = props
  const today = useToday()
  const [form, set] = useDraft(props, { items, toldOn: today, toldTo: view.head.applicantName, again: '' })
  const before = view.records.some((record) => record.kind === 'missing_items' && record.counts)
  const change = (at: number, part: Partial<Item>): void =>
    set({ ...form, items: form.items.map((each, i) => (i === at ? { ...each, ...part } : each)) })
  return (
    <FormFrame
      label={move.label}
      busy={busy}
      onSubmit={() => submit({ ...form, items: form.items.filter((each) => each.what.trim() !== '') })}
    >
      <p className="muted small">
        缺少的内容一次列全；能够通过平台核对取得的材料不要求申请人提供。告知后停表，补齐后继续计算。
        <Link to="/intake/$caseNo" params={{ caseNo: view.head.caseNo }} search={{ part: 'review' }}>
          对照申请内容的检查结果
        </Link>
      </p>
      {problems.items !== undefined && <p className="error-text">{problems.items}</p>}
      {form.items.map((item, at) => (
        <div className="form-grid" key={item.key}>
          <TextField
            label={`第 ${at + 1} 项缺少什么`}
            value={item.what}
            maxLength={200}
            error={problems[`items.${at}.what`]}
            onChange={(event) => change(at, { what: event.target.value })}
          />
          <Field label="问题" required>
            {(ids) => (
              <textarea
                {...ids}
                value={item.problem}
                maxLength={mostWords}
                onChange={(event) => change(at, { problem: event.target.value })}
              />
            )}
          </Field>
          <TextField
            label="怎样补正"
            value={item.mend}
            maxLength={400}
            error={problems[`items.${at}.mend`]}
            onChange={(event) => change(at, { mend: event.target.value })}
          />
        </div>
      ))}
      <div className="row">
        <button type="button" className="button" onClick={() => set({ ...form, items: [...form.items, nothing(newKey())] })}>
          再加一项
        </button>
        {form.items.length > 1 && (
          <button type="button" className="button plain" onClick={() => set({ ...form, items: form.items.slice(0, -1) })}>
            去掉最后一项
          </button>
        )}
      </div>
      <div className="form-grid">
        <DateField
          label="告知日期"
          value={form.toldOn}
          error={problems.toldOn}
          onChange={(event) => set({ ...form, toldOn: event.target.value })}
        />
        <TextField
          label="告知何人"
          value={form.toldTo}
          maxLength={60}
          error={problems.toldTo}
          onChange={(event) => set({ ...form, toldTo: event.target.value })}
        />
      </div>
      {(before || problems.again !== undefined) && (
        <Field label="已经告知过一次；再次要求补正的理由" wide error={problems.again}>
          {(ids) => (
            <textarea
              {...ids}
              value={form.again}
              maxLength={400}
              onChange={(event) => set({ ...form, again: event.target.value })}
            />
          )}
        </Field>
      )}
    </FormFrame>
  )
}
