import { expect, it } from 'vitest';
import { pullImage } from '../../../src/docker/images.ts';

it('no registry is asked for the name of an image that is made here', async () => {
  const access = {
    get docker(): never {
      throw new Error('the engine was asked');
    },
    get credentials(): never {
      throw new Error('credentials were looked for');
    },
  };
  const asked = pullImage(access as never, 'localhost/gefyra-devenv/agent:1a2b', () => {});
  await expect(asked).rejects.toMatchObject({
    code: 'image-not-found',
    message: expect.stringContaining('no registry is asked'),
    hint: expect.stringContaining('devenv image build'),
  });
});
