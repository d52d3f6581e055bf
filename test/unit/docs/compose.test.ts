import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMPOSE_KEYS, composeTable, verdictOn } from '../../../scripts/docs/compose-table.mjs';
import { NO_EFFECT_CODE } from '../../../src/config/effectless.ts';
import {
  foreignServiceKeys,
  foreignTopLevelKeys,
  foreignVolumeKeys,
} from '../../../src/config/foreign-keys.ts';
import { TemporaryShop } from '../config/temporary-shop.ts';

const root = join(import.meta.dirname, '../../..');
const schema = JSON.parse(readFileSync(join(root, 'schemas', 'gefyra.schema.json'), 'utf8'));
const shop = new TemporaryShop();

const refusals: Readonly<Record<string, { readonly hint: (key: string) => string | undefined }>> = {
  'The top level': foreignTopLevelKeys,
  'A service': foreignServiceKeys,
  'volumes of a service': foreignVolumeKeys,
};
const refusal = (place: string, key: string) => refusals[place]?.hint(key);
const all = Object.entries(COMPOSE_KEYS).flatMap(([place, keys]) => keys.map((key) => [place, key] as const));
const having = (status: string) =>
  all.filter(([place, key]) => verdictOn(schema, place, key, refusal).status === status);

it('the page about the keys of Compose is what the schema and the hints say', async () => {
  // `npx vitest run --project unit test/unit/docs -u` writes it anew.
  await expect(composeTable(schema, refusal)).toMatchFileSnapshot(join(root, 'docs/compose.md'));
});

it('every key of Compose is supported, without effect, or refused with what does the job', () => {
  expect(having('unknown')).toEqual([]);
});

describe('a key of Compose', () => {
  it.each(having('no effect').filter(([place]) => place in FILES))(
    'changes nothing: %s, %s',
    async (place, key) => {
      await shop.write('gefyra.yaml', FILES[place]?.(key) ?? '');
      await shop.write('Dockerfile', 'FROM scratch');
      expect(await shop.warnings(FILES[place]?.(key) ?? '')).toContainEqual(
        expect.stringMatching(new RegExp(`^${NO_EFFECT_CODE} .*\\b${key}$`)),
      );
    },
  );

  it.each(having('refused'))('is refused: %s, %s', async (place, key) => {
    await shop.write('gefyra.yaml', FILES[place]?.(key) ?? '');
    await expect(shop.load()).rejects.toThrow(`"${key}" is not supported`);
  });
});

/** A file with a key at each place, whatever stands behind it. */
const FILES: Readonly<Record<string, (key: string) => string>> = {
  'The top level': (key) => `${key}: {}\nservices: {app: {image: a}}\n`,
  'A service': (key) => `services: {app: {image: a, ${key}: [x]}}\n`,
  build: (key) => `services: {app: {build: {context: ., ${key}: [x]}}}\n`,
  deploy: (key) => `services: {app: {image: a, deploy: {${key}: [x]}}}\n`,
  'deploy: resources: reservations': (key) =>
    `services: {app: {image: a, deploy: {resources: {reservations: {${key}: 1}}}}}\n`,
  'deploy: restart_policy': (key) =>
    `services: {app: {image: a, deploy: {restart_policy: {condition: any, ${key}: 1s}}}}\n`,
  'networks of a service': (key) => `services: {app: {image: a, networks: {x: {${key}: 1}}}}\n`,
  ports: (key) => `services: {app: {image: a, ports: [{target: 80, ${key}: x}]}}\n`,
  'volumes of a service': (key) =>
    `services: {app: {image: a, volumes: [{type: volume, target: /a, ${key}: x}]}}\n`,
  'volumes of a service: bind': (key) =>
    `services: {app: {image: a, volumes: [{type: bind, source: ., target: /a, bind: {${key}: x}}]}}\n`,
  'volumes of a service: volume': (key) =>
    `services: {app: {image: a, volumes: [{type: volume, target: /a, volume: {${key}: x}}]}}\n`,
  secrets: (key) => `services: {app: {image: a}}\nsecrets: {x: {file: ./x, ${key}: x}}\n`,
  configs: (key) => `services: {app: {image: a}}\nconfigs: {x: {file: ./x, ${key}: x}}\n`,
};
