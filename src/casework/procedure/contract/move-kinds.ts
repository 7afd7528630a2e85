/** What kind of move a command is: alike in every procedure. */

/** Moves that lead back, end the case or dispute it: never the first thing offered. */
export const asideMoves: ReadonlySet<string> = new Set([
  'ask-missing',
  'call',
  'decline',
  'discard',
  'object',
  'refuse',
  'send-back',
  'terminate',
  'undo',
  'uphold',
  'withdraw',
])

/** Moves that finish their step. */
export const finishingMoves: ReadonlySet<string> = new Set([
  'accept',
  'agree',
  'answer',
  'approve',
  'assess',
  'close',
  'complete',
  'conclude',
  'decide',
  'overrule',
  'pass',
  'pay',
  'publish',
  'recheck',
  'reinvestigate',
  'supply',
])
