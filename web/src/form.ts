// Reading what people have entered.

export const textOf = (form: FormData, name: string): string => String(form.get(name) ?? "").trim();

/** The symbols of a text with commas, semicolons or white space between, each once. */
export const symbolsIn = (text: string): string[] => [...new Set(text.toUpperCase().split(/[\s,;]+/).filter(Boolean))];

/** The set with the value, or without it if it was there. */
export function toggled<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}
