/** One search: households, their people, cases. */
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { type HouseholdSearch, searchHouseholds } from '#registry'
import { PROCEDURES } from '../../procedure/rules/styles/index.ts'
import { resultLabels } from '../contract/case-words.ts'
import { type Hits, type SearchReply, searchAll } from '../contract/search.ts'
import { type CaseFilter, type CaseListRow, listCaseRows } from '../store/lists.ts'
import { householdPage, nameFor } from './search-pages.ts'

/** As many of each as a window shows without scrolling far. */
const SHOWN = 8

const aidWords = { none: '未享受', current: '在保', ended: '已停保' } as const
const personWords = { member: '成员', listed: '登记人员', supporter: '赡养、抚养义务人' } as const
const stepLabels = new Map([...PROCEDURES.values()].flatMap(({ steps }) => steps.map(({ id, label }) => [id, label] as const)))

function hits(rows: Hits['rows'], more: boolean): Hits {
  return { rows: rows.slice(0, SHOWN), more: more || rows.length > SHOWN }
}

function householdHits({ rows, more }: HouseholdSearch, role: string): Hits {
  const found = rows.flatMap((row) => {
    const to = householdPage(role, row.householdNo)
    const note = `${row.townshipName} ${row.villageName}，${row.persons} 人，${aidWords[row.aid]}`
    return to === null ? [] : [{ no: row.householdNo, label: nameFor(role, row.headName), note, to }]
  })
  return hits(found, more)
}

function personHits({ rows, more }: HouseholdSearch, role: string): Hits {
  const found = rows.flatMap((row) =>
    row.matched.flatMap((person) => {
      const to = householdPage(role, row.householdNo)
      const note = `${nameFor(role, row.headName)}家庭的${personWords[person.role]}，${row.townshipName} ${row.villageName}`
      return to === null ? [] : [{ no: person.subjectNo, label: nameFor(role, person.name), note, to }]
    }),
  )
  return hits(found, more)
}

function caseNote(row: CaseListRow): string {
  const at = (row.at_steps ?? []).map((step) => stepLabels.get(step) ?? step).join('、')
  const state = row.result === null ? at : resultLabels[row.result as keyof typeof resultLabels]
  return [`${row.township_name} ${row.village_name}`, state].filter((each) => each.trim() !== '').join('，')
}

function casesOf(context: ActionContext, q: string): Promise<CaseListRow[]> {
  const nothing = { lo: null, hi: null, programme: null, step: null, state: null, cleanUp: null, doneBy: null, after: null }
  const filter: CaseFilter = {
    ...nothing,
    q,
    related: false,
    overdue: false,
    unserved: false,
    today: context.today,
    sort: 'opened',
    limit: SHOWN + 1,
  }
  return listCaseRows(context.tx, filter)
}

export const searchAllAction: Action = routeAction(searchAll, {
  async run(context, { q }) {
    const { tx, keys, today, actor } = context
    const found = await searchHouseholds(tx, keys, { text: q, on: today })
    const cases = await casesOf(context, q)
    const caseHits = cases.map((row) => ({
      no: row.case_no,
      label: `${nameFor(actor.role, row.applicant_name)} ${row.case_no}`,
      note: caseNote(row),
      to: `/cases/${encodeURIComponent(row.case_no)}`,
    }))
    return {
      households: householdHits(found, actor.role),
      persons: personHits(found, actor.role),
      cases: hits(caseHits, false),
      elsewhere: found.elsewhere,
      numberFault: found.numberFault,
    }
  },
  journal: (_input, output) => {
    const { households, persons, cases } = output as SearchReply
    return {
      chain: 'system:casework',
      basis: '社会救助暂行办法 第十一条',
      purpose: '查找家庭、人员和案件',
      detail: { households: households.rows.length, persons: persons.rows.length, cases: cases.rows.length },
    }
  },
})
