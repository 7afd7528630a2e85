/** The runs that the published figures are made from, and how each is asked for. */
import type { Source } from './figure.ts'

function source(name: string, options: Source['options'], label: string | null = null): Source {
  return { name, label, options }
}

const whole = { households: 25_000, transport: 'plain', profile: 'no' } as const

export const sources = {
  district: source('district', whole),
  /** the commit that the CPU of a verification is held against */
  districtBase: source('district', whole, 'base'),
  transports: source('district', { ...whole, transport: 'full' }, 'full'),
  assess: source('assess', { households: 100_000 }),
  faults: source('faults', { households: 2500, kills: 20 }),
  api: source('api', { households: 0 }),
  apiWhole: source('api', { households: 25_000 }, 'whole'),
  replay: source('replay', { households: 25_000 }),
  web: source('web', { households: 40 }),
  export: source('export', { households: 24_000 }),
  ledgers: source('ledgers', { files: 500, seed: 1, households: 0 }),
  ledgerWhole: source('ledgers', { files: 16, seed: 1, households: 25_000 }, 'whole'),
  growth: source('growth', { households: 25_000 }),
  networkFaults: source('network-faults', { items: 150_000, kills: 40, cuts: 10 }),
  exchange: source('exchange', {}),
  outage: source('outage', { hours: 4, 'per-second': 50, bytes: 256 }),
  subscriptions: source('subscriptions', { households: 2500, changes: 300 }),
} as const satisfies Readonly<Record<string, Source>>

/** Words that a command leaves out: the benches take them for granted. */
const leftOut: Readonly<Record<string, string>> = { transport: 'plain', profile: 'no' }

/** What is written behind `npx yingbao` to measure a source. */
export function commandOf({ name, options }: Source): string {
  const asked = Object.entries(options).filter(([key, value]) => leftOut[key] !== value && !(name === 'api' && value === 0))
  return ['bench', name, ...asked.map(([key, value]) => `--${key} ${value}`)].join(' ')
}

/** The same, and how its result is kept. */
export function keepingCommandOf(source: Source): string {
  return `${commandOf(source)} --json --keep${source.label === null ? '' : ` ${source.label}`}`
}
