/** Cases at the steps where the daily tasks of the desks begin, brought there over HTTP. */
import { type HttpOffice, HttpWalk } from './walk-over-http.ts'

/** The name each case is found by. */
export const applicants = {
  complete: '丁受理',
  keyComplete: '丁键受',
  gaps: '丁补正',
  again: '丁重核',
  disputed: '丁异议',
  hearing: '丁听证',
  opinion: '丁审核',
  keyOpinion: '丁键审',
  leader1: '丁签一',
  leader2: '丁签二',
  decide: '丁决定',
  approve1: '丁批一',
  approve2: '丁批二',
  approve3: '丁批三',
} as const
export type Name = keyof typeof applicants
export const approving = ['approve1', 'approve2', 'approve3'] as const

const village = '629901001001'
const agrees = { agrees: true, text: '情况属实，同意上报' }
const assessed: readonly Name[] = ['opinion', 'keyOpinion', 'leader1', 'leader2', 'decide', ...approving]

async function verified(walk: HttpWalk): Promise<void> {
  await walk.accept(await walk.complete())
  await walk.verify()
  await walk.visit()
}

export class ClickCases {
  readonly #office: HttpOffice
  readonly #walks = new Map<Name, HttpWalk>()

  constructor(office: HttpOffice) {
    this.#office = office
  }

  walk(name: Name): HttpWalk {
    const found = this.#walks.get(name)
    if (found === undefined) throw new Error(`${name} was not prepared`)
    return found
  }

  async #open(name: Name): Promise<HttpWalk> {
    const walk = new HttpWalk(this.#office, village, await this.#office.today())
    await walk.apply(applicants[name], String(10 + this.#walks.size), 'rural', '300')
    this.#walks.set(name, walk)
    return walk
  }

  async #each(names: readonly Name[], work: (walk: HttpWalk) => Promise<unknown>): Promise<void> {
    for (const name of names) await work(this.walk(name))
  }

  /** Cases that reach the desks of the township and the district; the demo's day is moved on for all at once. */
  async #throughNotices(): Promise<void> {
    for (const name of assessed) await verified(await this.#open(name))
    await this.#each(assessed, async (walk) => {
      await walk.deliberate(15)
      await walk.move('deliberation.pass')
      await walk.publish('village')
    })
    await this.#office.forward(9)
    await this.#each(assessed, async (walk) => {
      await walk.close('village')
      await walk.assess()
    })
    await this.#each(['leader1', 'leader2'], (walk) => walk.move('opinion.agree', 'township_clerk', agrees))
    await this.#each(['decide', ...approving], async (walk) => {
      await walk.review()
      await walk.publish('township')
    })
    await this.#office.forward(9)
    await this.walk('decide').close('township')
    await this.walk('decide').approve()
    await this.#each(approving, (walk) => walk.close('township'))
    await this.walk('decide').publish('district')
    await this.#office.forward(16)
    await this.walk('decide').close('district')
  }

  /** Every case at the step its task begins at. */
  async prepare(): Promise<void> {
    await this.#throughNotices()
    await verified(await this.#open('hearing'))
    for (const name of ['again', 'disputed'] as const) {
      const walk = await this.#open(name)
      await walk.accept(await walk.complete())
      await walk.reported()
    }
    for (const name of ['complete', 'keyComplete'] as const) {
      const walk = await this.#open(name)
      await walk.sign(await walk.complete())
    }
    const gaps = await this.#open('gaps')
    await gaps.prove(await gaps.complete())
  }
}
