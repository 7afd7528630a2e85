/** Brings ledgers into a register one after another, as an office does. */
import type { Ledger } from '../../synth/ledgers/index.ts'
import { answerQuestions } from './answer-questions.ts'
import { emptyTally, type Fault, holdAgainst, holdInvented, RegisterView, type Tally } from './held-against.ts'
import type { LedgerOffice, Told } from './office.ts'

/** Reading, answering, reading again: a file is whole after a few rounds or never. */
const MOST_ROUNDS = 6
const TABLES = ['households', 'persons', 'payments'] as const

interface Brought {
  readonly ledger: Ledger
  readonly told: readonly Told[]
  readonly decisions: number
  /** A file of this shape was brought in before. */
  readonly isKnown: boolean
  /** Why it did not come in; null when it did. */
  readonly failure: string | null
  /** Changes of the same file brought in once more; null when that was not tried. */
  readonly again: number | null
}

async function bring(office: LedgerOffice, ledger: Ledger, isKnown: boolean, twice: boolean): Promise<Brought> {
  const { name, key } = ledger
  let run = await office.upload(name, ledger.bytes(), key.asOf)
  let decisions = 0
  for (let round = 0; run.state === 'asking' && run.reading !== null && round < MOST_ROUNDS; round++) {
    const said = answerQuestions(run.reading, key.answers)
    decisions += said.decisions
    if (said.unknown.length > 0)
      return failed(ledger, isKnown, decisions, `asks what the key does not say: ${said.unknown.join('; ')}`)
    run = await office.answer(run.importId, said.answers)
  }
  if (run.state === 'checked' && run.changed > 0) run = await office.commit(run.importId)
  const nothing = run.state === 'checked' && run.changed === 0
  if (run.state !== 'done' && !nothing)
    return failed(ledger, isKnown, decisions, `${run.state}: ${run.failure ?? run.blocked ?? run.note ?? ''}`)
  const told = await office.told(run.importId)
  if (nothing) await office.drop(run.importId)
  return { ledger, told, decisions, isKnown, failure: null, again: twice ? await changesAgain(office, ledger) : null }
}

function failed(ledger: Ledger, isKnown: boolean, decisions: number, failure: string): Brought {
  return { ledger, told: [], decisions, isKnown, failure, again: null }
}

/** What the same file would change a second time; it is thrown away then. */
async function changesAgain(office: LedgerOffice, { name, key, bytes }: Ledger): Promise<number> {
  let run = await office.upload(name, bytes(), key.asOf)
  if (run.state === 'asking' && run.reading !== null)
    run = await office.answer(run.importId, answerQuestions(run.reading, key.answers).answers)
  await office.drop(run.importId)
  return run.state === 'checked' || run.state === 'done' ? run.changed + run.removed : -1
}

export interface LayoutDecisions {
  readonly first: number
  readonly known: number
}

export interface LedgerResult {
  readonly tally: Tally
  readonly failures: readonly Fault[]
  /** Most decisions of a file of each layout: of a shape never seen, of a known one. */
  readonly decisions: Readonly<Record<string, LayoutDecisions>>
  /** Files that would have changed something when brought in again. */
  readonly changedAgain: readonly string[]
}

function decisionsOf(brought: readonly Brought[]): Record<string, LayoutDecisions> {
  const most: Record<string, LayoutDecisions> = {}
  for (const { ledger, decisions, isKnown } of brought) {
    const { first, known } = most[ledger.key.layout] ?? { first: 0, known: 0 }
    most[ledger.key.layout] = isKnown
      ? { first, known: Math.max(known, decisions) }
      : { first: Math.max(first, decisions), known }
  }
  return most
}

/** Brings all of them in, and holds the register against their keys. `twice`: every so manieth file is brought in once more. */
export async function bringIn(
  office: LedgerOffice,
  ledgers: readonly Ledger[],
  more: { twice: number; onFile?: (at: number) => void },
): Promise<LedgerResult> {
  const shapes = new Set<string>()
  const before = await office.register(TABLES)
  const brought: Brought[] = []
  for (const [at, ledger] of ledgers.entries()) {
    more.onFile?.(at)
    const { shape } = ledger.key
    brought.push(await bring(office, ledger, shapes.has(shape), at % more.twice === 0))
    shapes.add(shape)
  }
  const after = await office.register(TABLES)
  const view = new RegisterView(after)
  const tally = emptyTally()
  for (const { ledger, told } of brought) holdAgainst(ledger.key, view, told, tally)
  holdInvented(
    ledgers.map(({ key }) => key),
    before,
    after,
    tally,
  )
  const failures = brought.flatMap(({ ledger: { key }, failure }): Fault[] =>
    failure === null ? [] : [{ kind: 'not-taken', file: key.file, layout: key.shape, dirt: key.dirt, where: '', what: failure }],
  )
  const changedAgain = brought
    .filter(({ again }) => again !== null && again !== 0)
    .map(({ ledger, again }) => `${ledger.name}: ${again}`)
  return { tally, failures, decisions: decisionsOf(brought), changedAgain }
}
