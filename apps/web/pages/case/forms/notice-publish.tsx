import { DateField } from '../../../ui/date-field.tsx'
import { useKept } from '../../../ui/kept.ts'
import { ContactFields } from '../../notice/contact-fields.tsx'
import { type FormProps, useDraft } from '../form-props.ts'
import { FormFrame } from './form-frame.tsx'

/** 发布公示: one list for this case alone; many cases of a village are published together on the page of notices. */
export function PublishForm(props: FormProps) {
  const { move, submit, busy, problems } = props
  const [telephone, keepTelephone] = useKept('notice telephone', '')
  const [form, set] = useDraft(props, { fromOn: '', fromMonth: '', telephone, address: '' })

  function send() {
    keepTelephone(form.telephone)
    const { fromOn, fromMonth, ...contact } = form
    submit({ ...contact, ...(fromOn === '' ? {} : { fromOn }), ...(fromMonth === '' ? {} : { fromMonth }) })
  }

  return (
    <FormFrame label={move.label} busy={busy} onSubmit={send}>
      <p className="muted small">公示单只列姓名、人数、金额、档次和起始月份。同村多户请到“公示”页一并发布。</p>
      <div className="form-grid">
        <DateField
          label="公示起始日"
          required={false}
          hint="不填为今天；天数按政策包计算，从次日起算"
          value={form.fromOn}
          error={problems.fromOn}
          onChange={(event) => set({ ...form, fromOn: event.target.value })}
        />
        <DateField
          label="拟保障起始月份"
          required={false}
          month
          hint="可不填"
          value={form.fromMonth}
          error={problems.fromMonth}
          onChange={(event) => set({ ...form, fromMonth: event.target.value })}
        />
        <ContactFields contact={form} problems={problems} onChange={(contact) => set({ ...form, ...contact })} />
      </div>
    </FormFrame>
  )
}
