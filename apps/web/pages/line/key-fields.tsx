import { SelectField, TextField } from '../../ui/field.tsx'

/** Public keys as they were handed over. */
export type KeyTexts = { suite: 'GM1' | 'ED1'; signing: string; box: string }

/** Characters of a public key as base64url: SM2 keys have 64 bytes, the others 32. */
const lengths = { GM1: 86, ED1: 43 } as const

/** What is wrong with keys as they were pasted. */
export function keyFaults({ suite, signing, box }: KeyTexts): { signing?: string; box?: string } {
  const fault = (text: string): string | undefined => {
    if (text === '') return '请粘贴对方的公钥'
    return text.length === lengths[suite] && /^[A-Za-z0-9_-]+$/.test(text)
      ? undefined
      : `${suite} 的公钥应为 ${lengths[suite]} 个字符（字母、数字、- 和 _），现有 ${text.length} 个，请完整粘贴`
  }
  const [wrongSigning, wrongBox] = [fault(signing), fault(box)]
  return { ...(wrongSigning && { signing: wrongSigning }), ...(wrongBox && { box: wrongBox }) }
}

type KeyFieldsProps = {
  keys: KeyTexts
  wrong: { signing?: string; box?: string }
  /** left out: the link has its suite already */
  onSuite?: (suite: KeyTexts['suite']) => void
  onSet: (change: Partial<KeyTexts>) => void
}

/** The two public keys of a node. */
export function KeyFields({ keys, wrong, onSuite, onSet }: KeyFieldsProps) {
  return (
    <>
      {onSuite !== undefined && (
        <SelectField
          label="密码套件"
          value={keys.suite}
          onPick={(suite) => onSuite(suite === 'GM1' ? 'GM1' : 'ED1')}
          choices={[
            { value: 'GM1', label: 'GM1（SM2、SM3、SM4）' },
            { value: 'ED1', label: 'ED1（Ed25519、AES-256-GCM）' },
          ]}
        />
      )}
      {(['signing', 'box'] as const).map((name) => (
        <TextField
          key={name}
          label={name === 'signing' ? '签名公钥' : '加密公钥'}
          value={keys[name]}
          autoComplete="off"
          spellCheck={false}
          error={wrong[name]}
          onChange={(event) => onSet({ [name]: event.target.value.trim() })}
        />
      ))}
    </>
  )
}
