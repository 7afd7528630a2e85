/** Files named in the form of a move: one way for all forms, so that none can forget it. */
import { attachFiles, PAPERS, PICTURES, shownFiles } from '#files'
import type { StoredFile } from '#kernel/schema'
import type { ActionContext } from '#platform/action'
import type { Sql } from '#platform/db'
import { filesIn, withFiles } from '../rules/files-in-form.ts'
import type { CaseFile } from './file-model.ts'

/** Every file a form names belongs to the case from now on, and stands in it as it was taken. Problem 422 naming the file. */
export async function attachMoveFiles<T>(context: ActionContext, { row }: Pick<CaseFile, 'row'>, form: T): Promise<T> {
  const owner = { kind: 'case', no: row.case_no, divisionCode: row.division_code } as const
  const kept = new Map<string, StoredFile>()
  for (const { file, path } of filesIn(form, ['record'])) {
    const types = path.includes('photos') ? PICTURES : PAPERS
    const [own] = await attachFiles(context, owner, [file], { types, path })
    if (own !== undefined) kept.set(file.sha256, { sha256: own.sha256, name: own.name, size: own.size })
  }
  return kept.size === 0 ? form : (withFiles(form, (file) => kept.get(file.sha256) ?? file) as T)
}

/** A record's body as a page shows it: its files open by their ids. */
export async function withFileIds(tx: Sql, caseNo: string): Promise<<T>(body: T) => T> {
  const shown = await shownFiles(tx, { kind: 'case', no: caseNo })
  return <T>(body: T) => withFiles(body, shown) as T
}
