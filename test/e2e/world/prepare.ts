import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { docker } from './docker.ts';
import { cli, demoImage, example, oauth2Example } from './paths.ts';

const execute = promisify(execFile);

/** Runs once before all scenarios: makes the images, so that no scenario's deadline pays for them. */
export default async function prepare(): Promise<void> {
  if (!existsSync(cli)) throw new Error('dist/devenv.js is missing; run `npm run build` first');
  await execute(process.execPath, [cli, 'image', 'build']);
  // What is there already is not made again; the rest takes minutes, and says so.
  execFileSync(join(oauth2Example, 'images.sh'), { stdio: 'inherit' });
  if (await isPresent(demoImage)) return;
  await execute(join(example, 'pod.sh'), ['image'], { env: { ...process.env, DEMO_IMAGE: demoImage } });
}

async function isPresent(image: string): Promise<boolean> {
  return (await docker('image', 'ls', '--quiet', image)) !== '';
}
