/** What only BuildKit understands, and how it is called. */
const CONSTRUCTS: readonly (readonly [RegExp, string])[] = [
  [/^\s*(RUN|COPY|ADD)\s+(--\S+\s+)*<</i, 'a here-document'],
  [/^\s*RUN\s+.*--mount=/i, 'RUN --mount'],
  [/^\s*RUN\s+.*--(network|security)=/i, 'RUN --network or --security'],
  [/^\s*(COPY|ADD)\s+.*--link\b/i, 'COPY --link'],
  [/^\s*(COPY|ADD)\s+.*--chmod=/i, 'COPY --chmod'],
  [/^\s*COPY\s+.*--(parents|exclude)\b/i, 'COPY --parents or --exclude'],
];

/** The first construct of a Dockerfile that the engine's classic builder lacks, with its line, counted from 1. */
export function buildkitSyntax(
  dockerfile: string,
): { readonly line: number; readonly construct: string } | undefined {
  for (const [index, text] of dockerfile.split('\n').entries()) {
    const found = CONSTRUCTS.find(([pattern]) => pattern.test(text));
    if (found !== undefined) return { line: index + 1, construct: found[1] };
  }
  return undefined;
}
