import { Problem } from '#kernel/problem'

/**
 * What PostgreSQL refuses because of what was handed in, as a Problem. The door refuses most of it before a statement runs; this is the
 * one place where the rest is told from a fault of the program, by SQLSTATE or its class.
 */

interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

const invalid: Refusal = {
  status: 422,
  code: 'input.invalid',
  message: '填写的内容有系统无法保存的值（如不存在的日期、过大的数字、格式不对的编号），没有保存。请核对后重试',
}
const busy: Refusal = {
  status: 503,
  code: 'server.busy',
  message: '数据库空间或资源暂时不足，没有保存。请稍后重试；仍不行请告知系统管理员',
}

/** By SQLSTATE, or by its class (the first two characters). */
const refusals: Readonly<Record<string, Refusal>> = {
  '22': invalid,
  '23502': { ...invalid, message: '缺少必填的内容，没有保存。请补齐后重试' },
  '23503': {
    status: 409,
    code: 'input.unknown-reference',
    message: '所引用的对象不存在或已被删除，没有保存。请刷新页面，重新选择后再试',
  },
  '23505': { status: 409, code: 'input.exists', message: '同样的内容已经有了，没有重复保存。请刷新页面查看' },
  '23514': invalid,
  '23P01': { status: 409, code: 'input.exists', message: '与已有的内容重叠，没有保存。请刷新页面查看' },
  '42501': {
    status: 403,
    code: 'identity.out-of-scope',
    message: '这项内容不在您的辖区或权限之内，没有保存。如确需办理，请联系上级经办人',
  },
  '53': busy,
  '54': { ...invalid, message: '填写的内容过长，没有保存。请缩短或分次提交' },
  '55P03': { ...busy, message: '他人正在办理同一事项，没有保存。请稍后重试' },
  '57014': { ...busy, message: '查询用时过长，已停止。请缩小范围后重试' },
}

/** True for an error that carries a SQLSTATE: five capital letters and digits. */
function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** The Problem of a refusal by the database; undefined for any other error. */
export function problemOfSql(error: unknown): Problem | undefined {
  const state = sqlStateOf(error)
  if (state === undefined) return undefined
  const refusal = refusals[state] ?? refusals[state.slice(0, 2)]
  return refusal && new Problem(refusal.code, refusal.message, { status: refusal.status, cause: error })
}
