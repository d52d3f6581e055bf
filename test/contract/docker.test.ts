import { afterAll, describe } from 'vitest';
import { engineDetails } from './docker/engine-details.ts';
import { running } from './docker/running.ts';
import { servicesDetails } from './docker/services-details.ts';
import { dockerWorld, removeTestImages } from './docker/world.ts';
import { eventsContract } from './engine/events.ts';
import { socketsContract } from './engine/sockets.ts';
import { engineContract } from './engine.contract.ts';
import { withPlatform } from './platform/docker-world.ts';
import { dockerPlatformContract } from './platform.contract.ts';
import { worldFor } from './worlds.ts';

afterAll(removeTestImages);

engineContract('Docker', () => dockerWorld('socket'));

dockerPlatformContract(
  'the Docker platform',
  withPlatform(() => dockerWorld('socket')),
);

describe('Docker in detail', () => engineDetails(worldFor(() => dockerWorld('socket'))));

describe('containers that somebody runs', () => running(worldFor(() => dockerWorld('socket'))));

describe('service containers on Docker', () => servicesDetails(worldFor(() => dockerWorld('socket'))));

describe('Docker on another machine', () => {
  const world = worldFor(() => dockerWorld('address'));
  describe('sockets', () => socketsContract(world));
  describe('events', () => eventsContract(world));
});
