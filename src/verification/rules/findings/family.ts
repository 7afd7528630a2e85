/**
 * Family: who lives together and who owes support. (id, name) is named in a household if a listed person has that
 * number or a same name; a supporter named likewise counts where a rule says so.
 */

import { ageOn } from '#kernel/id-number'
import { sameName } from '#kernel/person-name'
import type { CivilAffairsMarriagesRow } from '#sources/contract'
import type { RegisterExtract } from '../household/dossier.ts'
import { before, type HouseholdView, isNamed, isNamedOrSupporting, type Member, rowsOf, smallest } from '../household/view.ts'
import type { RuleContext } from './prepare.ts'
import type { Report, Rule } from './rule.ts'

const membersClause = '《最低生活保障审核确认办法》：共同生活的家庭成员应当如实、完整申报'
const obligorsClause =
  '《中华人民共和国民法典》：赡养、抚养、扶养义务人应当履行义务；《最低生活保障审核确认办法》：义务人情况应当申报'

/** The last valid marriage row by registration date, then record id. */
function lastMarriage(member: Member): CivilAffairsMarriagesRow | null {
  let last: CivilAffairsMarriagesRow | null = null
  for (const row of rowsOf(member, 'civil_affairs/marriages')) {
    if (row.state !== 'valid') continue
    if (last === null || row.registered_on > last.registered_on) last = row
    else if (row.registered_on === last.registered_on && before(last.source_record_id, row.source_record_id)) last = row
  }
  return last
}

/** Names the member goes by: as listed, and as the usable register rows write them. */
function namesOf(member: Member): string[] {
  const names = [member.name]
  for (const row of rowsOf(member, 'police/register')) {
    names.push(row.name)
    if (row.former_name !== null) names.push(row.former_name)
  }
  return names
}

function otherParty(row: CivilAffairsMarriagesRow, member: Member, ctx: RuleContext): { id: string; name: string } {
  const b = { id: row.party_b_id, name: row.party_b_name }
  if (row.party_a_id !== member.idNumber) return { id: row.party_a_id, name: row.party_a_name }
  if (row.party_b_id !== member.idNumber) return b
  const isA = namesOf(member).some((name) => sameName(name, row.party_a_name, ctx.variants))
  return isA ? b : { id: row.party_a_id, name: row.party_a_name }
}

const undeclaredSpouse: Rule = {
  id: 'FAM-1',
  title: '已婚未申报配偶',
  class: 'A',
  scope: 'NR',
  clause: membersClause,
  silent: ['civil_affairs/marriages'],
  needs: 'members',
  find(h, ctx, report) {
    for (const member of h.members) {
      const row = lastMarriage(member)
      if (row === null || (row.kind !== 'marriage' && row.kind !== 'reissue')) continue
      const other = otherParty(row, member, ctx)
      if (isNamed(h, other.id, other.name, ctx.variants) || h.dossier.lookups.dead(other.id, other.name)) continue
      report({
        person: member.no,
        source: 'civil_affairs/marriages',
        record: row,
        value: row.registered_on,
        text: `${member.name} 于 ${row.registered_on} 登记结婚，配偶 ${other.name} 未列入申报的家庭成员`,
      })
    }
  },
}

/** Keeps one row per number, the one with the smallest record id. */
function keepSmallest(kept: Map<string, RegisterExtract>, row: RegisterExtract): void {
  const other = kept.get(row.id_number)
  if (other === undefined || before(row.source_record_id, other.source_record_id)) kept.set(row.id_number, row)
}

/** The register books of the household: those of members with a normal family registration. */
function booksOf(h: HouseholdView): Set<string> {
  const books = new Set<string>()
  for (const { identity } of h.members) {
    if (identity?.state === 'normal' && identity.register_type === 'family') books.add(identity.register_household_no)
  }
  return books
}

const unlistedMember: Rule = {
  id: 'FAM-3',
  title: '漏报共同生活成员',
  class: 'B',
  scope: 'NR',
  clause: membersClause,
  silent: ['police/register'],
  needs: 'members-and-supporters',
  find(h, ctx, report) {
    const found = new Map<string, RegisterExtract>()
    for (const book of booksOf(h)) {
      for (const row of h.dossier.lookups.registerBook(book)) {
        if (!h.dossier.lookups.listedAnywhere(row.id_number) && isStranger(h, row, ctx)) keepSmallest(found, row)
      }
    }
    for (const row of found.values()) {
      report({
        source: 'police/register',
        record: row,
        text: `${row.name} 与本户成员同在一个户口簿，未列为家庭成员，也未列为赡养抚养扶养义务人`,
      })
    }
  },
}

const inflatedMembers: Rule = {
  id: 'FAM-4',
  title: '虚增成员',
  class: 'A',
  scope: 'NR',
  clause: '《最低生活保障审核确认办法》：死亡、服刑和已在其他家庭申报的人员不计入共同生活的家庭成员',
  silent: ['police/deaths', 'civil_affairs/funerals', 'police/custody'],
  find(h, ctx, report) {
    for (const member of h.members) {
      countedDead(h, member, ctx, report)
      countedInCustody(member, ctx, report)
      countedElsewhere(h, member, report)
    }
  },
}

function countedDead(h: HouseholdView, member: Member, ctx: RuleContext, report: Report): void {
  const { death } = member
  if (death === null || !(h.isNew || death.month < ctx.asOfMonth)) return
  report({
    person: member.no,
    source: death.source,
    record: death.row,
    text: `${member.name} 已于 ${death.date} 死亡，仍计为共同生活成员`,
  })
}

function countedInCustody(member: Member, ctx: RuleContext, report: Report): void {
  const row = smallest(
    rowsOf(member, 'police/custody').filter(
      (each) =>
        ctx.sets.custody_states.has(each.state) &&
        each.from_date <= ctx.asOf &&
        (each.to_date === null || each.to_date >= ctx.asOf),
    ),
  )
  if (row === null) return
  report({
    person: member.no,
    source: 'police/custody',
    record: row,
    text: `${member.name} 自 ${row.from_date} 起羁押服刑，核对时点仍在押，仍计为共同生活成员`,
  })
}

function countedElsewhere(h: HouseholdView, member: Member, report: Report): void {
  for (const other of h.dossier.sameNumber) {
    if (other.id_number !== member.idNumber || other.counted !== 'yes' || other.household_no === member.row.household_no) continue
    report({
      person: member.no,
      other: other.person_no,
      text: `${member.name} 同时计为家庭 ${other.household_no} 的成员（人员编号 ${other.person_no}）`,
    })
  }
}

/** FAM-5: a register row of an obligor, and the person it is reported under. */
interface Obligor {
  row: RegisterExtract
  person: string
  text: string
}

function isStranger(h: HouseholdView, row: RegisterExtract, ctx: RuleContext): boolean {
  return !isNamedOrSupporting(h, row.id_number, row.name, ctx.variants) && !h.dossier.lookups.dead(row.id_number, row.name)
}

function keepObligor(kept: Map<string, Obligor>, row: RegisterExtract, member: Member, text: string): void {
  const known = kept.get(row.id_number)
  if (known === undefined) {
    kept.set(row.id_number, { row, person: member.no, text })
    return
  }
  if (before(row.source_record_id, known.row.source_record_id)) known.row = row
  if (before(member.no, known.person)) known.person = member.no
}

/** (a) grown-up children of members, by the parents' numbers in the register. */
function grownChildren(h: HouseholdView, ctx: RuleContext): Map<string, Obligor> {
  const kept = new Map<string, Obligor>()
  for (const member of h.members) {
    if (member.identity === null) continue
    for (const row of h.dossier.lookups.registerChildren(member.idNumber)) {
      if (ageOn(row.id_number, ctx.asOf) < ctx.params.adult_age || !isStranger(h, row, ctx)) continue
      keepObligor(kept, row, member, `户籍显示 ${row.name} 是本户成员的成年子女，未列为家庭成员或赡养义务人`)
    }
  }
  return kept
}

/** (b) parents of members under age, by the numbers in the child's register row. */
function parentsOfMinors(h: HouseholdView, ctx: RuleContext): Map<string, Obligor> {
  const kept = new Map<string, Obligor>()
  for (const member of h.members) {
    const own = member.identity
    if (own === null || ageOn(member.idNumber, ctx.asOf) >= ctx.params.adult_age) continue
    const parents = [own.father_id, own.mother_id].filter((number) => number !== null)
    for (const row of parents.flatMap((number) => h.dossier.lookups.registerPerson(number))) {
      if (!isStranger(h, row, ctx)) continue
      keepObligor(kept, row, member, `户籍显示 ${row.name} 是本户未成年成员的父母，未列为家庭成员或抚养义务人`)
    }
  }
  return kept
}

const undeclaredObligor: Rule = {
  id: 'FAM-5',
  title: '赡养抚养义务人未申报',
  class: 'B',
  scope: 'NR',
  clause: obligorsClause,
  silent: ['police/register'],
  needs: 'members-and-supporters',
  find(h, ctx, report) {
    for (const kept of [grownChildren(h, ctx), parentsOfMinors(h, ctx)]) {
      for (const { row, person, text } of kept.values()) report({ person, source: 'police/register', record: row, text })
    }
  },
}

export const familyRules: readonly Rule[] = [undeclaredSpouse, unlistedMember, inflatedMembers, undeclaredObligor]
