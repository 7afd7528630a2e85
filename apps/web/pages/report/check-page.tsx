import { useMutation } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import { call, type Output } from '../../client.ts'
import { Field } from '../../ui/field.tsx'
import { PageHelp } from '../../ui/page-help.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { conclusionWords } from '../../wording.ts'

function Verdict({ answer }: { answer: Output<'verification.check-report'> }) {
  return (
    <div className={answer.genuine && !answer.superseded ? 'notice green' : 'notice red'}>
      <p className="strong">{answer.genuine ? '报告为真。' : '未通过验真。'}</p>
      <p>{answer.message}</p>
      {answer.genuine && (
        <dl className="facts">
          <div>
            <dt>报告编号</dt>
            <dd>
              {answer.reportNo ?? '—'}
              {answer.version !== null && `，第 ${answer.version} 版`}
            </dd>
          </div>
          <div>
            <dt>签发日期</dt>
            <dd>{chineseDate(answer.signedOn ?? '—')}</dd>
          </div>
          <div>
            <dt>有效期至</dt>
            <dd>{chineseDate(answer.validTo ?? '—')}</dd>
          </div>
          <div>
            <dt>结论</dt>
            <dd>{answer.conclusion === null ? '—' : conclusionWords[answer.conclusion].label}</dd>
          </div>
        </dl>
      )}
    </div>
  )
}

/** Checks a printed report by the text of its QR code; no account needed. */
export function CheckPage() {
  const { q } = useSearch({ from: '/check' })
  const [text, setText] = useState(q ?? '')
  const [wrong, setWrong] = useState<string>()
  const check = useMutation({ mutationFn: (qrText: string) => call('verification.check-report', { body: { qrText } }) })
  const { mutate } = check
  useEffect(() => {
    if (q !== undefined && q.length >= 10) mutate(q)
  }, [q, mutate])

  function submit(event: FormEvent) {
    event.preventDefault()
    const missing = text.trim().length < 10
    setWrong(missing ? '请粘贴二维码里的全部文字' : undefined)
    if (!missing) mutate(text.trim())
  }

  return (
    <main>
      <PageHelp />
      <title>报告验真 · 应保</title>
      <div className="card stack check">
        <h1>报告验真</h1>
        <p>用手机扫报告上的二维码，把得到的文字粘贴到这里。验真只显示纸面上已有的内容。</p>
        <form className="stack-small" onSubmit={submit} noValidate>
          <Field label="二维码文字" error={wrong}>
            {(ids) => <textarea {...ids} value={text} maxLength={4000} onChange={(event) => setText(event.target.value)} />}
          </Field>
          <div className="row">
            <button type="submit" className="button primary" disabled={check.isPending}>
              {check.isPending ? '正在验证…' : '验真'}
            </button>
            <Link to="/">回到系统</Link>
          </div>
        </form>
        <div role="status">{check.data !== undefined && <Verdict answer={check.data} />}</div>
        {check.isError && <ErrorPanel error={check.error} />}
      </div>
    </main>
  )
}
