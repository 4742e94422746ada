// Where a place of one print lies in the other, by the pairs marked so far.

// Returns the move, turn and scale that fit pairs [{from, to}, ...] best, null for fewer than two.
// Least squares in complex numbers: to = a * from + b.
export function fitted(pairs) {
  if (pairs.length < 2) return null;
  const mean = (side) => ({
    x: pairs.reduce((sum, pair) => sum + pair[side].x, 0) / pairs.length,
    y: pairs.reduce((sum, pair) => sum + pair[side].y, 0) / pairs.length,
  });
  const from = mean("from");
  const to = mean("to");
  let real = 0;
  let imaginary = 0;
  let spread = 0;
  for (const pair of pairs) {
    const [x, y] = [pair.from.x - from.x, pair.from.y - from.y];
    const [u, v] = [pair.to.x - to.x, pair.to.y - to.y];
    real += x * u + y * v;
    imaginary += x * v - y * u;
    spread += x * x + y * y;
  }
  if (spread === 0) return null;
  return { from, to, real: real / spread, imaginary: imaginary / spread };
}

export function moved(fit, place) {
  const [x, y] = [place.x - fit.from.x, place.y - fit.from.y];
  return {
    x: fit.to.x + fit.real * x - fit.imaginary * y,
    y: fit.to.y + fit.imaginary * x + fit.real * y,
  };
}
