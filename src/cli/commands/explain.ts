import { DevenvError } from '../../common/errors.ts';
import { didYouMean, nearest } from '../../common/nearest.ts';
import { safeText } from '../../common/terminal-text.ts';
import { type Explanation, explanations } from '../../config/explanations/index.ts';
import type { CliContext } from '../context.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { errorMeanings, isErrorCode } from '../render/error-meanings.ts';

/**
 * `devenv explain`: what the code of a problem or of an error means, with an example where it is one of the file's;
 * without a code, all of them. Errors: `usage` for a code that there is none of.
 */
export function explain(context: CliContext, code: string | undefined): number {
  context.out(code === undefined ? everyCode() : explained(code));
  return 0;
}

function explained(code: string): string {
  const explanation = explanations.find((one) => one.code === code);
  if (explanation !== undefined) return exampleText(explanation);
  if (isErrorCode(code))
    return `${code}: ends a command with exit code ${exitCodeOf(code)}\n\n${errorMeanings[code]}\n`;
  const known = [...explanations.map((one) => one.code), ...Object.keys(errorMeanings)];
  throw new DevenvError({
    code: 'usage',
    message: `there is no code ${JSON.stringify(code)}`,
    hint: didYouMean(...nearest(code, known).slice(0, 1)) ?? '`devenv explain` lists them',
    owner: 'user',
  });
}

function exampleText({ code, meaning, isWarning, wrong, right, beside = {} }: Explanation): string {
  const others = Object.entries(beside).map(([name, text]) => `\n${name}:\n\n${indented(text)}`);
  return [
    `${code}: ${isWarning === true ? 'a warning about' : 'an error of'} the file\n\n${meaning}\n`,
    `\nwrong:\n\n${indented(wrong)}`,
    `\nright:\n\n${indented(right)}`,
    ...others,
  ].join('');
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${safeText(line)}\n`)
    .join('');
}

function everyCode(): string {
  const ofFile = (warnings: boolean) =>
    explanations.filter((one) => (one.isWarning ?? false) === warnings).map((one) => one.code);
  return [
    `errors of the file:\n${listed(ofFile(false))}`,
    `warnings about the file:\n${listed(ofFile(true))}`,
    `errors of commands:\n${listed(Object.keys(errorMeanings).sort())}`,
    '`devenv explain CODE` says more about one of them\n',
  ].join('\n');
}

function listed(codes: readonly string[]): string {
  return codes.map((code) => `  ${code}\n`).join('');
}
