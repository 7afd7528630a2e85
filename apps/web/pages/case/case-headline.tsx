import { Link } from '@tanstack/react-router'
import type { CaseView } from '#casework/contract'
import { originLabels } from '#casework/words'
import { chineseDate } from '#kernel/chinese-date'
import { dayOf, peopleWords } from '../../format.ts'
import { clockWords } from '../../ui/clock.tsx'
import { Hint } from '../../ui/hint.tsx'
import { HouseholdLink } from '../../ui/household-link.tsx'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { programmeWords } from '../../wording.ts'
import { Facts } from './file-parts.tsx'
import { resultWords } from './words.ts'

function Flags({ view }: { view: CaseView }) {
  const { head } = view
  const open = view.objections.filter((objection) => objection.outcome === null).length
  const total = clockWords(head.total)
  return (
    <p className="row">
      {head.result === null ? (
        head.total.dueOn !== null && (
          <span title={total.why}>
            <Tag tone={total.tone}>总时限：{total.text}</Tag>
          </span>
        )
      ) : (
        <WordTag word={resultWords[head.result]} />
      )}
      {head.related && <Tag tone="red">近亲属</Tag>}
      {open > 0 && <Tag tone="red">有异议 {open} 件未答复</Tag>}
      {open === 0 && head.complained && <Tag tone="amber">有过异议或举报</Tag>}
      {head.sampled && <Tag tone="amber">抽中入户抽查</Tag>}
    </p>
  )
}

/** Who applied for what and where, the clock of the whole case, and what makes it special. */
export function CaseHeadline({ view }: { view: CaseView }) {
  const { head } = view
  return (
    <section className="card stack-small" aria-label="案件概要">
      <Flags view={view} />
      <Facts
        facts={[
          [
            '案号',
            <span key="c" className="mono">
              {head.caseNo}
            </span>,
          ],
          ['救助项目', `${head.schemeLabel}，${programmeWords[head.programme]}${peopleWords(head.members)}`],
          ['所在地', `${head.townshipName} ${head.villageName}`],
          [
            '来源',
            head.appealNo === null ? (
              originLabels[head.origin]
            ) : (
              <Link key="a" to="/objections/$objectionNo" params={{ objectionNo: head.appealNo }}>
                申诉成立后重新开立，{head.appealNo}
              </Link>
            ),
          ],
          ['申请', dayOf(head.openedAt)],
          ['受理', head.acceptedOn ?? '未受理'],
          [
            '户号',
            head.householdNo === null ? '受理后编号' : <HouseholdLink key="h" householdNo={head.householdNo} className="mono" />,
          ],
        ]}
      />
      {view.next.length > 0 && (
        <ul className="plain-list" aria-label="接下来">
          {view.next.map((todo) => (
            <li key={todo.step}>
              <Hint todo={todo} lead="接下来：" />
            </li>
          ))}
        </ul>
      )}
      <p className="muted small">
        程序：{head.procedureLabel}；政策包 {head.packId}，按 {chineseDate(head.packOn)} 执行
      </p>
    </section>
  )
}
