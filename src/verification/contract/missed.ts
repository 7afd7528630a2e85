/** Persons on no roll who may have been left out (主动发现): found by the rules, visited and noted by people. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count, DateText, DivisionCode, pageOf, pageQuery } from '#kernel/schema'
import { Campaign } from './campaign.ts'
import { Finding } from './household.ts'

/** One person with the record that speaks for help; the name is masked for whoever only inspects or leads. */
export const MissedPerson = z.object({
  name: z.string(),
  idMasked: z.string().nullable(),
  gradeLabel: z.string().nullable(),
  validTo: DateText.nullable(),
  townshipCode: z.string(),
  townshipName: z.string(),
  villageCode: z.string(),
  villageName: z.string(),
  /** The rule's question; an outcome is noted under it as under any finding. */
  finding: Finding,
})
export type MissedPerson = z.infer<typeof MissedPerson>

/** Persons of one township or village, and those without an outcome. */
export const MissedPlace = z.object({ code: z.string(), name: z.string(), persons: Count, open: Count })
export type MissedPlace = z.infer<typeof MissedPlace>

/** In order of village and record. `places` counts whatever the state and the search: townships, or villages of one. */
export const listMissed = defineRoute({
  name: 'verification.list-missed',
  method: 'GET',
  path: '/api/campaigns/:campaignId/missed',
  permission: 'verification.read',
  params: z.object({ campaignId: z.uuid() }),
  query: z.object({
    township: DivisionCode.optional(),
    village: DivisionCode.optional(),
    /** open: nobody has noted an outcome yet. */
    state: z.enum(['open', 'true', 'other_aid', 'not_true']).optional(),
    /** Part of the name, the whole record number, or a whole citizen number. */
    q: z.string().trim().max(40).optional(),
    ...pageQuery,
  }),
  output: pageOf(MissedPerson).extend({ campaign: Campaign, places: z.array(MissedPlace) }),
})
