import { expect, it } from 'vitest';
import { meantOf, StoppedServices } from '../../../src/session/stopped-services.ts';

function some() {
  const told: string[] = [];
  const services = new StoppedServices((name, isStopped) => told.push(`${isStopped ? '-' : '+'}${name}`));
  const now = () => `${[...services.stopped].join()}|${[...services.starting].join()}`;
  return { told, services, now };
}

it('what is stopped stays so until it is started, and is told once', () => {
  const { told, services, now } = some();
  services.stop(['app', 'db']);
  services.stop(['app']);
  services.startStopped(['app', 'mail']);
  expect(now()).toBe('db|app');
  services.start(['mail']);
  services.haveStarted(['app']);
  expect(now()).toBe('db|mail');
  services.stop(['mail']);
  expect(now()).toBe('db,mail|');
  expect(told).toEqual(['-app', '-db', '+app', '-mail']);
});

it('what there is no more is forgotten', () => {
  const { told, services, now } = some();
  services.stop(['app', 'db']);
  services.start(['mail', 'app']);
  services.keepOnly(new Set(['app']));
  expect(now()).toBe('|app');
  expect(told).toEqual(['-app', '-db', '+app', '+db']);
});

it('a plan of what would be started changes nothing', () => {
  const { services, now } = some();
  services.stop(['app', 'db']);
  services.start(['db']);
  const after = services.afterStartOf(['app', 'mail']);
  expect([[...after.stopped], [...after.starting]]).toEqual([[], ['db', 'app']]);
  expect(now()).toBe('app|db');
});

it('services that are meant are all, or those that are named, each once', () => {
  expect(meantOf([], ['app', 'db'])).toEqual(['app', 'db']);
  expect(meantOf(['db', 'db'], ['app', 'db'])).toEqual(['db']);
  expect(() => meantOf(['ap'], ['app', 'db'])).toThrow('there is no service ap');
});
