import { describe, expect, it, onTestFinished } from 'vitest';
import { label } from '../../../src/model/labels.ts';
import {
  findSessions,
  type GatewayWord,
  standingBy,
  standingOf,
} from '../../../src/session/found-sessions.ts';
import { FakeEngine } from '../../fakes/index.ts';
import { letTimeFly } from '../live/flying-clock.ts';

describe('what the gateways of a session say together', () => {
  const words: readonly (readonly [string, readonly GatewayWord[]])[] = [
    ['alive', ['stands']],
    ['alive', ['ended', 'closed', 'silent', undefined, 'stands']],
    ['gone', ['closed']],
    ['gone', ['ended', 'closed']],
    ['unclear', []],
    ['unclear', ['silent']],
    ['unclear', ['closed', 'silent']],
    ['unclear', ['ended', undefined]],
  ];
  it.each(words)('is that it is %s: %j', (standing, said) => {
    expect(standingBy(said)).toBe(standing);
  });
});

describe('a session that made something', () => {
  async function anEngine() {
    onTestFinished(letTimeFly());
    const engine = new FakeEngine();
    engine.addImage('agent:1');
    const labels = {
      [label.project]: 'shop',
      [label.session]: 's1',
      [label.owner]: 'ann@desk',
      [label.file]: '/shop/gefyra.yaml',
      [label.since]: String(Date.UTC(2026, 0, 31, 9, 5)),
    };
    await engine.createNetwork({ name: 'gefyra-shop', labels });
    const id = await engine.createContainer({
      name: 'gefyra-shop.app.gateway',
      image: 'agent:1',
      environment: {},
      labels: { ...labels, [label.role]: 'gateway', [label.service]: 'app' },
      network: { kind: 'network', name: 'gefyra-shop', aliases: [] },
      mounts: [],
      ports: [],
      autoRemove: false,
    });
    await engine.startUnit(id);
    const says = (...words: readonly string[]) => {
      let asked = 0;
      engine.answerExec(async ({ command }, { output }) => {
        expect(command).toEqual(['cat', '/run/gefyra-devenv/control']);
        output.write(words[Math.min(asked, words.length - 1)] ?? '');
        asked += 1;
        return 0;
      });
    };
    const [found] = await findSessions(engine, 'shop');
    if (found === undefined) throw new Error('nothing was found');
    const standing = (...ended: readonly string[]) => standingOf(engine, 'shop', found, new Set(ended));
    return { engine, id, says, found, standing };
  }

  it('is found once, with its owner', async () => {
    const { engine, found } = await anEngine();
    expect(await findSessions(engine, 'shop')).toHaveLength(1);
    expect(await findSessions(engine, 'desk')).toEqual([]);
    expect(found).toMatchObject({ session: 's1', user: 'ann@desk', file: '/shop/gefyra.yaml' });
  });

  it('is gone without a question if it held the lock that is free now', async () => {
    const { standing } = await anEngine();
    expect(await standing('s0', 's1')).toBe('gone');
  });

  it('lives if it has its gateway again a moment later', async () => {
    const { says, standing } = await anEngine();
    says('closed', 'closed', 'stands');
    expect(await standing()).toBe('alive');
  });

  it('is gone if the end of its process closed the connection for good', async () => {
    const { says, standing } = await anEngine();
    says('closed');
    expect(await standing()).toBe('gone');
  });

  it('is unclear if its gateway says something else, or nothing', async () => {
    const { says, engine, standing } = await anEngine();
    says('something else');
    expect(await standing()).toBe('unclear');
    engine.answerExec(async () => 1);
    expect(await standing()).toBe('unclear');
  });

  it('is gone if its containers have ended, as after a restart of the machine', async () => {
    const { engine, id, standing } = await anEngine();
    engine.kill(id);
    expect(await standing()).toBe('gone');
  });
});
