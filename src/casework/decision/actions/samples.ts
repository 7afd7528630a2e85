/** Drawing the households to visit before approval, and the draws so far. */
import { randomUUID } from 'node:crypto'
import { rangeOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { random, sha256 } from '#platform/crypto'
import { parametersOf } from '#policy'
import { draw, shareOf } from '../../deliberation/rules/draw.ts'
import { drawSample, listSamples, type SampleDraw } from '../contract/sample.ts'
import { countUndrawn, type DrawRow, listDraws, listUndrawn, saveDraw, type WaitingCase } from '../store/samples.ts'

const basis = '民发〔2012〕220号 县级按比例入户抽查'
const SEED_BYTES = 16

const digest = (text: string): string => sha256(text).toString('hex')

interface ShareGroup {
  readonly share: { readonly num: number; readonly den: number }
  readonly cases: string[]
}

/** Cases grouped by the share their pack asks for: `num/den` → cases. */
async function byShare(context: ActionContext, cases: readonly WaitingCase[]) {
  const groups = new Map<string, ShareGroup>()
  for (const row of cases) {
    const { share } = (await parametersOf(context.tx, row)).sample
    const key = `${share.num}/${share.den}`
    const group: ShareGroup = groups.get(key) ?? { share, cases: [] }
    group.cases.push(row.case_no)
    groups.set(key, group)
  }
  return groups
}

function drawView({ draw_id: drawId, division_code: divisionCode, by_name: byName, ...row }: DrawRow): SampleDraw {
  return { drawId, divisionCode, byName, ...row }
}

function methodText(publicNumber: string | undefined): string {
  const seed = publicNumber === undefined ? '系统随机数' : `系统随机数与当日公开数“${publicNumber}”`
  return `种子由${seed}组成；对每个案号计算 SHA-256(种子|案号)，按十六进制从小到大取前若干件，件数为比例向上取整`
}

export const drawSampleAction: Action = routeAction(drawSample, {
  async run(context, { division, publicNumber }) {
    const { tx, actor, clock } = context
    const area = division ?? actor.divisionCode
    const { lo, hi } = rangeOf(area)
    const cases = await listUndrawn(tx, lo, hi)
    if (cases.length === 0)
      throw new Problem('casework.nothing-to-draw', '没有待抽签的案件：到审批的案件都已参加过抽签', { status: 409 })
    const seed = `${random(SEED_BYTES).toString('hex')}${publicNumber === undefined ? '' : `|${publicNumber}`}`
    const groups = [...(await byShare(context, cases))]
    const drawn = groups.flatMap(([, group]) => draw(seed, group.cases, shareOf(group.cases.length, group.share), digest))
    const made = {
      draw_id: randomUUID(),
      seed,
      method: methodText(publicNumber),
      division_code: area,
      share: groups.map(([share]) => share).join('、'),
      cases: cases.map((each) => each.case_no),
      drawn,
      at: nowIso(clock),
    }
    await saveDraw(tx, { ...made, by_user: actor.userId })
    return drawView({ ...made, by_name: actor.name })
  },
  journal: (_input, output) => {
    const { divisionCode, seed, cases, drawn } = output as SampleDraw
    const detail = { seed, cases: cases.length, drawn }
    return { chain: 'system:casework', divisionCode, basis, purpose: '抽取入户抽查对象', detail }
  },
})

export const listSamplesAction: Action = routeAction(listSamples, {
  async run({ tx }, { limit }) {
    const rows = await listDraws(tx, limit)
    return { rows: rows.map(drawView), waiting: await countUndrawn(tx) }
  },
  journal: () => null,
})
