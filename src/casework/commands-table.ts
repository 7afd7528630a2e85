import type { Role } from '#identity'

/**
 * Who may make which move, written out by hand and held against what the running product does (commands.db.test.ts): a change of a
 * procedure shows here as a change of lines, and a move without a line fails the test. 'system' moves by rule, never by a call.
 */
const clerk: readonly Role[] = ['township_clerk']
const clerkOrVillage: readonly Role[] = ['township_clerk', 'village_assistant']
const centreOrClerk: readonly Role[] = ['township_clerk', 'verification_centre']
const approver: readonly Role[] = ['district_approver']
/** The district approves, or the head of a township to which this is delegated. */
const approverOrHead: readonly Role[] = ['district_approver', 'township_head']
const answering: readonly Role[] = ['township_clerk', 'township_leader', 'district_approver']
const objecting: readonly Role[] = ['township_clerk', 'district_approver']

const notice = (level: string, publishers: readonly Role[], posters: readonly Role[]) => ({
  [`notice_${level}.publish`]: publishers,
  [`notice_${level}.pass-over`]: publishers,
  [`notice_${level}.prove`]: posters,
  [`notice_${level}.object`]: objecting,
  [`notice_${level}.answer`]: answering,
  [`notice_${level}.uphold`]: answering,
  [`notice_${level}.close`]: publishers,
  [`notice_${level}.send-back`]: publishers,
})

export const commands: Readonly<Record<string, readonly Role[]>> = {
  'intake.save': clerkOrVillage,
  'intake.sign': clerkOrVillage,
  'intake.ask-missing': clerk,
  'intake.supply': clerk,
  'intake.accept': clerk,
  'intake.decline': clerk,
  'intake.discard': clerkOrVillage,
  'intake.withdraw': clerk,
  'verification.commission': centreOrClerk,
  'verification.report': centreOrClerk,
  'verification.tell': clerk,
  'verification.object': centreOrClerk,
  'verification.recheck': ['verification_centre'],
  'verification.conclude': centreOrClerk,
  'verification.withdraw': clerk,
  'verification.terminate': clerk,
  'visit.plan': clerk,
  'visit.record': clerkOrVillage,
  'visit.interview': clerkOrVillage,
  'visit.complete': clerk,
  'visit.withdraw': clerk,
  'visit.terminate': clerk,
  'deliberation.call': clerk,
  'deliberation.convene': clerk,
  'deliberation.hold': clerk,
  'deliberation.pass': clerk,
  'deliberation.go-on': clerk,
  'deliberation.reinvestigate': clerk,
  'deliberation.overrule': ['township_head'],
  'deliberation.withdraw': clerk,
  'deliberation.terminate': clerk,
  ...notice('village', clerk, clerkOrVillage),
  ...notice('township', clerk, clerk),
  ...notice('district', approver, approver),
  'sheet.assess': clerk,
  'sheet.send-back': clerk,
  'sheet.withdraw': clerk,
  'sheet.terminate': clerk,
  'opinion.agree': clerk,
  'opinion.send-back': clerk,
  'opinion.withdraw': clerk,
  'opinion.terminate': clerk,
  'leader.agree': ['township_leader'],
  'leader.send-back': ['township_leader'],
  'leader.withdraw': clerk,
  'leader.terminate': clerk,
  'head.agree': ['township_head'],
  'head.send-back': ['township_head'],
  'head.withdraw': clerk,
  'head.terminate': clerk,
  'approval.sample-visit': approverOrHead,
  'approval.approve': approverOrHead,
  'approval.refuse': approverOrHead,
  'approval.send-back': approverOrHead,
  'approval.withdraw': clerk,
  'approval.terminate': clerk,
  'decision.decide': approverOrHead,
  'decision.send-back': approverOrHead,
  'payment.undo': approverOrHead,
  'payment.pay': ['payment_officer'],
}
