/** The checklist of proofs of an application: what the pack asks for, what is there, and why something is not. */
import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { FileHash, InstantText, Reason, StoredFile } from '#kernel/schema'

export const KeptProof = z.object({
  proofId: z.string(),
  /** null: not a file but the reason why there is none */
  sha256: FileHash.nullable(),
  fileId: z.uuid().nullable(),
  fileName: z.string().nullable(),
  reason: z.string().nullable(),
  byName: z.string(),
  at: InstantText,
})
export type KeptProof = z.infer<typeof KeptProof>

/** One line: a proof about one person or the household. */
export const ProofLine = z.object({
  code: z.string(),
  label: z.string(),
  /** row of the application it is about: a member's, or 'household' */
  subject: z.string(),
  subjectName: z.string(),
  /** what was declared that it proves, in words */
  proves: z.string(),
  demand: z.enum(['required', 'by_query', 'on_request']),
  clause: z.string(),
  /** `excused`: not there, and a person wrote why; `open`: not there and nobody has to bring it */
  state: z.enum(['attached', 'excused', 'missing', 'open']),
  kept: z.array(KeptProof),
})
export type ProofLine = z.infer<typeof ProofLine>

const mostFiles = 20

/** Attaches files to a line of the checklist, or says why there is none. Gives the checklist as it is now. */
export const attachProof = defineRoute({
  name: 'casework.attach-proof',
  method: 'POST',
  path: '/api/cases/:caseNo/proofs',
  permission: 'casework.open',
  params: z.object({ caseNo: z.string() }),
  body: z
    .object({
      code: z.string().min(1).max(40),
      subject: z.string().min(1).max(60),
      files: z.array(StoredFile).max(mostFiles, `一次最多上传 ${mostFiles} 个文件`).default([]),
      reason: Reason.optional(),
    })
    .refine(({ files, reason }) => files.length > 0 !== (reason !== undefined), {
      path: ['reason'],
      message: '请上传文件；确实无法提供的，请写明原因（两者选一）',
    }),
  output: z.object({ proofs: z.array(ProofLine) }),
})

/** Takes a wrong proof off the checklist; it stays on record with the reason. */
export const voidProof = defineRoute({
  name: 'casework.void-proof',
  method: 'POST',
  path: '/api/cases/:caseNo/proofs/:proofId/void',
  permission: 'casework.open',
  params: z.object({ caseNo: z.string(), proofId: z.uuid('材料编号有误') }),
  body: z.object({ reason: Reason }),
  output: z.object({ proofs: z.array(ProofLine) }),
})

export const proofRoutes = { attachProof, voidProof }
