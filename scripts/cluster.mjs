// The Kubernetes of the tests, for a person: npm run cluster up | down | status | load IMAGE…
import { admin, down, isUp, up } from '../test/cluster/cluster.mjs';
import { loadImage } from '../test/cluster/images.mjs';
import { KUBECONFIG } from '../test/cluster/paths.mjs';
import { run } from '../test/cluster/run.mjs';
import { ensureEngine } from './engine.mjs';

const report = (/** @type {string} */ line) => console.error(line);

/** @type {Readonly<Record<string, (words: readonly string[]) => unknown>>} */
const commands = {
  up: async () => {
    await ensureEngine({ report });
    const { started } = await up(report);
    console.error(started ? 'the cluster is up' : 'the cluster is up already');
    console.log(`export KUBECONFIG=${KUBECONFIG}`);
  },
  down: async () => {
    await down();
    console.error('the cluster is down');
  },
  status: () => {
    if (!isUp()) {
      console.log('the cluster is down');
      return;
    }
    console.log(run('kubectl', admin('get', 'nodes,pods', '--all-namespaces', '-o', 'wide')).stdout);
  },
  load: async (images) => {
    for (const image of images) {
      await loadImage(image);
      console.error(`${image} is in the cluster`);
    }
  },
};

const [name = '', ...words] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  console.error('usage: npm run cluster up | down | status | load IMAGE…');
  process.exitCode = 2;
} else {
  try {
    await command(words);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
