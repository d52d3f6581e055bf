import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { archiveOf } from '../tar.ts';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** A registry of images on 127.0.0.1, to which engines speak without encryption. */
export class Registry {
  readonly #blobs = new Map<string, Buffer>();
  readonly #manifests = new Map<string, Buffer>();
  readonly #server: Server;
  #address = '';

  private constructor() {
    this.#server = createServer((request, response) => {
      const [, kind = '', key = ''] = /^\/v2\/.*\/(manifests|blobs)\/(.+)$/.exec(request.url ?? '') ?? [];
      const content = kind === 'manifests' ? this.#manifests.get(key) : this.#blobs.get(key);
      if (request.url === '/v2/') return void response.end('{}');
      if (content === undefined) {
        response.writeHead(404, { 'content-type': 'application/json' });
        return void response.end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}');
      }
      response.writeHead(200, {
        'content-type': kind === 'manifests' ? MANIFEST : 'application/octet-stream',
        'content-length': content.length,
        'docker-content-digest': digest(content),
      });
      response.end(request.method === 'HEAD' ? undefined : content);
    });
  }

  static async open(): Promise<Registry> {
    const registry = new Registry();
    registry.#server.listen(0, '127.0.0.1');
    await once(registry.#server, 'listening');
    const address = registry.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the registry has no port');
    registry.#address = `127.0.0.1:${address.port}`;
    return registry;
  }

  /** A reference in this registry. */
  reference(name: string): string {
    return `${this.#address}/gefyra-contract:${name}`;
  }

  /** Makes an image with one small layer. Returns its reference. */
  async publish(tag: string): Promise<string> {
    const layer = await archiveOf({ tag });
    const packed = gzipSync(layer);
    const config = json({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digest(layer)] },
    });
    this.#blobs.set(digest(packed), packed).set(digest(config), config);
    const manifest = json({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: digest(config),
      },
      layers: [
        {
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
          size: packed.length,
          digest: digest(packed),
        },
      ],
    });
    this.#manifests.set(tag, manifest).set(digest(manifest), manifest);
    return this.reference(tag);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

function digest(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
