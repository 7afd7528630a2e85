/** Identity by the register, over every listed person and supporter. */
import { type HouseholdView, identityOf, type Subject } from '../household/view.ts'
import type { Rule } from './rule.ts'

const clause = '核对规则：身份信息须与公安户籍一致，不一致的退回乡镇（街道）补正'

function subjectsOf(h: HouseholdView): readonly Subject[] {
  return [...h.persons, ...h.supporters]
}

const otherPerson: Rule = {
  id: 'IDQ-5',
  title: '号码属他人',
  class: 'B',
  scope: 'NR',
  clause,
  silent: [],
  find(h, _ctx, report) {
    for (const s of subjectsOf(h)) {
      if (s.answers.status['police/register'] !== 'NAME_MISMATCH') continue
      const record = s.answers.registerMismatch
      report({ person: s.no, source: 'police/register', record, text: `${s.name} 的公民身份号码在户籍中登记的是另一姓名` })
    }
  },
}

const unknownNumber: Rule = {
  id: 'IDQ-6',
  title: '号码查无',
  class: 'B',
  scope: 'NR',
  clause,
  silent: [],
  find(h, _ctx, report) {
    for (const s of subjectsOf(h)) {
      if (s.answers.status['police/register'] !== 'ID_NOT_FOUND') continue
      report({ person: s.no, text: `${s.name} 的公民身份号码在户籍中查无此号` })
    }
  },
}

const otherSpelling: Rule = {
  id: 'IDQ-7',
  title: '姓名写法不一',
  class: 'C',
  scope: 'NR',
  clause,
  silent: [],
  find(h, _ctx, report) {
    for (const s of subjectsOf(h)) {
      const record = identityOf(s.answers)
      if (record === null || record.name === s.name) continue
      report({ person: s.no, source: 'police/register', record, text: `申报姓名 ${s.name}，户籍姓名 ${record.name}，写法不一` })
    }
  },
}

export const identityRules: readonly Rule[] = [otherPerson, unknownNumber, otherSpelling]
