/**
 * Where a family whose members are registered in different places applies: where one member's registration and habitual residence coincide;
 * if nobody's do, where any member is registered. Said only when it was asked of every member: silence is no answer.
 */
import type { Draft } from '../contract/draft.ts'

const CLAUSE = '民发〔2021〕57号 第五条'

/** What speaks against taking the application here, in words with the clause; null when nothing does. */
export function placeDoubt({ members }: Pick<Draft, 'members'>): string | null {
  const places = members.map(({ values }) => values.registered ?? '')
  if (places.length === 0 || places.includes('')) return null
  const here = members.filter(({ values }) => values.registered === 'here')
  if (here.length === 0) {
    return `没有家庭成员的户籍在本区县，应当向成员户籍所在地与经常居住地一致的地方申请，都不一致的向任一成员户籍所在地申请（依据：${CLAUSE}）`
  }
  if (here.length === members.length || here.some(({ values }) => values.lives_together === 'yes')) return null
  return `户籍在本区县的成员不在本地居住：只有全家没有人的户籍所在地与经常居住地一致时，才在此受理（依据：${CLAUSE}）`
}
