// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the editor's variables
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DebugAdapter } from '../../scripts/demo/debug-adapter.mjs';
import { aScenario, type Scenario } from './scenario.ts';
import { type Devenv, runDevenv, startDevenv } from './world/devenv.ts';
import { freePort } from './world/free-port.ts';
import { Jdb } from './world/jdb.ts';

const execute = promisify(execFile);

/** The Delve that the scenario runs; kept outside of the checkout, by its version. */
const DELVE = '1.27.2';

/** Its compiler is told that it is built where it runs. */
const GO_SERVER = `//line /app/main.go:2
package main

import (
	"fmt"
	"net/http"
)

func answer(writer http.ResponseWriter, request *http.Request) {
	path := request.URL.Path
	writer.Header().Set("X-Answered-By", "local")
	fmt.Fprint(writer, path)
}

func main() {
	http.ListenAndServe("127.0.0.1:8155", http.HandlerFunc(answer))
}
`;
const GO_LINE = 12;

const JAVA_SERVER = `import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

public class Server {
  public static void main(String[] args) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 8155), 0);
    server.createContext("/", exchange -> {
      String path = exchange.getRequestURI().getPath();
      exchange.getResponseHeaders().set("X-Answered-By", "local");
      exchange.sendResponseHeaders(200, path.length());
      exchange.getResponseBody().write(path.getBytes());
      exchange.close();
    });
    server.start();
  }
}
`;
const JAVA_LINE = 9;

/** The example's file with another program, under its debugger. */
async function writeService({ copy }: Scenario, keys: Readonly<Record<string, string>>) {
  const file = join(copy.folder, 'gefyra.yaml');
  let text = await readFile(file, 'utf8');
  for (const [key, value] of Object.entries(keys)) {
    text = text.replace(new RegExp(`^    ${key}: .*\n`, 'm'), '');
    text = text.replace('    working_dir:', `    ${key}: ${value}\n    working_dir:`);
  }
  await writeFile(file, text);
}

/** Where this machine has a program; undefined where it has none. */
function found(program: string): string | undefined {
  try {
    return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** Builds Delve where it was not built before. */
async function delve(): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const directory = join(cache, 'gefyra-devenv', `delve-${DELVE}`);
  const file = join(directory, 'dlv');
  if (existsSync(file)) return file;
  await mkdir(directory, { recursive: true });
  const env = { ...process.env, GOBIN: directory, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' };
  await execute('go', ['install', `github.com/go-delve/delve/cmd/dlv@v${DELVE}`], { env });
  return file;
}

describe('a Go program', () => {
  it.runIf(found('go'))('stops at a breakpoint for an editor, also after it was started anew', async () => {
    await using scenario = await aScenario();
    const directory = join(scenario.copy.folder, 'app');
    const source = join(directory, 'main.go');
    await writeFile(source, GO_SERVER);
    await copyFile(await delve(), join(directory, 'dlv'));
    const build = ['build', '-gcflags=-N -l', '-o', 'server', 'main.go'];
    const env = { ...process.env, CGO_ENABLED: '0' };
    await execute('go', build, { cwd: directory, env });
    const port = await freePort();
    await writeService(scenario, {
      command: './server',
      debug: `{type: go, port: ${port}}`,
      environment: '{PATH: "/usr/bin:/bin:/app"}',
    });
    await using session = startDevenv(['up'], scenario.options());
    await session.waitForLine(/^bridge\/app:8155 live/, 60_000);
    await session.waitForLine(/^debugger\/app up: go on /, 20_000);
    const { stdout } = await runDevenv(['debug-config'], scenario.options());
    const [attach] = JSON.parse(stdout.replaceAll('${workspaceFolder}', scenario.copy.folder)).configurations;
    expect(attach).toMatchObject({
      type: 'go',
      mode: 'remote',
      substitutePath: [{ from: directory, to: '/app' }],
    });
    for (const path of ['/first', '/second']) {
      const editor = await DebugAdapter.attach(
        { port, directory, remoteDirectory: '/app', attach },
        source,
        GO_LINE,
      );
      const answer = scenario.pod.ask(path, { timeoutMs: 30_000 });
      const stop = await editor.nextStop(20_000);
      expect(stop).toMatchObject({ file: source, line: GO_LINE });
      expect(await stop.evaluate('path')).toBe(`"${path}"`);
      await stop.goOn();
      expect(await answer).toMatchObject({ status: 200, by: 'local', body: path });
      await editor.detach();
      if (path === '/first') await restarted(scenario, session);
    }
  });
});

describe('a Java program', () => {
  it.runIf(found('javac') && found('jdb'))(
    'stops at a breakpoint for a debugger, also after it was started anew',
    async () => {
      await using scenario = await aScenario();
      const directory = join(scenario.copy.folder, 'app');
      await writeFile(join(directory, 'Server.java'), JAVA_SERVER);
      await execute('javac', ['-g', 'Server.java'], { cwd: directory });
      const port = await freePort();
      const java = realpathSync(found('javac') ?? '');
      const home = dirname(dirname(java));
      await writeService(scenario, {
        command: `${home}/bin/java -cp /app Server`,
        debug: `{type: java, port: ${port}}`,
        environment: '{JAVA_TOOL_OPTIONS: "-Xmx64m"}',
        volumes: JSON.stringify(['./app:/app', ...placesOf(home).map((place) => `${place}:${place}:ro`)]),
      });
      await using session = startDevenv(['up'], scenario.options());
      await session.waitForLine(/^bridge\/app:8155 live/, 60_000);
      await session.waitForLine(/^debugger\/app up: java on /, 20_000);
      for (const path of ['/first', '/second']) {
        using debug = Jdb.attach(port, directory);
        await debug.stopAt('Server', JAVA_LINE);
        const answer = scenario.pod.ask(path, { timeoutMs: 30_000 });
        await debug.stopped('Server', JAVA_LINE);
        expect(await debug.print('path')).toBe(`"${path}"`);
        debug.goOn();
        expect(await answer).toMatchObject({ status: 200, by: 'local', body: path });
        await debug.detach();
        if (path === '/first') await restarted(scenario, session);
      }
    },
  );
});

/** The service was started anew on request, and takes requests again. */
async function restarted(scenario: Scenario, session: Devenv): Promise<void> {
  const from = session.lines.length;
  expect(await runDevenv(['restart', 'app'], scenario.options())).toMatchObject({ code: 0 });
  await session.waitForLine(/^bridge\/app:8155 live/, 30_000, from);
}

/** What a Java machine of this machine needs of its files. */
function placesOf(home: string): readonly string[] {
  const settings = realpathSync(join(home, 'conf'));
  return settings.startsWith(home) ? [home] : [home, dirname(settings)];
}
