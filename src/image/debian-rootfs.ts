import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** What `mmdebstrap` is asked for; also the content key of the result. */
export const debianPackages: readonly string[] = [
  '--mode=auto',
  '--variant=minbase',
  '--include=nodejs,nftables,iproute2,ca-certificates',
  '--dpkgopt=path-exclude=/usr/share/doc/*',
  '--dpkgopt=path-exclude=/usr/share/locale/*',
  'trixie',
  '-',
];

/** A root file system that is being made. */
export interface Rootfs {
  /** The tar stream. */
  readonly stream: Readable;
  /** Rejects when the program could not be run or failed, with its last words. */
  readonly finished: Promise<void>;
}

/** Makes a Debian root file system of packages. Needs `mmdebstrap`, and root or unprivileged user namespaces. */
export function debianRootfs(progress: (message: string) => void, signal?: AbortSignal): Rootfs {
  const child = spawn('mmdebstrap', debianPackages, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  });
  const said: string[] = [];
  createInterface(child.stderr).on('line', (line) => {
    said.push(line);
    if (line.startsWith('I:')) progress(`mmdebstrap: ${line.slice(2).trim()}`);
  });
  const finished = new Promise<void>((resolve, reject) => {
    const fail = (why: string) => {
      const error = new Error(why);
      child.stdout.destroy(error);
      reject(error);
    };
    child.once('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT';
      fail(missing ? 'mmdebstrap is not installed' : `mmdebstrap could not be run: ${error.message}`);
    });
    child.once('close', (code) => {
      if (code === 0) resolve();
      else fail(`mmdebstrap ended with ${code}: ${said.slice(-3).join(' / ')}`);
    });
  });
  return { stream: child.stdout, finished };
}
