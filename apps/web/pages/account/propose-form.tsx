import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { accountFault } from '#kernel/bank-account'
import type { StoredFile } from '#kernel/schema'
import type { HouseholdAccount } from '#registry/contract'
import { call } from '../../client.ts'
import { Evidence } from '../../ui/evidence.tsx'
import { Field, TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

interface Asked {
  bankName: string
  accountNo: string
  holder: string
  proxyFiled: boolean
  payeeReason: string
  reason: string
}

type Wrong = Partial<Record<keyof Asked | 'proofs', string>>

const least = 4

function wrongOf(asked: Asked, members: readonly string[], proofs: readonly StoredFile[]): Wrong {
  const fault = accountFault(asked.accountNo)
  const outside = asked.holder !== '' && !members.includes(asked.holder)
  return {
    ...(asked.holder.length < 2 ? { holder: '请填写账户户名' } : {}),
    ...(outside && !asked.proxyFiled ? { holder: '户名不是本户成员：请核对，或勾选代管协议已备案' } : {}),
    ...(outside && asked.payeeReason.length < least ? { payeeReason: '请写明由他人代领的原因，至少 4 个字' } : {}),
    ...(asked.bankName.length < 2 ? { bankName: '请填写开户银行' } : {}),
    ...(fault === null ? {} : { accountNo: asked.accountNo === '' ? '请填写账号' : fault }),
    ...(asked.reason.length < least ? { reason: '请写明原因，至少 4 个字' } : {}),
    ...(proofs.length === 0 ? { proofs: '请上传存折或银行卡的照片' } : {}),
  }
}

function readForm(form: HTMLFormElement): Asked {
  const data = new FormData(form)
  const text = (name: string) => String(data.get(name) ?? '').trim()
  return {
    bankName: text('bankName'),
    accountNo: text('accountNo'),
    holder: text('holder'),
    proxyFiled: data.get('proxyFiled') !== null,
    payeeReason: text('payeeReason'),
    reason: text('reason'),
  }
}

function Payee({ wrong }: { wrong: string | undefined }) {
  return (
    <>
      <label className="choice">
        <input type="checkbox" name="proxyFiled" /> <span>户名不是家庭成员，代管协议已备案</span>
      </label>
      <TextField
        label="由他人代领的原因"
        name="payeeReason"
        error={wrong}
        hint="户名不是家庭成员的才填写。"
        maxLength={400}
        autoComplete="off"
      />
    </>
  )
}

/** Asks for another account; it holds when a second person has confirmed it. */
export function ProposeForm({ household }: { household: HouseholdAccount }) {
  const { householdNo, members, account } = household
  const list = useId()
  const queries = useQueryClient()
  const [proofs, setProofs] = useState<StoredFile[]>([])
  const [wrong, setWrong] = useState<Wrong>({})
  const propose = useMutation({
    mutationFn: (asked: Asked) => call('registry.propose-account', { params: { householdNo }, body: { ...asked, proofs } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['registry.read-account'] }),
  })
  const isFirst = account.accountMasked === ''

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const asked = readForm(event.currentTarget)
    const found = wrongOf(asked, members, proofs)
    setWrong(found)
    if (Object.keys(found).length === 0) propose.mutate(asked)
  }

  return (
    <section className="card stack-small" aria-labelledby="propose-title">
      <h2 id="propose-title">{isFirst ? '登记账户' : '申请变更账户'}</h2>
      <p className="muted small">提交后由另一人对照证明材料确认；确认之前仍按现登记的账户发放。</p>
      {propose.isError && <ErrorPanel error={propose.error} />}
      <form className="stack-small" onSubmit={submit} noValidate>
        <TextField label="账户户名" name="holder" error={wrong.holder} list={list} maxLength={60} autoComplete="off" />
        <datalist id={list}>
          {members.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <TextField label="开户银行" name="bankName" error={wrong.bankName} maxLength={60} autoComplete="off" />
        <TextField label="账号" name="accountNo" error={wrong.accountNo} inputMode="numeric" maxLength={60} autoComplete="off" />
        <Payee wrong={wrong.payeeReason} />
        <Field label={isFirst ? '登记原因（必填）' : '变更原因（必填）'} error={wrong.reason} hint="例如：新开户；原账户已销户。">
          {(ids) => <textarea {...ids} name="reason" maxLength={2000} />}
        </Field>
        <Evidence
          label="证明材料（必填）"
          hint="存折或银行卡的照片；由他人代领的，连同代管协议。"
          files={proofs}
          onChange={setProofs}
          error={wrong.proofs}
        />
        <div className="row">
          <button type="submit" className="button primary" disabled={propose.isPending}>
            {propose.isPending ? '正在提交…' : '提交，待另一人确认'}
          </button>
        </div>
      </form>
    </section>
  )
}
