/**
 * Subscriptions: a unit watches some record types of some persons and tells what changed. Rights and authorisations hold as
 * for requests, again at every look.
 *
 * subscription  centre → unit: head, then a line per person (`add` or `end`)
 * notice        unit → centre: head, then a line per change. The same change (subscription, record type, row, content before
 *               and after) is noticed once.
 */
import { z } from 'zod'
import type { Cell } from './answers.ts'
import { isRecordName } from './catalogue.ts'
import type { RecordName } from './record-rows.ts'
import { Basis, PaperCells } from './requests.ts'

const day = z.iso.date()
const recordName = z.custom<RecordName>((value) => typeof value === 'string' && isRecordName(value))
const index = z.int().min(0)

/** What of a record type is watched. */
export interface WatchedRecord {
  /** what a person calls it */
  label: string
  /** columns that tell its rows apart */
  by: readonly string[]
  /** columns whose change is told; others (prices, days of the extract) move by themselves */
  columns: readonly string[]
  /** whether a row that is no longer there is told: months of a list just roll on */
  gone: boolean
}

const rows = (label: string, ...columns: string[]): WatchedRecord => ({ label, by: ['source_record_id'], columns, gone: true })

/** The record types that can be subscribed: death, custody, vehicle, title, company, job, marriage, other aid. */
export const watchedRecords: Readonly<Partial<Record<RecordName, WatchedRecord>>> = {
  'police/deaths': rows('死亡登记', 'death_date'),
  'police/custody': rows('羁押服刑', 'state', 'from_date', 'to_date'),
  'police/vehicles': rows('机动车', 'plate_no', 'vehicle_type', 'status'),
  'hrss/contributions': { label: '参保单位', by: ['insurance_kind', 'payer_unit', 'payer_kind'], columns: [], gone: false },
  'natural_resources/titles': rows('不动产', 'unit_no', 'share_percent', 'state'),
  'market/officers': rows('企业任职', 'credit_code', 'enterprise_state', 'post'),
  'market/investors': rows('企业出资', 'credit_code', 'enterprise_state', 'subscribed_capital'),
  'market/self_employed': rows('个体工商户', 'credit_code', 'state'),
  'civil_affairs/marriages': rows('婚姻登记', 'kind', 'registered_on', 'state'),
  'civil_affairs/funerals': rows('殡葬火化', 'death_date'),
  'civil_affairs/other_aid': rows('其他救助', 'project', 'amount', 'to_month', 'state'),
}

/** What is watched of a record type; undefined for one that cannot be subscribed. */
export function watchedRecord(record: RecordName): WatchedRecord | undefined {
  return watchedRecords[record]
}

export const SubscriptionHead = z.strictObject({
  kind: z.literal('subscription'),
  /** as for requests; the date facts are looked at is each time the day of the look */
  basis: Basis,
  scheme: z.string().max(100),
  /** record types of this unit that lines name by place */
  records: z.array(recordName),
  /** what the papers say, each different one once; a line's paper names it by place */
  papers: z.array(PaperCells),
})
export type SubscriptionHead = z.infer<typeof SubscriptionHead>

const Add = z.strictObject({
  op: z.literal('add'),
  /** the subscription, by a name that says nothing of the person */
  no: z.uuid(),
  idNumber: z.string(),
  names: z.array(z.string()).min(1),
  /** places in the head's `records` */
  records: z.array(index).min(1),
  /** number, place in the head's `papers`, hash of the scan */
  papers: z.array(z.tuple([z.string(), index, z.string().nullable()])),
  /** the last day of the watch */
  until: day,
})
const End = z.strictObject({ op: z.literal('end'), no: z.uuid() })

/** A line of a subscription; `add` under a known number replaces it, what was told stays told. */
export const SubscriptionLine = z.discriminatedUnion('op', [Add, End])
export type SubscriptionLine = z.infer<typeof SubscriptionLine>

export const NoticeHead = z.strictObject({ kind: z.literal('notice'), unit: z.string(), records: z.array(recordName).min(1) })

const digest = z.string().regex(/^[0-9a-f]{32}$/)
const cell = z.union([z.string(), z.number(), z.null(), z.array(z.string())])

export const noticeKinds = ['new', 'changed', 'gone'] as const
export type NoticeKind = (typeof noticeKinds)[number]

/** One change. */
export const NoticeLine = z.strictObject({
  no: z.uuid(),
  /** place in the head's `records` */
  record: index,
  what: z.enum(noticeKinds),
  /** day of the look */
  on: day,
  /** the row, and its watched content before and after, as digests under a key of the unit's own; empty where there is none */
  key: digest,
  before: z.union([digest, z.literal('')]),
  after: z.union([digest, z.literal('')]),
  /** cells of the row in the order of the catalogue's `answerColumns`; null when it is gone */
  row: z.array(cell).nullable(),
})
export type NoticeLine = z.infer<typeof NoticeLine>

/** A change as the centre reads it. */
export interface Notice {
  no: string
  record: RecordName
  what: NoticeKind
  on: string
  key: string
  before: string
  after: string
  row: readonly Cell[] | null
}

/** Reads the lines of a notice. Throws ZodError, or RangeError when a line names no record type of the head. */
export function readNotices(lines: readonly string[]): Notice[] {
  const head = NoticeHead.parse(JSON.parse(lines[0] ?? 'null'))
  return lines.slice(1).map((text) => {
    const { record: place, ...line } = NoticeLine.parse(JSON.parse(text))
    const record = head.records[place]
    if (record === undefined) throw new RangeError('a notice names a record type its head does not have')
    return { ...line, record }
  })
}
