import { defineConfig } from 'tsdown';
import { thirdPartyLicenses } from './scripts/third-party-licenses.mjs';

const common = {
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  dts: false,
  clean: false,
  report: false,
  outExtensions: () => ({ js: '.js' }),
} as const;

/**
 * The command line as an npm package has it: its libraries stay outside, but for the one of Kubernetes. Of that we need
 * how a kubeconfig is read, a fiftieth of what loading it whole reads from the disk: 0.3 s of each `up`, 50 MB installed.
 * Each program of the image is one file, and holds nothing but our own.
 */
export default defineConfig([
  {
    ...common,
    entry: { devenv: 'src/cli/main.ts' },
    outDir: 'dist',
    deps: { alwaysBundle: [/^@kubernetes\/client-node$/] },
    // Its generated API client says nowhere that its modules may be left out where nothing of them is used.
    treeshake: { moduleSideEffects: [{ test: /@kubernetes[\\/]client-node[\\/]dist/, sideEffects: false }] },
    plugins: [thirdPartyLicenses('dist/third-party-licenses.txt')],
  },
  ...(['agent', 'gateway', 'relay'] as const).map((program) => ({
    ...common,
    entry: { [program]: `src/${program}/main.ts` },
    outDir: 'dist/image',
    deps: { neverBundle: ['koffi'], alwaysBundle: [/^(?!koffi|node:)/] },
  })),
]);
