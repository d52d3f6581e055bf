// The results as a picture.

/**
 * A picture of two bars for each path: requests per second, and added latency.
 * @param {import('./report.mjs').Results} results
 */
export function plot({ places, machine }) {
  const rows = Object.entries(places).flatMap(([place, { paths }]) =>
    Object.entries(paths).map(([name, { latency, rate }]) => ({
      label: `${place}: ${name}`,
      rate: rate.p50,
      added: Math.max(0, latency.p50 - (paths.direct?.latency.p50 ?? 0)),
      ours: name === 'devenv',
    })),
  );
  const most = {
    rate: Math.max(...rows.map(({ rate }) => rate)),
    added: Math.max(...rows.map(({ added }) => added)),
  };
  const bar = (
    /** @type {number} */ x,
    /** @type {number} */ y,
    /** @type {number} */ part,
    /** @type {boolean} */ ours,
    /** @type {string} */ text,
  ) =>
    `<rect x="${x}" y="${y}" width="${Math.max(1, part * 200).toFixed(1)}" height="14" fill="${ours ? '#0a7' : '#9ab'}"/>` +
    `<text x="${(x + 6 + part * 200).toFixed(1)}" y="${y + 11}">${text}</text>`;
  const body = rows.map(({ label, rate, added, ours }, index) => {
    const y = 44 + index * 22;
    return (
      `<text x="180" y="${y + 11}" text-anchor="end"${ours ? ' font-weight="bold"' : ''}>${label}</text>` +
      bar(190, y, rate / most.rate, ours, `${Math.round(rate)}/s`) +
      bar(480, y, added / most.added, ours, `${added.toFixed(2)} ms`)
    );
  });
  const height = 70 + rows.length * 22;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 ${height}" font-family="system-ui, sans-serif" font-size="12">
<title>Requests per second and added latency</title>
<rect width="760" height="${height}" fill="#fff"/>
<text x="190" y="26" font-weight="bold">requests/s at 32 connections</text>
<text x="480" y="26" font-weight="bold">added latency, median</text>
${body.join('\n')}
<text x="20" y="${height - 10}" fill="#567" font-size="10">${machine}</text>
</svg>
`;
}
