import { type IdentityDoor, identityActions, roleLabel, type Sessions, userNames } from '#identity'
import { type LooksDoor, looksAction, sealJob } from '#journal'
import type { Action } from '#platform/action'
import type { JobList } from '#platform/queue'
import { type Runtime, sweepJob } from '#runner'
import { actionSentence } from './sentences.ts'
import { divisionNames, getSubject } from './store.ts'

/** Every action and job of the product, put together from the capabilities. */

export function actionsOf(runtime: Runtime, sessions: Sessions): Action[] {
  const identity: IdentityDoor = { sessions, divisionNames: (code) => divisionNames(runtime.db, code) }
  const looks: LooksDoor = {
    getSubject: (tx, subjectNo) => getSubject(tx, runtime.keys, subjectNo),
    sentence: actionSentence,
    roleLabel,
    actorNames: userNames,
  }
  return [...identityActions(identity), looksAction(looks)]
}

export const jobs: JobList = [sealJob as never, sweepJob as never]
