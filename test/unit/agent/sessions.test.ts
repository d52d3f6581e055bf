import type { Duplex } from 'node:stream';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Claims } from '../../../src/agent/claims.ts';
import { Sessions } from '../../../src/agent/sessions.ts';
import { PROTOCOL_VERSION } from '../../../src/programs/index.ts';
import {
  type AgentEvent,
  type AgentRequest,
  type DuplexRole,
  decodeAgentEvent,
} from '../../../src/protocol/index.ts';
import { BOUNDS, StreamBudget } from '../../../src/tunnel/index.ts';
import { ControlClient, type Greeting, greet } from '../../../src/wire/index.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';

const SECRET = 's3cret';

function anAgent({ stop = async () => {}, lingerMs = 60_000, end = (_: string) => {} } = {}) {
  const claims = new Claims({
    start: async () => {},
    stop,
    drainOriginal: async () => {},
    isListenedOn: async () => true,
  });
  const sessions = new Sessions({
    secret: SECRET,
    port: 20_001,
    resolver: { search: [], options: [] },
    claims,
    budget: new StreamBudget(BOUNDS.agent),
    lingerMs,
    end,
  });
  return { sessions };
}

/** A session that has come to an agent, and what it was told. */
async function aSession(sessions: Sessions, id: string, role: DuplexRole = 'control') {
  const [duplex, served] = duplexPair();
  const over = sessions.accept(served);
  onTestFinished(() => void duplex.destroy());
  await greet(duplex, greeting(role, id, ''));
  const said: AgentEvent[] = [];
  const control = new ControlClient<AgentRequest, AgentEvent>(duplex, decodeAgentEvent, (event) =>
    said.push(event),
  );
  return { control, said, over };
}

/** A duplex of session `ann` that has said that it is an inbound tunnel. */
async function anInbound(tunnel: string): Promise<Duplex> {
  const [duplex, served] = duplexPair();
  onTestFinished(() => void duplex.destroy());
  greet(duplex, greeting('inbound', 'ann', tunnel)).catch(() => {});
  return served;
}

function greeting(role: DuplexRole, session: string, tunnel: string): Greeting {
  const owner = { user: `${session}@desk`, project: 'shop', since: 17 };
  return {
    hello: { version: PROTOCOL_VERSION, role, session, tunnel, owner },
    secret: SECRET,
    port: 20_001,
  };
}

it('a session that has the port for another of its tunnels is told which', async () => {
  const { sessions } = anAgent();
  const { control } = await aSession(sessions, 'ann');
  const claim = { type: 'claim', port: 80, to: 8080, probes: [] } as const;
  expect(await control.request({ ...claim, tunnel: 'web' })).toMatchObject({ type: 'done' });
  expect(await control.request({ ...claim, tunnel: 'api' })).toMatchObject({
    type: 'refused',
    tunnel: 'web',
  });
  const { control: other } = await aSession(sessions, 'bob');
  const refused = await other.request({ ...claim, tunnel: 'web' });
  expect(refused).toMatchObject({ type: 'refused', holder: { owner: { user: 'ann@desk' } } });
  expect(refused).not.toMatchObject({ tunnel: expect.anything() });
});

it('somebody who looks is told what is held, may do nothing, and is no session', async () => {
  const { sessions } = anAgent();
  const ann = await aSession(sessions, 'ann');
  await ann.control.request({ type: 'claim', port: 80, tunnel: 'web', to: 8080, probes: [] });
  const look = await aSession(sessions, 'bob', 'look');
  expect(await look.control.request({ type: 'held' })).toMatchObject({
    type: 'held',
    claims: [{ port: 80, session: 'ann', owner: { user: 'ann@desk', project: 'shop' } }],
  });
  const claim = { type: 'claim', port: 81, tunnel: 'web', to: 8080, probes: [] } as const;
  expect(await look.control.request(claim)).toMatchObject({ type: 'refused' });
  expect(await ann.control.request({ type: 'retire' })).toMatchObject({ type: 'ending' });
});

it('a session that comes back keeps what it claims then, though its older connection ends later', async () => {
  const { sessions } = anAgent();
  const claim = { type: 'claim', port: 80, tunnel: 'web', to: 8080, probes: [] } as const;
  const older = await aSession(sessions, 'ann');
  await older.control.request(claim);
  const newer = await aSession(sessions, 'ann');
  expect(await newer.control.request(claim)).toMatchObject({ type: 'done' });
  await older.over;
  expect(await newer.control.request({ type: 'rest', port: 80, tunnel: 'web' })).toMatchObject({
    type: 'done',
  });
});

it('a wish for a port that is not held is refused, giving it back is not', async () => {
  const { sessions } = anAgent();
  const { control } = await aSession(sessions, 'ann');
  for (const type of ['resume', 'rest'] as const)
    expect(await control.request({ type, port: 80, tunnel: 'web' })).toMatchObject({ type: 'refused' });
  expect(await control.request({ type: 'release', port: 80, tunnel: 'web', drain: undefined })).toMatchObject(
    {
      type: 'done',
    },
  );
});

it('a fault of the agent is told to every session', async () => {
  const { sessions } = anAgent();
  const ann = await aSession(sessions, 'ann');
  const bob = await aSession(sessions, 'bob');
  sessions.tellFault('something broke');
  for (const { said } of [ann, bob])
    await vi.waitFor(() => expect(said).toEqual([{ type: 'fault', message: 'something broke' }]));
});

it('an agent whose kernel takes no port back ends all the same when nobody needs it any more', async () => {
  const troubles = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => troubles.mockRestore());
  const refuse = async () => {
    throw new Error('nft ended');
  };
  const ended = new Promise<string>((end) => {
    const { sessions } = anAgent({ stop: refuse, lingerMs: 100, end });
    void (async () => {
      const { control, over } = await aSession(sessions, 'ann');
      await control.request({ type: 'claim', port: 80, tunnel: 'web', to: 8080, probes: [] });
      await sessions.accept(await anInbound('web'));
      await control.request({ type: 'resume', port: 80, tunnel: 'web' });
      control.close();
      await over;
    })();
  });
  expect(await ended).toBe('no session');
  expect(troubles).toHaveBeenCalledWith('not all was given back: nft ended');
});

it('a caller that says nothing, or nothing of ours, and does not go is put out after seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { sessions } = anAgent();
  const callers = ['', 'GET / HTTP/1.1\n', 'x'.repeat(100_000)].map((said) => {
    const [duplex, served] = duplexPair();
    duplex.write(said);
    void sessions.accept(served);
    return served;
  });
  for (let seconds = 0; seconds < 15; seconds += 1) await vi.advanceTimersByTimeAsync(1000);
  expect(callers.map(({ destroyed }) => destroyed)).toEqual([true, true, true]);
});
