import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The built command line that the scenarios run. */
export const cli = join(root, 'dist', 'devenv.js');

/** The example whose pod the scenarios bridge. */
export const example = join(root, 'examples', 'sidecar-demo');

/** Image of the pod's containers and of the example's service; has Node. */
export const demoImage = process.env.DEMO_IMAGE ?? 'sidecar-demo:dev';

/** The example behind a login. */
export const oauth2Example = join(root, 'examples', 'oauth2-demo');

/** An image with Python, debugpy and FastAPI: that of the example's app. */
export const pythonImage = 'oauth2-demo-app:dev';
