// What is drawn over a print. Nothing is told by colour alone: each kind has a shape of its own.

const POINT = "#b10e1e";
const ADDED = "#5a2a82";
const FEATURE = "#005a30";
const TRACE = "#0b4f7d";
const TICK_MM = 5;

// An ending is a circle, a bifurcation a square, another a triangle.
export function draw_minutiae(paint, minutiae, view) {
  const unit = 1 / view.zoom;
  for (const { colour, width } of [{ colour: "#ffffff", width: 4 }, { colour: "#1a65a6", width: 2 }]) {
    paint.strokeStyle = colour;
    paint.lineWidth = width * unit;
    for (const minutia of minutiae) {
      const { x_px: x, y_px: y, angle_rad: angle } = minutia;
      const size = 5 * unit;
      paint.beginPath();
      if (minutia.kind === "bifurcation") paint.rect(x - size, y - size, 2 * size, 2 * size);
      else if (minutia.kind === "other") {
        paint.moveTo(x, y - size);
        paint.lineTo(x + size, y + size);
        paint.lineTo(x - size, y + size);
        paint.closePath();
      } else paint.arc(x, y, size, 0, 2 * Math.PI);
      paint.moveTo(x + size * Math.cos(angle), y - size * Math.sin(angle));
      paint.lineTo(x + 3 * size * Math.cos(angle), y - 3 * size * Math.sin(angle));
      paint.stroke();
    }
  }
}

function outlined(paint, path, colour) {
  for (const [style, width] of [["#ffffff", 4], [colour, 2]]) {
    paint.strokeStyle = style;
    paint.lineWidth = width;
    paint.beginPath();
    path();
    paint.stroke();
  }
}

function upright(paint, place, view, draw) {
  paint.save();
  paint.translate(place.x, place.y);
  paint.rotate(-view.turn);
  paint.scale(1 / view.zoom, 1 / view.zoom);
  draw();
  paint.restore();
}

// Features of the analysis: a diamond for a minutia, a ring of eight corners for a ridge ending, a
// square for a bifurcation, a triangle upwards for a core, downwards for a delta; dashed where they
// are debatable, with a line where a minutia points.
export function draw_features(paint, features, view) {
  const corners = { minutia: [0, -9, 9, 0, 0, 9, -9, 0], "ridge ending": [-4, -9, 4, -9, 9, -4, 9, 4, 4, 9, -4, 9, -9, 4, -9, -4], bifurcation: [-8, -8, 8, -8, 8, 8, -8, 8], core: [0, -10, 9, 7, -9, 7], delta: [0, 10, 9, -7, -9, -7] };
  for (const feature of features) {
    if (feature.direction !== undefined) draw_direction(paint, feature, view);
    upright(paint, feature, view, () => {
      paint.setLineDash(feature.certainty === "debatable" ? [3, 3] : []);
      const places = corners[feature.kind];
      outlined(paint, () => {
        paint.moveTo(places[0], places[1]);
        for (let i = 2; i < places.length; i += 2) paint.lineTo(places[i], places[i + 1]);
        paint.closePath();
      }, FEATURE);
    });
  }
}

function draw_direction(paint, feature, view) {
  const angle = (feature.direction * Math.PI) / 180;
  const along = (length) => [feature.x + (length * Math.cos(angle)) / view.zoom, feature.y - (length * Math.sin(angle)) / view.zoom];
  for (const [colour, width] of [["#ffffff", 4], [FEATURE, 2]]) {
    paint.strokeStyle = colour;
    paint.lineWidth = width / view.zoom;
    paint.beginPath();
    paint.moveTo(...along(9));
    paint.lineTo(...along(24));
    paint.stroke();
  }
}

// Traced ridges: a line with a small square at each place.
export function draw_traces(paint, traces, view) {
  draw_lines(paint, traces, view, () => {});
}

// The outline of what the analysis reads: dashed, closed from its last corner to its first.
export function draw_outlines(paint, outlines, view) {
  paint.setLineDash([8 / view.zoom, 5 / view.zoom]);
  draw_lines(paint, outlines, view, () => paint.closePath());
  paint.setLineDash([]);
}

function draw_lines(paint, lines, view, close) {
  const unit = 1 / view.zoom;
  for (const places of lines) {
    for (const [colour, width] of [["#ffffff", 4], [TRACE, 2]]) {
      paint.strokeStyle = colour;
      paint.lineWidth = width * unit;
      paint.lineJoin = "round";
      paint.beginPath();
      places.forEach(({ x, y }, n) => (n ? paint.lineTo(x, y) : paint.moveTo(x, y)));
      close();
      for (const { x, y } of places) paint.rect(x - 2 * unit, y - 2 * unit, 4 * unit, 4 * unit);
      paint.stroke();
    }
  }
}

const LABEL_PLACES = [[9, -6], [9, 17], [-22, -6], [-22, 17], [22, 6], [-34, 6], [0, -20], [0, 32]];

// Points of the comparison are numbered: a circle, a square where the analysis had not marked it.
// A number goes where it covers no other one.
export function draw_points(paint, points, view) {
  const taken = points.map((point) => ({ x: point.x * view.zoom, y: point.y * view.zoom }));
  points.forEach((point, index) => {
    const colour = point.isAdded ? ADDED : POINT;
    const [left, top] = free_place(taken, index);
    upright(paint, point, view, () => {
      outlined(paint, () => {
        if (point.isAdded) paint.rect(-6, -6, 12, 12);
        else paint.arc(0, 0, 6, 0, 2 * Math.PI);
      }, colour);
      paint.font = "bold 13px sans-serif";
      paint.lineWidth = 3;
      paint.strokeStyle = "#ffffff";
      paint.strokeText(String(index + 1), left, top);
      paint.fillStyle = colour;
      paint.fillText(String(index + 1), left, top);
    });
  });
}

// Returns where the number of a point goes, and remembers it as taken. The print may be turned: the
// places of points are then too, which leaves their distances as they are.
function free_place(taken, index) {
  const at = taken[index];
  const room = ([left, top]) =>
    Math.min(...taken.filter((other) => other !== at).map((other) =>
      Math.hypot(other.x - at.x - left - 6, other.y - at.y - top + 5)), 99);
  const place = LABEL_PLACES.find((candidate) => room(candidate) > 14) ||
    LABEL_PLACES.reduce((best, candidate) => (room(candidate) > room(best) ? candidate : best));
  taken.push({ x: at.x + place[0] + 6, y: at.y + place[1] - 5 });
  return place;
}

// The ghost is the place that corresponds to the cross in the other print: faint, it is no cross.
export function draw_cross(paint, cross, isGhost) {
  paint.setLineDash(isGhost ? [4, 4] : []);
  paint.globalAlpha = isGhost ? 0.6 : 1;
  outlined(paint, () => {
    paint.moveTo(cross.x - 16, cross.y);
    paint.lineTo(cross.x + 16, cross.y);
    paint.moveTo(cross.x, cross.y - 16);
    paint.lineTo(cross.x, cross.y + 16);
  }, "#0b0c0c");
  paint.setLineDash([]);
  paint.globalAlpha = 1;
}

// The ninths of the part of the frame that the next digit divides.
export function draw_grid(paint, cell) {
  paint.globalAlpha = 0.6;
  outlined(paint, () => {
    for (let n = 0; n <= 3; n += 1) {
      paint.moveTo(cell.x + (n * cell.width) / 3, cell.y);
      paint.lineTo(cell.x + (n * cell.width) / 3, cell.y + cell.height);
      paint.moveTo(cell.x, cell.y + (n * cell.height) / 3);
      paint.lineTo(cell.x + cell.width, cell.y + (n * cell.height) / 3);
    }
  }, "#0b4f7d");
  paint.globalAlpha = 1;
}

export function draw_scale(paint, dpi, zoom, frame) {
  if (!dpi) return;
  const length = (TICK_MM * dpi * zoom) / 25.4;
  const [left, bottom] = [-frame.clientWidth / 2 + 12, frame.clientHeight / 2 - 12];
  outlined(paint, () => {
    paint.moveTo(left, bottom - 5);
    paint.lineTo(left, bottom);
    paint.lineTo(left + length, bottom);
    paint.lineTo(left + length, bottom - 5);
  }, "#0b0c0c");
  paint.font = "13px sans-serif";
  paint.lineWidth = 3;
  paint.strokeStyle = "#ffffff";
  paint.strokeText(`${TICK_MM} mm`, left + 4, bottom - 6);
  paint.fillStyle = "#0b0c0c";
  paint.fillText(`${TICK_MM} mm`, left + 4, bottom - 6);
}
