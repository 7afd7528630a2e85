/** `yingbao bench ledgers`: ledgers as bureaus keep them, brought in by two persons and held against their keys; and one of a whole district. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openBlobs } from '#platform/blobs'
import { packageRoot } from '#platform/config'
import { silentLog } from '#platform/log'
import { openInstallation } from '../apps/run/installation.ts'
import { jobs } from '../apps/server/jobs.ts'
import { monotonicMs } from '../src/platform/clock.ts'
import { makeDistrictLedger, makeLedgers } from '../synth/ledgers/index.ts'
import { bringIn, type LedgerResult } from './ledgers/bring-in.ts'
import { readDistrict } from './ledgers/district-ledger.ts'
import { share } from './ledgers/held-against.ts'
import { LedgerOffice } from './ledgers/office.ts'
import { importBase } from './ledgers/register-before.ts'
import { machineOf } from './processes.ts'

/** Every so manieth file is brought in a second time. */
const TWICE = 5
const MOST_FAULTS = 50

async function emptyFolder(name: string): Promise<string> {
  const dir = join(packageRoot, 'var/bench', name)
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  return dir
}

async function manyFiles(files: number, seed: number, say: (text: string) => void): Promise<LedgerResult & { seconds: number }> {
  const dir = await emptyFolder('ledgers')
  const installation = await openInstallation({})
  try {
    const run = makeLedgers({ seed, files })
    await importBase(installation, run)
    const { db, workerDb, keys, clock } = installation
    const office = new LedgerOffice({ db, workerDb, keys, clock, log: silentLog, blobs: openBlobs(join(dir, 'blobs'), keys) })
    const begun = monotonicMs()
    const onFile = (at: number): void => void (at % 20 === 0 && say(`第 ${at + 1} 份，共 ${files} 份`))
    const result = await bringIn(office, run.ledgers, { twice: TWICE, onFile })
    return { ...result, seconds: (monotonicMs() - begun) / 1000 }
  } finally {
    await installation.stop()
  }
}

async function wholeDistrict(households: number, seed: number, say: (text: string) => void): Promise<object> {
  say(`一份 ${households} 户的台账……`)
  const dir = await emptyFolder('ledgers-district')
  const installation = await openInstallation({ dataDir: dir, jobs })
  try {
    const run = makeDistrictLedger(seed, households)
    await importBase(installation, run)
    return await readDistrict(installation, dir, run)
  } finally {
    await installation.stop()
  }
}

/** Runs the bench; the keys named in its issue are fixed. */
export async function runLedgersBench(options: Readonly<Record<string, number>>, say: (text: string) => void): Promise<object> {
  const { files = 0, seed = 1, households = 0 } = options
  const many = files === 0 ? null : await manyFiles(files, seed, say)
  const district = households === 0 ? null : await wholeDistrict(households, seed, say)
  const read = many === null ? {} : resultOf(many, files, seed)
  return { ...read, ...(district === null ? {} : { district }), machine: machineOf() }
}

function resultOf(many: LedgerResult & { seconds: number }, files: number, seed: number): object {
  const { tally, failures, decisions, changedAgain, seconds } = many
  return {
    files,
    seed,
    good: tally.good,
    taken: share(tally.taken, tally.good),
    silent_wrong: tally.silentWrong,
    refused: tally.refused,
    refused_right: share(tally.refusedRight, tally.refused),
    refused_wrong: tally.refusedWrong,
    failed_files: failures.length,
    decisions,
    changed_again: changedAgain.length,
    seconds: Number(seconds.toFixed(1)),
    seconds_per_file: Number((seconds / files).toFixed(2)),
    faults: [...failures, ...tally.faults].slice(0, MOST_FAULTS),
  }
}
