import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type CopyValue, copyLine } from '#platform/copy-text'
import { startEmbedded } from '#platform/embedded-postgres'
import type { Household } from '#policy'

/**
 * The oracle: the county's rules as one SQL statement over plain tables, in the embedded PostgreSQL. It shares nothing
 * with the product's formulas: other language, other order, whole numerics instead of ticks in floating point.
 */
const TABLES = `
create unlogged table h (i int primary key, programme text, single boolean, family_n numeric, family_income numeric, tier text,
  monetary numeric, non_residential int, dwellings int, area numeric);
create unlogged table m (i int, id text, relation text, birth date, age int, lives boolean, cannot boolean, away boolean, study text,
  grade int, ill boolean, works boolean, stable boolean, able boolean);
create unlogged table x (i int, item text, amount numeric, months numeric, member text);
create unlogged table e (i int, kind text, amount numeric, months numeric, member text);
create unlogged table s (i int, income numeric, persons numeric, count numeric, agreed numeric, paid numeric);
create unlogged table v (i int, price numeric, years int, value numeric, exempt boolean);
`

/** 1 fen = 122,522,400 parts, so that every division below is whole. */
const PARTS = '122522400::numeric'

const STATEMENT = `
with member as (
  select i, id, works and true as works, able and not stable as volatile, grade, ill,
    coalesce(age, extract(year from age(date '2026-09-15', birth))::int) as years,
    not away and case
      when relation in ('applicant', 'spouse') then true
      when relation = 'child' then
        coalesce(coalesce(age, extract(year from age(date '2026-09-15', birth))::int) < 18, false)
        or study in ('preschool', 'primary', 'junior', 'senior', 'vocational', 'college', 'bachelor')
        or cannot or (study = 'none' and lives)
      when relation in ('parent', 'sibling', 'grandparent', 'grandchild', 'child_in_law') then lives
      else false end as counted
  from m
), line as (
  select x.i, x.member, x.item, div(x.amount * ${PARTS}, x.months)
    * case when x.item in ('base_pension', 'veteran_compensation', 'family_planning_award', 'scholarship', 'social_aid',
        'elder_allowance', 'disability_allowance') then 0 when x.item = 'collective_dividend' then 0.5 else 1 end as amount
  from x left join member on member.i = x.i and member.id = x.member
  where x.member is null or member.counted
), support as (
  select s.i, sum(case when s.agreed > 0 then s.agreed * ${PARTS} else greatest(s.paid * ${PARTS},
      div(greatest(s.income * ${PARTS} - 2 * standard * s.persons, 0), 5 * s.count)) end) as amount
  from s join (select i, case programme when 'urban' then 72000 * ${PARTS} else div(500000 * ${PARTS}, 12) end
    as standard from h) as of_h on of_h.i = s.i
  group by s.i
), cost as (
  select i, sum(least(div(wage, 10), 30000 * ${PARTS})) as amount from (
    select member.i, member.id, sum(line.amount) as wage
    from member join line on line.i = member.i and line.member = member.id and line.item = 'wage'
    where member.counted and member.works group by member.i, member.id) as earner
  group by i
), expense as (
  select e.i, sum(div(e.amount * ${PARTS}, e.months)) as amount
  from e left join member on member.i = e.i and member.id = e.member
  where e.kind in ('medical', 'education') and (e.member is null or member.counted)
  group by e.i
), total_line as (select i, sum(amount) as amount from line group by i),
size as (
  select i, count(*) filter (where counted) as n, coalesce(bool_or(counted and volatile), false) as volatile from member group by i
), car as (
  select i, bool_or(not exempt and coalesce(value,
    100 * div(2 * price * power(93::numeric, years) + 100 * power(100::numeric, years), 200 * power(100::numeric, years))) > 3000000) as refused
  from v group by i
), facts as (
  select h.*, size.n::numeric as n, size.volatile,
    case h.programme when 'urban' then 72000 * ${PARTS} else div(500000 * ${PARTS}, 12) end as standard,
    greatest(coalesce(total_line.amount, 0) + coalesce(support.amount, 0) - coalesce(cost.amount, 0) - coalesce(expense.amount, 0), 0)
      as income, coalesce(car.refused, false) as car
  from h join size using (i) left join total_line using (i) left join support using (i) left join cost using (i)
    left join expense using (i) left join car using (i)
), tiered as (
  select *, case when programme = 'urban' or n = 0 then null when tier is not null then strpos('ABCD', tier) - 1
    when income * 10 <= standard * n then 0 when income * 10 <= 3 * standard * n then 1
    when income * 10 <= 6 * standard * n then 2 when income * 10 <= 9 * standard * n then 3 else -1 end as place
  from facts
), judged as (
  select *, case when n = 0 then 1 else
      (case when income < standard * n then 0 else 2 end)
    + (case when single and family_income * ${PARTS} * 2 >= 3 * standard * family_n then 4 else 0 end)
    + (case when monetary * ${PARTS} > 24 * standard * n then 8 else 0 end)
    + (case when dwellings > 1 and area > 30 * n then 16 else 0 end)
    + (case when car then 32 else 0 end) + (case when non_residential > 0 then 64 else 0 end)
    + (case when place < 0 then 128 else 0 end) end as refusals
  from tiered
), added as (
  select member.i, sum(case
      when member.grade in (1, 2) or member.ill then case programme when 'urban' then 21600 else 12500 end
      when member.years >= 70 or member.years <= 17 then case programme when 'urban' then 7200 else 4200 end
      else 0 end) as fen
  from member join judged on judged.i = member.i and judged.refusals = 0 where member.counted group by member.i
), granted as (
  select judged.*, coalesce(added.fen, 0) as added, case when refusals > 0 then 0 else greatest(
      case when place is not null then (array[41700, 35500, 24000, 12550])[place + 1] * n
        when 5 * (standard * n - income) < standard * n then 14400 * n
        else 100 * div(2 * (standard * n - income) + 100 * ${PARTS}, 200 * ${PARTS}) end,
      case when single then case programme when 'urban' then 43200 else 25000 end else 0 end) end as base
  from judged left join added on added.i = judged.i
)
select i, refusals, n as members, div(2 * income + ${PARTS}, 2 * ${PARTS}) as countable, base, added as "topUps",
  base + added as total, case when refusals = 0 then coalesce(place, -1) else -1 end as tier,
  case when volatile then 6 else 12 end as recheck
from granted order by i`

/** One household's results as the oracle gives them; the names are those of the bulk results. */
export interface OracleRow {
  readonly refusals: number
  readonly members: number
  readonly countable: number
  readonly base: number
  readonly topUps: number
  readonly total: number
  readonly tier: number
  readonly recheck: number
}

type Rows = Iterable<readonly CopyValue[]>

function* householdRows(households: readonly Household[]): Rows {
  for (const [i, { programme, single_applicant, family, tier, assets }] of households.entries()) {
    const dwellings = assets?.dwellings ?? []
    const area = dwellings.reduce((sum, { area: own }) => sum + Number(own.n) / Number(own.d), 0)
    const { members = null, monthly_income = null } = family ?? {}
    yield [
      i,
      programme,
      single_applicant === true,
      members,
      monthly_income,
      tier ?? null,
      assets?.monetary ?? 0,
      assets?.non_residential ?? 0,
      dwellings.length,
      area,
    ]
  }
}

function* memberRows(households: readonly Household[]): Rows {
  for (const [i, { members }] of households.entries()) {
    for (const m of members) {
      const away = m.serving === true || m.missing === true || m.long_term_clergy === true || m.conscript === true
      const plain = [
        m.id,
        m.relation,
        m.birth_date ?? null,
        m.age ?? null,
        m.lives_together !== false,
        m.cannot_live_independently === true,
      ]
      const health = [m.disability?.grade ?? null, m.serious_illness === true]
      yield [
        i,
        ...plain,
        away,
        m.study ?? 'none',
        ...health,
        m.works === true,
        m.income_stable !== false,
        m.able_to_work === true,
      ]
    }
  }
}

function* lineRows(households: readonly Household[]): Rows {
  for (const [i, { incomes = [] }] of households.entries()) {
    for (const line of incomes) yield [i, line.item, line.amount, line.months ?? 1, line.member ?? null]
  }
}

function* expenseRows(households: readonly Household[]): Rows {
  for (const [i, { expenses = [] }] of households.entries()) {
    for (const line of expenses) yield [i, line.kind, line.amount, line.months ?? 1, line.member ?? null]
  }
}

function* supporterRows(households: readonly Household[]): Rows {
  for (const [i, { supporters = [] }] of households.entries()) {
    for (const s of supporters)
      yield [i, s.monthly_income, s.household_persons, s.supported_count ?? 1, s.agreed ?? 0, s.paid ?? 0]
  }
}

function* vehicleRows(households: readonly Household[]): Rows {
  for (const [i, { assets }] of households.entries()) {
    for (const v of assets?.vehicles ?? []) yield [i, v.price ?? 0, v.age_years ?? 0, v.value ?? null, v.exempt === true]
  }
}

function* textOf(rows: Rows): Iterable<string> {
  let text = ''
  for (const row of rows) {
    text += copyLine(row)
    if (text.length > 65_536) {
      yield text
      text = ''
    }
  }
  yield text
}

async function load(client: pg.Client, table: string, rows: Rows): Promise<void> {
  await pipeline(Readable.from(textOf(rows)), client.query(copyFrom(`copy ${table} from stdin`)))
}

function numbered(row: Record<string, string | number>): OracleRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])) as unknown as OracleRow
}

/** Results of the SQL statement, by household; and how long the statement took. */
export async function assessBySql(households: readonly Household[]): Promise<{ rows: OracleRow[]; statementMs: number }> {
  const server = await startEmbedded({ throwAway: true })
  const client = new pg.Client({ connectionString: server.url })
  try {
    await client.connect()
    await client.query(TABLES)
    await load(client, 'h', householdRows(households))
    await load(client, 'm', memberRows(households))
    await load(client, 'x', lineRows(households))
    await load(client, 'e', expenseRows(households))
    await load(client, 's', supporterRows(households))
    await load(client, 'v', vehicleRows(households))
    await client.query('analyze')
    const begun = performance.now()
    const { rows } = await client.query<Record<string, string | number>>(STATEMENT)
    return { rows: rows.map(numbered), statementMs: performance.now() - begun }
  } finally {
    await client.end()
    await server.stop()
  }
}
