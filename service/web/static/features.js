// Features of a probe, marked before any exemplar is shown: [finger, x, y, kind, certainty].

export const KINDS = ["minutia", "core", "delta"];
// A point within so many pixels of a feature is that feature, as in domain/markups.py.
const SAME_PLACE_PX = 12;

export class Features {
  constructor(field, words) {
    this.field = field;
    this.words = words;
    this.rows = field.value ? JSON.parse(field.value) : [];
    this.kind = KINDS[0];
    this.certainty = "definite";
    this.tell();
  }

  of(finger) {
    return features_of(this.rows.filter((row) => row[0] === finger));
  }

  add(finger, place) {
    this.rows.push([finger, place.x, place.y, this.kind, this.certainty]);
    this.save();
  }

  undo(finger) {
    const last = this.rows.findLastIndex((row) => row[0] === finger);
    if (last >= 0) this.rows.splice(last, 1);
    this.save();
  }

  next_kind() {
    this.kind = KINDS[(KINDS.indexOf(this.kind) + 1) % KINDS.length];
    this.tell();
  }

  turn_certainty() {
    this.certainty = this.certainty === "definite" ? "debatable" : "definite";
    this.tell();
  }

  save() {
    this.field.value = this.rows.length ? JSON.stringify(this.rows) : "";
    this.tell();
  }

  tell() {
    const count = this.rows.length;
    const marked = `${count} ${count === 1 ? "feature" : "features"} marked.`;
    this.words.textContent = `${marked} The next one: ${this.certainty} ${this.kind}.`;
  }
}

export function features_of(rows) {
  return rows.map(([, x, y, kind, certainty]) => ({ x, y, kind, certainty }));
}

export function is_marked(features, x, y) {
  return features.some((feature) => Math.hypot(feature.x - x, feature.y - y) <= SAME_PLACE_PX);
}
