// Filters of a picture in grey; each returns a canvas of the same size.

export function filtered(picture, { isEqualised, isSharpened }) {
  if (!isEqualised && !isSharpened) return picture;
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth;
  canvas.height = picture.naturalHeight;
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  paint.drawImage(picture, 0, 0);
  const pixels = paint.getImageData(0, 0, canvas.width, canvas.height);
  let grey = new Uint8ClampedArray(canvas.width * canvas.height);
  for (let i = 0; i < grey.length; i++) grey[i] = pixels.data[4 * i];
  if (isEqualised) grey = equalised(grey);
  if (isSharpened) grey = sharpened(grey, canvas.width, canvas.height);
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

// Unsharp mask: what differs from the mean of the 5 x 5 pixels around is made stronger.
function sharpened(grey, width, height) {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += grey[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  const out = new Uint8ClampedArray(grey.length);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - 2), Math.min(height, y + 3)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - 2), Math.min(width, x + 3)];
      const sum =
        sums[bottom * (width + 1) + right] - sums[top * (width + 1) + right] -
        sums[bottom * (width + 1) + left] + sums[top * (width + 1) + left];
      const mean = sum / ((bottom - top) * (right - left));
      out[y * width + x] = grey[y * width + x] + 1.5 * (grey[y * width + x] - mean);
    }
  }
  return out;
}
