import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import type { Mark, PolicyParameter, RevisionView } from '#revisions/contract'
import { CallProblem, call } from '../../client.ts'
import { DateField } from '../../ui/date-field.tsx'
import { Field, SelectField, TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { fieldsOf, jsonFrom, shownText, type ValueField } from './value-shape.ts'
import { markWords, sectionWords } from './words.ts'

const marks = Object.entries(markWords).map(([value, { label, meaning }]) => ({ value, label: `${label}（${meaning}）` }))

const keyOf = (parameter: Pick<PolicyParameter, 'section' | 'name'>): string => `${parameter.section} ${parameter.name}`

/** Faults of the server by the field they belong to. */
function faultsOf(error: unknown): ReadonlyMap<string, string> {
  const fields = error instanceof CallProblem ? error.fields : []
  return new Map(fields.map(({ path, message }) => [path, message]))
}

function ValueInput({ field, error }: { field: ValueField; error: string | undefined }) {
  if (field.choices === null) {
    return (
      <TextField
        label={field.label}
        name={`value ${field.key}`}
        defaultValue={shownText(field.was)}
        error={error}
        autoComplete="off"
      />
    )
  }
  return (
    <Field label={field.label} error={error}>
      {(ids) => (
        <select {...ids} name={`value ${field.key}`} defaultValue={shownText(field.was)}>
          {field.choices?.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

type Faults = ReadonlyMap<string, string>

function ValueInputs({ json, fields, faults }: { json: string; fields: readonly ValueField[] | null; faults: Faults }) {
  if (fields === null) {
    const fault = [...faults].find(([path]) => path.startsWith('json'))?.[1]
    return (
      <Field label="值（JSON）" wide error={fault} hint="按原值的写法填写：文字加双引号，数字只写数字，不设写 null。">
        {(ids) => <textarea {...ids} className="input mono" name="json" defaultValue={json} spellCheck={false} />}
      </Field>
    )
  }
  const whole = faults.get('json')
  return (
    <>
      {fields.map((field, i) => {
        const own = faults.get(field.key === '' ? 'json' : `json.${field.key}`) ?? (i === 0 ? whole : undefined)
        return <ValueInput key={field.key} field={field} error={own} />
      })}
    </>
  )
}

type FormProps = { revision: RevisionView; parameter: PolicyParameter; today: string; onDone: () => void }

function Form({ revision, parameter, today, onDone }: FormProps) {
  const queries = useQueryClient()
  const asText = useId()
  const current = parameter.values.findLast((value) => value.from <= today) ?? parameter.values.at(-1)
  const drafted = revision.changes.find((change) => change.section === parameter.section && change.name === parameter.name)
  const json = drafted?.json ?? current?.json ?? 'null'
  const [written, setWritten] = useState(false)
  const fields = written ? null : fieldsOf(json)
  const save = useMutation({
    mutationFn: (body: { from: string; json: string; clause: string; mark: Mark; reviewedUntil: string }) =>
      call('casework.change-value', {
        params: { revisionId: revision.revisionId },
        body: { version: revision.version, section: parameter.section, name: parameter.name, ...body },
      }),
    onSuccess: (view) => {
      queries.setQueryData(['casework.open-revision', { params: { revisionId: revision.revisionId } }], view)
      onDone()
    },
  })
  const faults = faultsOf(save.error)
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string): string => String(form.get(name) ?? '').trim()
    const typed = Object.fromEntries((fields ?? []).map(({ key }) => [key, text(`value ${key}`)]))
    const value = fields === null ? text('json') : jsonFrom(fields, typed)
    save.mutate({
      from: text('from'),
      json: value,
      clause: text('clause'),
      mark: text('mark') as Mark,
      reviewedUntil: text('reviewedUntil'),
    })
  }
  return (
    <form className="stack" onSubmit={submit} noValidate>
      {save.isError && faults.size === 0 && <ErrorPanel error={save.error} />}
      {faults.size > 0 && (
        <p className="notice red" role="alert">
          没有保存：有 {faults.size} 处须改正，见标红的字段。
        </p>
      )}
      <p>
        现行：<strong>{current?.text ?? '没有'}</strong>
        <span className="muted small">
          （{chineseDate(current?.from ?? '')} 起，{current?.clause}）
        </span>
      </p>
      <div className="form-grid">
        <ValueInputs key={String(written)} json={json} fields={fields} faults={faults} />
        <DateField label="生效日" name="from" defaultValue={chineseDate(drafted?.from ?? '')} error={faults.get('from')} />
        <TextField
          label="依据（文件和条款）"
          name="clause"
          maxLength={200}
          defaultValue={drafted?.clause ?? ''}
          error={faults.get('clause')}
        />
        <Field label="可靠程度" error={faults.get('mark')}>
          {(ids) => (
            <select {...ids} name="mark" defaultValue={drafted?.mark ?? 'sourced'}>
              {marks.map((mark) => (
                <option key={mark.value} value={mark.value}>
                  {mark.label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <DateField
          label="复核期限"
          name="reviewedUntil"
          defaultValue={chineseDate(drafted?.reviewedUntil ?? '')}
          error={faults.get('reviewedUntil')}
          hint="到期仍可核算，但须有人确认后才能签发决定。"
        />
      </div>
      {fieldsOf(json) !== null && (
        <label className="choice" htmlFor={asText}>
          <input id={asText} type="checkbox" checked={written} onChange={(event) => setWritten(event.target.checked)} />
          <span>直接填写原文（JSON），例如改为“不设”时写 null</span>
        </label>
      )}
      <div className="row">
        <button type="submit" className="button primary" disabled={save.isPending}>
          {save.isPending ? '正在检查…' : '检查并保存'}
        </button>
      </div>
    </form>
  )
}

type EditorProps = { revision: RevisionView; parameters: readonly PolicyParameter[]; today: string }

/** Changes one value of a draft: the parameter is picked, the value checked by the readers of packs, faults stand beside the field. */
export function ValueEditor({ revision, parameters, today }: EditorProps) {
  const [q, setQ] = useState('')
  const [picked, setPicked] = useState('')
  const found = parameters.filter((each) => `${each.label} ${each.name}`.toLowerCase().includes(q.trim().toLowerCase()))
  const parameter = found.find((each) => keyOf(each) === picked)
  return (
    <section className="card stack" aria-labelledby="editor-title">
      <h2 id="editor-title">修改一个值</h2>
      <div className="filters">
        <TextField label="查找参数" type="search" value={q} onChange={(event) => setQ(event.target.value)} autoComplete="off" />
        <SelectField
          label={`参数（${found.length} 项）`}
          wide
          all="请选择"
          value={parameter === undefined ? '' : picked}
          onPick={setPicked}
          choices={found.map((each) => ({
            value: keyOf(each),
            label: `${sectionWords[each.section]}：${each.label}（${each.unit}）`,
          }))}
        />
      </div>
      {parameter !== undefined && (
        <Form
          key={`${picked} ${revision.version}`}
          revision={revision}
          parameter={parameter}
          today={today}
          onDone={() => setPicked('')}
        />
      )}
    </section>
  )
}
