/** Who can be given a case: somebody with an account in use, whose area has it and whose post has something to do in it. */
import { findActor, isPermitted, roleLabel } from '#identity'
import { isWithin } from '#kernel/division'
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import type { CaseFile } from '../../procedure/actions/file-model.ts'

type Path = readonly (string | number)[]

function refuse(message: string, path: Path): never {
  throw new Problem('casework.assignee', message, { status: 422, details: { issues: [{ path: [...path], message }] } })
}

/** Refuses (422) somebody who cannot work on the case, saying why. */
export async function checkAssignee(
  { tx }: ActionContext,
  { row }: Pick<CaseFile, 'row'>,
  userId: string,
  path: Path,
): Promise<void> {
  const user = await findActor(tx, userId)
  if (user === undefined) {
    refuse(`“${userId}”不是在用的账号，或不在您的辖区内：请从人员名单中选择；名单中没有的，请系统管理员开通账号`, path)
  }
  if (!isWithin(row.division_code, user.divisionCode)) {
    refuse(`${user.name}的辖区不包括该案所在的村（社区），请选择管辖该村的人员，或先由系统管理员调整辖区`, path)
  }
  if (isPermitted(user.role, 'casework.move')) return
  refuse(`${user.name}的岗位是${roleLabel(user.role)}，不办理案件，请选择经办、审核岗位的人员`, path)
}
