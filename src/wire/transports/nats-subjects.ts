/**
 * Names on the broker. A message goes to `yingbao.<to>.<from>.<kind>`; the broker lets a node publish under its own name and
 * pull from its own two consumers, nothing else. Single cases, receipts and hello have a consumer of their own, so that they
 * never wait behind a yearly batch.
 */
import type { Lane } from '../envelope/envelope.ts'

export const STREAM = 'YINGBAO'

/** What a subject carries: messages of a lane, or what stands outside the numbering. */
export type SubjectKind = Lane | 'control'

const queues = ['first', 'batch'] as const
/** The two consumers of a node. */
export type Queue = (typeof queues)[number]

/** Everything the stream keeps. */
export const STREAM_SUBJECTS = ['yingbao.*.*.*']

/** A node's id as one token of a subject: dots become `_`, what else is not plain becomes `=` and its code. */
export function nodeToken(nodeId: string): string {
  return nodeId.replace(/[^A-Za-z0-9-]/gu, (char) =>
    char === '.' ? '_' : [...Buffer.from(char)].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join(''),
  )
}

export function subjectOf(to: string, from: string, kind: SubjectKind): string {
  return `yingbao.${nodeToken(to)}.${nodeToken(from)}.${kind}`
}

export function consumerOf(nodeId: string, queue: Queue): string {
  return `${nodeToken(nodeId)}-${queue}`
}

/** What a consumer of a node takes. */
export function filtersOf(nodeId: string, queue: Queue): string[] {
  const mine = `yingbao.${nodeToken(nodeId)}.*`
  return queue === 'batch' ? [`${mine}.batch`] : [`${mine}.single`, `${mine}.control`]
}

/** Where the broker's answers to a node go: nobody else may listen there. */
export function inboxOf(nodeId: string): string {
  return `_INBOX_${nodeToken(nodeId)}`
}

/** What the broker lets a node do, for the `permissions` of its user. */
export function permissionsOf(nodeId: string): { publish: string[]; subscribe: string[] } {
  const own = queues.map((queue) => `${STREAM}.${consumerOf(nodeId, queue)}`)
  return {
    publish: [
      `yingbao.*.${nodeToken(nodeId)}.*`,
      ...own.flatMap((name) => [`$JS.API.CONSUMER.INFO.${name}`, `$JS.API.CONSUMER.MSG.NEXT.${name}`, `$JS.ACK.${name}.>`]),
    ],
    subscribe: [`${inboxOf(nodeId)}.>`],
  }
}
