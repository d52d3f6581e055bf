// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainProblems, loadWorkspace } from '../../../src/config/index.ts';
import { TemporaryShop } from './temporary-shop.ts';

const shop = new TemporaryShop();
const app = 'services:\n  app:\n    image: a\n';

/** Code, path and message of what is wrong with the shop's file. */
async function problems(yaml: string): Promise<readonly string[]> {
  await shop.write('gefyra.yaml', yaml);
  const result = await loadWorkspace({ directory: shop.directory, environment: { HOME: shop.home } });
  if (!('problems' in result)) return [];
  // To be shown is part of it: lines may be as long as the file.
  await explainProblems(result.problems, result.sources, { color: false, directory: shop.directory });
  return result.problems.map(({ code, path, message }) => `${code} ${path}: ${message}`);
}

describe('a file that the file names', () => {
  it.each(['path', 'raw'])('is no device as an env file (%s)', async (form) => {
    const file = form === 'raw' ? '{path: /dev/zero, format: raw}' : '/dev/zero';
    expect(await problems(`${app}    env_file: ${file}\n`)).toEqual([
      expect.stringMatching(
        /^bad-env-file services\.app\.env_file.*\/dev\/zero cannot be read: it is a device/,
      ),
    ]);
  });

  it('is no pipe as an env file, nor as a Dockerfile, nor as .dockerignore', async () => {
    execFileSync('mkfifo', [join(shop.directory, 'pipe'), join(shop.directory, '.dockerignore')]);
    await shop.write('Dockerfile', 'FROM scratch\n');
    const yaml = `services:
  app: {image: a, env_file: {path: pipe, required: false}}
  web: {build: {context: src, dockerfile: ../pipe}}
  job: {build: .}
`;
    expect(await problems(yaml)).toEqual([
      expect.stringMatching(/^bad-env-file services\.app\.env_file\.path: .*it is a named pipe/),
      expect.stringMatching(
        /^bad-build services\.web\.build\.dockerfile: the Dockerfile .* is a named pipe$/,
      ),
      expect.stringMatching(/^bad-build services\.job\.build: ".*\.dockerignore".* is a named pipe$/),
    ]);
  });

  it('is of at most 1 MiB, and all of a loading are of 16 MiB, repetitions included', async () => {
    await shop.write('large.env', `A=${'x'.repeat(1024 ** 2)}\n`);
    expect(await problems(`${app}    env_file: large.env\n`)).toEqual([
      expect.stringContaining('it is larger than 1 MiB'),
    ]);
    await shop.write('half.env', `A=${'x'.repeat(2 ** 19)}\n`);
    const many = Array.from({ length: 40 }, () => 'half.env').join(', ');
    expect((await problems(`${app}    env_file: [${many}]\n`))[0]).toContain('hold more than 16 MiB');
  });
});

describe('the file itself, and those of the command line', () => {
  it('are regular ones of at most 12 MiB', async () => {
    const large = `${app}# ${'x'.repeat(12 * 1024 ** 2)}`;
    await shop.write('gefyra.yaml', large);
    await expect(shop.load()).rejects.toThrow('gefyra.yaml cannot be read: it is larger than 12 MiB');
    const readInput = async () => large;
    await expect(shop.load({ files: ['-'], readInput })).rejects.toThrow(
      'standard input is larger than 12 MiB',
    );
    await shop.write('gefyra.yaml', `${app}# ${'x'.repeat(10 * 1024 ** 2)}`);
    expect((await shop.load()).services.size).toBe(1);
    await expect(shop.load({ files: ['/dev/zero'] })).rejects.toThrow(
      '/dev/zero cannot be read: it is a device',
    );
    await shop.write('gefyra.yaml', app);
    await expect(shop.load({ envFiles: ['/dev/zero'] })).rejects.toThrow('it is a device');
    execFileSync('mkfifo', [join(shop.directory, '.env')]);
    await expect(shop.load()).rejects.toThrow('.env cannot be read: it is a named pipe');
  });

  it('are not read on when nobody waits any more', async () => {
    await shop.write('gefyra.yaml', app);
    await expect(shop.load({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('variables that hold each other', () => {
  it('make no value of more than 1 Mi characters, told once', async () => {
    const doubled = Array.from({ length: 40 }, (_, index) => `A${index + 1}="$A${index}$A${index}"`);
    await shop.write('.env', `A0=0123456789\n${doubled.join('\n')}\n`);
    expect(await problems(`${app}    command: "$A40"\n`)).toEqual([
      'too-long : with its variables, this value becomes longer than 1 Mi characters',
    ]);
  });

  it('make no more than 16 Mi characters of all values together, told once', async () => {
    await shop.write('.env', `A=${'x'.repeat(2 ** 19)}\n`);
    const variables = Array.from({ length: 100 }, (_, index) => `      V${index}: "$A"\n`).join('');
    expect(await problems(`${app}    environment:\n${variables}`)).toEqual([
      expect.stringContaining('all files together become longer than 16 Mi characters'),
    ]);
  });

  it('go 32 levels deep', async () => {
    const nested = (levels: number) => `${'${A:-'.repeat(levels)}x${'}'.repeat(levels)}`;
    expect(await problems(`${app}    command: "${nested(32)}"\n`)).toEqual([]);
    expect(await problems(`${app}    command: "${nested(100_000)}"\n`)).toEqual([
      expect.stringContaining('variables within variables go deeper than 32 levels'),
    ]);
  });
});

describe('a file of many values', () => {
  it('is refused, in time and with room to spare, where there are more than a machine has room for', async () => {
    const before = process.cpuUsage();
    expect(await problems(`${app}x-a: [${'1,'.repeat(5 * 1024 ** 2)}]\n`)).toEqual([
      'too-many-values : the file holds more than 1.5 million words and signs; it is read no further than here',
    ]);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(15);
  });

  it('is as good as any other when no alias makes them', async () => {
    const services = Array.from({ length: 3000 }, (_, index) => {
      const rest = 'environment: {A: "1", B: "2", C: "3"}, labels: {x: y}, command: [a, b, c, d, e, f]';
      return `  s${index}: {image: a, ${rest}}\n`;
    });
    expect(await problems(`services:\n${services.join('')}`)).toEqual([]);
  }, 30_000);

  it.each([
    ['brackets', '['.repeat(500_000)],
    ['mappings', `x-a: ${'{a: '.repeat(200_000)}`],
    ['dashes', '- '.repeat(500_000)],
    ['questions', '? '.repeat(400_000)],
    ['lines', Array.from({ length: 1000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
  ])('is refused where they lie within each other: %s', async (_, yaml) => {
    expect(await problems(yaml)).toEqual([expect.stringMatching(/^too-deep : .*deeper than 100 levels/)]);
  });

  it('is refused where aliases add the levels, and nothing else is said then', async () => {
    const levels = (index: number) => `${'['.repeat(90)}*a${index}${']'.repeat(90)}`;
    const anchors = Array.from(
      { length: 33 },
      (_, index) => `x-a${index + 1}: &a${index + 1} ${levels(index)}\n`,
    );
    expect(await problems(`x-a0: &a0 x\n${anchors.join('')}${app}    command: *a33\n`)).toEqual([
      expect.stringMatching(/^too-deep .*deeper than 100 levels/),
    ]);
  });

  it('goes as deep as people go, with comments and texts between', async () => {
    const yaml = `x-a:\n  - - b: [[{c: [1]}]]\n# [[[\n    # {{{\nx-t: |\n  ${'['.repeat(200)}\n${app}`;
    expect(await problems(yaml)).toEqual([]);
  });

  it('is told of in time, with each mistake of a line that is the whole file', async () => {
    const unset = Array.from({ length: 20_000 }, (_, index) => `\${A${index}}`).join('');
    expect((await problems(`${app}    working_dir: "x${unset}"\n`)).length).toBeGreaterThan(0);
    expect((await problems(`${app}    ports: [${'{},'.repeat(20_000)}]\n`)).length).toBeGreaterThan(0);
  }, 20_000);
});
