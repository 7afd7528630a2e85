import { merkleRoot, verifyBytes } from '#platform/crypto'
import { type Db, type Sql, wholeScope, withSession } from '#platform/db'
import { type ChainFault, startCheck } from './chain.ts'
import { NO_ROOT, signedBytes } from './seal.ts'
import {
  type ChainPlace,
  listChainTexts,
  listHeads,
  listSealedHashes,
  listSeals,
  openSnapshot,
  type SealRow,
} from './store/check.ts'

/** The whole journal computed again outside the database: every row, every chain with its head, every seal, and what others hold of it. */

/** A seal that somebody holds outside the journal: a unit, an anchor of the exchange, a signed report, a paper. */
export interface KeptSeal {
  readonly sealNo: number
  /** Hexadecimal. */
  readonly root: string
  /** Who holds it, in words. */
  readonly where: string
}

/** Reads seals that are kept somewhere. */
export type SealKeeper = (sql: Sql) => Promise<readonly KeptSeal[]>

export type SealFaultKind = 'number' | 'link' | 'range' | 'signature' | 'rows'

export interface SealFault {
  readonly sealNo: number
  readonly kind: SealFaultKind
}

/** A seal that is held elsewhere and is not there any more, or is another one. */
export interface KeptFault extends KeptSeal {
  readonly kind: 'missing' | 'other'
}

export interface JournalCheck {
  readonly rows: number
  readonly chains: number
  readonly seals: number
  /** Number of the newest seal; 0 before the first. */
  readonly lastSeal: number
  readonly kept: number
  readonly chainFaults: readonly ChainFault[]
  readonly sealFaults: readonly SealFault[]
  readonly keptFaults: readonly KeptFault[]
}

export interface CheckOptions {
  readonly keepers?: readonly SealKeeper[]
  /** Seals that a person brings, read from a paper. */
  readonly brought?: readonly KeptSeal[]
  readonly signal?: AbortSignal
  /** Called after every page with the number of rows so far. */
  readonly onRows?: (rows: number) => void
}

const PAGE = 5000
const SEALS = 2000
/** Seals are read together up to so many rows. */
const TOGETHER = 20_000

const scope = wholeScope('system:journal')

/** One snapshot for everything: heads, rows and seals of the same moment, while writing goes on. */
function inSnapshot<T>(db: Db, work: (sql: Sql) => Promise<T>): Promise<T> {
  return withSession(db, async (session) => {
    await openSnapshot(session, scope)
    return work(session)
  })
}

async function checkChains(sql: Sql, only: string | null, { signal, onRows }: CheckOptions) {
  const check = startCheck()
  const next = (place: ChainPlace) => listChainTexts(sql, place, PAGE, only)
  let page = next({ chain: '', seq: 0, entry_id: 0 })
  for (;;) {
    const rows = await page
    const last = rows.at(-1)
    const isLast = last === undefined || rows.length < PAGE
    // The database fetches the next page while this one is computed.
    if (!isLast) page = next(last)
    for (const row of rows) check.add(row)
    onRows?.(check.rows)
    signal?.throwIfAborted()
    if (isLast) break
  }
  check.finish(await listHeads(sql, only))
  return check
}

function faultsOf(seal: SealRow, before: SealRow | undefined, hashes: readonly Buffer[], publicKey: string): SealFaultKind[] {
  const { seal_no: number, tx_to: end, root } = before ?? { seal_no: 0, tx_to: '0', root: NO_ROOT }
  const holds: Record<SealFaultKind, boolean> = {
    number: seal.seal_no === number + 1,
    link: seal.prev_root.equals(root),
    range: seal.tx_from === end,
    signature: verifyBytes(publicKey, signedBytes(seal), seal.signature),
    rows: hashes.length === seal.entries && merkleRoot(hashes).equals(seal.root),
  }
  return (Object.keys(holds) as SealFaultKind[]).filter((kind) => !holds[kind])
}

/** Seals in groups whose rows are read by one statement. */
function* inGroups(seals: readonly SealRow[]): Generator<SealRow[]> {
  let group: SealRow[] = []
  let rows = 0
  for (const seal of seals) {
    group.push(seal)
    rows += seal.entries
    if (rows < TOGETHER) continue
    yield group
    group = []
    rows = 0
  }
  if (group.length > 0) yield group
}

interface SealCheck {
  seals: number
  readonly faults: SealFault[]
  before: SealRow | undefined
  readonly held: ReadonlySet<number>
  /** Root of every seal that somebody holds. */
  readonly roots: Map<number, string>
}

async function checkGroup(sql: Sql, group: readonly SealRow[], publicKey: string, check: SealCheck): Promise<void> {
  const hashes = await listSealedHashes(sql, group)
  for (const seal of group) {
    const own = hashes.get(seal.seal_no) ?? []
    for (const kind of faultsOf(seal, check.before, own, publicKey)) check.faults.push({ sealNo: seal.seal_no, kind })
    if (check.held.has(seal.seal_no)) check.roots.set(seal.seal_no, seal.root.toString('hex'))
    check.before = seal
    check.seals += 1
  }
}

async function checkSeals(sql: Sql, publicKey: string, held: ReadonlySet<number>, signal?: AbortSignal): Promise<SealCheck> {
  const check: SealCheck = { seals: 0, faults: [], before: undefined, held, roots: new Map() }
  for (;;) {
    const page = await listSeals(sql, check.before?.seal_no ?? 0, SEALS)
    for (const group of inGroups(page)) {
      await checkGroup(sql, group, publicKey, check)
      signal?.throwIfAborted()
    }
    if (page.length < SEALS) return check
  }
}

function keptFaults(kept: readonly KeptSeal[], roots: ReadonlyMap<number, string>): KeptFault[] {
  return kept.flatMap((each): KeptFault[] => {
    const root = roots.get(each.sealNo)
    if (root === undefined) return [{ ...each, kind: 'missing' }]
    return root === each.root ? [] : [{ ...each, kind: 'other' }]
  })
}

/** Recomputes one chain. */
export function verifyChain(db: Db, chain: string | null = null): Promise<{ rows: number; faults: readonly ChainFault[] }> {
  return inSnapshot(db, async (sql) => {
    const { rows, faults } = await checkChains(sql, chain, {})
    return { rows, faults }
  })
}

/** Recomputes every seal. */
export function verifySeals(db: Db, publicKey: string): Promise<{ seals: number; faults: readonly SealFault[] }> {
  return inSnapshot(db, async (sql) => {
    const { seals, faults } = await checkSeals(sql, publicKey, new Set())
    return { seals, faults }
  })
}

/**
 * The whole check. Give it a Db whose log-in row-level security does not bind, so that an altered policy hides nothing. Throws when
 * the signal is aborted.
 */
export function verifyJournal(db: Db, publicKey: string, options: CheckOptions = {}): Promise<JournalCheck> {
  return inSnapshot(db, async (sql) => {
    const kept = [...(options.brought ?? [])]
    for (const keeper of options.keepers ?? []) kept.push(...(await keeper(sql)))
    const seals = await checkSeals(sql, publicKey, new Set(kept.map(({ sealNo }) => sealNo)), options.signal)
    const chains = await checkChains(sql, null, options)
    return {
      rows: chains.rows,
      chains: chains.chains,
      seals: seals.seals,
      lastSeal: seals.before?.seal_no ?? 0,
      kept: kept.length,
      chainFaults: chains.faults,
      sealFaults: seals.faults,
      keptFaults: keptFaults(kept, seals.roots),
    }
  })
}
