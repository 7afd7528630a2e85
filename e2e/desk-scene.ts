/** The scene of the desk's tests: two units with their gateways, one with CSV files of its own, one whose people drop files. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AuthorisationFacts, type RecordName, type RequestHead, subjectsLine, termsCells } from '#sources/contract'
import { DeskWorld } from '#testkit/desk-unit'

const basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '張张' }
export const zhang = { idNumber: '11010519491231002X', name: '张三' }
export const li = { idNumber: '110105197001010011', name: '欧阳建国' }

const paper: AuthorisationFacts = {
  signature: 'signed',
  signed_on: '2026-07-01',
  valid_to: null,
  withdrawn_on: null,
  items: ['all'],
}

/** Vehicles as the police of the scene keep them: their own column names and codes, one column named wrongly in the mapping. */
const vehicles = [
  '编号,时点,身份证,车主,号牌,brand,类别,vehicle_use,first_registered_on,取得,inspection_valid_to,purchase_price,current_value,status',
  `V1,2026-09-01,${zhang.idNumber},张三,黑A12345,某牌,K1,private,,2020-05-01,,80000,30000,normal`,
].join('\n')

const columns = {
  source_record_id: '编号',
  as_of_date: '时点',
  id_number: '身份证',
  name: '车主',
  plate_no: '号牌',
  vehicle_type: '类别',
}

/** A world with a police unit (CSV, custody by hand) and a civil affairs unit (dropped files). */
export function deskScene(): DeskWorld {
  const world = new DeskWorld([
    {
      unit: 'police',
      source: { kind: 'csv', records: { vehicles: { file: 'cars.csv', columns, codes: {} } } },
      manual: ['custody'],
    },
    { unit: 'civil_affairs', source: { kind: 'drop', dir: 'drops', records: {} } },
  ])
  world.folder('drops')
  writeFileSync(join(world.dir, 'cars.csv'), vehicles)
  return world
}

/** A question about both persons: the first signed, the second did not. */
export function askAbout(
  world: DeskWorld,
  records: RecordName[],
  campaign: string,
  caseNo = '',
  batch = 1,
): ReturnType<DeskWorld['ask']> {
  const head: RequestHead = {
    ...{ kind: 'records', campaign, batch, round: 1, basis, scheme: 'dibao', records },
    ...{ wants: [records.map((_, i) => i)], papers: [termsCells(paper)] },
  }
  const signed = {
    i: 0,
    idNumber: zhang.idNumber,
    names: [zhang.name],
    want: 0,
    papers: [{ no: 'SQ1', terms: 0, docHash: null }],
  }
  const unsigned = { i: 1, idNumber: li.idNumber, names: [li.name], want: 0, papers: [] }
  return world.ask('police', head, [subjectsLine([signed, unsigned])], { caseNo })
}
