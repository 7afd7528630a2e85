import { FieldGroup, SelectField, TextField } from '../../../ui/field.tsx'

export interface SignatureDraft {
  name: string
  kind: 'signed' | 'fingerprint' | 'guardian' | 'refused'
  note: string
}

const kinds = [
  { value: 'signed', label: '本人签字' },
  { value: 'fingerprint', label: '按指印' },
  { value: 'guardian', label: '监护人代签' },
  { value: 'refused', label: '拒绝签字' },
] as const

interface SignatureFieldsProps {
  legend: string
  value: SignatureDraft
  onChange: (value: SignatureDraft) => void
  /** problems by field of the signature */
  problems: Readonly<Record<string, string>>
  mayRefuse?: boolean
}

/** Who signed, how, and why not. */
export function SignatureFields({ legend, value, onChange, problems, mayRefuse = false }: SignatureFieldsProps) {
  const choices = kinds.filter((kind) => mayRefuse || kind.value !== 'refused')
  return (
    <FieldGroup label={legend} wide>
      <div className="form-grid">
        <TextField
          label="姓名"
          value={value.name}
          error={problems.name}
          maxLength={60}
          onChange={(event) => onChange({ ...value, name: event.target.value })}
        />
        <SelectField
          label="签字方式"
          value={value.kind}
          choices={choices}
          onPick={(kind) => onChange({ ...value, kind: kind as SignatureDraft['kind'] })}
        />
        {(value.kind === 'refused' || value.kind === 'guardian') && (
          <TextField
            label={value.kind === 'refused' ? '拒签情形' : '代签人及关系'}
            value={value.note}
            error={problems.note}
            maxLength={200}
            onChange={(event) => onChange({ ...value, note: event.target.value })}
          />
        )}
      </div>
    </FieldGroup>
  )
}

/** A signature nobody has given yet. */
export const noSignature: SignatureDraft = { name: '', kind: 'signed', note: '' }

/** The signature as the record keeps it; null while no name stands there. */
export function signatureOf(value: SignatureDraft): object | null {
  return value.name.trim() === '' ? null : { name: value.name.trim(), kind: value.kind, note: value.note.trim() }
}

/** Problems below a path, by what follows it. */
export function problemsUnder(problems: Readonly<Record<string, string>>, path: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(problems)
      .filter(([key]) => key.startsWith(`${path}.`))
      .map(([key, message]) => [key.slice(path.length + 1), message]),
  )
}
