// A point that is set already, taken hold of: by a drag, or by keys when the cross is on it.

const REACH_PX = 8;

export class Grasp {
  constructor(marks, finger, changed) {
    this.marks = marks;
    this.finger = finger;
    this.changed = changed;
  }

  // The number of the set point at a place of the frame; null for none.
  at(pane, place) {
    if (!this.marks || !pane.picture || !pane.points.length) return null;
    const apart = pane.points.map((point) => {
      const one = pane.from_picture(point);
      return Math.hypot(one.x - place.x, one.y - place.y);
    });
    const least = Math.min(...apart);
    return least <= REACH_PX ? apart.indexOf(least) : null;
  }

  // What a drag that begins at a place moves; null where it moves the print.
  held(pane, from) {
    const number = this.at(pane, from);
    return number === null ? null : (to) => this.shift(pane, number, pane.to_picture(to.x, to.y), "clicked");
  }

  // Moves the set point under the cross by pixels of the print, and the cross with it.
  nudge(pane, x, y) {
    const number = pane.cross ? this.at(pane, pane.cross) : null;
    if (number === null) return;
    const point = pane.points[number];
    this.shift(pane, number, { x: point.x + x, y: point.y + y }, "moved");
    pane.cross = pane.from_picture(pane.points[number]);
    pane.draw();
  }

  shift(pane, number, place, how) {
    if (!pane.holds(place)) return;
    this.marks.shift(this.finger(), pane.side, number, place, how);
    this.changed();
  }
}
