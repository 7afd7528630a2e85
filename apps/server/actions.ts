import { benefitsActions } from '#benefits/server'
import { type CaseworkDoor, caseImports, caseworkActions, readScansJob } from '#casework/server'
import { partnerNames } from '#dci'
import { documentsActions } from '#documents'
import { exchangeActions } from '#exchange'
import { type ExportsDoor, exportsActions } from '#exports'
import { takeFileAction } from '#files'
import { type IdentityDoor, identityActions, identityImports, roleLabel, type Sessions, userNames } from '#identity'
import { type LooksDoor, looksAction, proofActions, unusualActions } from '#journal'
import { Problem } from '#kernel/problem'
import { ledgerDoor } from '#ledgers'
import type { Action } from '#platform/action'
import { moveOn } from '#platform/demo-clock'
import type { Queue } from '#platform/queue'
import type { ImportKinds } from '#platform/table-import'
import { packInForce } from '#policy'
import { type RegistryDoor, registryActions } from '#registry'
import { type PolicyDoor, policyActions, replayJob } from '#revisions/server'
import type { Runtime } from '#runner'
import { listAsked, verificationActions } from '#verification'
import { importLimits } from '../run/limits.ts'
import { exportKinds, runImportJob, writeTableJob } from './jobs.ts'
import { actionSentence, workLabel } from './sentences.ts'
import { listHangs, listRests } from './store/imports.ts'
import { divisionNames, divisionNamesOf, getSubject, listStaffKin, listVillageNames, subjectNames } from './store.ts'

/** Every action and job of the product, put together from the capabilities. */

export interface Parts {
  readonly runtime: Runtime
  readonly sessions: Sessions
  /** Undefined in a process without a queue: what needs it is refused. */
  readonly queue: Queue | undefined
  /** Policy pack in force, by its folder's name. */
  readonly packId: string
  /** The moved clock of a demo; undefined on every other installation. */
  readonly clockFile?: string | undefined
}

/** Every table that can be handed in as a workbook; how to add one: src/platform/table-import.ts. */
const tableKinds: ImportKinds = { ...identityImports(listVillageNames), ...caseImports(listVillageNames) }

function registryDoor({ runtime, queue, packId }: Parts): RegistryDoor {
  return {
    blobs: runtime.blobs,
    ledgers: ledgerDoor,
    restsOn: listRests,
    hangsOn: listHangs,
    limits: async (tx, asOf) => importLimits(await packInForce(tx, packId), asOf),
    async sendImport(tx, importId) {
      if (queue === undefined)
        throw new Problem('server.no-queue', '后台任务未启动，暂时不能导入，请联系系统管理员', { status: 503 })
      await queue.send(runImportJob, { importId }, { tx })
    },
  }
}

function exportsDoor({ queue }: Parts): ExportsDoor {
  return {
    kinds: exportKinds,
    async sendExport(tx, exportId) {
      if (queue === undefined)
        throw new Problem('server.no-queue', '后台任务未启动，暂时不能导出，请联系系统管理员', { status: 503 })
      await queue.send(writeTableJob, { exportId }, { tx })
    },
  }
}

function caseworkDoor({ queue, packId }: Parts): CaseworkDoor {
  if (queue === undefined) return { packId }
  return {
    packId,
    sendScan: (tx, stackId) => queue.send(readScansJob, { stackId }, { tx }),
  }
}

function policyDoor({ queue, packId }: Parts): PolicyDoor {
  if (queue === undefined) return { packId }
  return { packId, sendReplay: (tx, replayId) => queue.send(replayJob, { replayId }, { tx }) }
}

export function actionsOf(parts: Parts): Action[] {
  const { runtime, sessions, queue, clockFile } = parts
  const identity: IdentityDoor = {
    sessions,
    divisionNames: (code) => divisionNames(runtime.db, code),
    divisionNamesOf,
    workLabel,
    retryJob: queue === undefined ? undefined : (tx, name, id) => queue.retry(tx, name, id),
    moveClock: clockFile === undefined ? undefined : (days) => moveOn(clockFile, days),
  }
  const looks: LooksDoor = {
    getSubject: (tx, subjectNo) => getSubject(tx, runtime.keys, subjectNo),
    sentence: actionSentence,
    roleLabel: (role) => (role === 'partner' ? '外部合作方' : roleLabel(role)),
    actorNames: async (tx, actors) => new Map([...(await userNames(tx, actors)), ...(await partnerNames(tx, actors))]),
    asked: (tx, subjectNo, places) => listAsked(tx, subjectNo, places, runtime),
  }
  return [
    ...identityActions(identity),
    takeFileAction,
    looksAction(looks),
    ...unusualActions({ ...looks, staffKin: listStaffKin, subjectNames }),
    ...proofActions,
    ...registryActions(registryDoor(parts)),
    ...exchangeActions(),
    ...verificationActions(),
    ...exportsActions(exportsDoor(parts), tableKinds),
    ...documentsActions,
    ...caseworkActions(caseworkDoor(parts)),
    ...benefitsActions,
    ...policyActions(policyDoor(parts)),
  ]
}
