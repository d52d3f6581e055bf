// One WebSocket of a port-forward and nothing else: the most that a tool which uses one can get out of a cluster.
import { Agent } from 'node:https';
import { Duplex } from 'node:stream';
import { KubeConfig } from '@kubernetes/client-node';
import { WebSocket } from 'ws';

const UNSENT_BYTES = 1024 * 1024;
const DATA = Buffer.from([0]);

/**
 * @param {{ kubeconfig: string, namespace: string, pod: string, port: number }} where
 * @returns {Promise<Duplex>}
 */
export async function rawForward({ kubeconfig, namespace, pod, port }) {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  /** @type {import('node:https').RequestOptions} */
  const options = {};
  await config.applyToHTTPSOptions(options);
  const server = (config.getCurrentCluster()?.server ?? '').replace(/^http/, 'ws');
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`;
  const socket = new WebSocket(`${server}${path}`, 'v4.channel.k8s.io', {
    headers: /** @type {Record<string, string>} */ ({ ...options.headers }),
    ...(options.agent instanceof Agent ? { agent: options.agent } : {}),
    perMessageDeflate: false,
    skipUTF8Validation: true,
    generateMask: (mask) => mask.fill(0),
  });
  // The first message of each of the two channels is the number of the port.
  let announcements = 2;
  const stream = new Duplex({
    highWaterMark: UNSENT_BYTES,
    read: () => socket.resume(),
    write: (chunk, _, done) => {
      socket.send(Buffer.concat([DATA, chunk]), () => {
        if (socket.bufferedAmount < UNSENT_BYTES) release();
      });
      if (socket.bufferedAmount < UNSENT_BYTES) done();
      else blocked = done;
    },
    destroy: (error, done) => {
      socket.terminate();
      done(error);
    },
  });
  /** @type {(() => void) | undefined} */
  let blocked;
  const release = () => {
    const waiting = blocked;
    blocked = undefined;
    waiting?.();
  };
  socket.on('message', (/** @type {Buffer} */ message) => {
    if (announcements > 0) announcements -= 1;
    else if (!stream.push(message.subarray(1))) socket.pause();
  });
  socket.on('close', () => stream.destroy());
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return stream;
}
