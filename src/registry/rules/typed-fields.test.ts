import { describe, expect, it } from 'vitest'
import { checkCharacter } from '#kernel/id-number'
import { typedFaults } from './typed-fields.ts'

const digits = '62990119800615002'
const whole = { id_number: digits + checkCharacter(digits), gender: '2', birth_date: '1980-06-15', name: '王😀', phone: '12345' }
const terms = { on: '2026-10-01', maxAge: 120 }

describe('fields that a clerk types', () => {
  it('are checked by themselves and beside the number; what nobody touched stays as it came', () => {
    expect(typedFaults('persons', { health: 'healthy' }, whole, terms)).toEqual([])
    expect(typedFaults('persons', { name: '王😀', phone: '12345' }, whole, terms).map(({ column }) => column)).toEqual([
      'name',
      'phone',
    ])
    const changed = { gender: '1', birth_date: '1980-06-16' }
    expect(typedFaults('persons', changed, { ...whole, ...changed }, terms)).toEqual([
      { column: 'gender', message: expect.stringContaining('号码所示为“女”') },
      { column: 'birth_date', message: expect.stringContaining('号码所示为 1980-06-15') },
    ])
    expect(typedFaults('persons', { phone: '' }, whole, terms)).toEqual([])
    expect(typedFaults('supporters', changed, { ...whole, ...changed }, terms)).toEqual([])
  })
})
