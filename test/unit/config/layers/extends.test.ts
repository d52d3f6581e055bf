import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadWorkspace } from '../../../../src/config/index.ts';
import { TemporaryShop } from '../temporary-shop.ts';

const shop = new TemporaryShop();

async function problems(): Promise<readonly string[]> {
  const result = await loadWorkspace({ directory: shop.directory, environment: {} });
  if (!('problems' in result)) return [];
  return result.problems.map((problem) => shop.told(problem));
}

describe('a service that extends another', () => {
  it('is merged over it, and stays where it is', async () => {
    await shop.write(
      'gefyra.yaml',
      'services:\n  a: {image: x}\n  b: {extends: c, environment: {B: 2}, user: }\n  c: {extends: {service: d}, environment: {A: 1, B: 1}}\n  d: {image: y, user: me}',
    );
    const { services } = await shop.load();
    expect([...services.keys()]).toEqual(['a', 'b', 'c', 'd']);
    expect(services.get('b')).toMatchObject({ image: 'y', user: undefined, environment: { A: '1', B: '2' } });
    expect(services.get('c')).toMatchObject({ image: 'y', user: 'me' });
  });

  it('may be of another file, whose paths begin there, and of which only what is extended counts', async () => {
    await shop.write(
      'gefyra.yaml',
      'services: {a: {extends: {file: more/base.yaml, service: b}, ports: !reset []}}',
    );
    await shop.write(
      'more/base.yaml',
      'services:\n  b: {extends: c, ports: [80], volumes: [./src:/x]}\n  c: {image: c}\n  other: {image: $NONE, networks: [n]}\nnetworks: {n: }\n',
    );
    await shop.write('more/src/x', '');
    const { services } = await shop.load();
    expect([...services.keys()]).toEqual(['a']);
    expect(services.get('a')).toMatchObject({
      image: 'c',
      ports: [],
      volumes: [{ source: join(shop.directory, 'more/src') }],
    });
  });

  it('may extend what an earlier layer or an included file has', async () => {
    await shop.write('gefyra.yaml', 'include: inc.yaml\nservices: {a: {image: a, user: a}}');
    await shop.write('inc.yaml', 'services: {i: {image: i}}');
    await shop.write('gefyra.override.yaml', 'services: {a: {user: me}, b: {extends: a}, c: {extends: i}}');
    const { services } = await shop.load();
    expect(services.get('b')).toMatchObject({ image: 'a', user: 'me' });
    expect(services.get('c')).toMatchObject({ image: 'i' });
  });

  it('finds it, and not itself', async () => {
    await shop.write(
      'gefyra.yaml',
      'services:\n  a: {image: x, extends: bb}\n  b: {image: x, extends: c}\n  c: {image: x, extends: {service: b}}\n' +
        '  d: {image: x, extends: {file: none.yaml, service: x}}\n  e: {image: x, extends: {file: e.yaml, service: x}}\n  f: {image: x, extends: {file: f.yaml, service: x}}\n',
    );
    await shop.write('e.yaml', 'services: {y: {image: a}}');
    await shop.write('f.yaml', 'services: {x: {extends: {file: gefyra.yaml, service: f}}}');
    expect(await problems()).toEqual([
      'unknown-service gefyra.yaml:2:26 service "bb" does not exist',
      'extends-cycle gefyra.yaml:4:36 services extend each other: b → c → b',
      'missing-file gefyra.yaml:5:33 "SHOP/none.yaml" does not exist',
      'unknown-service gefyra.yaml:6:50 service "x" does not exist in e.yaml',
      'extends-cycle f.yaml:1:54 services extend each other: f (gefyra.yaml) → x (f.yaml) → f (gefyra.yaml)',
    ]);
  });

  it('does not go on for ever', async () => {
    const services = Array.from({ length: 300 }, (_, n) => `  s${n}: {extends: s${n + 1}}`).join('\n');
    await shop.write('gefyra.yaml', `services:\n${services}\n  s300: {image: a}\n`);
    const told = await problems();
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter((line) => !line.startsWith('too-deep '))).toEqual([]);
  });

  it('does not grow beyond all memory', async () => {
    const big = Array.from({ length: 5000 }, (_, n) => `A${n}: 1`).join(', ');
    const many = Array.from({ length: 100 }, (_, n) => `  s${n}: {extends: big}`).join('\n');
    await shop.write('gefyra.yaml', `services:\n  big: {image: a, environment: {${big}}}\n${many}\n`);
    const told = await problems();
    expect(told.map((line) => line.split(' ')[0])).toEqual(['too-many-values']);
  });

  it('has its file read as any other', async () => {
    await shop.write('gefyra.yaml', 'services: {a: {image: a, extends: {file: b.yaml, service: b}}}');
    await shop.write('b.yaml', `services: {b: {image: b}}\n# ${'x'.repeat(12 * 1024 ** 2)}`);
    expect(await problems()).toEqual([
      'missing-file gefyra.yaml:1:42 SHOP/b.yaml cannot be read: it is larger than 12 MiB',
    ]);
    await shop.write('gefyra.yaml', 'include: b.yaml\nservices: {a: {image: a}}');
    expect(await problems()).toEqual([
      'bad-include gefyra.yaml:1:10 SHOP/b.yaml cannot be read: it is larger than 12 MiB',
    ]);
  });
});
