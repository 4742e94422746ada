// Point pairs: first a point in the probe, then its partner in the exemplar; kept finger by finger.
// [finger, probe x, probe y, exemplar x, exemplar y, how, how]: clicked, moved or snapped.

const COLUMNS = 7;

export class Marks {
  constructor(field, words) {
    this.field = field;
    this.words = words;
    // A form kept by an earlier release does not say how its points were set: they are set again.
    this.rows = (field.value ? JSON.parse(field.value) : []).filter((row) => row.length === COLUMNS);
    this.field.value = this.rows.length ? JSON.stringify(this.rows) : "";
    this.half = null;
    this.undone = [];
    this.onremoved = null;
  }

  of(finger) {
    return this.rows.filter((row) => row[0] === finger);
  }

  points(finger, side) {
    const at = side === "probe" ? 1 : 3;
    return this.of(finger).map((row) => ({ x: row[at], y: row[at + 1] }));
  }

  half_on(side) {
    return this.half && side === "probe" ? this.half : null;
  }

  // Returns the side on which the next point is wanted.
  add(finger, side, place, how) {
    if (side === "probe") {
      this.half = { ...place, how };
      return "exemplar";
    }
    if (!this.half) return "probe";
    this.rows.push([finger, this.half.x, this.half.y, place.x, place.y, this.half.how, how]);
    this.half = null;
    this.undone = [];
    this.save();
    return "probe";
  }

  undo(finger) {
    if (this.half) {
      this.half = null;
      return;
    }
    const last = this.rows.findLastIndex((row) => row[0] === finger);
    if (last >= 0) this.undone.push(...this.rows.splice(last, 1));
    this.save();
  }

  redo(finger) {
    const last = this.undone.findLastIndex((row) => row[0] === finger);
    if (last >= 0) this.rows.push(...this.undone.splice(last, 1));
    this.save();
  }

  // A set point goes to another place, put there by the examiner as it was at first.
  shift(finger, side, number, place, how) {
    const row = this.of(finger)[number];
    const [at, by] = side === "probe" ? [1, 5] : [3, 6];
    [row[at], row[at + 1], row[by]] = [place.x, place.y, how];
    this.save();
  }

  remove(row) {
    this.undone.push(...this.rows.splice(this.rows.indexOf(row), 1));
    this.save();
    if (this.onremoved) this.onremoved();
  }

  say(words) {
    this.words.textContent = words;
  }

  save() {
    this.field.value = this.rows.length ? JSON.stringify(this.rows) : "";
    this.tell();
  }

  tell() {
    const count = this.rows.length;
    this.words.textContent = count ? `${count} point ${count === 1 ? "pair" : "pairs"} marked.` : "";
    this.list();
  }

  // One button for each pair: any of them can be taken back, not the last alone.
  list() {
    const seen = new Map();
    const buttons = this.rows.map((row) => {
      const number = (seen.get(row[0]) || 0) + 1;
      seen.set(row[0], number);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "wb-tool";
      button.textContent = `Remove ${row[0] || "?"}.${number}`;
      button.addEventListener("click", () => this.remove(row));
      return button;
    });
    this.words.parentElement.querySelector("[data-point-list]")?.replaceChildren(...buttons);
  }
}
