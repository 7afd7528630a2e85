/** The procedures in the database: what the wall (`case_wall`) looks moves up in. */
import { sha256 } from '#platform/crypto'
import type { Db, Tx } from '#platform/db'
import type { Procedure } from '../rules/model.ts'
import { PROCEDURES } from '../rules/styles/index.ts'

/** Digest of a procedure's steps and moves: two texts of one procedure are two versions. */
export function procedureVersion(procedure: Procedure): string {
  return sha256(JSON.stringify([procedure.style, procedure.steps]))
    .toString('hex')
    .slice(0, 16)
}

interface StepRow {
  step: string
  ordinal: number
  label: string
  after: readonly string[]
  called: boolean
  level: string
  clock: string | null
}

interface MoveRow {
  step: string
  command: string
  from_state: string
  to_state: string
  roles: readonly string[]
  not_by: readonly string[]
  requires: readonly string[]
  needs_reason: boolean
  ends: string | null
  reopens: string | null
  clause: string
}

function stepRows(procedure: Procedure): StepRow[] {
  return procedure.steps.map(({ id, label, after, called, level, clock }, ordinal) => ({
    step: id,
    ordinal,
    label,
    after,
    called,
    level,
    clock,
  }))
}

/** Every move of a procedure, one row per state it may be made from. */
export function moveRows(procedure: Procedure): MoveRow[] {
  return procedure.steps.flatMap((step) =>
    step.moves.flatMap((move) =>
      move.from.map((from) => ({
        step: step.id,
        command: move.command,
        from_state: from,
        to_state: move.to,
        roles: move.by,
        not_by: move.notBy,
        requires: move.requires,
        needs_reason: move.reason,
        ends: move.ends,
        reopens: move.reopens,
        clause: move.clause,
      })),
    ),
  )
}

/**
 * Writes the versions of `procedures` the database does not have yet; earlier versions stay for the cases opened under them. Run by the
 * owner after migrate(): the application may only read these tables.
 */
export async function installProcedures(owner: Db, procedures: Iterable<Procedure> = PROCEDURES.values()): Promise<void> {
  for (const procedure of procedures) {
    const key = [procedure.id, procedureVersion(procedure)]
    await owner.pool.query(
      `with fresh as (
         insert into procedure_version (procedure_id, version, label, style, body) values ($1, $2, $3, $4, $7) on conflict do nothing returning 1
       ), steps as (
         insert into procedure_step (procedure_id, version, step, ordinal, label, after, called, level, clock)
         select $1, $2, s.step, s.ordinal, s.label, s.after, s.called, s.level, s.clock
         from fresh, jsonb_to_recordset($5::jsonb) as s(step text, ordinal int, label text, after text[], called boolean, level text, clock text)
       )
       insert into procedure_move (procedure_id, version, step, command, from_state, to_state, roles, not_by, requires, needs_reason, ends, reopens, clause)
       select $1, $2, m.step, m.command, m.from_state, m.to_state, m.roles, m.not_by, m.requires, m.needs_reason, m.ends, m.reopens, m.clause
       from fresh, jsonb_to_recordset($6::jsonb) as m(step text, command text, from_state text, to_state text, roles text[], not_by text[], requires text[],
         needs_reason boolean, ends text, reopens text, clause text)`,
      [
        ...key,
        procedure.label,
        procedure.style,
        JSON.stringify(stepRows(procedure)),
        JSON.stringify(moveRows(procedure)),
        JSON.stringify(procedure),
      ],
    )
  }
}

const current = new Map(
  [...PROCEDURES.values()].map((procedure) => [`${procedure.id} ${procedureVersion(procedure)}`, procedure]),
)

/** The procedure a case was opened under: the program's own, or an earlier version as the database keeps it. */
export async function getProcedure(tx: Tx, id: string, version: string): Promise<Procedure> {
  const known = current.get(`${id} ${version}`)
  if (known !== undefined) return known
  const { body } = await tx.one<{ body: Procedure }>(
    'select body from procedure_version where procedure_id = $1 and version = $2',
    [id, version],
  )
  current.set(`${id} ${version}`, body)
  return body
}
