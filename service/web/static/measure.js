// The distance of two places of a print, and how many ridges a line between them crosses.

const MM_AN_INCH = 25.4;
// A ridge is a run of dark pixels along the line; thinner ones are grain.
const THINNEST_MM = 0.1;

export function distance_mm(from, to, dpi) {
  return (Math.hypot(to.x - from.x, to.y - from.y) * MM_AN_INCH) / dpi;
}

// Ridges between the two places; one that a place lies on is not between them. `shades`: dark is low.
export function ridges_crossed(shades, thinnest) {
  const middle = (Math.min(...shades) + Math.max(...shades)) / 2;
  const runs = [];
  for (const shade of shades) {
    const isDark = shade < middle;
    const last = runs.at(-1);
    if (last && last.isDark === isDark) last.length += 1;
    else runs.push({ isDark, length: 1 });
  }
  return runs.slice(1, -1).filter((run) => run.isDark && run.length >= thinnest).length;
}

// The shades of a picture along a line, one a pixel.
export function shades_between(picture, from, to) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth || picture.width, picture.naturalHeight || picture.height];
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  paint.drawImage(picture, 0, 0);
  const { data, width } = paint.getImageData(0, 0, canvas.width, canvas.height);
  const steps = Math.max(1, Math.round(Math.hypot(to.x - from.x, to.y - from.y)));
  return Array.from({ length: steps + 1 }, (_, n) => {
    const x = Math.round(from.x + ((to.x - from.x) * n) / steps);
    const y = Math.round(from.y + ((to.y - from.y) * n) / steps);
    return data[4 * (y * width + x)];
  });
}

export function measured(pane, from, to) {
  const apart = distance_mm(from, to, pane.dpi);
  const shades = shades_between(pane.picture, from, to);
  const count = ridges_crossed(shades, (THINNEST_MM * pane.dpi) / MM_AN_INCH);
  return `${apart.toFixed(1)} mm apart; ${count} ${count === 1 ? "ridge" : "ridges"} between.`;
}
