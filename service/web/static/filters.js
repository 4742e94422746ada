// Filters of a picture in grey; each returns a canvas of the same size. The names are those that
// are sealed with a comparison.

export const FILTERS = ["background removed", "local contrast", "equalised", "sharpened"];
const MM_AN_INCH = 25.4;
// Ridges lie some half a millimetre apart: a tile holds several, the background is wider still.
const TILE_MM = 3;
const BACKGROUND_MM = 1.5;
// A shade is at most so many times as frequent as the mean one before it is spread.
const MOST_GAIN = 3;

// `names`: those of FILTERS that are on, applied in that order.
export function filtered(picture, names, dpi) {
  if (!names.size) return picture;
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth;
  canvas.height = picture.naturalHeight;
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  paint.drawImage(picture, 0, 0);
  const pixels = paint.getImageData(0, 0, canvas.width, canvas.height);
  let grey = new Uint8ClampedArray(canvas.width * canvas.height);
  for (let i = 0; i < grey.length; i++) grey[i] = pixels.data[4 * i];
  const [width, height, mm] = [canvas.width, canvas.height, (dpi || 500) / MM_AN_INCH];
  if (names.has("background removed")) grey = flattened(grey, width, height, Math.round(BACKGROUND_MM * mm));
  if (names.has("local contrast")) grey = locally_equalised(grey, width, height, Math.round(TILE_MM * mm));
  if (names.has("equalised")) grey = equalised(grey);
  if (names.has("sharpened")) grey = sharpened(grey, width, height);
  for (let i = 0; i < grey.length; i++) pixels.data.fill(grey[i], 4 * i, 4 * i + 3);
  paint.putImageData(pixels, 0, 0);
  return canvas;
}

// Histogram equalisation: every shade is as frequent as any other.
function equalised(grey) {
  const counts = new Uint32Array(256);
  for (const shade of grey) counts[shade]++;
  const shades = new Uint8ClampedArray(256);
  let below = 0;
  for (let shade = 0; shade < 256; shade++) {
    below += counts[shade];
    shades[shade] = Math.round((255 * below) / grey.length);
  }
  return grey.map((shade) => shades[shade]);
}

// Means of the square of 2 * reach + 1 pixels around each pixel, by sums over rectangles.
function means(grey, width, height, reach) {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += grey[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  const out = new Float64Array(grey.length);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
      const sum =
        sums[bottom * (width + 1) + right] - sums[top * (width + 1) + right] -
        sums[bottom * (width + 1) + left] + sums[top * (width + 1) + left];
      out[y * width + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return out;
}

// Unsharp mask: what differs from the mean of the 5 x 5 pixels around is made stronger.
function sharpened(grey, width, height) {
  const around = means(grey, width, height, 2);
  return grey.map((shade, n) => shade + 1.5 * (shade - around[n]));
}

// Background removal: the mean shade around each pixel is taken out.
function flattened(grey, width, height, reach) {
  const around = means(grey, width, height, reach);
  return grey.map((shade, n) => 128 + shade - around[n]);
}

// Local contrast: each tile is equalised with a limited gain (CLAHE), and between the middles of
// tiles their curves are mixed, so that no edge of a tile is seen.
function locally_equalised(grey, width, height, tile) {
  const [columns, rows] = [Math.ceil(width / tile), Math.ceil(height / tile)];
  const curves = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) curves.push(tile_curve(grey, width, height, column * tile, row * tile, tile));
  }
  const beside = (at, count) => {
    const place = at / tile - 0.5;
    const first = Math.max(0, Math.min(count - 1, Math.floor(place)));
    return [first, Math.min(count - 1, first + 1), Math.max(0, Math.min(1, place - first))];
  };
  return grey.map((shade, n) => {
    const [left, right, across] = beside(n % width, columns);
    const [top, bottom, down] = beside(Math.floor(n / width), rows);
    const upper = curves[top * columns + left][shade] * (1 - across) + curves[top * columns + right][shade] * across;
    const lower = curves[bottom * columns + left][shade] * (1 - across) + curves[bottom * columns + right][shade] * across;
    return upper * (1 - down) + lower * down;
  });
}

function tile_curve(grey, width, height, left, top, tile) {
  const counts = new Float64Array(256);
  const [right, bottom] = [Math.min(width, left + tile), Math.min(height, top + tile)];
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) counts[grey[y * width + x]]++;
  const total = (right - left) * (bottom - top);
  const most = (MOST_GAIN * total) / 256;
  const spread = counts.reduce((sum, count) => sum + Math.max(0, count - most), 0) / 256;
  let below = 0;
  return counts.map((count) => {
    below += Math.min(count, most) + spread;
    return (255 * below) / total;
  });
}
