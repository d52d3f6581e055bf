import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editorFolder, launchFile, mergeLaunchText, writeLaunchFile } from '../../../src/cli/launch-file.ts';
import type { AttachConfiguration } from '../../../src/debuggers/index.ts';

const app: AttachConfiguration = { name: 'devenv: app', type: 'debugpy', request: 'attach', port: 1 };
const merge = (text: string) => mergeLaunchText(text, [app], '/shop/.vscode/launch.json');

describe('merging into a launch.json', () => {
  it('keeps comments, entries, their order, trailing commas and the indentation', () => {
    const text = `// ours
{
    "version": "0.2.0", // of the format
    "configurations": [
        { "name": "tests", /* keep */ "type": "node", "request": "launch" },
    ],
    "compounds": []
}
`;
    expect(merge(text)).toMatchInlineSnapshot(`
      "// ours
      {
          "version": "0.2.0", // of the format
          "configurations": [
              {
                  "name": "tests", /* keep */
                  "type": "node",
                  "request": "launch"
              },
              {
                  "name": "devenv: app",
                  "type": "debugpy",
                  "request": "attach",
                  "port": 1
              },
          ],
          "compounds": []
      }
      "
    `);
  });

  it('replaces the entry of the same name, and changes nothing the second time', () => {
    const old = `{"configurations": [
  // attaches
  {"name": "devenv: app", "type": "debugpy", "request": "attach", "port": 2},
  {"name": "other"}
]}`;
    const merged = merge(old);
    expect(merged).toContain('// attaches');
    expect(merged).toContain('"port": 1');
    expect(merged).not.toContain('"port": 2');
    expect(merged.indexOf('devenv: app')).toBeLessThan(merged.indexOf('other'));
    expect(merge(merged)).toBe(merged);
  });

  it('adds the list to a file without one', () => {
    expect(JSON.parse(merge('{"version": "0.2.0"}'))).toEqual({ version: '0.2.0', configurations: [app] });
    expect(JSON.parse(merge(' \n'))).toEqual({ version: '0.2.0', configurations: [app] });
  });

  it('keeps the line ends of Windows', () => {
    expect(merge('{\r\n  "configurations": []\r\n}\r\n').replaceAll('\r\n', '')).not.toContain('\n');
  });

  it.each([
    ['{\n  "configurations": [,\n', '/shop/.vscode/launch.json:2:22 is not valid'],
    ['[]', 'is no launch.json'],
    ['{"configurations": {}}', 'is no launch.json'],
  ])('refuses %j', (text, message) => {
    expect(() => merge(text)).toThrow(message);
  });
});

describe('the launch.json of a folder', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gefyra-launch-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('is that of the nearest .vscode or repository above', async () => {
    const nested = join(directory, 'repository', 'services', 'api');
    await mkdir(nested, { recursive: true });
    await mkdir(join(directory, 'repository', '.git'));
    expect(editorFolder(nested)).toBe(join(directory, 'repository'));
    await mkdir(join(nested, '..', '.vscode'));
    expect(editorFolder(nested)).toBe(join(directory, 'repository', 'services'));
  });

  it('is made, then left alone, then written through a link', async () => {
    const path = launchFile(directory);
    expect(await writeLaunchFile(path, [app])).toBe('written');
    expect(await writeLaunchFile(path, [app])).toBe('unchanged');
    const shared = join(directory, 'shared.json');
    await writeFile(shared, '{"configurations": []}');
    await rm(path);
    await symlink(shared, path);
    expect(await writeLaunchFile(path, [app])).toBe('written');
    expect(JSON.parse(await readFile(shared, 'utf8')).configurations).toEqual([app]);
  });

  it('is not written where a link leads out of it', async () => {
    const folder = join(directory, 'checkout');
    const bashrc = join(directory, '.bashrc');
    await writeFile(bashrc, '');
    await mkdir(join(folder, '.vscode'), { recursive: true });
    await symlink(bashrc, launchFile(folder));
    await expect(writeLaunchFile(launchFile(folder), [app])).rejects.toThrow('.bashrc, outside of');
    await rm(join(folder, '.vscode'), { recursive: true });
    await symlink(directory, join(folder, '.vscode'));
    await expect(writeLaunchFile(launchFile(folder), [app])).rejects.toThrow('outside of');
    expect(await readFile(bashrc, 'utf8')).toBe('');
  });
});
