import { expect, it } from 'vitest';
import { MACHINE_ADDRESS, neighbourAddresses } from '../../../src/programs/index.ts';

it('a service keeps its address whatever others come and go', () => {
  const few = neighbourAddresses(['db', 'app']);
  const more = neighbourAddresses(['web', 'app', 'cache', 'db']);
  expect(few.get('db')).toMatch(/^198\.51\.100\.\d+$/);
  expect(more.get('db')).toBe(few.get('db'));
  expect(more.get('app')).toBe(few.get('app'));
});

it('no two have the same, nor that of this machine, and those that are too many have none', () => {
  const names = Array.from({ length: 300 }, (_, number) => `s${number}`);
  const addresses = [...neighbourAddresses(names).values()];
  expect(new Set(addresses).size).toBe(253);
  expect(addresses).toHaveLength(253);
  expect(addresses).not.toContain(MACHINE_ADDRESS);
  for (const end of ['.0', '.255']) expect(addresses.filter((one) => one.endsWith(end))).toEqual([]);
});
