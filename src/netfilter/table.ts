import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A table of packet rules that the kernel removes when this process, or the nft process that holds it, ends. */
export interface Table {
  readonly name: string;
  /** Does one transaction. Errors: `Error` with nft's words; then nothing of it was done. */
  run(transaction: string): Promise<void>;
  /** Resolves when the nft process is gone, and with it the table. */
  readonly gone: Promise<void>;
  /** Removes the table. */
  close(): Promise<void>;
}

/** A command that changes nothing and prints one known line: whatever nft had to say before came before it. */
const MARKER_COMMAND = 'describe meta mark';
const MARKER_LINE = /^meta expression, datatype mark/;

/**
 * Makes a table and fills it with one transaction; `lesser`: what fills it where the kernel does not know all of that. The
 * table belongs to a long-lived nft process (`flags owner`, Linux 5.12); an older kernel gets a plain table, where only the
 * leases in it expire by themselves. Errors: `Error` with nft's words, e.g. when another process owns a table of that name.
 */
export async function openTable(name: string, content: string, lesser?: string): Promise<Table> {
  const nft = startNft();
  // Both at once: on a busy node each answer of another program takes its time.
  const owned = nft.run(`add table inet ${name} { flags owner; }`);
  const filled = nft.run(content);
  filled.catch(() => {});
  const isOwned = await owned.then(
    () => true,
    () => false,
  );
  if (!isOwned) {
    // What was filled then, if anything, was a table that somebody has left.
    await filled.catch(() => {});
    await nft.run(`add table inet ${name}`);
    await nft.run(`delete table inet ${name}`);
    await nft.run(`add table inet ${name}`);
  }
  await (isOwned ? filled : nft.run(content)).catch((error) => {
    if (lesser === undefined) throw error;
    return nft.run(lesser);
  });
  return {
    name,
    run: nft.run,
    gone: nft.gone,
    close: async () => {
      await nft.run(`delete table inet ${name}`).catch(() => {});
      nft.end();
      await nft.gone;
    },
  };
}

interface Nft {
  run(command: string): Promise<void>;
  readonly gone: Promise<void>;
  end(): void;
}

function startNft(): Nft {
  // One stream for answers and complaints, or their order would be lost.
  const child: ChildProcessWithoutNullStreams = spawn('sh', ['-c', 'exec nft -i 2>&1']);
  child.stdin.on('error', () => {});
  const gone = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  let said: string[] = [];
  const waiting: ((words: string[]) => void)[] = [];
  createInterface(child.stdout).on('line', (line) => {
    if (MARKER_LINE.test(line)) {
      waiting.shift()?.(said);
      said = [];
    } else if (!/^\s*\(basetype /.test(line)) said.push(line);
  });
  const run = async (command: string) => {
    const answered = new Promise<string[]>((resolve) => waiting.push(resolve));
    child.stdin.write(`${command}\n${MARKER_COMMAND}\n`);
    const words = await Promise.race([answered, gone.then(() => ['Error: nft ended'])]);
    const complaint = words.find((line) => line.includes('Error:'));
    if (complaint !== undefined) throw new Error(`${complaint.trim()} in: ${command}`);
  };
  return { run, gone, end: () => child.stdin.end('quit\n') };
}
