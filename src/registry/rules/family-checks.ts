/**
 * Checks that need all accepted persons of a household (rules of the interchange, section 2.4, after persons).
 *
 * F1 A household with no accepted head is doubtful (IDQ-8 on household_no), unless a person of it is quarantined.
 * F2 IDQ-9, at most one per person: the relation is empty; or, where the household has exactly one head, a child or
 *    parent too near in age or on the wrong side, a spouse of the same sex or too young.
 * Birth dates, ages and sex come from the citizen numbers.
 */
import { ageOn, birthDateOf, sexOf } from '#kernel/id-number'
import type { FieldIssue } from '#kernel/import-issue'
import type { CheckLimits, FamilyMember, Roll } from './roll.ts'

export interface FamilyIssue extends FieldIssue {
  readonly file: 'households.csv' | 'persons.csv'
  readonly row: number
  /** Key of the row the issue is about. */
  readonly key: string
  readonly householdNo: string
}

function isImplausibleChild(child: string, parent: string, limits: CheckLimits): boolean {
  const born = birthDateOf(child)
  if (born <= birthDateOf(parent)) return true
  const gap = ageOn(parent, born)
  return gap < limits.idq9MinGap || gap > limits.idq9MaxGap
}

function isImplausible(member: FamilyMember, head: FamilyMember, asOf: string, limits: CheckLimits): boolean {
  switch (member.relation) {
    case 'child':
      return isImplausibleChild(member.idNumber, head.idNumber, limits)
    case 'parent':
      return isImplausibleChild(head.idNumber, member.idNumber, limits)
    case 'spouse':
      return sexOf(member.idNumber) === sexOf(head.idNumber) || ageOn(member.idNumber, asOf) < limits.idq9SpouseMinAge
    default:
      return false
  }
}

function relationIssues(householdNo: string, family: readonly FamilyMember[], asOf: string, limits: CheckLimits): FamilyIssue[] {
  const heads = family.filter(({ relation }) => relation === 'head')
  const head = heads.length === 1 ? heads[0] : undefined
  return family
    .filter((member) => {
      if (member.relation === null) return true
      return head !== undefined && member !== head && isImplausible(member, head, asOf, limits)
    })
    .map(({ row, personNo }) => ({
      file: 'persons.csv',
      row,
      key: personNo,
      householdNo,
      column: 'relation',
      code: 'IDQ-9',
      severity: 'warn',
    }))
}

/** Issues of one household. `incomplete`: a row of persons that names it is quarantined. */
export function familyIssues(
  roll: Roll,
  householdNo: string,
  incomplete: boolean,
  asOf: string,
  limits: CheckLimits,
): FamilyIssue[] {
  const family = roll.families.get(householdNo) ?? []
  const issues = relationIssues(householdNo, family, asOf, limits)
  const household = roll.households.get(householdNo)
  if (household !== undefined && !incomplete && !family.some(({ relation }) => relation === 'head')) {
    issues.push({
      file: 'households.csv',
      row: household.row,
      key: householdNo,
      householdNo,
      column: 'household_no',
      code: 'IDQ-8',
      severity: 'warn',
    })
  }
  return issues
}
