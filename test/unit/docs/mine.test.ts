import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { enrolment } from '../../../src/match/index.ts';
import { requestHead } from '../../builders/request-head.ts';
import { TemporaryShop } from '../config/temporary-shop.ts';

// docs/mine.md: its file is loaded, and what it says of the link's answer is compared with that.

const page = readFileSync(join(import.meta.dirname, '../../../docs/mine.md'), 'utf8');

const shop = new TemporaryShop();

it('has a file that asks for marked requests', async () => {
  const [, yaml = ''] = /^```yaml gefyra\.yaml\n(.*?)^```$/ms.exec(page) ?? [];
  await shop.write('gefyra.yaml', yaml);
  const { services } = await shop.load({ environment: { USER: 'john' } });
  expect(services.get('app')?.bridges[0]?.filter).toMatchObject({ match: [[{ of: 'mark', name: 'john' }]] });
});

it('says of the answer to the link what is in it', () => {
  const head = requestHead({ target: '/items?gefyra-devenv=john&page=2' });
  const [status = '', ...lines] = Buffer.from(enrolment(head, () => true) ?? [])
    .toString('latin1')
    .split('\r\n');
  const said = (name: string) => lines.find((line) => line.startsWith(`${name}: `)) ?? 'nothing';
  expect(page).toContain(`\`${status.split(' ')[1]}\` to the page`);
  expect(page).toContain(`\`${said('Set-Cookie').replace('Set-Cookie: gefyra-devenv=john; ', '')}\``);
  for (const name of ['Cache-Control', 'Clear-Site-Data']) expect(page).toContain(`\`${said(name)}\``);
  expect(said('Location')).toBe('Location: /items?page=2');
});
