import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import mysql from 'mysql2/promise'
import { afterAll, describe, expect, test } from 'vitest'
import type { Basis, SqlSource } from '#sources/contract'
import { testDb } from '#testkit/db'
import { SqlStore } from './sql-store.ts'
import { recordIdOf } from './unit-store.ts'

const basis: Basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '張张' }

const create = `create table wj_csp_jdc (
  xh varchar(20) primary key, sjsd date not null, sfzh varchar(18) not null, xm varchar(60) not null, hphm varchar(20), pp varchar(40),
  cllx varchar(20), syxz varchar(20), ccdj date, qdrq date, yxqz date, gzj decimal(12,2), xz decimal(12,2), zt varchar(10))`

const rows = [
  ['1', '2026-09-17', '11010519491231002X', '張三', '京A1', null, 'K33', 'A', null, '2020-01-02', null, '80000.00', null, '正常'],
  [
    '2',
    '2026-09-17',
    '11010519491231002x',
    '张三',
    '京A2',
    null,
    'M11',
    'A',
    '2019-01-02',
    '2020-01-02',
    null,
    null,
    null,
    '注销',
  ],
  ['3', '2026-09-17', '110105491231002', '李四', '京A3', null, 'K33', 'A', null, '2020-01-02', null, null, '1.50', '正常'],
  ['4', '2026-09-17', '629901199002070011', '王五', '京A4', null, '不明', 'A', null, '2020-01-02', null, null, null, '正常'],
]

const record = {
  columns: {
    source_record_id: 'xh',
    as_of_date: 'sjsd',
    id_number: 'sfzh',
    name: 'xm',
    plate_no: 'hphm',
    brand: 'pp',
    vehicle_type: 'cllx',
    vehicle_use: 'syxz',
    first_registered_on: 'ccdj',
    acquired_on: 'qdrq',
    inspection_valid_to: 'yxqz',
    purchase_price: 'gzj',
    current_value: 'xz',
    status: 'zt',
  },
  codes: {
    vehicle_type: { K33: 'car', M11: 'motorcycle' },
    vehicle_use: { A: 'private' },
    status: { 正常: 'normal', 注销: 'cancelled' },
  },
}

async function answersFrom(source: Pick<SqlSource, 'driver' | 'url'>): Promise<void> {
  const store = new SqlStore('police', { kind: 'sql', ...source, records: { vehicles: { table: 'wj_csp_jdc', ...record } } })
  const prepared = await store.prepare(basis)
  const vehicles = prepared.statement.records.find((each) => each.record === 'police/vehicles')
  expect(vehicles).toMatchObject({ state: 'answered', rows: 4 })
  expect(prepared.standing('police/deaths').silent).toEqual({ letter: 'E', reason: 'source_missing' })
  const found = await prepared.byNumber('police/vehicles', ['11010519491231002X', '629901199002070011', '629901199002070038'])
  const seen = found.map((row) => [row.id, recordIdOf(row), row.name, row.faulty === true, JSON.parse(row.cells)])
  expect(seen.sort()).toEqual([
    [
      '11010519491231002X',
      '1',
      '张三',
      false,
      ['1', '2026-09-17', '張三', '京A1', null, 'car', 'private', null, '2020-01-02', null, 8_000_000, null, 'normal'],
    ],
    [
      '11010519491231002X',
      '2',
      '张三',
      false,
      [
        '2',
        '2026-09-17',
        '张三',
        '京A2',
        null,
        'motorcycle',
        'private',
        '2019-01-02',
        '2020-01-02',
        null,
        null,
        null,
        'cancelled',
      ],
    ],
    [
      '11010519491231002X',
      '3',
      '李四',
      false,
      ['3', '2026-09-17', '李四', '京A3', null, 'car', 'private', null, '2020-01-02', null, null, 150, 'normal'],
    ],
    [
      '629901199002070011',
      '4',
      '王五',
      true,
      ['4', '2026-09-17', '王五', '京A4', null, null, 'private', null, '2020-01-02', null, null, null, 'normal'],
    ],
  ])
  const all = []
  for await (const each of prepared.all('police/vehicles')) all.push(recordIdOf(each))
  expect(all.sort()).toEqual(['1', '2', '3'])
  await store.close()
}

const folder = mkdtempSync(join(tmpdir(), 'yingbao-sql-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a unit answers in place from a table in SQLite, with its own columns and codes', async () => {
  const path = join(folder, 'unit.db')
  const db = new DatabaseSync(path)
  db.exec(create)
  const insert = db.prepare(`insert into wj_csp_jdc values (${rows[0]?.map(() => '?').join(', ')})`)
  for (const row of rows) insert.run(...row)
  db.close()
  await answersFrom({ driver: 'sqlite', url: path })
})

test('the same from PostgreSQL', async () => {
  const db = await testDb()
  await db.ownerPool.pool.query(create)
  const places = rows[0]?.map((_, i) => `$${i + 1}`).join(', ')
  for (const row of rows) await db.ownerPool.pool.query(`insert into wj_csp_jdc values (${places})`, row)
  await answersFrom({ driver: 'postgres', url: db.url })
})

const mariadbd = ['/usr/sbin/mariadbd', '/usr/sbin/mysqld'].find((path) => existsSync(path))

/** Runs a program to its end. */
function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'ignore' })
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`))))
  })
}

describe.runIf(mariadbd !== undefined)('with a MySQL server on this machine', () => {
  test('the same from MySQL', async () => {
    const data = join(folder, 'mysql')
    const socket = join(folder, 'mysql.sock')
    mkdirSync(data)
    const user = process.getuid?.() === 0 ? ['--user=root'] : []
    await run('mariadb-install-db', [`--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...user])
    const server = spawn(mariadbd ?? '', [`--datadir=${data}`, `--socket=${socket}`, '--skip-networking', ...user], {
      stdio: 'ignore',
    })
    try {
      const connection = await connectWhenReady(socket)
      await connection.query('create database unit character set utf8mb4')
      await connection.query('use unit')
      await connection.query(create)
      for (const row of rows) await connection.query('insert into wj_csp_jdc values (?)', [row])
      await connection.end()
      await answersFrom({ driver: 'mysql', url: `mysql://root@localhost/unit?socketPath=${encodeURIComponent(socket)}` })
    } finally {
      const gone = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await gone
    }
  })
})

async function connectWhenReady(socketPath: string): Promise<mysql.Connection> {
  const until = performance.now() + 60_000
  for (;;) {
    try {
      return await mysql.createConnection({ socketPath, user: 'root' })
    } catch (error) {
      if (performance.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
