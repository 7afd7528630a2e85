import { TextField } from '../../ui/field.tsx'

export type Contact = { telephone: string; address: string }
type ContactProps = { contact: Contact; problems: Record<string, string | undefined>; onChange: (contact: Contact) => void }

/** Where objections are taken, as the notice says it; without an address it says that of the township's last notice. */
export function ContactFields({ contact, problems, onChange }: ContactProps) {
  return (
    <>
      <TextField
        label="异议电话"
        type="tel"
        hint="办公电话，不填个人手机"
        value={contact.telephone}
        error={problems.telephone}
        maxLength={20}
        onChange={(event) => onChange({ ...contact, telephone: event.target.value })}
      />
      <TextField
        label="异议受理地址"
        required={false}
        hint="印在公示单上，如“青溪街道便民服务中心”；不填沿用上一张公示单的"
        value={contact.address}
        error={problems.address}
        maxLength={60}
        onChange={(event) => onChange({ ...contact, address: event.target.value })}
      />
    </>
  )
}
