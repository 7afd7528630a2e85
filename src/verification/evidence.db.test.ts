/** Evidence of one household: whole it is proven with public keys alone, and wherever it is altered the part is named. */
import { hash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anchorsJob, checkEvidence, compareStatements, evidenceKeys, manifestText, sendStatement } from '#exchange'
import { silentLog } from '#platform/log'
import { loadHouseholdBatch } from '#registry'
import { units } from '#sources/contract'
import { type TestDb, testDb } from '#testkit/db'
import { VerifiedDistrict } from '#testkit/verified-district'
import { generateNodeKeys, ownKeys } from '#wire'
import { exportEvidence } from './index.ts'

type Keys = Awaited<ReturnType<typeof evidenceKeys>>
let db: TestDb
let district: VerifiedDistrict
let keys: Keys
let householdNo = ''
let whole: Map<string, Buffer>
/** the first questions of it, for what is tried many times */
let files: Map<string, Buffer>
let foreign: Map<string, Buffer>
const scan = Buffer.from('%PDF-1.7 a signed paper')
const by = { purpose: '行政复议', operator: 'test' }
const owner = async <R>(text: string, values: unknown[] = []): Promise<R[]> => (await db.ownerPool.pool.query(text, values)).rows

/** Half of the units speak one suite, half the other. */
function inBothSuites(rig: VerifiedDistrict['rig']): void {
  const enrol = rig.enrol.bind(rig)
  const gm1 = new Set(units.filter((_, i) => i % 2 === 0).map((unit) => unit.name))
  rig.enrol = (unit, source, more = {}) => enrol(unit, source, { ...more, suite: gm1.has(unit) ? 'GM1' : 'ED1' })
}

async function plantScan(): Promise<void> {
  const [paper] = await owner<{ no: string; subject: string; household: string; division: string }>(
    `select a.authorisation_no as no, a.subject_no as subject, p.household_no as household, p.division_code as division
       from authorisation a join person p on p.person_no = a.subject_no
       join household h on h.household_no = p.household_no
      where not h.incomplete and a.signature = 'signed' and h.persons_count > 1 order by 1 limit 1`,
  )
  if (!paper) throw new Error('no paper')
  householdNo = paper.household
  await district.runtime.blobs.store(
    (async function* () {
      yield scan
    })(),
    1000,
  )
  await owner(
    `insert into authorisation_scan (scan_id, authorisation_no, subject_no, household_no, division_code, paper_no, number_differs, sha256,
       media_type, file_name, size, scanned_by, scanned_by_name, scanned_at)
     values (gen_random_uuid(), $1, $2, $3, $4, $1, false, $5, 'application/pdf', 'a.pdf', $6, 'x', 'x', now())`,
    [paper.no, paper.subject, paper.household, paper.division, hash('sha256', scan), scan.length],
  )
}

/** Every unit states its books, the centre compares them and anchors the heads. */
async function stateAll(): Promise<void> {
  const { deps } = district.rig
  for (const { name } of units) await db.as(undefined, (tx) => sendStatement(tx, name, deps))
  const until = performance.now() + 30_000
  for (let stated = 0; stated < units.length; ) {
    if (performance.now() > until) throw new Error(`only ${stated} units have stated their books`)
    await db.as(undefined, (tx) => compareStatements(tx, deps))
    const [row] = await owner<{ n: number }>(`select count(*)::int as n from exchange_statement where direction = 'in'`)
    stated = row?.n ?? 0
  }
  const differences = await owner('select 1 from exchange_statement where differences <> $1', ['[]'])
  expect(differences).toEqual([])
  await anchorsJob.run({ db: db.pool, ...deps, log: silentLog } as never, {})
}

const about = (household: string) => ({ about: '委托 测试', campaignIds: [district.campaignId], householdNo: household })
const exported = (household: string) =>
  db.as(undefined, (tx) => exportEvidence(tx, about(household), by, { ...district.rig.deps, blobs: district.runtime.blobs }))

beforeAll(async () => {
  db = await testDb()
  district = new VerifiedDistrict(db, 30)
  inBothSuites(district.rig)
  await district.prepare({ households: 30 })
  await plantScan()
  district.startWorker()
  await district.start('测试批次')
  await district.settled()
  await stateAll()
  keys = await db.as(undefined, (tx) => evidenceKeys(tx, district.rig.deps))
  whole = await exported(householdNo)
  files = firstOf(whole, 4)
  const [other] = await owner<{ no: string }>(
    `select c.household_no as no from commission c where c.household_no <> $1 and c.campaign_id = $2 order by 1 limit 1`,
    [householdNo, district.campaignId],
  )
  foreign = await exported(other?.no ?? '')
}, 240_000)

afterAll(async () => {
  await district?.close()
})

const jsonOf = (path: string, from = files) => JSON.parse(from.get(path)?.toString('utf8') ?? 'null')
type Json = ReturnType<typeof jsonOf>

/** The folder with one file altered; the manifest is signed anew by the centre, so that only the part itself can tell. */
function altered(path: string, change: (value: Json) => unknown): Map<string, Buffer> {
  const copy = new Map(files)
  const value = jsonOf(path)
  const made = change(value)
  copy.set(path, Buffer.from(JSON.stringify(made ?? value)))
  return resigned(copy)
}

function resigned(copy: Map<string, Buffer>): Map<string, Buffer> {
  const { sig: _, ...manifest } = jsonOf('manifest.json', copy)
  const digests = [...copy].filter(([path]) => path !== 'manifest.json').map(([path, bytes]) => [path, hash('sha256', bytes)])
  const unsigned = { ...manifest, files: Object.fromEntries(digests) }
  const own = ownKeys({ suite: 'ED1', signing: district.keys.signing, box: district.keys.box })
  copy.set('manifest.json', Buffer.from(JSON.stringify({ ...unsigned, sig: own.sign(manifestText(unsigned)) })))
  return copy
}

function firstOf(folder: Map<string, Buffer>, n: number): Map<string, Buffer> {
  const manifest = jsonOf('manifest.json', folder)
  const queries: { no: string; statement: string }[] = manifest.queries.slice(0, n)
  const kept = new Set(queries.flatMap(({ no, statement }) => [no, statement]))
  const anchors = jsonOf('anchors.json', folder)
  anchors.heads = anchors.heads.filter((each: { statement: string }) => kept.has(each.statement))
  const copy = new Map(
    [...folder].filter(([path]) => !/^(\d+|statements)\//.test(path) || path.split(/[/.]/).some((part) => kept.has(part))),
  )
  copy.set('manifest.json', Buffer.from(JSON.stringify({ ...manifest, queries })))
  copy.set('anchors.json', Buffer.from(JSON.stringify(anchors)))
  return resigned(copy)
}

const without = (path: string) => resigned(new Map([...files].filter(([name]) => name !== path)))
const replaced = (path: string, bytes: Buffer) => resigned(new Map(files).set(path, bytes))
const flipped = (bytes: Buffer | undefined, at: number): Buffer => {
  const copy = Buffer.from(bytes ?? '')
  const place = at < 0 ? copy.length + at : at
  copy[place] = (copy[place] ?? 0) ^ 1
  return copy
}
const partsOf = (folder: Map<string, Buffer>, ring = keys) => checkEvidence(folder, ring).faults.map((fault) => fault.part)

/** Each of these changes of a file fails, and the part is named. */
function eachFails(path: string, changes: readonly ((value: Json) => unknown)[], part: unknown): void {
  for (const [i, change] of changes.entries()) {
    expect([i, partsOf(altered(path, change))]).toEqual([i, expect.arrayContaining([part])])
  }
}

/** Another text of the same form. */
function other(value: unknown): unknown {
  if (typeof value === 'number') return value + 1
  if (value === null) return '2026-01-01T00:00:00.000Z'
  const text = String(value)
  return /^[0-9a-f]/.test(text) && text.length > 30 ? `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}` : `${text}x`
}

/** The first query whose unit answered a record type with "none" and "hit" lines alike. */
function queryWith(test: (no: string) => boolean): string {
  const found = jsonOf('manifest.json')
    .queries.map((query: { no: string }) => query.no)
    .find(test)
  if (!found) throw new Error('no such query')
  return found
}

test('a whole folder holds, and says what was asked on which authorisation and what was answered', () => {
  const { lines, faults } = checkEvidence(whole, keys)
  expect(faults).toEqual([])
  const text = lines.join('\n')
  expect(text).toContain('行政复议')
  for (const word of ['公安', '授权 ', '无记录', '签名确认收到', '见对账报文', '锚定：', '扫描件']) expect(text).toContain(word)
  expect(checkEvidence(files, keys).faults).toEqual([])
  const { queries } = jsonOf('manifest.json', whole)
  const suites = new Set(queries.map((query: { no: string }) => jsonOf(`${query.no}/request.json`, whole).header.suite))
  expect([...suites].sort()).toEqual(['ED1', 'GM1'])
  expect(queries.every((query: Json) => query.receipt && query.answers > 0 && query.statement)).toBe(true)
  expect(text).not.toMatch(/[1-9]\d{16}[0-9X]/)
})

test('nothing of other households stands in it', async () => {
  const numbers = (await owner<{ no: string }>('select household_no as no from household')).map((row) => row.no)
  const batch = await db.as(undefined, (tx) => loadHouseholdBatch(tx, district.keys, numbers))
  const own = (row: { household_no: string }) => row.household_no === householdNo
  const people = [...batch.persons, ...batch.supporters]
  const mine = new Set(people.filter(own).map((row) => row.id_number))
  const others = people.filter((row) => !own(row) && !mine.has(row.id_number)).map((row) => row.id_number)
  const subjects = new Set(batch.persons.filter(own).map((row) => row.person_no))
  const supporters = new Set(batch.supporters.filter(own).map((row) => row.supporter_no))
  const papers = batch.authorisations
    .filter((row) => !subjects.has(row.subject_no) && !supporters.has(row.subject_no))
    .map((row) => row.authorisation_no)
  const words = [...new Set([...others, ...papers, ...numbers.filter((no) => no !== householdNo)])]
  expect(words.length).toBeGreaterThan(60)
  const texts = [...whole].map(([path, bytes]) => [path, bytes.toString('latin1')] as const)
  const found = words.flatMap((word) => texts.filter(([, text]) => text.includes(word)).map(([path]) => `${word} in ${path}`))
  expect(found).toEqual([])
})

test('the export stands in the journal, with the persons it is about', async () => {
  const rows = await owner<{ purpose: string; n: number }>(
    `select purpose, cardinality(subjects) as n from journal where action = 'verification.export-evidence' and chain = $1`,
    [`household:${householdNo}`],
  )
  expect(rows).toMatchObject([{ purpose: '行政复议' }])
  expect(rows[0]?.n).toBeGreaterThan(1)
})

describe('altered anywhere it fails and names the part', () => {
  const places = 'id seq prev from to created expires corr idem auth'.split(' ')
  const facts = 'purpose legalBasis caseNo operator count root digest sig'.split(' ')
  const change = (field: string) => (value: Json) => {
    value.header[field] = other(value.header[field])
  }

  test('the question: every field of its header, its lines and their paths', () => {
    for (const no of [
      queryWith((each) => jsonOf(`${each}/request.json`).header.suite === 'GM1'),
      queryWith((each) => jsonOf(`${each}/request.json`).header.suite === 'ED1'),
    ]) {
      const path = `${no}/request.json`
      const part = expect.stringMatching(new RegExp(`^${no} 请求`))
      eachFails(path, [...places, ...facts].map(change), part)
      const changes: ((value: Json) => unknown)[] = [
        (value) => {
          value.lines[1].line = value.lines[1].line.replace(/\d{4}/, '2000')
        },
        (value) => {
          value.lines[0].line = `${value.lines[0].line} `
        },
        (value) => {
          value.lines[1].salt = other(value.lines[1].salt)
        },
        (value) => {
          value.lines[1].steps[0].children[0] = other(value.lines[1].steps[0].children[0])
        },
        (value) => {
          value.lines[1].steps[0].position = (value.lines[1].steps[0].position + 1) % 16
        },
        (value) => void value.lines[1].steps.push(value.lines[1].steps[0]),
        (value) => void value.lines.reverse(),
        (value) => void value.lines.shift(),
        (value) => void delete value.lines,
      ]
      eachFails(path, changes, part)
      expect(partsOf(without(path))).toContainEqual(part)
      expect(partsOf(replaced(path, flipped(files.get(path), 40)))).toContainEqual(part)
    }
  })

  test('lines of another household', () => {
    const no = queryWith(
      (each) =>
        foreign.has(`${each}/request.json`) &&
        jsonOf(`${each}/request.json`).header.id === jsonOf(`${each}/request.json`, foreign).header.id,
    )
    const [request, answer] = [`${no}/request.json`, `${no}/answer-1.json`]
    const theirs = jsonOf(request, foreign).lines.slice(1)
    // proven as it is, but the answer is not about it
    expect(
      partsOf(
        altered(request, (value) => {
          value.lines = [value.lines[0], ...theirs]
        }),
      ),
    ).toContainEqual(expect.stringMatching(`^${no} 答复`))
    const given = jsonOf(answer, foreign).lines.slice(1)
    expect(partsOf(altered(answer, (value) => void value.lines.push(...given)))).toContainEqual(
      expect.stringMatching(`^${no} 答复`),
    )
  })

  test('the receipt', () => {
    const path = '001/receipt.bin'
    const part = expect.stringMatching(/^001 回执/)
    const bytes = files.get(path)
    for (const at of [0, 3, 60, 300, -1, -20])
      expect([at, partsOf(replaced(path, flipped(bytes, at)))]).toEqual([at, expect.arrayContaining([part])])
    expect(partsOf(replaced(path, Buffer.from(bytes?.subarray(0, -5) ?? '')))).toContainEqual(part)
    expect(partsOf(without(path))).toContainEqual(part)
    const no = queryWith((each) => jsonOf(`${each}/request.json`).header.to !== jsonOf('001/request.json').header.to)
    expect(partsOf(replaced(path, files.get(`${no}/receipt.bin`) ?? Buffer.alloc(0)))).toContainEqual(part)
  })

  test('the answer', () => {
    const path = '002/answer-1.json'
    const part = expect.stringMatching(/^002 答复 1/)
    eachFails(path, [...places, ...facts].map(change), part)
    expect(partsOf(altered(path, (value) => void value.lines.pop()))).toContainEqual(part)
    expect(
      partsOf(
        altered(path, (value) => {
          value.lines[1].line = value.lines[1].line.replace(/[0-9]/, '9999')
        }),
      ),
    ).toContainEqual(part)
    expect(partsOf(without(path))).toContainEqual(part)
    expect(partsOf(replaced(path, files.get('003/answer-1.json') ?? Buffer.alloc(0)))).toContainEqual(part)
  })

  test('the log of the unit', () => {
    const path = [...files.keys()].find((name) => name.startsWith('statements/')) ?? ''
    const part = `对账 ${path}`
    const changes: ((value: Json) => unknown)[] = [
      ...['seq', 'prev', 'created', 'root', 'sig', 'id'].map(change),
      (value) => {
        value.nonce = other(value.nonce)
      },
      (value) => void value.lines.pop(),
      (value) => void value.lines.splice(1, 1),
      (value) => {
        ;[value.lines[1], value.lines[2]] = [value.lines[2], value.lines[1]]
      },
      (value) => {
        value.lines[1] = value.lines[1].replace(/"[0-9a-f]{64}"/, `"${'a'.repeat(64)}"`)
      },
      (value) => {
        value.lines[0] = value.lines[0].replace('"parked":0', '"parked":1')
      },
    ]
    eachFails(path, changes, part)
    expect(partsOf(without(path))).toEqual(expect.arrayContaining([part, expect.stringMatching('单位日志')]))
  })

  test('the anchors and the scan', () => {
    const part = '锚定 anchors.json'
    const changes: ((value: Json) => unknown)[] = [
      ...['sig', 'root', 'prev', 'count', 'at', 'no'].map((field) => (value: Json) => {
        value.anchors[0][field] = other(value.anchors[0][field])
      }),
      (value) => void value.anchors.shift(),
      (value) => {
        value.heads[0].head.line = value.heads[0].head.line.replace(/"n":\d+/, '"n":1')
      },
      (value) => {
        value.heads[0].head.salt = other(value.heads[0].head.salt)
      },
      (value) => {
        value.heads[0].statement = value.heads[1].statement
      },
    ]
    eachFails('anchors.json', changes, part)
    expect(partsOf(without('anchors.json'))).toContain(part)
    const path = `scans/${hash('sha256', scan)}`
    expect(partsOf(replaced(path, flipped(files.get(path), 9)))).toContainEqual(expect.stringMatching('授权'))
    expect(partsOf(without(path))).toContainEqual(expect.stringMatching('授权'))
  })

  test('the manifest, a file more, a file changed behind its back', () => {
    const part = '目录 manifest.json'
    const unsigned = (edit: (value: Json) => unknown) => {
      const value = jsonOf('manifest.json')
      edit(value)
      return new Map(files).set('manifest.json', Buffer.from(JSON.stringify(value)))
    }
    for (const field of ['madeAt', 'centre', 'about', 'household', 'purpose', 'sig'] as const) {
      expect([
        field,
        partsOf(
          unsigned((value) => {
            value[field] = other(value[field])
          }),
        ),
      ]).toEqual([field, expect.arrayContaining([part])])
    }
    expect(partsOf(unsigned((value) => void value.queries.pop()))).toContain(part)
    expect(
      partsOf(
        unsigned((value) => {
          value.queries[0].answers = 0
        }),
      ),
    ).toContain(part)
    expect(partsOf(new Map(files).set('note.txt', Buffer.from('x')))).toEqual(['note.txt'])
    const bytes = Buffer.concat([files.get('001/request.json') ?? Buffer.alloc(0), Buffer.from(' ')])
    expect(partsOf(new Map(files).set('001/request.json', bytes))).toEqual(['001/request.json'])
    expect(partsOf(new Map([...files].filter(([name]) => name !== 'manifest.json')))).toEqual([part])
  })

  test('other keys than those the verifier holds', () => {
    const ring = (edit: (key: Keys['keys'][number]) => Keys['keys'][number]): Keys => ({
      ...keys,
      keys: keys.keys.map(edit),
    })
    const strange = (suite: 'ED1' | 'GM1') => generateNodeKeys(suite).signing.publicKey
    const centre = ring((key) => (key.node === '629901.centre' ? { ...key, signing: strange(key.suite) } : key))
    expect(partsOf(files, centre)).toEqual(
      expect.arrayContaining(['目录 manifest.json', expect.stringMatching(/^001 请求/), '锚定 anchors.json']),
    )
    const unit = jsonOf('001/request.json').header.to
    const others = ring((key) => (key.node === unit ? { ...key, signing: strange(key.suite) } : key))
    expect(partsOf(files, others)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^001 回执/), expect.stringMatching(/^001 答复/)]),
    )
    const ended = ring((key) => (key.node === unit ? { ...key, to: '2020-01-01T00:00:00.000Z' } : key))
    expect(partsOf(files, ended)).toContainEqual(expect.stringMatching(/^001 答复/))
  })
})
