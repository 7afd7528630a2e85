import { DateField } from '../../../ui/date-field.tsx'
import { TextField } from '../../../ui/field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

const nobody = { name: '', post: '' }
const places = ['一', '二', '三', '四', '五', '六'] as const

/** 安排入户：两名以上调查人员、日期、路线序号。 */
export function VisitPlanForm(props: FormProps) {
  const { move, submit, busy, problems } = props
  const [form, set] = useDraft(props, { investigators: [nobody, nobody], plannedOn: '', order: '', note: '' })
  const change = (at: number, part: Partial<typeof nobody>): void =>
    set({ ...form, investigators: form.investigators.map((each, i) => (i === at ? { ...each, ...part } : each)) })
  return (
    <FormFrame
      label={move.label}
      busy={busy}
      onSubmit={() =>
        submit({
          investigators: form.investigators.filter((each) => each.name.trim() !== ''),
          plannedOn: form.plannedOn,
          order: form.order === '' ? null : Number(form.order),
          note: form.note,
        })
      }
    >
      {places.slice(0, form.investigators.length).map((place, at) => (
        <div className="form-grid" key={place}>
          <TextField
            label={`调查人员${place}姓名`}
            value={form.investigators[at]?.name ?? ''}
            error={problems[`investigators.${at}.name`] ?? (at === 0 ? problems.investigators : undefined)}
            maxLength={60}
            onChange={(event) => change(at, { name: event.target.value })}
          />
          <TextField
            label={`调查人员${place}职务`}
            value={form.investigators[at]?.post ?? ''}
            maxLength={60}
            onChange={(event) => change(at, { post: event.target.value })}
          />
        </div>
      ))}
      {form.investigators.length < 6 && (
        <div className="row">
          <button
            type="button"
            className="button"
            onClick={() => set({ ...form, investigators: [...form.investigators, nobody] })}
          >
            增加一名调查人员
          </button>
        </div>
      )}
      <div className="form-grid">
        <DateField
          label="入户日期"
          value={form.plannedOn}
          error={problems.plannedOn}
          onChange={(event) => set({ ...form, plannedOn: event.target.value })}
        />
        <TextField
          label="当日路线序号（可不填）"
          inputMode="numeric"
          value={form.order}
          error={problems.order}
          onChange={(event) => set({ ...form, order: event.target.value.replace(/\D/g, '') })}
        />
        <TextField
          label="备注"
          value={form.note}
          maxLength={200}
          onChange={(event) => set({ ...form, note: event.target.value })}
        />
      </div>
    </FormFrame>
  )
}
