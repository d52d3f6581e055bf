import { defineConfig } from 'tsdown';

const common = {
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  dts: false,
  clean: false,
  report: false,
  outExtensions: () => ({ js: '.js' }),
} as const;

/** The command line as an npm package has it: its libraries stay outside; each program of the image is one file. */
export default defineConfig([
  {
    ...common,
    entry: { devenv: 'src/cli/main.ts' },
    outDir: 'dist',
  },
  ...(['agent', 'gateway', 'relay'] as const).map((program) => ({
    ...common,
    entry: { [program]: `src/${program}/main.ts` },
    outDir: 'dist/image',
    deps: { neverBundle: ['koffi'], alwaysBundle: [/^(?!koffi|node:)/] },
  })),
]);
