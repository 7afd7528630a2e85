import type { FormLoaders } from './loaders.ts'

export const intakeForms: FormLoaders = {}
