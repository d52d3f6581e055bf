/**
 * What the codes of problems mean, with examples; data and nothing else. A code that the file can have and that is not
 * explained here fails a test.
 */

import { containerExplanations } from './container.ts';
import type { Explanation } from './explanation.ts';
import { layerExplanations } from './layers.ts';
import { networkExplanations } from './network.ts';
import { serviceExplanations } from './service.ts';
import { settingsExplanations } from './settings.ts';
import { shapeExplanations } from './shape.ts';
import { yamlExplanations } from './yaml.ts';

export type { Explanation } from './explanation.ts';

/** All kinds of problems, by code. */
export const explanations: readonly Explanation[] = [
  ...yamlExplanations,
  ...shapeExplanations,
  ...serviceExplanations,
  ...settingsExplanations,
  ...containerExplanations,
  ...networkExplanations,
  ...layerExplanations,
].sort((one, other) => (one.code < other.code ? -1 : 1));
