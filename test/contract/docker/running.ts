import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it, vi } from 'vitest';
import { created, type EngineWorld, type WorldOf } from '../engine/world.ts';

const NOTHING_HEARD = { onSignal: () => () => {}, onResize: () => () => {} };

/** What a fake cannot show: programs whose streams are somebody's own. */
export function running(world: WorldOf<EngineWorld>): void {
  it('runs a container with somebody’s streams: input to its end, all output, its exit code', async () => {
    const program = `let all = ''; process.stdin.on('data', (piece) => (all += piece)).on('end', () => {
      console.log('read ' + all); console.error('done'); process.exit(7); })`;
    const id = await created(world(), { entrypoint: ['/bin/node', '-e', program], attached: true });
    const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
    input.end('what there is');
    const code = await world().engine.runUnit(id, { input, output, errors, ...NOTHING_HEARD });
    output.end();
    errors.end();
    expect([code, await text(output), await text(errors)]).toEqual([7, 'read what there is\n', 'done\n']);
  });

  it('tells a container that is run of signals and of the size of its terminal', async () => {
    const program = `process.on('SIGTERM', () => process.exit(5)); process.on('SIGUSR2', () => {});
      process.stdout.on('resize', () => console.log('now ' + process.stdout.columns));
      console.log('up ' + process.stdout.isTTY); setInterval(() => {}, 1000)`;
    const id = await created(world(), {
      entrypoint: ['/bin/node', '-e', program],
      attached: true,
      tty: true,
    });
    const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
    let said = '';
    output.on('data', (piece) => (said += piece));
    let resize = (_: { readonly rows: number; readonly columns: number }) => {};
    let signal = (_: NodeJS.Signals) => {};
    const ran = world().engine.runUnit(id, {
      input,
      output,
      errors,
      size: { rows: 24, columns: 80 },
      onResize: (listener) => {
        resize = listener;
        return () => {};
      },
      onSignal: (listener) => {
        signal = listener;
        return () => {};
      },
    });
    await vi.waitFor(() => expect(said).toContain('up true'), 10_000);
    resize({ rows: 30, columns: 123 });
    await vi.waitFor(() => expect(said).toContain('now 123'), 10_000);
    signal('SIGTERM');
    expect(await ran).toBe(5);
  });

  it.each([
    ['no-such-program', 'program-not-found'],
    ['/etc', 'program-not-executable'],
  ])('says why a container that is run could not be begun: %s', async (program, code) => {
    const id = await created(world(), { entrypoint: [program], attached: true });
    const streams = { input: undefined, output: new PassThrough(), errors: new PassThrough() };
    await expect(world().engine.runUnit(id, { ...streams, ...NOTHING_HEARD })).rejects.toMatchObject({
      code,
    });
  });
}
