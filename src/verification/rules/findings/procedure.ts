/** Procedure: queries made without authorisation. */
import { isAuthorised, isRecordName, recordLabel } from '#sources/contract'
import { groupBy } from '../household/view.ts'
import type { Rule } from './rule.ts'

const unauthorisedQuery: Rule = {
  id: 'PRO-1',
  title: '未授权查询',
  class: 'A',
  scope: 'X',
  clause: '《社会救助暂行办法》：核对须经申请人及其家庭成员授权；《中华人民共和国个人信息保护法》：处理个人信息应当有合法依据',
  silent: [],
  find(h, ctx, report) {
    const { queries, authorisations } = h.dossier
    if (queries.length === 0) return
    const bySubject = groupBy(authorisations, (row) => row.subject_no)
    for (const query of queries) {
      const subject = h.persons.find((s) => s.no === query.subject_no) ?? h.supporters.find((s) => s.no === query.subject_no)
      if (subject === undefined || !isRecordName(query.record)) continue
      const own = bySubject.get(subject.no) ?? []
      if (isAuthorised(own, { idNumber: subject.idNumber }, query.record, query.queried_on, ctx.params.guardian_age)) continue
      report({
        person: subject.no,
        other: query.query_no,
        text: `${query.queried_on} 查询了 ${subject.name} 的${recordLabel(query.record)}，当日没有有效授权`,
      })
    }
  },
}

export const procedureRules: readonly Rule[] = [unauthorisedQuery]
