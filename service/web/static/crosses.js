// Where the cross goes while points are marked: to corresponding places, and to the next one of note.
import { fitted, moved } from "./correspondence.js";
import { features_of, is_marked } from "./features.js";

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

  // The cross goes to the next feature of the analysis, after them to the next detected minutia.
  jump(pane) {
    if (!pane || !pane.cross || !pane.picture) return;
    const own = pane.side === "probe" ? this.analysed() : [];
    const detected = pane.minutiae.map((one) => ({ x: one.x_px, y: one.y_px }));
    const places = [...own, ...detected.filter((one) => !is_marked(own, one.x, one.y, pane.dpi))];
    if (!places.length) return;
    pane.jumps = ((pane.jumps ?? -1) + 1) % places.length;
    pane.cross = pane.from_picture(places[pane.jumps]);
    pane.draw();
    this.cast(pane);
  }

  // After a point: the cross of the print that is next goes where the next point may be.
  follow(pane, next, place) {
    const there = next.side === "exemplar" ? this.across(pane, place) : null;
    if (there && next.picture && next.holds(there)) next.cross = next.from_picture(there);
    else if (next.side === "exemplar") this.jump(next);
  }
}
