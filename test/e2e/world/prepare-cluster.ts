import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { down, up } from '../../cluster/cluster.mjs';
import { loadImage } from '../../cluster/load-image.mjs';
import { KUBECONFIG } from '../../cluster/paths.mjs';
import { cli, demoImage } from './paths.ts';
import prepare from './prepare.ts';

const execute = promisify(execFile);

/**
 * Runs once before all scenarios on the cluster: takes the one that KUBECONFIG names, or starts one of its own, and
 * brings the images there. Returns what ends a cluster that was started here.
 */
export default async function prepareCluster(): Promise<() => Promise<void>> {
  const [, started] = await Promise.all([prepare(), ensureCluster()]);
  const { stdout } = await execute(process.execPath, [cli, 'image', 'build']);
  for (const image of [demoImage, stdout.trim()]) await loadImage(image);
  return async () => {
    if (started) await down();
  };
}

async function ensureCluster(): Promise<boolean> {
  if (process.env['KUBECONFIG'] !== undefined) return false;
  const { started } = await up((line) => console.log(line));
  process.env['KUBECONFIG'] = KUBECONFIG;
  return started;
}
