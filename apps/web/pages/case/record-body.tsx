import type { ReactNode } from 'react'
import { yuan } from '../../format.ts'
import { fieldLabel, valueWord } from './record-words.ts'

/** Fields that hold fen. */
const money = /^(amount|base|topUp|total|income|limit|standard|perCapita|.*Fen)$/
/** Fields that only the program reads. */
const silent = new Set([
  'sha256',
  'size',
  'fileId',
  'userId',
  'memberId',
  // members of a deliberation by their ids; the session tells their names
  'present',
  'sessionId',
  'recordId',
  'version',
  'row',
  // rows of the application and numbers of persons; the papers tell who signed
  'subject',
  'rowId',
  'subjectNo',
  'campaignId',
  'key',
  'clock',
  'code',
])

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Nothing to read: not filled in. */
export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  if (Array.isArray(value)) return value.length === 0 || value.every(isBlank)
  return isPlain(value) && Object.entries(value).every(([key, part]) => silent.has(key) || isBlank(part))
}

/** Papers that a record names. */
const signedForms: Readonly<Record<string, string>> = { application: '申请书', authorisation: '授权书', undertaking: '承诺书' }

/** One value in words: amounts in yuan, yes and no, codes by their label. */
export function valueText(field: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (typeof value === 'number') return money.test(field) ? yuan(value) : String(value)
  return field === 'form' ? (signedForms[String(value)] ?? String(value)) : valueWord(String(value))
}

function Many({ field, values }: { field: string; values: readonly unknown[] }) {
  if (values.every((value) => !isPlain(value))) return <>{values.map((value) => valueText(field, value)).join('、')}</>
  return (
    <ul className="dots">
      {values
        .filter((value) => !isBlank(value))
        .map((value) => (
          <li key={JSON.stringify(value)}>{isPlain(value) ? <Inline body={value} /> : valueText(field, value)}</li>
        ))}
    </ul>
  )
}

function shown(body: Record<string, unknown>): [string, unknown][] {
  return Object.entries(body).filter(([key, value]) => !silent.has(key) && !isBlank(value))
}

/** A part of a record in one line: 姓名 王某，方式 本人签字. */
function Inline({ body }: { body: Record<string, unknown> }): ReactNode {
  const fields = shown(body)
  const [first, ...rest] = fields
  const plain = first !== undefined && first[0] === 'name' ? [String(first[1])] : first === undefined ? [] : [told(first)]
  return <>{[...plain, ...rest.map(told)].join('，')}</>
}

function told([key, value]: [string, unknown]): string {
  const text = isPlain(value)
    ? shown(value).map(told).join('，')
    : Array.isArray(value)
      ? value.map((each) => (isPlain(each) ? shown(each).map(told).join('，') : valueText(key, each))).join('；')
      : valueText(key, value)
  return `${fieldLabel(key)} ${text}`
}

const longText = 60

/** What a record holds, as labelled values; blanks are left out, and nothing is shown as the program keeps it. */
export function RecordBody({ body }: { body: Record<string, unknown> }) {
  const fields = shown(body)
  if (fields.length === 0) return <p className="muted small">没有填写内容。</p>
  return (
    <dl className="facts record">
      {fields.map(([key, value]) => {
        const wide = isPlain(value) || Array.isArray(value) || (typeof value === 'string' && value.length > longText)
        return (
          <div key={key} className={wide ? 'wide' : undefined}>
            <dt>{fieldLabel(key)}</dt>
            <dd>
              {Array.isArray(value) ? (
                <Many field={key} values={value} />
              ) : isPlain(value) ? (
                <Inline body={value} />
              ) : (
                valueText(key, value)
              )}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
