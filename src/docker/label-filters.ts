/** The part of a question for a list that asks for what carries all these labels; empty without any. */
export function labelFilters(labels: Readonly<Record<string, string>>): {
  readonly filters?: { readonly label: string[] };
} {
  const label = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return label.length > 0 ? { filters: { label } } : {};
}
