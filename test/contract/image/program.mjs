// What containers of the contract suite run: in a real container by main.mjs, in a fake one by the fake itself.
// Two words are its own path; the third says what to do.

const SECRET = 'DEVENV_AGENT_SECRET';
const SOCKET = 'DEVENV_SOCKET';

/** @param {import('../../fakes/index.ts').FakeProcess} process */
export function contractProgram(process) {
  const [, , word, ...rest] = process.words;
  switch (word) {
    case 'idle':
      return process.onStop(() => process.exit(0));
    case 'end':
      return process.exit(Number(rest[0]));
    case 'stubborn':
      process.onStop(() => process.write('stdout', 'asked to end'));
      return process.write('stdout', 'ready');
    case 'say':
      return say(process, Number(rest[0]), () => process.exit(0));
    case 'say-and-stay':
      process.onStop(() => {
        process.write('stdout', 'good bye');
        process.exit(0);
      });
      return say(process, Number(rest[0]), () => {});
    case 'serve':
      return serve(process, rest[0] ?? '');
    case 'agent':
      return agent(process);
    default:
      throw new Error(`the contract's program knows no ${word}`);
  }
}

function say(process, count, then) {
  for (let number = 1; number <= count; number++) {
    process.write('stdout', `out ${number}`);
    process.write('stderr', `err ${number}`);
  }
  then();
}

function serve(process, directory) {
  process.onStop(() => process.exit(0));
  // Gives back what it gets, and ends when the caller has ended.
  process.listen(`${directory}/echo.sock`, (stream) => stream.pipe(stream));
  // Speaks only when the caller has ended.
  process.listen(`${directory}/count.sock`, (stream) => {
    let bytes = 0;
    stream.on('data', (chunk) => {
      bytes += chunk.length;
    });
    stream.on('end', () => stream.end(`${bytes} bytes`));
  });
  // Speaks and ends, whatever the caller does.
  process.listen(`${directory}/greet.sock`, (stream) => stream.end('hello'));
  // Tells in its output what becomes of a caller.
  process.listen(`${directory}/tell.sock`, (stream) => {
    process.write('stdout', 'a caller came');
    stream.on('end', () => {
      process.write('stdout', 'the caller went');
      stream.end();
    });
    stream.resume();
  });
  process.write('stdout', 'listening');
}

function agent(process) {
  if (process.environment.CONTRACT_AGENT === 'broken') {
    process.write('stderr', 'the rules were refused');
    return process.exit(3);
  }
  process.onStop(() => process.exit(0));
  process.listen(process.environment[SOCKET], (stream) => {
    stream.resume();
    stream.end(`secret ${process.environment[SECRET]}`);
  });
}
