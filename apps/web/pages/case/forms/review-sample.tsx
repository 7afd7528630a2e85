import { Field, TextField } from '../../../ui/field.tsx'
import { FilesField, type KeptFile } from '../../../ui/files-field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

const empty = { visitedOn: '', first: '', second: '', agrees: true, found: '', photos: [] as KeptFile[] }

/** 区级入户抽查：两人、所见与材料是否一致。 */
export function SampleForm(props: FormProps) {
  const { move, submit, busy, problems } = props
  const [form, set] = useDraft(props, empty)
  const change = (part: Partial<typeof empty>) => set({ ...form, ...part })
  function send() {
    const { first, second, ...rest } = form
    submit({ ...rest, investigators: [first, second].filter((name) => name.trim() !== '') })
  }
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={send}>
      <div className="form-grid">
        <TextField
          label="抽查日期"
          type="date"
          value={form.visitedOn}
          error={problems.visitedOn}
          onChange={(event) => change({ visitedOn: event.target.value })}
        />
        <TextField
          label="抽查人员一"
          value={form.first}
          maxLength={60}
          error={problems.investigators ?? problems['investigators.0']}
          onChange={(event) => change({ first: event.target.value })}
        />
        <TextField
          label="抽查人员二"
          value={form.second}
          maxLength={60}
          error={problems['investigators.1']}
          onChange={(event) => change({ second: event.target.value })}
        />
      </div>
      <label className="choice">
        <input type="checkbox" checked={form.agrees} onChange={(event) => change({ agrees: event.target.checked })} />
        所见与材料一致
      </label>
      <Field label="所见情况" wide error={problems.found}>
        {(ids) => (
          <textarea {...ids} value={form.found} maxLength={2000} onChange={(event) => change({ found: event.target.value })} />
        )}
      </Field>
      <FilesField label="照片" files={form.photos} accept="image/*" max={20} onChange={(photos) => change({ photos })} />
    </FormFrame>
  )
}
