import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Lexer } from 'yaml';
import { explainProblems, loadWorkspace } from '../../../src/config/index.ts';
import { TemporaryShop } from './temporary-shop.ts';

// What a file costs grows with its length, and not with the square of it, whatever there is a lot of.

const shop = new TemporaryShop();
const app = 'services:\n  app:\n    image: a\n';
const times = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('');

/** Files with a lot of one thing; whether they are right matters little. */
const FILES: Readonly<Record<string, (count: number) => string>> = {
  variables: (count) => `${app}    environment:\n${times(count, (n) => `      K${n}: v${n}\n`)}`,
  'empty keys': (count) => `${app}volumes:\n${times(count, (n) => `  v${n}:\n`)}`,
  mounts: (count) =>
    `${app}    volumes:\n${times(count, (n) => `      - v${n}:/v${n}\n`)}volumes:\n${times(count, (n) => `  v${n}:\n`)}`,
  'published ports': (count) => `${app}    ports:\n${times(count, (n) => `      - "${n + 1}:80"\n`)}`,
  'undeclared volumes': (count) => `${app}    volumes:\n${times(count, (n) => `      - v${n}:/v${n}\n`)}`,
  'unknown dependencies': (count) => `${app}    depends_on:\n${times(count, (n) => `      - s${n}\n`)}`,
  'services in a chain': (count) =>
    `services:\n${times(count, (n) => `  s${n}: {image: a, depends_on: [s${n + 1}]}\n`)}  s${count}: {image: a}\n`,
  'services in a circle': (count) =>
    `services:\n${times(count, (n) => `  s${n}: {image: a, depends_on: [s${(n + 1) % count}]}\n`)}`,
  'common mistakes': (count) =>
    `${app}    bridges:\n${times(count, (n) => `      - {target: deployment/d${n}, ports: ["80:80"]}\n`)}`,
  secrets: (count) =>
    `${app}    foo: 1\n    environment:\n${times(count, (n) => `      PASSWORD_${n}: hunter${n}\n`)}`,
  'secrets that are told of': (count) =>
    `${app}    environment:\n${times(count, (n) => `      PASSWORD_${n}: [hunter${n}]\n`)}`,
  'unknown aliases': (count) => `${app}    environment:\n${times(count, (n) => `      K${n}: *a${n}\n`)}`,
  'duplicate keys': (count) => `${app}    environment:\n${times(count, (n) => `      K: v${n}\n`)}`,
};

/** Processor time of one loading, problems in words included, in microseconds. */
async function cost(yaml: string): Promise<number> {
  await shop.write('gefyra.yaml', yaml);
  const before = process.cpuUsage();
  const result = await loadWorkspace({ directory: shop.directory, environment: {}, checkPaths: false });
  if ('problems' in result)
    await explainProblems(result.problems, result.sources, { color: false, directory: shop.directory });
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

describe('a file of many', () => {
  it.each(Object.keys(FILES))('%s costs no more for each than a file of few', async (name) => {
    const file = FILES[name] ?? (() => '');
    const few = Math.min(await cost(file(500)), await cost(file(500)), await cost(file(500)));
    const many = await cost(file(4000));
    // Eight times as many; by squares it were 64 times the cost.
    expect(many / few).toBeLessThan(24);
  });

  it('is parsed once', async () => {
    await shop.write('gefyra.yaml', FILES['variables']?.(10) ?? '');
    const lex = vi.spyOn(Lexer.prototype, 'lex');
    onTestFinished(() => lex.mockRestore());
    await shop.load();
    expect(lex).toHaveBeenCalledTimes(1);
  });

  it('services that wait for each other is no deeper than calls can be', async () => {
    await shop.write('gefyra.yaml', FILES['services in a chain']?.(15_000) ?? '');
    expect((await shop.load()).services.size).toBe(15_001);
  });
});
