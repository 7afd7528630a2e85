/** What somebody says at the counter, as the forms hold it. */
export interface StatementDraft {
  named: boolean
  from: string
  contact: string
  text: string
}

export const emptyStatement: StatementDraft = { named: true, from: '', contact: '', text: '' }
