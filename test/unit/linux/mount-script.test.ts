import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linuxMachine } from '../../../src/linux/index.ts';
import { filesHere } from '../../../src/linux/machine-files.ts';
import { mountPointsOf } from '../../../src/linux/mount-points.ts';
import { beginScript } from '../../../src/linux/mount-script.ts';
import { waysOf } from '../../../src/linux/namespaces.ts';
import type { ProgramMount } from '../../../src/machine/index.ts';

const self = process.getuid?.() ?? 0;
const SOMEBODY = 12_345;

const gateway = join(import.meta.dirname, 'stub-gateway.mjs');
const obstacle = await linuxMachine({ runtimeDirectory: '/nowhere', gateway, environment: {} }).obstacle();

describe.skipIf(obstacle !== undefined).each(self === 0 ? [0, SOMEBODY] : [self])(
  'mounts of a program, for user %d',
  (uid) => {
    let directory: string;

    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), "dm it's-"));
      for (const name of ['', 'stage', 'files', 'own', 'own/inner', 'closed dir', 'closed dir/inner']) {
        mkdirSync(join(directory, name), { recursive: true });
        if (uid !== self) chownSync(join(directory, name), uid, uid);
      }
      writeFileSync(join(directory, 'files', 'app.yaml'), 'of the pod\n');
      writeFileSync(join(directory, 'own', 'mine'), 'mine\n');
      chmodSync(join(directory, 'own', 'mine'), 0o666);
    });
    afterEach(() => rmSync(directory, { recursive: true }));

    /** What a program with these mounts says that runs this. */
    async function seen(mounts: readonly ProgramMount[], look: string): Promise<readonly string[]> {
      const points = mountPointsOf(mounts, { workingDir: '/', needed: directory }, filesHere);
      writeFileSync(join(directory, 'begin.sh'), beginScript(points, directory));
      writeFileSync(join(directory, 'first.sh'), look);
      const { make, lower } = waysOf(uid);
      const [program = '', ...words] = make;
      const begin = [
        ...words,
        '--mount-proc',
        'sh',
        join(directory, 'begin.sh'),
        directory,
        ...lower.split(' '),
      ];
      const user = uid === self ? {} : { uid, gid: uid };
      const { stdout } = await promisify(execFile)(program, begin, { cwd: '/', ...user }).catch((error) => {
        throw new Error(readFileSync(join(directory, 'mounts.log'), 'utf8'), { cause: error });
      });
      return stdout.trim().split('\n');
    }

    const own = (path: string) => join(directory, path);
    const shared = (target: string, alone?: string): ProgramMount => ({
      kind: 'shared',
      directory: 'files',
      target,
      ...(alone === undefined ? {} : { alone }),
    });

    it('stand where nothing is, and everything beside them is seen', async () => {
      const before = readdirSync('/etc').length;
      const mounts = [shared('/etc/devenv none/config'), shared('/devenv none'), shared('/run/devenv-none')];
      const look = `
        cat '/etc/devenv none/config/app.yaml' '/devenv none/app.yaml' /run/devenv-none/app.yaml
        head -c4 /etc/passwd; echo; readlink -f /usr/bin/env /etc/ssl; ls -A /etc | wc -l
        [ -e /proc/1/status ] && [ -w /dev/null ] && grep CapEff /proc/self/status
        touch /etc/x /x /run/x /etc/devenv-none/config/x 2>/dev/null; echo $?; grep -c '/stage ' /proc/self/mountinfo; :`;
      expect(await seen(mounts, look)).toEqual([
        ...['of the pod', 'of the pod', 'of the pod', 'root', '/usr/bin/env', '/etc/ssl', String(before + 2)],
        ...[expect.stringMatching(uid === 0 ? /^CapEff:\s+[0-9a-f]*[1-9a-f]/ : /^CapEff:\s+0+$/), '1', '0'],
      ]);
      expect(existsSync('/devenv none')).toBe(false);
      expect(readdirSync(own('stage'))).toEqual([]);
    });

    it('bring what is at a source before anything is mounted, and are closed with all in them', async () => {
      const mounts: readonly ProgramMount[] = [
        { kind: 'bind', source: own('own'), target: own('closed dir'), readOnly: true },
        { kind: 'bind', source: own('closed dir'), target: own('own'), readOnly: false },
        { kind: 'bind', source: '/dev', target: '/devenv-none/dev', readOnly: true },
        { kind: 'bind', source: own('own/mine'), target: '/etc/devenv-none', readOnly: false },
        { kind: 'bind', source: own('own/mine'), target: '/etc/hosts', readOnly: true },
      ];
      const look = `cd '${directory.replaceAll("'", "'\\''")}'
        cat 'closed dir/mine' /etc/hosts; ls own
        touch 'closed dir/mine' 2>/dev/null || echo closed; touch own/written && echo open
        touch /devenv-none/dev/shm/x 2>/dev/null || echo closed
        echo changed >/etc/devenv-none; echo x 2>/dev/null >>/etc/hosts || echo closed`;
      expect(await seen(mounts, look)).toEqual([
        ...['mine', 'mine', 'inner', 'closed', 'open', 'closed', 'closed'],
      ]);
      expect(readdirSync(own('closed dir'))).toEqual(['inner', 'written']);
    });

    it('may hide everything but what the program needs', async () => {
      const mounts: readonly ProgramMount[] = [
        { kind: 'tmpfs', target: '/tmp', sizeBytes: 40_960, mode: 0o700 },
        {
          kind: 'tmpfs',
          target: '/tmp/more',
          sizeBytes: undefined,
          mode: undefined,
          options: 'size=8k,exec',
        },
      ];
      const look = `ls -A /tmp | wc -l; stat -c %a /tmp /tmp/more; grep -c ' /tmp/more .*noexec' /proc/self/mountinfo
        head -c 99999 /dev/zero 2>&1 >/tmp/x | grep -c space; ls "$1/stage"; :`;
      expect(await seen(mounts, look)).toEqual(['2', '700', '1777', '0', '1']);
    });

    it('put a link where a file comes alone, which leads to the file as it is now', async () => {
      const mounts = [shared('/etc/hosts', 'app.yaml'), shared('/etc/devenv-none/app.yaml', 'app.yaml')];
      const look = `cat /etc/hosts /etc/devenv-none/app.yaml
        cd "$1/files" && echo new >next && mv next app.yaml; cat /etc/hosts /etc/devenv-none/app.yaml`;
      expect(await seen(mounts, look)).toEqual(['of the pod', 'of the pod', 'new', 'new']);
    });
  },
);
