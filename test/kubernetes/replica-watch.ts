import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ask } from '../e2e/world/ask.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';

/** Pause between two requests to one replica, milliseconds. */
const EVERY_MS = 150;

/** What is told of a pod, a line each time. */
const COLUMNS = [
  '{.metadata.name}',
  '{.status.podIP}',
  '{.status.conditions[?(@.type=="Ready")].status}',
  '{.metadata.deletionTimestamp}',
  '{.spec.ephemeralContainers[*].name}',
];

/** One replica, as its callers and the cluster see it; moments on the clock of `performance`. */
export interface Replica {
  readonly name: string;
  /** When the cluster first counted it as ready; undefined = never. */
  readyAt: number | undefined;
  /** An agent was asked for before that. */
  agentCameFirst: boolean;
  /** How many agents were asked for. */
  agents: number;
  /** When a request was sent that its own container answered, the last one; undefined = none. */
  originalAt: number | undefined;
  /** When the service of this machine first answered in its place; undefined = never. */
  localAt: number | undefined;
  /** Who answered last. */
  by: string | undefined;
  /** It is about to end. */
  isEnding: boolean;
}

/** Asks every pod with a label directly, on a connection for each request, from its first address to its end. */
export class ReplicaWatch implements Disposable {
  readonly #port: number;
  readonly #replicas = new Map<string, Replica>();
  readonly #asked = new Set<string>();
  readonly #ended = new AbortController();

  constructor(pod: ClusterPod, label: string, port: number) {
    this.#port = port;
    const path = `${COLUMNS.join('|')}{"\\n"}`;
    const words = ['-n', pod.namespace, 'get', 'pods', '-l', label, '--watch', '-o', `jsonpath=${path}`];
    const child = spawn('kubectl', words, {
      stdio: ['ignore', 'pipe', 'ignore'],
      signal: this.#ended.signal,
    });
    child.on('error', () => {});
    createInterface({ input: child.stdout }).on('line', (line) => this.#note(line));
  }

  /** Those that are not about to end; a name names one of them. */
  alive(): readonly Replica[] {
    return [...this.#replicas.values()].filter(({ isEnding }) => !isEnding);
  }

  named(name: string): Replica | undefined {
    return this.#replicas.get(name);
  }

  [Symbol.dispose](): void {
    this.#ended.abort();
  }

  #note(line: string): void {
    const [name = '', address = '', ready = '', ending = '', agents = ''] = line.split('|');
    const replica = this.#replicas.get(name) ?? {
      name,
      readyAt: undefined,
      agentCameFirst: false,
      agents: 0,
      originalAt: undefined,
      localAt: undefined,
      by: undefined,
      isEnding: false,
    };
    this.#replicas.set(name, replica);
    replica.agents = agents.split(' ').filter((agent) => agent !== '').length;
    if (replica.readyAt === undefined && replica.agents > 0) replica.agentCameFirst = true;
    if (ready === 'True') replica.readyAt ??= performance.now();
    replica.isEnding = ending !== '';
    if (address === '' || this.#asked.has(name)) return;
    this.#asked.add(name);
    void this.#ask(replica, `http://${address}:${this.#port}/`);
  }

  async #ask(replica: Replica, url: string): Promise<void> {
    while (!this.#ended.signal.aborted && !replica.isEnding) {
      const sentAt = performance.now();
      const answer = await ask(url, { timeoutMs: 2000 }).catch(() => undefined);
      if (answer?.by !== undefined) {
        replica.by = answer.by;
        if (answer.by === 'original') replica.originalAt = sentAt;
        if (answer.by === 'local') replica.localAt ??= performance.now();
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }
}
