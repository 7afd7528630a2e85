import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type UnitName, units } from '#sources/contract'
import { testDb } from '#testkit/db'
import { VerifiedDistrict } from '#testkit/verified-district'
import { generateNodeKeys, ownKeys, peerKeys } from '#wire'
import { measureFloor } from './district-floor.ts'
import { type Asked, askedPairs, kept, numbersOf, writtenRows } from './district-material.ts'
import { measurePeers } from './district-peers.ts'
import { closedMessage, openedMessage } from './sealed-message.ts'
import { startUnitServices, type UnitService, type UnitServices } from './unit-services.ts'

/** The floor and the peers' way on a small district: they ask what was authorised, and write what the product wrote. */

/** All units in this process: they note what they are asked. */
class NotingUnits implements UnitServices {
  readonly own = ownKeys(generateNodeKeys('ED1'))
  readonly pids = [process.pid]
  readonly questions: { unit: UnitName; bound: string; ids: string[] }[] = []
  readonly calls: string[] = []
  readonly #services = new Map<UnitName, UnitService>()
  readonly #servers: Server[] = []

  async open(): Promise<void> {
    for (const { name } of units) {
      const keys = ownKeys(generateNodeKeys('ED1'))
      const centre = peerKeys(this.own.publicTexts)
      const server = createServer(async (request, response) => {
        const parts: Buffer[] = []
        for await (const part of request) parts.push(part as Buffer)
        if (request.method === 'GET') {
          this.calls.push(`${name} ${(request.url ?? '').slice(1)}`)
          return response.end('[]')
        }
        const { bound, plain } = openedMessage(Buffer.concat(parts), keys, centre)
        const ids = JSON.parse(plain.toString('utf8')) as string[]
        this.questions.push({ unit: name, bound, ids })
        // a line for each person asked about
        return response.end(closedMessage(Buffer.from(ids.join('\n')), `answer ${bound}`, keys, centre))
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      this.#services.set(name, { port, pid: process.pid, keys: peerKeys(keys.publicTexts) })
      this.#servers.push(server)
    }
  }

  // handed on by itself
  readonly of = (unit: UnitName): UnitService => {
    const service = this.#services.get(unit)
    if (service === undefined) throw new Error(`no ${unit}`)
    return service
  }

  stop(): void {
    for (const server of this.#servers) server.close()
  }
}

describe('the floor of a district', async () => {
  const db = await testDb()
  const noting = new NotingUnits()
  let district: VerifiedDistrict
  let numbers: Map<string, string>
  let asked: Asked[]
  let withdrawn: string[]

  beforeAll(async () => {
    district = new VerifiedDistrict(db, 8)
    await district.prepare({ households: 20 })
    // Two took back what they had signed before the day of the campaign.
    const { rows } = await db.ownerPool.pool.query<{ subject: string }>(
      `update authorisation set withdrawn_on = signed_on where subject_no in (select person_no from person where relation = 'head' order by 1 limit 2)
       returning subject_no as subject`,
    )
    withdrawn = rows.map(({ subject }) => subject)
    district.startWorker()
    await district.start('下限')
    await district.settled()
    await district.stopWorker()
    await district.rig.stopGateways()
    await noting.open()
    numbers = await numbersOf({ workerDb: db.workerPool, keys: district.keys })
    asked = await askedPairs(db.ownerPool, district.campaignId, numbers)
  })
  afterAll(async () => {
    noting.stop()
    await district.close()
  })

  const query = async <R extends object>(text: string): Promise<R[]> =>
    (await db.ownerPool.pool.query<R>(text, [district.campaignId])).rows

  /** `batch unit number` of every pair. */
  const pairsOf = (of: readonly Asked[]): string[] =>
    of.flatMap(({ batchNo, idNumber, units: may }) => may.map((unit) => `${batchNo} ${unit} ${idNumber}`)).toSorted()

  it('asks of whom the product asked, and the units that their papers allow', async () => {
    // by the papers as the database judges them, and the record types as it numbers them
    const allowed = await query<{ batch: number; subject: string; unit: string }>(
      `select distinct q.batch_no as batch, q.subject_no as subject, split_part(r.record, '/', 1) as unit
       from query_line q join campaign c using (campaign_id)
       join record_type r on (q.asked & authorised_mask(q.subject_no, q.born_on, c.as_of, c.guardian_age)) >> r.position & 1 = 1
       where q.campaign_id = $1`,
    )
    const wanted = allowed.map(({ batch, subject, unit }) => `${batch} ${unit} ${numbers.get(subject)}`)
    expect(pairsOf(asked)).toEqual(wanted.toSorted())
    // the bureau's own records alone, without a paper
    expect(withdrawn.length).toBeGreaterThan(0)
    for (const no of withdrawn) expect(asked.find(({ subjectNo }) => subjectNo === no)?.units, no).toEqual(['civil_affairs'])
    expect(asked.filter(({ units: may }) => may.length > 10).length).toBeGreaterThan(20)
  })

  it('is one sealed and signed question and answer per unit and batch, and the rows that the product wrote', async () => {
    const batches = [...new Set(asked.map(({ batchNo }) => batchNo))]
    expect(batches.length).toBeGreaterThan(2)
    const rows = await writtenRows(db.ownerPool, district.campaignId, batches)
    const place = { db: db.ownerPool, postgresPid: process.pid, services: noting }
    const figures = await measureFloor(place, asked, rows)
    const unitsAndBatches = new Set(pairsOf(asked).map((pair) => pair.split(' ').slice(0, 2).join(' ')))
    expect(figures).toMatchObject({ batches: batches.length, messages: unitsAndBatches.size, pairs: pairsOf(asked).length })
    expect(figures.answer_lines).toBe(figures.pairs)
    expect(noting.questions.map(({ bound }) => bound).toSorted()).toEqual([...unitsAndBatches].toSorted())
    expect(noting.questions.flatMap(({ bound, ids }) => ids.map((id) => `${bound} ${id}`)).toSorted()).toEqual(pairsOf(asked))
    const { rows: keptMessages } = await db.ownerPool.pool.query(
      'select count(*) as n, count(question) as questions, count(answer) as answers from floor_message',
    )
    const n = unitsAndBatches.size
    expect(keptMessages).toEqual([{ n, questions: n, answers: n }])
    for (const table of kept) {
      const written = `select * from ${table} where campaign_id = $1 and batch_no is not null`
      const [sides] = await query<{ product: number; floor: number; unlike: number }>(
        `select (select count(*) from (${written}) a) as product, (select count(*) from floor_${table}) as floor,
           (select count(*) from (select t::text from (${written}) t except all select f::text from floor_${table} f) u) as unlike`,
      )
      expect(sides?.product, table).toBeGreaterThan(0)
      expect(sides, table).toEqual({ product: sides?.product, floor: sides?.product, unlike: 0 })
    }
  })

  it('peers call once for each person and unit that may be asked', async () => {
    const figures = await measurePeers(db.ownerPool, noting, asked, asked.length)
    const wanted = pairsOf(asked).map((pair) => pair.split(' ').slice(1).join(' '))
    expect(noting.calls.toSorted()).toEqual(wanted.toSorted())
    expect(figures).toMatchObject({ sample_persons: asked.length, sample_pairs: wanted.length })
    expect(figures.extrapolated_seconds).toBeCloseTo(figures.sample_seconds, 0)
  })

  it('a unit keeps question and answer, and answers from what its gateway prepared', async () => {
    const services = await startUnitServices(district.rig.dir, ['police'])
    try {
      const { port, keys } = services.of('police')
      const ids = asked.filter(({ units: may }) => may.includes('police')).map(({ idNumber }) => idNumber)
      const question = closedMessage(Buffer.from(JSON.stringify(ids)), '1 police', services.own, keys)
      const answer = await new Promise<Buffer>((resolve, reject) => {
        const call = request({ host: '127.0.0.1', port, method: 'POST' }, async (reply) => {
          const parts: Buffer[] = []
          for await (const part of reply) parts.push(part as Buffer)
          resolve(Buffer.concat(parts))
        })
        call.on('error', reject).end(question)
      })
      const { bound, plain } = openedMessage(answer, services.own, keys)
      expect(bound).toBe('answer 1 police')
      expect(plain.toString('utf8').split('\n').length).toBeGreaterThanOrEqual(ids.length / 2)
      const store = new DatabaseSync(join(district.rig.dir, 'police', 'floor.db'), { readOnly: true })
      const messages = store.prepare('select question, answer from message').all()
      store.close()
      expect(messages.map((row) => [Buffer.from(row.question as Uint8Array), Buffer.from(row.answer as Uint8Array)])).toEqual([
        [question, answer],
      ])
    } finally {
      services.stop()
    }
  })
})
