/** One way to ask PostgreSQL, MySQL and SQLite: every value comes back as text, an absent one as empty text. */
import { DatabaseSync } from 'node:sqlite'
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { SqlSource } from '#sources/contract'

/** A read-only line to a unit's database. */
export interface SqlDriver {
  /** a column name as this database quotes it */
  quote(name: string): string
  /** an expression as text */
  asText(expression: string): string
  /** the n-th parameter, from 1 */
  parameter(n: number): string
  /** runs a query; rows as texts */
  rows(sql: string, values: readonly string[]): Promise<string[][]>
  close(): Promise<void>
}

const POOL = 2

const cell = (value: unknown): string => (value === null || value === undefined ? '' : String(value))

const doubled = (mark: string) => (name: string) => `${mark}${name.replaceAll(mark, mark + mark)}${mark}`

function postgres(url: string): SqlDriver {
  const pool = new pg.Pool({ connectionString: url, max: POOL, options: '-c default_transaction_read_only=on -c datestyle=ISO' })
  pool.on('error', () => undefined)
  return {
    quote: doubled('"'),
    asText: (expression) => `${expression}::text`,
    parameter: (n) => `$${n}`,
    rows: async (sql, values) => {
      const { rows } = await pool.query<unknown[]>({ text: sql, values: [...values], rowMode: 'array' })
      return rows.map((row) => row.map(cell))
    },
    close: () => pool.end(),
  }
}

function mySql(url: string): SqlDriver {
  const pool = mysql.createPool({ uri: url, connectionLimit: POOL, charset: 'utf8mb4' })
  return {
    quote: doubled('`'),
    asText: (expression) => `cast(${expression} as char)`,
    parameter: () => '?',
    rows: async (sql, values) => {
      const [rows] = await pool.query<mysql.RowDataPacket[][]>({ sql, values: [...values], rowsAsArray: true })
      return rows.map((row) => row.map(cell))
    },
    close: () => pool.end(),
  }
}

function sqlite(path: string): SqlDriver {
  const db = new DatabaseSync(path, { readOnly: true })
  return {
    quote: doubled('"'),
    asText: (expression) => `cast(${expression} as text)`,
    parameter: () => '?',
    rows: (sql, values) => {
      const statement = db.prepare(sql)
      statement.setReturnArrays(true)
      const rows: unknown[] = statement.all(...values)
      return Promise.resolve(rows.map((row) => (Array.isArray(row) ? row.map(cell) : [])))
    },
    close: () => Promise.resolve(db.close()),
  }
}

/** Opens the line; a database that cannot be reached shows at the first query. */
export function openDriver(source: SqlSource): SqlDriver {
  if (source.driver === 'postgres') return postgres(source.url)
  return source.driver === 'mysql' ? mySql(source.url) : sqlite(source.url)
}
