import { random } from '#platform/crypto'
import { type Db, wholeScope, withTransaction } from '#platform/db'
import { hashPassword } from '#platform/password-hash'
import { ROLES, type Role } from './contract/roles.ts'
import { newPassword } from './passwords.ts'
import { countUsers, insertUser } from './store/users.ts'

/** A demo user with the password that is shown once, at the first start. */
export interface DemoUser {
  readonly account: string
  readonly name: string
  readonly role: Role
  readonly roleLabel: string
  readonly divisionCode: string
  readonly password: string
}

export interface DemoPlaces {
  /** 12-digit codes of the demo district and of one township and one village in it. */
  readonly district: string
  readonly township: string
  readonly village: string
  /** Member unit of the unit officer. */
  readonly unitCode: string
}

const plan: readonly { role: Role; account: string; name: string; place: 'district' | 'township' | 'village' }[] = [
  { role: 'district_admin', account: 'admin', name: '系统管理员', place: 'district' },
  { role: 'verification_centre', account: 'centre', name: '核对中心甲', place: 'district' },
  { role: 'verification_centre', account: 'centre2', name: '核对中心乙', place: 'district' },
  { role: 'district_approver', account: 'approver', name: '审核人', place: 'district' },
  { role: 'district_approver', account: 'approver2', name: '审核人乙', place: 'district' },
  { role: 'township_clerk', account: 'township', name: '乡镇经办人', place: 'township' },
  { role: 'township_leader', account: 'townleader', name: '乡镇分管领导', place: 'township' },
  { role: 'township_head', account: 'townhead', name: '乡镇主要负责人', place: 'township' },
  { role: 'policy_officer', account: 'policy', name: '政策管理员甲', place: 'district' },
  { role: 'policy_officer', account: 'policy2', name: '政策管理员乙', place: 'district' },
  { role: 'payment_officer', account: 'payment', name: '资金发放员', place: 'district' },
  { role: 'village_assistant', account: 'village', name: '村协助员', place: 'village' },
  { role: 'inspector', account: 'inspector', name: '监督检查员', place: 'district' },
  { role: 'leader', account: 'leader', name: '单位负责人', place: 'district' },
  { role: 'unit_officer', account: 'unit', name: '协查单位联络员', place: 'district' },
  { role: 'security_admin', account: 'security', name: '安全管理员', place: 'district' },
  { role: 'auditor', account: 'auditor', name: '审计管理员', place: 'district' },
]

/**
 * Makes one demo user for each role (two where two persons must act: centre, district approval, policy) when there is no user at all
 * yet, and gives them with their passwords, which are nowhere else. Empty when users exist. Called by `serve --demo` alone.
 */
export async function makeDemoUsers(db: Db, places: DemoPlaces): Promise<readonly DemoUser[]> {
  const users = plan.map((entry) => ({
    account: entry.account,
    name: entry.name,
    role: entry.role,
    roleLabel: ROLES[entry.role],
    divisionCode: places[entry.place],
    password: newPassword(),
  }))
  const scope = wholeScope('system:demo')
  if ((await withTransaction(db, scope, countUsers)) > 0) return []
  const hashes = await Promise.all(users.map((user) => hashPassword(user.password)))
  return withTransaction(db, scope, async (tx) => {
    for (const [i, user] of users.entries()) {
      await insertUser(tx, {
        userId: `demo-${user.account}`,
        login: user.account,
        displayName: user.name,
        role: user.role,
        divisionCode: user.divisionCode,
        unitCode: user.role === 'unit_officer' ? places.unitCode : null,
        passwordHash: hashes[i] ?? '',
        demo: true,
      })
    }
    return users
  })
}

/** Makes one named user, e.g. the first administrator of a production installation. False when the account exists. */
export async function makeUser(
  db: Db,
  user: {
    readonly account: string
    readonly name: string
    readonly role: Role
    readonly divisionCode: string
    readonly unitCode?: string
    readonly password: string
  },
): Promise<boolean> {
  const passwordHash = await hashPassword(user.password)
  return withTransaction(db, wholeScope('system:setup'), (tx) =>
    insertUser(tx, {
      userId: `u-${random(9).toString('base64url')}`,
      login: user.account,
      displayName: user.name,
      role: user.role,
      divisionCode: user.divisionCode,
      unitCode: user.unitCode ?? null,
      passwordHash,
      demo: false,
    }),
  )
}
