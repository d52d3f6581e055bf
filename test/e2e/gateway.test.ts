import { describe, expect, it } from 'vitest';
import { aScenario, type Scenario } from './scenario.ts';
import { aCallerLog } from './world/caller-log.ts';
import { docker, dockerLines } from './world/docker.ts';
import { startProbe } from './world/probe.ts';

/** Calls an address again and again, each time on a new connection, as fast as they are refused. Prints what it got. */
function callingFor(ms: number, host: string, port: number): string {
  return `const { connect } = require('node:net'); let answered = 0, refused = 0; const until = Date.now() + ${ms};
const call = () => { if (Date.now() > until) return console.log(JSON.stringify({ answered, refused }));
  const socket = connect({ host: '${host}', port: ${port} });
  socket.on('data', () => { answered += 1; }).on('error', () => { refused += 1; });
  socket.on('close', () => setTimeout(call, 2)); };
call();`;
}

async function idsOf(scenario: Scenario): Promise<readonly string[]> {
  const filter = `label=gefyra-devenv/project=${scenario.copy.project}`;
  return dockerLines('ps', '--no-trunc', '--quiet', '--filter', filter);
}

/** The program of a gateway, as this machine sees it; undefined while it does not run. */
async function programOf(container: string): Promise<number | undefined> {
  const lines = await dockerLines('top', container, '-eo', 'pid,args');
  const line = lines.find((text) => /node .*gateway\.js/.test(text));
  return line === undefined ? undefined : Number(line.trim().split(/\s+/)[0]);
}

describe('kill -9 of the gateway program', () => {
  it('lets nothing leave by this machine, and it is back without the engine: in the same containers', async () => {
    await using scenario = await aScenario();
    const session = await scenario.up();
    const service = `gefyra-${scenario.copy.project}.app`;
    await using log = await aCallerLog(scenario.pod.name);
    const before = await idsOf(scenario);
    const script = callingFor(3000, log.host, log.port);
    const calling = docker('exec', service, 'node', '-e', script);
    for (let kills = 0; kills < 3; kills += 1) {
      const lines = session.lines.length;
      const pid = await programOf(`${service}.gateway`);
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      await session.waitForLine(/^bridge\/app:8155 resting: the connection of the service/, 5000, lines);
      await session.waitForLine(/^bridge\/app:8155 live/, 5000, lines);
    }
    const outcome = JSON.parse(await calling);
    console.log(`calls during three deaths of the gateway: ${JSON.stringify(outcome)}`);
    expect(outcome.answered).toBeGreaterThan(0);
    const { pod } = await scenario.pod.addresses();
    expect([...log.callers.keys()]).toEqual([pod]);
    expect(await idsOf(scenario)).toEqual(before);
    await using load = startProbe(scenario.pod.sidecarUrl, { connections: 'new', path: '/' });
    await load.answeredBy('local', 5000);
  });
});

describe('a gateway whose container is paused', () => {
  it('is told as such, and takes traffic again when it goes on', async () => {
    await using scenario = await aScenario();
    const session = await scenario.up();
    const gateway = `gefyra-${scenario.copy.project}.app.gateway`;
    await docker('pause', gateway);
    try {
      const reason = /^bridge\/app:8155 lost: the container of its gateway is paused, the original answers/;
      await session.waitForLine(reason, 20_000);
      expect(await scenario.pod.ask('/')).toMatchObject({ by: 'original' });
    } finally {
      await docker('unpause', gateway);
    }
    const lines = session.lines.length;
    await session.waitForLine(/^bridge\/app:8155 live/, 15_000, lines);
  });
});

describe('what a service sends past its gateway', () => {
  it('is refused: other protocols than TCP and lookups, also by a program of the gateway’s group', async () => {
    await using scenario = await aScenario();
    await scenario.up();
    const service = `gefyra-${scenario.copy.project}.app`;
    await using log = await aCallerLog(scenario.pod.name);
    const group = await docker(
      'exec',
      '--user',
      '0:13370',
      service,
      'node',
      '-e',
      callingFor(300, log.host, log.port),
    );
    expect(JSON.parse(group)).toMatchObject({ answered: 0 });
    expect(log.callers.size).toBe(0);
    const udp = `const socket = require('node:dgram').createSocket('udp4'); socket.connect(9, '${log.host}', () => { socket.on('error', (error) => { console.log(error.code); process.exit(); }); socket.send('x', (error) => error && console.log(error.code)); setTimeout(() => { console.log('sent'); process.exit(); }, 1000); });`;
    expect(await docker('exec', service, 'node', '-e', udp)).toMatch(/^E[A-Z]+/);
  });
});
