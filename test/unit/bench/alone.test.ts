import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it("a second bench learns of the first, and one that has ended is in nobody's way", () => {
  const module = JSON.stringify(new URL('../../../bench/alone.mjs', import.meta.url).href);
  const name = JSON.stringify(`\0gefyra-devenv-bench-test-${process.pid}`);
  const bench = `import(${module}).then(({ otherBench }) => otherBench(${name}))`;
  const run = (program: string) =>
    execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }).trim();
  const alone = `${bench}.then((other) => console.log(other))`;
  const beside = `${bench}.then(() => {
    const { execFile } = require('node:child_process');
    execFile(process.execPath, ['-e', ${JSON.stringify(alone)}], (error, said) => console.log(process.pid + ' ' + said));
  })`;
  const [pid = '', ...said] = run(beside).split(' ');
  expect(said.join(' ')).toBe(`process ${pid} in ${process.cwd()}`);
  expect(run(alone)).toBe('undefined');
});
