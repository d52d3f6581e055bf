// Images in the cluster's container runtime, made or brought without a registry.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTAINERD_SOCKET, IMAGES } from './paths.mjs';
import { run } from './run.mjs';

export const PAUSE_IMAGE = 'gefyra-devenv-test/pause:1';
export const COREDNS_IMAGE = 'gefyra-devenv-test/coredns:1';

/** The container that holds a pod's namespaces open: it sleeps, and ends when asked to. */
export function makePauseImage() {
  const script =
    '#!/bin/busybox sh\ntrap "exit 0" TERM INT\nwhile :; do /bin/busybox sleep 3600 & wait $!; done\n';
  makeImage(PAUSE_IMAGE, '/pause', { busybox: '/bin/busybox' }, { pause: script });
}

/** @param {string} program path of the built CoreDNS */
export function makeCorednsImage(program) {
  makeImage(COREDNS_IMAGE, '/bin/coredns', { coredns: program }, {});
}

/**
 * Brings an image of the container engine into the cluster, unless the same content is there under that name.
 * @param {string} name
 * @returns {Promise<'brought' | 'there'>}
 */
export async function loadImage(name) {
  const note = join(IMAGES, name.replaceAll('/', '_'));
  const id = run('docker', ['image', 'inspect', '--format', '{{.Id}}', name]).stdout.trim();
  if (existsSync(note) && readFileSync(note, 'utf8') === id) return 'there';
  const save = spawn('docker', ['save', name], { stdio: ['ignore', 'pipe', 'inherit'] });
  const words = ['-n', 'k8s.io', '-a', CONTAINERD_SOCKET, 'images', 'import', '--no-unpack', '-'];
  const load = spawn('ctr', words, { stdio: ['pipe', 'ignore', 'inherit'] });
  save.stdout.pipe(load.stdin);
  const [[saved], [loaded]] = await Promise.all([once(save, 'close'), once(load, 'close')]);
  if (saved !== 0 || loaded !== 0) throw new Error(`image ${name} cannot be brought into the cluster`);
  mkdirSync(IMAGES, { recursive: true });
  writeFileSync(note, id);
  return 'brought';
}

/**
 * @param {string} name
 * @param {string} entrypoint
 * @param {Readonly<Record<string, string>>} programs by name in /bin, paths of static programs
 * @param {Readonly<Record<string, string>>} scripts by name in /
 */
function makeImage(name, entrypoint, programs, scripts) {
  const folder = mkdtempSync(join(tmpdir(), 'gefyra-devenv-image-'));
  try {
    run('mkdir', ['-p', join(folder, 'bin'), join(folder, 'etc'), join(folder, 'tmp')]);
    for (const [program, path] of Object.entries(programs)) {
      if (!existsSync(path)) throw new Error(`${path} is missing`);
      copyFileSync(path, join(folder, 'bin', program));
    }
    for (const [script, text] of Object.entries(scripts))
      writeFileSync(join(folder, script), text, { mode: 0o755 });
    const archive = `${folder}.tar`;
    run('tar', ['-C', folder, '-cf', archive, '.']);
    run('docker', ['import', '--change', `ENTRYPOINT ["${entrypoint}"]`, archive, name]);
    rmSync(archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
