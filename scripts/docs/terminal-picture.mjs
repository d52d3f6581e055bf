// What a terminal showed, as a picture: `tmux capture-pane -e -p | node scripts/docs/terminal-picture.mjs > docs/up.svg`.
import { readFileSync } from 'node:fs';

const COLOURS = ['#24292f', '#e5534b', '#57ab5a', '#c69026', '#539bf5', '#b083f0', '#39c5cf', '#adbac7'];
const PLAIN = '#d6dee7';
const [CELL, LINE, MARGIN] = [8.4, 19, 18];

const lines = readFileSync(0, 'utf8').replace(/\s+$/, '').split('\n');
const width = Math.max(...lines.map((line) => spansOf(line).reduce((sum, { text }) => sum + text.length, 0)));
const [w, h] = [Math.ceil(width * CELL + 2 * MARGIN), lines.length * LINE + 2 * MARGIN + 24];
const rows = lines.map((line, index) => {
  const spans = spansOf(line).map(({ text, style }) => `<tspan${style}>${escaped(text)}</tspan>`);
  return `<text x="${MARGIN}" y="${MARGIN + 38 + index * LINE}" xml:space="preserve">${spans.join('')}</text>`;
});
const dots = ['#e5534b', '#c69026', '#57ab5a'].map(
  (fill, index) => `<circle cx="${22 + index * 20}" cy="20" r="6" fill="${fill}"/>`,
);

process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14">
<title>devenv up in a terminal</title>
<rect width="${w}" height="${h}" rx="10" fill="#1c2128"/>
${dots.join('')}
<g fill="${PLAIN}">
${rows.join('\n')}
</g>
</svg>
`);

/**
 * Pieces of a line with the style that escape sequences gave them.
 * @param {string} line
 */
function spansOf(line) {
  /** @type {{ text: string, style: string }[]} */
  const spans = [];
  let [fill, bold, dim] = ['', false, false];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how sequences begin
  for (const piece of line.split(/(\u001b\[[0-9;]*m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
    const codes = /^\u001b\[([0-9;]*)m$/.exec(piece)?.[1];
    if (codes === undefined) {
      const style = `${fill === '' ? '' : ` fill="${fill}"`}${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity="0.6"' : ''}`;
      if (piece !== '') spans.push({ text: piece, style });
      continue;
    }
    for (const code of codes.split(';').map(Number)) {
      if (code === 0) [fill, bold, dim] = ['', false, false];
      else if (code === 1) bold = true;
      else if (code === 2) dim = true;
      else if (code === 22) [bold, dim] = [false, false];
      else if (code >= 30 && code <= 37) fill = COLOURS[code - 30] ?? '';
      else if (code >= 90 && code <= 97) fill = COLOURS[code - 90] ?? '';
      else if (code === 39) fill = '';
    }
  }
  return spans;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
