import { expect, it } from 'vitest';
import { ask, ofUser, SharedPort } from './shared-port.ts';

it.each([
  ['goes unread', undefined],
  ['is read', ofUser('ann')],
] as const)(
  'what is too much at once for an agent goes to the original where it %s, and its session hears how much',
  async (_, filter) => {
    const port = await SharedPort.open();
    const ann = await port.session('ann', filter);
    await ann.come();
    const asked = async () => await ask(port.agentPort, { 'x-user': 'ann' });
    expect(await asked()).toBe('ann');
    port.isFull = true;
    expect(await Promise.all([asked(), asked(), asked()])).toEqual(['original', 'original', 'original']);
    const crowded = () => ann.told.filter(({ type }) => type === 'crowded');
    expect(crowded()).toEqual([{ type: 'crowded', port: port.port, tunnel: 'app', count: 1 }]);
    await expect.poll(() => crowded().at(-1), { timeout: 3000 }).toMatchObject({ count: 3 });
    expect(crowded()).toHaveLength(2);
    port.isFull = false;
    expect(await asked()).toBe('ann');
  },
);
