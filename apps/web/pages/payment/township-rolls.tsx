import { Link } from '@tanstack/react-router'
import type { PaymentRoll } from '#casework/contract'
import { count, yuan } from '../../format.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { mayConfirmNow, type RollsProps } from './roll-parts.tsx'

interface TownshipSum {
  readonly code: string
  readonly name: string
  readonly rolls: readonly PaymentRoll[]
}

/** Rolls by township, in the order they come. */
function byTownship(rolls: readonly PaymentRoll[]): TownshipSum[] {
  const groups = Map.groupBy(rolls, (roll) => `${roll.villageCode.slice(0, 9)}000`)
  return [...groups].map(([code, of]) => ({ code, name: of[0]?.townshipName ?? code, rolls: of }))
}

const sum = (rolls: readonly PaymentRoll[], of: (roll: PaymentRoll) => number) => rolls.reduce((all, roll) => all + of(roll), 0)

/** A district's rolls, too many to be read one by one: a row per township, which leads to its rolls. */
export function TownshipRolls({ rolls, month, chosen, mayConfirm, onChoose }: RollsProps & { month: string }) {
  const toggle = (open: readonly string[], all: boolean) => {
    const next = new Set(chosen)
    for (const rollNo of open) all ? next.delete(rollNo) : next.add(rollNo)
    onChoose(next)
  }
  return (
    <section className="card stack-small" aria-label="名册">
      <h2>名册（按乡镇街道）</h2>
      <p className="muted small">共 {count(rolls.length)} 份，点乡镇街道查看各村社区的名册。</p>
      <Scroller label="各乡镇街道的名册">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">
                <span className="hidden">选择</span>
              </th>
              <th scope="col">乡镇街道</th>
              <th scope="col" className="num">
                名册
              </th>
              <th scope="col" className="num">
                已确认
              </th>
              <th scope="col" className="num">
                户
              </th>
              <th scope="col" className="num">
                合计（元）
              </th>
            </tr>
          </thead>
          <tbody>
            {byTownship(rolls).map(({ code, name, rolls: own }) => {
              const open = own.filter(mayConfirmNow).map((roll) => roll.rollNo)
              const all = open.every((rollNo) => chosen.has(rollNo))
              return (
                <tr key={code}>
                  <td>
                    {mayConfirm && open.length > 0 && (
                      <input
                        type="checkbox"
                        aria-label={`选择${name}待确认的名册`}
                        checked={all}
                        onChange={() => toggle(open, all)}
                      />
                    )}
                  </td>
                  <th scope="row">
                    <Link to="/payments" search={{ month, township: code }}>
                      {name}
                    </Link>
                  </th>
                  <td className="num">{count(own.length)}</td>
                  <td className="num">{count(own.filter((roll) => roll.confirmedAt !== null).length)}</td>
                  <td className="num">{count(sum(own, (roll) => roll.households))}</td>
                  <td className="num">{yuan(sum(own, (roll) => roll.total))}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </Scroller>
    </section>
  )
}
