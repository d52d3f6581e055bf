import { describe, expect, it } from 'vitest';
import { builtinsWhenUsed, requiresWhenCalled } from '../../../scripts/bundling.mjs';

const bundle = (...lines: readonly string[]) => `${lines.join('\n')}\n`;

describe('the bundle of a program that is kept as a snapshot', () => {
  const late = builtinsWhenUsed(['node:stream']);

  it('loads modules of Node when they are first used, but for those that may be in a snapshot', () => {
    const code = bundle(
      'let node_stream = require("node:stream");',
      'let node_http2 = require("node:http2");',
      'const end = class extends node_stream.Duplex {};',
      'const open = () => (0, node_http2.connect)("http://tunnel", node_http2.constants);',
    );
    expect(late.renderChunk(code)).toBe(
      bundle(
        'let node_http2$loaded;',
        'const node_http2 = () => (node_http2$loaded ??= process.getBuiltinModule("node:http2"));',
        'let node_stream = require("node:stream");',
        '',
        'const end = class extends node_stream.Duplex {};',
        'const open = () => (0, node_http2().connect)("http://tunnel", node_http2().constants);',
      ),
    );
  });

  it('is not made when a module is used otherwise, or the bundler writes other text', () => {
    const whole = bundle('let node_net = require("node:net");', 'serve(node_net);');
    expect(() => late.renderChunk(whole)).toThrow('node:net is used as a whole');
    expect(() => late.renderChunk(bundle('const net = require("node:net");'))).toThrow('as it did');
  });

  it('has what it needs to load files only when it loads one', () => {
    const own = 'const require = createRequire(import.meta.url);';
    expect(requiresWhenCalled().transform(own)?.code).toBe(
      'const require = (id) => createRequire(import.meta.url)(id);',
    );
  });
});
