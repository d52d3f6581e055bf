// The page of all codes, made from what `devenv explain` says: `docs/errors.md`.

/**
 * As much of an explanation as is used here.
 * @typedef {object} Explanation
 * @property {string} code
 * @property {string} meaning
 * @property {string} wrong
 * @property {string} right
 * @property {Readonly<Record<string, string>>} [beside]
 * @property {boolean} [isWarning]
 */

const HEAD = `# Problems and errors

What each code means. \`devenv explain CODE\` says the same in a terminal.

Problems of the file show their code behind the place, \`gefyra.yaml:3:5 error[unknown-key]\`; for programs there is
\`devenv validate --format json\`, and \`devenv validate --format github\` for annotations of a workflow.
`;

/**
 * @param {readonly Explanation[]} explanations
 * @param {readonly { code: string, meaning: string, exitCode: number }[]} errors
 * @param {(text: string) => string} safe shows what no page shows
 * @returns {string} Markdown
 */
export function errorReference(explanations, errors, safe) {
  const sections = explanations.map(({ code, meaning, wrong, right, beside = {}, isWarning }) => {
    const others = Object.entries(beside).map(
      ([name, text]) => `\`${name}\`:\n\n${fenced('sh', safe(text))}`,
    );
    const kind = isWarning ? 'A warning. ' : '';
    const examples = [`Wrong:\n\n${fenced('yaml', safe(wrong))}`, `Right:\n\n${fenced('yaml', safe(right))}`];
    return [`### ${code}\n\n${kind}${meaning}\n`, ...examples, ...others].join('\n');
  });
  const rows = errors.map(({ code, meaning, exitCode }) => `| \`${code}\` | ${exitCode} | ${meaning} |\n`);
  const table = `| code | exit code | meaning |\n| --- | --- | --- |\n${rows.join('')}`;
  return [HEAD, '## Of the file\n', ...sections, '## Of commands\n', table].join('\n');
}

/** @param {string} language @param {string} text */
function fenced(language, text) {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;
}
