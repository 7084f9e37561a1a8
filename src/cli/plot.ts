/**
 * A small line chart as SVG: time by chunk size, both axes logarithmic, one line per array size. Used by `bench`, and
 * by the benchmarks in `bench/`.
 */

interface Point {
  readonly x: number;
  readonly y: number;
  readonly mark?: boolean | undefined;
}
/** The content of a chart. Coordinates are positive; a point with `mark` gets a ring. */
export interface Chart {
  readonly title: string;
  readonly subtitle: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly { readonly label: string; readonly points: readonly Point[] }[];
}

const WIDTH = 760;
const HEIGHT = 440;
const LEFT = 80;
const RIGHT = 150;
const TOP = 50;
const BOTTOM = 70;
const COLOURS = ["#1b6ca8", "#c8553d", "#3d8b5f", "#8a5fbf"];

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escapeXml = (text: string) => text.replace(/[&<>]/g, (c) => ENTITIES[c]!);

/** Draws a chart; returns the text of the SVG. */
export function logLogPlot({ title, subtitle, xLabel, yLabel, series }: Chart): string {
  const points = series.flatMap((one) => one.points);
  const [xs, ys] = [points.map((p) => p.x), points.map((p) => p.y)];
  const scale = (low: number, high: number, from: number, to: number) => (v: number) =>
    from + ((Math.log(v) - Math.log(low)) / (Math.log(high) - Math.log(low) || 1)) * (to - from);
  const [xLow, xHigh, yLow, yHigh] = [Math.min(...xs), Math.max(...xs), Math.min(...ys) / 1.3, Math.max(...ys) * 1.3];
  const x = scale(xLow, xHigh, LEFT, WIDTH - RIGHT);
  const y = scale(yLow, yHigh, HEIGHT - BOTTOM, TOP);
  const ticks = (low: number, high: number, base: number) => {
    const found: number[] = [];
    for (let k = Math.ceil(Math.log(low) / Math.log(base)); base ** k <= high; k++) found.push(base ** k);
    return found;
  };
  const size = (v: number) => (v >= 2 ** 20 ? `${v / 2 ** 20} MiB` : `${v / 1024} KiB`);
  const grid = [
    ...ticks(xLow, xHigh, 4).map(
      (v) =>
        `<line x1="${x(v)}" x2="${x(v)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="#e4e4e4"/>` +
        `<text x="${x(v)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${size(v)}</text>`,
    ),
    ...ticks(yLow, yHigh, 10).map(
      (v) =>
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(v)}" y2="${y(v)}" stroke="#e4e4e4"/>` +
        `<text x="${LEFT - 8}" y="${y(v) + 4}" text-anchor="end">${Number(v.toPrecision(1))}</text>`,
    ),
  ];
  const lines = series.map(({ label, points }, i) => {
    const colour = COLOURS[i % COLOURS.length];
    const path = points.map((p, k) => `${k ? "L" : "M"}${x(p.x).toFixed(1)},${y(p.y).toFixed(1)}`).join("");
    const dots = points.map((p) => {
      const [radius, fill] = p.mark ? [6, "#fff"] : [3, colour];
      const centre = `cx="${x(p.x).toFixed(1)}" cy="${y(p.y).toFixed(1)}"`;
      const title = `<title>${size(p.x)}: ${p.y.toPrecision(3)}</title>`;
      return `<circle ${centre} r="${radius}" fill="${fill}" stroke="${colour}" stroke-width="2">${title}</circle>`;
    });
    const last = points.at(-1)!;
    const name = `<text x="${x(last.x) + 10}" y="${y(last.y) + 4}" fill="${colour}">${escapeXml(label)}</text>`;
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}${name}`;
  });
  const middle = (TOP + HEIGHT - BOTTOM) / 2;
  const font = 'font-family="sans-serif" font-size="12" fill="#333"';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" ${font}>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${LEFT}" y="22" font-size="16">${escapeXml(title)}</text>
<text x="${LEFT}" y="39" fill="#777">${escapeXml(subtitle)}</text>
${grid.join("\n")}
${lines.join("\n")}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 22}" text-anchor="middle">${escapeXml(xLabel)}</text>
<text transform="translate(22,${middle}) rotate(-90)" text-anchor="middle">${escapeXml(yLabel)}</text>
</svg>
`;
}
