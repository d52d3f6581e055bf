import type { Duplex } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { readFirstLine } from '../../../src/common/json-lines.ts';
import { PROTOCOL_VERSION } from '../../../src/programs/index.ts';
import { encodeHello } from '../../../src/protocol/index.ts';
import { acceptHello, type Greeting, greet, introduce } from '../../../src/wire/index.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';

const SECRET = 's3cret-that-nobody-says';
const PORT = 20_001;
const greeting: Greeting = {
  hello: {
    version: PROTOCOL_VERSION,
    role: 'control',
    session: 'a1b2',
    tunnel: '',
    owner: { user: 'ann@desk', project: 'shop', since: 17 },
  },
  secret: SECRET,
  port: PORT,
};
const greeted = { secret: SECRET, port: PORT, resolver: { search: ['a.test'], options: [] } };

function ends(): [Duplex, Duplex] {
  const [caller, called] = duplexPair();
  onTestFinished(() => {
    caller.destroy();
    called.destroy();
  });
  return [caller, called];
}

/** Everything that goes over a duplex, as an eavesdropper sees it. */
function overheard(...sides: readonly Duplex[]): () => string {
  let text = '';
  for (const side of sides) {
    const write = side.write.bind(side);
    side.write = ((chunk: string | Buffer, ...rest: never[]) => {
      text += String(chunk);
      return write(chunk, ...rest);
    }) as typeof side.write;
  }
  return () => text;
}

it('session and program prove themselves to each other, and the secret never travels', async () => {
  const [caller, called] = ends();
  const heard = overheard(caller, called);
  const [welcome, hello] = await Promise.all([greet(caller, greeting), acceptHello(called, greeted)]);
  expect(welcome).toEqual({ ok: true, version: PROTOCOL_VERSION, resolver: greeted.resolver });
  expect(hello).toMatchObject(greeting.hello);
  expect(heard()).not.toContain(SECRET);
});

it('a session speaks on as soon as the program has proved itself, and is heard after its own proof', async () => {
  const [caller, called] = ends();
  const accepted = acceptHello(called, greeted);
  const { welcome } = await introduce(caller, greeting);
  caller.write('next\n');
  expect(await accepted).toMatchObject(greeting.hello);
  expect(await readFirstLine(called)).toBe('next');
  called.write('answer\n');
  expect(await welcome).toMatchObject({ ok: true });
  expect(await readFirstLine(caller)).toBe('answer');
});

it('a session tells nothing to a program that is not the one it means', async () => {
  const [caller, called] = ends();
  const impostor = acceptHello(called, { ...greeted, secret: 'guessed' });
  await expect(greet(caller, greeting)).rejects.toMatchObject({
    code: 'agent-failed',
    message: `what answers on port ${PORT} of 127.0.0.1 there is another program than the one that was placed: it does not know the secret`,
  });
  expect(await impostor).toBeUndefined();
});

it('a program that passes everything on to the right one at another port is not taken for it', async () => {
  const [caller, called] = ends();
  const right = acceptHello(called, { ...greeted, port: PORT + 1 });
  await expect(greet(caller, greeting)).rejects.toMatchObject({ code: 'agent-failed' });
  expect(await right).toBeUndefined();
});

it('a caller that does not know the secret is not served, and learns nothing of the place', async () => {
  const [caller, called] = ends();
  const served = acceptHello(called, greeted);
  const heard = overheard(called);
  caller.write(`${encodeHello({ ...greeting.hello, nonce: 'bm9uY2U' })}\n`);
  await readFirstLine(caller);
  caller.write('{"proof":"Z3Vlc3NlZA"}\n');
  expect(await readFirstLine(caller)).toBe('{"ok":false,"reason":"the caller does not know the secret"}');
  expect(await served).toBeUndefined();
  expect(heard()).not.toContain('a.test');
});

it('a proof that was overheard serves nobody a second time', async () => {
  const [caller, called] = ends();
  const heard = overheard(caller);
  await Promise.all([greet(caller, greeting), acceptHello(called, greeted)]);
  const [hello = '', proof = ''] = heard().split('\n');
  const [thief, again] = ends();
  const served = acceptHello(again, greeted);
  thief.write(`${hello}\n${proof}\n`);
  await readFirstLine(thief);
  expect(await readFirstLine(thief)).toContain('does not know the secret');
  expect(await served).toBeUndefined();
});

it('a caller of a former version is told which one is served', async () => {
  const [caller, called] = ends();
  void acceptHello(called, greeted);
  caller.write('{"version":1,"role":"control","secret":"x","session":"a"}\n');
  expect(await readFirstLine(caller)).toContain(`only ${PROTOCOL_VERSION}`);
});
