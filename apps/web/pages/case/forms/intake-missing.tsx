import { Link } from '@tanstack/react-router'
import { Field, TextField } from '../../../ui/field.tsx'
import { newKey } from '../../../ui/once.ts'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

const nothing = (key: string) => ({ key, what: '', problem: '', mend: '' })
type Item = ReturnType<typeof nothing>

/** 一次性告知补正：全部缺少的内容列成一张单。 */
export function AskMissingForm(props: FormProps) {
  const { view, move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { items: [nothing('first')], toldOn: '', toldTo: view.head.applicantName, again: '' })
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
          <TextField
            label="问题"
            value={item.problem}
            maxLength={200}
            onChange={(event) => change(at, { problem: event.target.value })}
          />
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
        <TextField
          label="告知日期"
          type="date"
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
