// The cross with which points are set: it goes where the examiner puts it, by keys or by a click,
// and nowhere by itself. The other print shows faintly where the place may correspond.
import { fitted, moved } from "./correspondence.js";
import { features_of } from "./features.js";

const SNAP_MM = 1;
const MM_AN_INCH = 25.4;
const GRID_DEPTH = 3;
const SNAPPED_TO = ["ridge ending", "bifurcation"];

export class Crosses {
  constructor(panes, marks, analysed, finger) {
    this.panes = panes;
    this.marks = marks;
    this.rows = analysed;
    this.finger = finger;
  }

  // What the analysis marked in the finger that is looked at; a mark's own finger is not known.
  analysed() {
    return features_of(this.rows.filter((row) => row[0] === 0 || row[0] === this.finger()));
  }

  // Where a place of one print lies in the other, once two pairs of points are marked.
  across(pane, place) {
    if (!this.marks) return null;
    const [to, from] = pane.side === "probe" ? ["exemplar", "probe"] : ["probe", "exemplar"];
    const [starts, ends] = [this.marks.points(this.finger(), from), this.marks.points(this.finger(), to)];
    const fit = fitted(starts.map((start, n) => ({ from: start, to: ends[n] })));
    return fit ? moved(fit, place) : null;
  }

  // Shows in the other print where the cross of this one would be.
  cast(pane) {
    const other = this.panes.find((candidate) => candidate !== pane);
    if (!other || !pane || !pane.cross || !pane.picture || !other.picture) return;
    const place = this.across(pane, pane.to_picture(pane.cross.x, pane.cross.y));
    other.ghost = place ? other.from_picture(place) : null;
    other.draw();
  }

  // The examiner puts the cross: `how` says by what, and a point may be set there.
  put(pane, at, how) {
    pane.cross = at;
    pane.put = at;
    pane.how = how;
    pane.draw();
    this.cast(pane);
  }

  move(pane, x, y) {
    pane.cell = null;
    this.put(pane, { x: pane.cross.x + x, y: pane.cross.y + y }, "moved");
  }

  // To the middle of a ninth of the frame, then of a ninth of that: 1 is top left, 9 bottom right.
  // After three the next begins anew.
  to_ninth(pane, digit) {
    const whole = { x: -pane.frame.clientWidth / 2, y: -pane.frame.clientHeight / 2, width: pane.frame.clientWidth, height: pane.frame.clientHeight, depth: 0 };
    const from = pane.cell && pane.cell.depth < GRID_DEPTH ? pane.cell : whole;
    const [width, height] = [from.width / 3, from.height / 3];
    const [column, row] = [(digit - 1) % 3, Math.floor((digit - 1) / 3)];
    pane.cell = { x: from.x + column * width, y: from.y + row * height, width, height, depth: from.depth + 1 };
    this.put(pane, { x: pane.cell.x + width / 2, y: pane.cell.y + height / 2 }, "moved");
  }

  // To the nearest ridge ending or bifurcation within a millimetre of where the examiner put the
  // cross. Returns whether there is one.
  snap(pane) {
    if (!pane.how || !pane.dpi) return false;
    const reach = (SNAP_MM * pane.dpi * pane.view.zoom) / MM_AN_INCH;
    let [nearest, least] = [null, reach];
    for (const one of pane.minutiae.filter((minutia) => SNAPPED_TO.includes(minutia.kind))) {
      const at = pane.from_picture({ x: one.x_px, y: one.y_px });
      const distance = Math.hypot(at.x - pane.put.x, at.y - pane.put.y);
      if (distance <= least) [nearest, least] = [at, distance];
    }
    if (!nearest) return false;
    pane.cross = nearest;
    pane.how = "snapped";
    pane.draw();
    this.cast(pane);
    return true;
  }

  // A point was set, or another finger is shown: the cross stays, and has to be put again.
  lift(pane) {
    pane.how = null;
    pane.cell = null;
  }
}
