import { type ComponentProps, type ReactNode, useId } from 'react'

type FileButtonProps = Omit<ComponentProps<'input'>, 'id' | 'className' | 'type'> & { children: ReactNode }

/** Choice of files as a button in our own words (the browser's own speaks the browser's language). */
export function FileButton({ children, ...input }: FileButtonProps) {
  const id = useId()
  return (
    <span className="file-button">
      <input id={id} type="file" {...input} />
      <label htmlFor={id} className="button">
        {children}
      </label>
    </span>
  )
}
