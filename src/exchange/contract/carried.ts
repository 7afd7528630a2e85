/** Bundles by way of the board: made for a node and saved, or uploaded when they came back. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { Count } from '#kernel/schema'

const ofUnit = z.object({ unit: z.string().min(1).max(120) })

/** A file at most: 64 MB, or one message with all around it, which has a file of its own. */
export const LARGEST_UPLOAD = 300 * 1024 * 1024

/** What became of a bundle file that was uploaded. */
export const TakenBundle = z.object({
  file: z.string(),
  /** taken · repeated: all of it was there before · waiting: nothing is wrong with it, try again later · refused: it will never be taken */
  state: z.enum(['taken', 'repeated', 'waiting', 'refused']),
  /** code of docs/exchange.md; null when it was taken */
  code: z.string().nullable(),
  /** for a person: how much was taken, or what is wrong and what to do */
  message: z.string(),
  /** messages that were not there before */
  messages: Count,
  /** receipts in the file */
  receipts: Count,
})
export type TakenBundle = z.infer<typeof TakenBundle>

/** Makes a sealed file of what a node has no receipt for. Problem 409 when nothing is to be carried. */
export const makeBundle = defineRoute({
  name: 'exchange.make-bundle',
  method: 'POST',
  path: '/api/lines/:unit/bundle',
  permission: 'exchange.change',
  params: ofUnit,
  output: z.unknown(),
  download: true,
})

/** Takes a file that came back; the same file again changes nothing. */
export const takeBundle = defineRoute({
  name: 'exchange.take-bundle',
  method: 'POST',
  path: '/api/lines/:unit/bundles',
  permission: 'exchange.change',
  params: ofUnit,
  query: z.object({ name: z.string().min(1, '请给出文件名').max(200, '文件名不超过 200 字') }),
  upload: true,
  output: TakenBundle,
})
