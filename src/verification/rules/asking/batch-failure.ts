/**
 * What becomes of a batch whose step failed.
 *
 * F1 it is tried again after a wait that grows, a number of times that depends on what stood in the way;
 * F2 after the last of them it waits until a person says so;
 * F3 the reason is a sentence for people; what the database or a program said in its own words stays in the log.
 */
import { isProblem } from '#kernel/problem'
import type { Obstacle } from '#platform/retry'

/** Waits in seconds before the next try. Not law: how soon each kind of trouble passes by itself, in an operator's experience. */
const waits: Readonly<Record<Obstacle, readonly number[]>> = {
  clash: [1, 2, 4, 8, 16, 32, 60, 60, 60, 60],
  // Somebody has to make room: about eight hours, so that a night is bridged.
  room: [5, 10, 30, 60, 120, 300, ...Array.from({ length: 48 }, () => 600)],
  // It hardly passes by itself; twice for what only looked like a fault.
  fault: [5, 30],
}

/** Seconds until the next try after so many failures in a row; null: not by itself any more. */
export function waitAfter(obstacle: Obstacle, failures: number): number | null {
  return waits[obstacle][failures - 1] ?? null
}

const roomReasons: Readonly<Record<string, string>> = {
  '53100': '数据库所在的磁盘已满，请清理或扩容',
  '53200': '数据库内存不足，请减少同时运行的程序或增加内存',
  ENOSPC: '本机磁盘已满，请清理或扩容',
  EDQUOT: '本机磁盘配额已满，请清理或扩容',
  ENOMEM: '本机内存不足，请减少同时运行的程序或增加内存',
}

/** Why it failed, for people. */
export function reasonOf(obstacle: Obstacle, code: string | undefined, error: unknown): string {
  if (isProblem(error)) return error.message
  if (obstacle === 'clash') return '与其他操作同时改动同一数据，数据库要求重来'
  if (obstacle === 'room') return roomReasons[code ?? ''] ?? '数据库资源不足，请系统管理员检查'
  return `处理时出错${code === undefined ? '' : `（代码 ${code}）`}，请系统管理员查看日志`
}
