// Builds everything under dist/: the command line, the programs of the image, and what the image needs beside them.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';

/** @param {string} program @param {string[]} args */
const run = (program, ...args) => execFileSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });

rmSync('dist', { recursive: true, force: true });
run('npx', 'tsdown', '--log-level', 'warn');
cpSync('src/image/recipe', 'dist/image', { recursive: true });
run('node', 'scripts/native-libraries.mjs');
