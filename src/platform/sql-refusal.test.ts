import { expect, test } from 'vitest'
import { problemOfSql } from './sql-refusal.ts'

const failed = (code: string): Error => Object.assign(new Error('invalid input syntax for type uuid'), { code })

test.each([
  ['22P02', 422],
  ['22021', 422],
  ['22008', 422],
  ['23502', 422],
  ['23503', 409],
  ['23505', 409],
  ['23514', 422],
  ['42501', 403],
  ['53100', 503],
  ['53200', 503],
  ['54000', 422],
  ['55P03', 503],
  ['57014', 503],
])('SQLSTATE %s answers with %i in Chinese', (code, status) => {
  const problem = problemOfSql(failed(code))
  expect(problem?.status).toBe(status)
  expect(problem?.message).toMatch(/^[^A-Za-z]+$/)
})

test('a fault of the program stays one', () => {
  for (const code of ['42601', '42P01', 'XX000', 'P0001', 'ENOENT']) expect(problemOfSql(failed(code)), code).toBeUndefined()
  expect(problemOfSql(new Error('x'))).toBeUndefined()
})
