import { DateField } from '../../../ui/date-field.tsx'
import { Field, FieldGroup, TextField } from '../../../ui/field.tsx'
import { FilesField, type KeptFile } from '../../../ui/files-field.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

const empty = { visitedOn: '', first: '', second: '', agrees: null as boolean | null, found: '', photos: [] as KeptFile[] }

type AgreesProps = { agrees: boolean | null; error: string | undefined; onPick: (agrees: boolean) => void }

/** Said by whoever was there: nothing stands ticked before. */
function AgreesField({ agrees, error, onPick }: AgreesProps) {
  return (
    <FieldGroup label="所见与材料是否一致" wide error={error}>
      <div className="row">
        {([true, false] as const).map((each) => (
          <label key={String(each)} className="choice">
            <input type="radio" name="sample-agrees" checked={agrees === each} onChange={() => onPick(each)} />
            {each ? '所见与材料一致' : '所见与材料不一致'}
          </label>
        ))}
      </div>
    </FieldGroup>
  )
}

/** 区级入户抽查：两人、所见与材料是否一致。 */
export function SampleForm(props: FormProps) {
  const { move, submit, busy, problems } = props
  const [form, set] = useDraft(props, empty)
  const change = (part: Partial<typeof empty>) => set({ ...form, ...part })
  function send() {
    const { first, second, agrees, ...rest } = form
    submit({
      ...rest,
      ...(agrees === null ? {} : { agrees }),
      investigators: [first, second].filter((name) => name.trim() !== ''),
    })
  }
  return (
    <FormFrame label={move.label} busy={busy} onSubmit={send}>
      <div className="form-grid">
        <DateField
          label="抽查日期"
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
      <AgreesField agrees={form.agrees} error={problems.agrees} onPick={(agrees) => change({ agrees })} />
      <Field label="所见情况" wide error={problems.found}>
        {(ids) => (
          <textarea {...ids} value={form.found} maxLength={2000} onChange={(event) => change({ found: event.target.value })} />
        )}
      </Field>
      <FilesField label="照片" files={form.photos} accept="image/*" max={20} onChange={(photos) => change({ photos })} />
    </FormFrame>
  )
}
