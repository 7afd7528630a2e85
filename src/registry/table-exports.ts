import { z } from 'zod'
import { rangeOf } from '#kernel/division'
import { maskIdNumber } from '#kernel/id-number'
import { DivisionCode } from '#kernel/schema'
import { labelOf } from '#kernel/terms'
import type { Keys } from '#platform/crypto'
import { type ExportKinds, exportKind } from '#platform/table-export'
import {
  countExportHouseholds,
  eachExportHousehold,
  type HouseholdExportFilter,
  type HouseholdExportRow,
} from './store/export-rows.ts'
import { openSealed } from './store/stored-table.ts'

/** The registry's tables that can be exported in the background. Numbers leave masked; whole ones only in a district package. */

const empty = z.literal('').transform(() => undefined)
const HouseholdFilter = z.object({
  programme: z.union([empty, z.enum(['urban', 'rural'])]).optional(),
  kind: z.union([empty, z.enum(['new', 'existing'])]).optional(),
  township: z.union([empty, DivisionCode]).optional(),
  village: z.union([empty, DivisionCode]).optional(),
})
type HouseholdFilter = z.infer<typeof HouseholdFilter>

function filterOf(params: HouseholdFilter): HouseholdExportFilter {
  const area = params.village ?? params.township
  const range = area === undefined ? { lo: null, hi: null } : rangeOf(area)
  return { programme: params.programme ?? null, kind: params.kind ?? null, ...range }
}

function maskedNumber(keys: Keys, sealed: Buffer | null): string {
  const { id_number } = openSealed(keys, sealed)
  return typeof id_number === 'string' ? maskIdNumber(id_number) : ''
}

function rowOf(keys: Keys, row: HouseholdExportRow): Record<string, string | number | null> {
  const { head_sealed, head_index: _, ...plain } = row
  return {
    ...plain,
    programme: labelOf('programme', row.programme),
    kind: labelOf('household_kind', row.kind),
    tier: row.tier === null ? null : labelOf('tier', row.tier),
    head_number: maskedNumber(keys, head_sealed),
  }
}

/** Kinds of the registry: the households of the list. */
export const registryExports: ExportKinds = {
  households: exportKind<HouseholdFilter>({
    label: '家庭名册',
    permission: 'export.households',
    params: HouseholdFilter,
    columns: [
      { header: '户号', key: 'household_no', kind: 'text', width: 22 },
      { header: '救助项目', key: 'programme', kind: 'text' },
      { header: '家庭类型', key: 'kind', kind: 'text', width: 12 },
      { header: '乡镇（街道）', key: 'township', kind: 'text', width: 18 },
      { header: '村（社区）', key: 'village', kind: 'text', width: 18 },
      { header: '区划代码', key: 'division_code', kind: 'text', width: 14 },
      { header: '户主', key: 'head_name', kind: 'text', width: 14 },
      { header: '户主证件号码', key: 'head_number', kind: 'text', width: 22 },
      { header: '人数', key: 'persons_count', kind: 'number', width: 6 },
      { header: '保障类别', key: 'tier', kind: 'text' },
      { header: '月保障金额', key: 'approved_amount', kind: 'money', width: 12 },
      { header: '申请日期', key: 'applied_on', kind: 'date', width: 12 },
      { header: '享受起', key: 'aid_from', kind: 'text' },
      { header: '享受止', key: 'aid_to', kind: 'text' },
    ],
    describe(params) {
      const parts = [
        params.programme === undefined ? '' : labelOf('programme', params.programme),
        params.kind === undefined ? '' : labelOf('household_kind', params.kind),
        params.village !== undefined ? `村（社区）${params.village}` : '',
        params.village === undefined && params.township !== undefined ? `乡镇（街道）${params.township}` : '',
      ].filter((part) => part !== '')
      return parts.length === 0 ? '辖区内全部' : parts.join('，')
    },
    count: (tx, params) => countExportHouseholds(tx, filterOf(params)),
    async *batches(tx, keys, params) {
      for await (const rows of eachExportHousehold(tx, filterOf(params))) {
        yield {
          rows: rows.map((row) => rowOf(keys, row)),
          subjects: rows.flatMap((row) => (row.head_index === null ? [] : [row.head_index])),
        }
      }
    },
  }),
}
