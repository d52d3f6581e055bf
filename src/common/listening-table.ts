/** State of a listening socket in /proc/net/tcp. */
const LISTEN = '0A';

/** A socket that listens. */
export interface ListeningSocket {
  readonly port: number;
  /** What it is bound to: four bytes or sixteen, in network order, as hexadecimal digits. All zero is any address. */
  readonly address: string;
}

/** The listening sockets in the text of /proc/net/tcp or tcp6. */
export function parseListening(table: string): readonly ListeningSocket[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN)
    .map((fields) => {
      const [address = '', port = ''] = fields[1]?.split(':') ?? [];
      return { port: Number.parseInt(port, 16), address: networkOrder(address) };
    });
}

/** The tables show addresses as numbers of four bytes, in the order of this machine, which is the reverse one. */
function networkOrder(address: string): string {
  const words = address.match(/.{8}/g) ?? [];
  return words.map((word) => Buffer.from(word, 'hex').reverse().toString('hex')).join('');
}
