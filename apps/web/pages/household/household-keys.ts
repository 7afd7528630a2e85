/** Search of the list of households that its address holds. */
export const householdKeys = [
  'campaign',
  'township',
  'village',
  'programme',
  'kind',
  'state',
  'conclusion',
  'finding',
  'rule',
  'q',
] as const
