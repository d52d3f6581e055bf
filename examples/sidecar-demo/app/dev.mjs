// Starts server.mjs and starts it anew whenever a file beside it is saved. Watches the folder, not the file: an editor
// that saves by renaming puts a new file in its place, which `node --watch` loses sight of.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';

const PROGRAM = 'server.mjs';
let child;
let afterwards; // what follows the end of the running program; undefined = wait for a change
let pending;

function start() {
  afterwards = undefined;
  child = spawn(process.execPath, [PROGRAM], { stdio: 'inherit' });
  child.once('exit', (code) => {
    child = undefined;
    if (afterwards) afterwards();
    else console.log(`${PROGRAM} ended with code ${code}; waiting for a change`);
  });
}

function stop(then) {
  afterwards = then;
  if (child) child.kill('SIGTERM');
  else then();
}

function restart(_change, file) {
  if (!file?.endsWith('.mjs')) return;
  clearTimeout(pending);
  // One save is several events; a short rest makes them one restart.
  pending = setTimeout(() => {
    console.log(`${file} changed, restarting ${PROGRAM}`);
    stop(start);
  }, 50);
}

watch('.', restart);
start();

process.on('SIGTERM', () => {
  clearTimeout(pending);
  stop(() => process.exit(0));
});
