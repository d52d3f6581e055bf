import { defineConfig } from 'tsdown';
import {
  builtinsWhenUsed,
  bundledRequires,
  leftOut,
  requiresWhenCalled,
  thirdPartyLicenses,
} from './scripts/bundling.mjs';

const common = {
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  dts: false,
  clean: false,
  report: false,
  outExtensions: () => ({ js: '.js' }),
} as const;

/** What programs of the image load from beside them, and what they have in them. */
const inImage = { neverBundle: ['koffi', 're2js'], alwaysBundle: [/^(?!koffi|re2js|node:)/] };

/**
 * The command line with its libraries in it, and each program of the image as one file. A library that is read from
 * `node_modules` is read file by file, and whole: the client of Kubernetes alone took 0.4 s of each start, for a
 * fiftieth of its modules.
 */
export default defineConfig([
  {
    ...common,
    entry: { devenv: 'src/cli/main.ts' },
    outDir: 'dist',
    // koffi finds the binary of its machine beside itself.
    deps: { neverBundle: ['koffi'], alwaysBundle: [/^(?!koffi|node:)/] },
    // Its `main` hides what it loads from bundlers.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    // The generated API of Kubernetes' client says nowhere that modules of which nothing is used may be left out.
    treeshake: { moduleSideEffects: [{ test: /@kubernetes[\\/]client-node[\\/]dist/, sideEffects: false }] },
    plugins: [
      bundledRequires(),
      // What the client of Docker loads at once for engines behind SSH and for sessions of BuildKit. We open neither by it.
      leftOut(['ssh2', '@grpc/grpc-js', '@grpc/proto-loader']),
      thirdPartyLicenses('dist/third-party-licenses.txt'),
    ],
  },
  {
    ...common,
    // A snapshot is made of a script, not of modules, and with those modules of Node in it that Node says may be there.
    format: 'cjs',
    checks: { legacyCjs: false },
    outExtensions: () => ({ js: '.cjs' }),
    entry: { agent: 'src/agent/main.ts' },
    outDir: 'dist/image',
    deps: inImage,
    plugins: [
      requiresWhenCalled(),
      builtinsWhenUsed([
        ...[
          'node:buffer',
          'node:crypto',
          'node:events',
          'node:fs',
          'node:fs/promises',
          'node:net',
          'node:stream',
        ],
        ...['node:timers/promises', 'node:v8'],
      ]),
      thirdPartyLicenses('dist/image/agent.third-party-licenses.txt'),
    ],
  },
  ...(['gateway', 'relay'] as const).map((program) => ({
    ...common,
    entry: { [program]: `src/${program}/main.ts` },
    outDir: 'dist/image',
    deps: inImage,
    plugins: [thirdPartyLicenses(`dist/image/${program}.third-party-licenses.txt`)],
  })),
]);
