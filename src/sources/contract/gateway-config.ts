/** The configuration file of a member unit's gateway: who it is, whom it dials, what it answers from. */
import { z } from 'zod'
import { NodeKeyTexts, PeerKeyTexts } from '#wire/contract'
import { isUnit, type UnitName } from './catalogue.ts'
import { DeskConfig } from './desk-config.ts'
import { PlatformSource } from './platform-connector.ts'

/** Column of the catalogue → column of the unit's file, table or view. A column left out has its own name. */
const columns = z.record(z.string(), z.string()).default({})

/** Column of the catalogue → (the unit's code → code of the catalogue). A code left out stays as it is. */
const codes = z.record(z.string(), z.record(z.string(), z.string())).default({})

const CsvRecordSource = z.strictObject({ file: z.string().min(1), columns, codes })

const SqlRecordSource = z.strictObject({
  /** table or view, with its schema where needed */
  table: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/, '表名只能由字母、数字、下划线组成'),
  columns,
  codes,
})

/** Where a unit's rows are. Record types are named without the unit, e.g. vehicles. */
export const GatewaySource = z.discriminatedUnion('kind', [
  /** a folder with manifest.csv, unanswered.csv and one CSV per record type, as in a district package */
  z.strictObject({ kind: z.literal('package'), dir: z.string().min(1) }),
  /** CSV files anywhere, with their own column names and codes */
  z.strictObject({ kind: z.literal('csv'), records: z.record(z.string(), CsvRecordSource) }),
  /** tables or views of a database, read in place */
  z.strictObject({
    kind: z.literal('sql'),
    driver: z.enum(['postgres', 'mysql', 'sqlite']),
    /** connection string; for sqlite the path of the file */
    url: z.string().min(1),
    records: z.record(z.string(), SqlRecordSource),
  }),
  /** a folder into which people put CSV or XLSX files, for a unit without a database; with their own column names and codes */
  z.strictObject({
    kind: z.literal('drop'),
    dir: z.string().min(1),
    records: z.record(z.string(), z.strictObject({ columns, codes })).default({}),
  }),
  /** services of a sharing platform, asked person by person */
  PlatformSource,
])
export type GatewaySource = z.infer<typeof GatewaySource>
export type SqlSource = Extract<GatewaySource, { kind: 'sql' }>
export type DropSource = Extract<GatewaySource, { kind: 'drop' }>

const names = z.union([z.array(z.string().min(1)), z.literal('*')])

/** What a node may ask of this unit. What no entry names is refused; `*` stands for every name. */
export const GatewayRight = z.strictObject({
  /** id of the node that asks, e.g. 330106.centre */
  asker: z.string().min(1),
  /** record types of this unit, e.g. police/vehicles */
  records: names,
  lookups: names,
  /** purposes as the headers of requests state them */
  purposes: names,
})
export type GatewayRight = z.infer<typeof GatewayRight>

/** PEM files for mutual TLS: whom to believe, and who this node is. */
export const TlsFiles = z.strictObject({ ca: z.string().min(1), cert: z.string().min(1), key: z.string().min(1) })
export type TlsFiles = z.infer<typeof TlsFiles>

/** Folders of sealed bundles: where they arrive (a stick, an SFTP drop), and where those for others are written. */
const BundleFolders = z.strictObject({ in: z.string().min(1), out: z.string().min(1) })

/** Servers of a NATS cluster as host:port, and who this node is there. */
const NatsAccess = z.strictObject({
  servers: z.array(z.string().regex(/^[^\s/]+:\d{1,5}$/, '应为 主机名:端口')).min(1),
  tls: TlsFiles,
})

/** Ways of a node beside its lines; each is off when left out. */
export const carriers = { bundles: BundleFolders.optional(), nats: NatsAccess.optional() }
export type Carriers = z.infer<z.ZodObject<typeof carriers>>

export const GatewayConfig = z.strictObject({
  unit: z.custom<UnitName>((value) => typeof value === 'string' && isUnit(value), '未知的成员单位'),
  /** stable id of this node, e.g. 330106.police */
  nodeId: z.string().min(1),
  centreId: z.string().min(1),
  /** address of the verification centre, e.g. http://127.0.0.1:8080; left out where no line leads there */
  centreUrl: z.url().optional(),
  keys: NodeKeyTexts,
  /** of the same suite: the link has one */
  centreKeys: PeerKeyTexts,
  /** own keys before the last change: they open what was sealed to them and is still on its way */
  formerKeys: z.array(NodeKeyTexts).default([]),
  /** further askers, reached through the centre (or relay) that is dialled; of the same suite */
  askers: z.array(PeerKeyTexts.safeExtend({ nodeId: z.string().min(1) })).default([]),
  rights: z.array(GatewayRight),
  /** for an https address */
  tls: TlsFiles.optional(),
  ...carriers,
  /** folder for this gateway's durable state: inbox, outbox, log, prepared data */
  stateDir: z.string().min(1),
  source: GatewaySource,
  /** record types, named without the unit, that only a person can look up: they are asked at the desk */
  manual: z.array(z.string()).optional(),
  /** seconds between looks at what is subscribed; 10 when left out */
  watchSeconds: z.int().min(1).max(86_400).optional(),
  /** page for the unit's data officer; off when left out */
  desk: DeskConfig.optional(),
  /** moved clock of a demo whose pages move the day on; left out everywhere else */
  clockFile: z.string().min(1).optional(),
})
export type GatewayConfig = z.infer<typeof GatewayConfig>
