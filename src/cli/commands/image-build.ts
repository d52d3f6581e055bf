import { ensureImage } from '../../image/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { shown } from '../render/reporter.ts';
import { imageFor, openEngine } from '../wiring.ts';

/** `devenv image build`: makes the image of agent and gateway where it is missing; its name goes to stdout. */
export async function imageBuild(context: CliContext, flags: GlobalFlags): Promise<number> {
  const [engine, image] = await Promise.all([openEngine(context), imageFor(context, undefined)]);
  await shown(context, flags, 'Ctrl-C leaves it running', (report) => {
    const progress = (message: string) => report({ type: 'progress', resource: 'image/agent', message });
    return ensureImage(engine, image, progress, context.ending);
  });
  context.out(`${image.reference}\n`);
  return 0;
}
