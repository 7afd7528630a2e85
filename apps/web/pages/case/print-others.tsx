import type { BlankForm, CaseView, VillageForm } from '#casework/contract'
import { addressOf } from '../../client.ts'

const blanks: Readonly<Record<BlankForm, string>> = {
  application: '申请书、授权书、承诺书',
  proxy: '委托书',
  'acceptance-notice': '受理通知书',
  'rejection-notice': '不予受理告知书',
  'missing-items-notice': '补正材料告知书',
  'household-economics': '家庭经济状况信息表',
  'verification-order': '核对委托书',
  'home-visit': '入户调查表',
  'neighbour-interview': '邻里访问记录',
  'written-inquiry': '信函索证函',
  deliberation: '民主评议记录、结论表',
  'three-plus-one': '综合测评表',
  notice: '公示单',
  'review-form': '审核确认表',
  confirmation: '确认通知书',
  refusal: '不予确认告知书',
  'related-party': '近亲属备案表',
  'long-term-notice': '长期公示表',
  'dynamic-record': '动态管理记录',
  adjustment: '增发（减发、停发）告知书',
  'payment-roll': '发放花名册',
  'card-agreement': '账户代管协议',
  'archive-cover': '档案封面、卷内目录',
}

const villageForms: readonly VillageForm[] = [
  'application',
  'household-economics',
  'verification-order',
  'home-visit',
  'neighbour-interview',
  'deliberation',
  'review-form',
]

function Links({ rows }: { rows: readonly { key: string; label: string; href: string }[] }) {
  return (
    <ul className="stack-small">
      {rows.map(({ key, label, href }) => (
        <li key={key}>
          <a href={href} target="_blank" rel="noreferrer">
            {label}
          </a>
        </li>
      ))}
    </ul>
  )
}

/** What is printed beside the papers of this case: one form for the whole village, and blank forms. */
export function OtherPapers({ head }: Pick<CaseView, 'head'>) {
  const { villageCode: village, villageName } = head
  const forVillage = villageForms.map((form) => ({
    key: form,
    label: blanks[form],
    href: addressOf('casework.print-village-papers', { params: { village, form } }),
  }))
  const blankForms = (Object.keys(blanks) as BlankForm[]).map((form) => ({
    key: form,
    label: blanks[form],
    href: addressOf('casework.print-blank', { params: { form } }),
  }))
  return (
    <>
      <li>
        <details>
          <summary>{villageName}全部在办案件，成批打印</summary>
          <Links rows={forVillage} />
        </details>
      </li>
      <li>
        <details>
          <summary>空白表</summary>
          <Links rows={blankForms} />
        </details>
      </li>
    </>
  )
}
