import { z } from 'zod'
import { append } from '#journal'
import { Problem } from '#kernel/problem'
import { DateText, DivisionCode } from '#kernel/schema'
import { random } from '#platform/crypto'
import { type Sql, wholeScope, withTransaction } from '#platform/db'
import { hashPassword } from '#platform/password-hash'
import { EVENT_TYPES, GRANTS, QUERY_TYPES, type Right } from '../contract/index.ts'
import { ANY_ON_THIS_MACHINE, addressFault } from '../rules/callback-address.ts'
import {
  findPartner,
  insertPartner,
  listPartnerNames,
  listPartners,
  listRights,
  saveRight,
  saveStubs,
  setDisabled,
} from '../store/partners.ts'
import { type DciDeps, instant } from './deps.ts'
import { keyIdOf } from './tokens.ts'

/** Keeping partners: who may ask, what, for which purpose, and where answers go. */

const Name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,98}$/, '只能用字母、数字、点、短横和下划线')
const PublicKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/, '应为 Ed25519 公钥（JWK 的 x，43 个字符）')

const RightInput = z
  .strictObject({
    purpose: z.string().min(1).max(60),
    recordType: z.enum(['Member', 'Group']),
    attributes: z.array(z.string()),
    queries: z.array(z.enum(QUERY_TYPES)).default(['idtype-value']),
    events: z.array(z.enum(EVENT_TYPES)).default([]),
    validTo: DateText.nullable().default(null),
  })
  .superRefine((right, context) => {
    const known: readonly string[] = GRANTS[right.recordType]
    for (const name of right.attributes.filter((one) => !known.includes(one))) {
      context.addIssue({ code: 'custom', path: ['attributes'], message: `没有属性“${name}”，可用：${known.join('、')}` })
    }
  })

/** Texts that stand for "not signed" in a partner's messages. */
const Stubs = z.array(z.string().min(1).max(100)).max(10)

/** A partner as an administrator writes it down. */
export const PartnerInput = z.strictObject({
  id: Name,
  name: z.string().min(1).max(100),
  division: DivisionCode,
  /** The name under which the partner knows us. */
  ourId: Name,
  roles: z.array(z.enum(['asker', 'registry'])).min(1),
  needsSignature: z.boolean().default(true),
  /** Texts that stand for "not signed" in its messages; only of a partner that need not sign. */
  signatureStubs: Stubs.default([]),
  signKeys: z.array(PublicKey).default([]),
  callbacks: z.array(z.string()).default([]),
  perMinute: z.int().min(1).max(100_000).default(600),
  /** Where we call the partner as a registry: the address before `/registry/…`. */
  registryUri: z.string().optional(),
  /** What we call the partner with. */
  access: z.strictObject({ tokenUri: z.string(), clientId: z.string().min(1), clientSecret: z.string().min(1) }).optional(),
  rights: z.array(RightInput).default([]),
})
export type PartnerInput = z.input<typeof PartnerInput>
type Partner = z.output<typeof PartnerInput>

const STUBS_WITH_SIGNATURE = '要求签名时不得登记代替签名的占位文字（signatureStubs）'

function refuse(message: string): never {
  throw new Problem('dci.partner', message, { status: 422 })
}

function read<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  return refuse(`${what}的“${issue?.path.join('.') ?? ''}”写法不对：${issue?.message ?? ''}`)
}

export interface PartnerSettings {
  /** Addresses on the machine itself may be registered (never under the production profile). */
  readonly loopback: boolean
  /** Any address on the machine itself may be a callback (test-partner mode alone). */
  readonly anyOnThisMachine?: boolean
}

function checkAddresses(partner: Partner, settings: PartnerSettings): void {
  const wildcard = partner.callbacks.includes(ANY_ON_THIS_MACHINE)
  if (wildcard && settings.anyOnThisMachine !== true) refuse('回调地址“*”只能在测试合作方模式中使用，请写明地址')
  const named = [...partner.callbacks.filter((one) => one !== ANY_ON_THIS_MACHINE), partner.registryUri, partner.access?.tokenUri]
  for (const address of named) {
    const fault = address === undefined ? undefined : addressFault(address, settings.loopback)
    if (fault !== undefined) refuse(fault)
  }
  if (partner.roles.includes('registry') && partner.registryUri === undefined) refuse('对方是登记系统时应写明 registryUri')
  if (partner.needsSignature && partner.signKeys.length === 0) refuse('要求签名时应登记对方的公钥（signKeys）')
  if (partner.needsSignature && partner.signatureStubs.length > 0) refuse(STUBS_WITH_SIGNATURE)
}

/** Registers a partner and gives the secret for its token, which is stored nowhere in clear and shown only now. */
export async function addPartner(deps: DciDeps, input: unknown, settings: PartnerSettings): Promise<{ clientSecret: string }> {
  const partner = read(PartnerInput, input, '合作方')
  checkAddresses(partner, settings)
  const clientSecret = random(24).toString('base64url')
  const secretHash = await hashPassword(clientSecret)
  const keys = await Promise.all(partner.signKeys.map(async (key) => [await keyIdOf(key), key] as const))
  await withTransaction(deps.db, wholeScope('system:dci'), async (tx) => {
    if ((await findPartner(tx, partner.id)) !== undefined) refuse(`合作方“${partner.id}”已经登记`)
    await insertPartner(tx, {
      partner_id: partner.id,
      name: partner.name,
      division_code: partner.division,
      our_id: partner.ourId,
      is_asker: partner.roles.includes('asker'),
      is_registry: partner.roles.includes('registry'),
      secret_hash: secretHash,
      sign_keys: Object.fromEntries(keys),
      needs_signature: partner.needsSignature,
      signature_stubs: partner.signatureStubs,
      callbacks: partner.callbacks,
      per_minute: partner.perMinute,
      registry_uri: partner.registryUri?.replace(/\/+$/, '') ?? null,
      token_uri: partner.access?.tokenUri ?? null,
      our_client_id: partner.access?.clientId ?? null,
      our_secret: partner.access === undefined ? null : deps.keys.seal(partner.access.clientSecret),
      disabled: false,
      created_at: instant(deps),
    })
    for (const right of partner.rights) await saveRight(tx, partner.id, right)
    await append(tx, {
      chain: 'system:dci',
      action: 'dci.add-partner',
      divisionCode: partner.division,
      basis: '数据共享的委托或协议',
      purpose: '登记外部合作方及其权限',
      detail: { partner: partner.id, rights: partner.rights },
    })
  })
  return { clientSecret }
}

/** Sets one right of a partner, from the next call on. */
export async function grantRight(deps: DciDeps, partnerId: string, input: unknown): Promise<void> {
  const right = read(RightInput, input, '权限')
  await withTransaction(deps.db, wholeScope('system:dci'), async (tx) => {
    const partner = await findPartner(tx, partnerId)
    if (partner === undefined) return refuse(`没有合作方“${partnerId}”`)
    await saveRight(tx, partnerId, right)
    await append(tx, {
      chain: 'system:dci',
      action: 'dci.grant-right',
      divisionCode: partner.division_code,
      basis: '数据共享的委托或协议',
      purpose: '变更外部合作方的权限',
      detail: { partner: partnerId, right },
    })
  })
}

/** Sets which texts stand for "not signed" in a partner's messages, from the next call on; none: no text does. */
export async function setSignatureStubs(deps: DciDeps, partnerId: string, input: unknown): Promise<void> {
  const stubs = read(Stubs, input, '占位文字')
  await withTransaction(deps.db, wholeScope('system:dci'), async (tx) => {
    const partner = await findPartner(tx, partnerId)
    if (partner === undefined) return refuse(`没有合作方“${partnerId}”`)
    if (partner.needs_signature && stubs.length > 0) refuse(STUBS_WITH_SIGNATURE)
    await saveStubs(tx, partnerId, stubs)
    await append(tx, {
      chain: 'system:dci',
      action: 'dci.set-stubs',
      divisionCode: partner.division_code,
      basis: '数据共享的委托或协议',
      purpose: '变更外部合作方代替签名的占位文字',
      detail: { partner: partnerId, stubs },
    })
  })
}

/** Takes a partner's access away at once, or gives it back. */
export async function disablePartner(deps: DciDeps, partnerId: string, disabled: boolean): Promise<void> {
  await withTransaction(deps.db, wholeScope('system:dci'), async (tx) => {
    const partner = await findPartner(tx, partnerId)
    if (partner === undefined || !(await setDisabled(tx, partnerId, disabled))) return refuse(`没有合作方“${partnerId}”`)
    await append(tx, {
      chain: 'system:dci',
      action: disabled ? 'dci.disable-partner' : 'dci.enable-partner',
      divisionCode: partner.division_code,
      basis: '数据共享的委托或协议',
      purpose: disabled ? '停用外部合作方' : '恢复外部合作方',
      detail: { partner: partnerId },
    })
  })
}

export interface ListedPartner {
  readonly id: string
  readonly name: string
  readonly roles: string
  readonly disabled: boolean
  readonly rights: readonly Right[]
}

/** The partners with their rights. */
export async function listKnownPartners(deps: DciDeps): Promise<ListedPartner[]> {
  return withTransaction(deps.db, wholeScope('system:dci'), async (tx) => {
    const listed: ListedPartner[] = []
    for (const row of await listPartners(tx)) {
      const roles = [row.is_asker ? '可查询本系统' : '', row.is_registry ? '本系统可查询' : ''].filter((role) => role !== '')
      const rights = await listRights(tx, row.partner_id)
      listed.push({ id: row.partner_id, name: row.name, roles: roles.join('、'), disabled: row.disabled, rights })
    }
    return listed
  })
}

/** Names of the partners among the journal's actors (`dci:<id>`). */
export async function partnerNames(sql: Sql, actors: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const ids = actors.filter((actor) => actor.startsWith('dci:')).map((actor) => actor.slice(4))
  if (ids.length === 0) return new Map()
  const rows = await listPartnerNames(sql, ids)
  return new Map(rows.map((row) => [`dci:${row.partner_id}`, row.name]))
}
