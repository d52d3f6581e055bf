import { expect, it } from 'vitest';
import { parseListening } from '../../../src/common/listening-table.ts';

it('finds listening sockets and no others, with the addresses they are bound to', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1FDB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1',
    '   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1',
    '   2: 0100007F:9C40 0100007F:1FDB 01 00000000:00000000 00:00000000 00000000     0        0 1 1',
    '   3: 00000000000000000000000001000000:1FDC 00000000000000000000000000000000:0000 0A 00000000:00000000',
    '',
  ].join('\n');
  expect(parseListening(table)).toEqual([
    { port: 8155, address: '7f000001' },
    { port: 80, address: '00000000' },
    { port: 8156, address: '00000000000000000000000000000001' },
  ]);
});
