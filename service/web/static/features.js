// Features of a probe, marked before any exemplar is shown: [finger, x, y, kind, certainty], behind
// them perhaps where a minutia points, in degrees counterclockwise from the right; ridges traced in it
// and the outline of each finger: [finger, [[x, y], ...]].

export const KINDS = ["minutia", "ridge ending", "bifurcation", "core", "delta", "ridge", "outline"];
const DIRECTED = KINDS.slice(0, 3);
// A point within so many pixels at so many an inch of a feature is that feature, as in domain/markups.py.
const SAME_PLACE_PX = 12;
const NOMINAL_PPI = 500;

export class Features {
  constructor(field, traced, outlined, words) {
    this.field = field;
    this.traced = traced;
    this.outlined = outlined;
    this.words = words;
    this.rows = rows_in(field);
    this.traces = rows_in(traced);
    this.outlines = rows_in(outlined);
    this.open = null;
    // The lists in the order in which they were added to: the last one is taken back first.
    const lines = [this.traces, this.outlines].flatMap((list) => list.flatMap(([, places]) => places.map(() => list)));
    this.history = [...this.rows.map(() => this.rows), ...lines];
    // What was taken back, as what puts it back: the last one first.
    this.undone = [];
    this.kind = KINDS[0];
    // Whether the next place says where the last minutia points.
    this.isDirecting = false;
    this.certainty = "definite";
    this.tell();
  }

  of(finger) {
    return features_of(this.rows.filter((row) => row[0] === finger));
  }

  traces_of(finger) {
    return traces_of(this.traces.filter((row) => row[0] === finger));
  }

  outlines_of(finger) {
    return traces_of(this.outlines.filter((row) => row[0] === finger));
  }

  last_minutia(finger) {
    return this.rows.findLast((row) => row[0] === finger && DIRECTED.includes(row[3]));
  }

  // The next place is where the last minutia points; again: it is a feature after all.
  direct(finger) {
    this.isDirecting = !this.isDirecting && Boolean(this.last_minutia(finger));
    this.tell();
    if (this.isDirecting) this.say("Click, or move the cross and press Enter, where the last minutia points.");
    else if (!this.last_minutia(finger)) this.say("Mark a minutia first: then say where it points.");
  }

  point(finger, place) {
    const row = this.last_minutia(finger);
    const angle = Math.atan2(row[2] - place.y, place.x - row[1]);
    row[5] = (Math.round((angle * 180) / Math.PI) + 360) % 360;
    this.isDirecting = false;
    this.save();
  }

  add(finger, place) {
    if (this.isDirecting) {
      this.point(finger, place);
      return;
    }
    this.undone = [];
    if (this.kind === "ridge") this.trace(finger, place);
    else if (this.kind === "outline") this.outline(finger, place);
    else {
      this.rows.push([finger, place.x, place.y, this.kind, this.certainty]);
      this.history.push(this.rows);
    }
    this.save();
  }

  trace(finger, place) {
    if (!this.open || this.open[0] !== finger) {
      this.open = [finger, []];
      this.traces.push(this.open);
    }
    this.open[1].push([place.x, place.y]);
    this.history.push(this.traces);
  }

  // A finger has one outline, which closes by itself.
  outline(finger, place) {
    const row = this.outlines.find((one) => one[0] === finger);
    if (row) row[1].push([place.x, place.y]);
    else this.outlines.push([finger, [[place.x, place.y]]]);
    this.history.push(this.outlines);
  }

  // A ridge of one place is none.
  end_ridge() {
    if (this.open && this.open[1].length < 2) this.undo(this.open[0]);
    this.open = null;
    this.save();
  }

  undo(finger) {
    const step = this.history.findLastIndex((list) => list.some((row) => row[0] === finger));
    if (step < 0) return;
    const list = this.history[step];
    const last = list.findLastIndex((row) => row[0] === finger);
    const places = list === this.rows ? [] : list[last][1];
    if (places.length > 1) {
      const place = places.pop();
      this.undone.push(() => places.push(place));
    } else {
      if (list[last] === this.open) this.open = null;
      const [row] = list.splice(last, 1);
      this.undone.push(() => list.push(row));
    }
    const [taken] = this.history.splice(step, 1);
    const back = this.undone.pop();
    this.undone.push(() => { back(); this.history.push(taken); });
    this.save();
  }

  redo() {
    this.undone.pop()?.();
    this.save();
  }

  say(words) {
    this.words.textContent = words;
  }

  next_kind() {
    if (this.kind === "ridge") this.end_ridge();
    this.kind = KINDS[(KINDS.indexOf(this.kind) + 1) % KINDS.length];
    this.tell();
  }

  turn_certainty() {
    this.certainty = this.certainty === "definite" ? "debatable" : "definite";
    this.tell();
  }

  save() {
    this.field.value = this.rows.length ? JSON.stringify(this.rows) : "";
    // A ridge that has just begun is no line yet.
    const lines = this.traces.filter(([, places]) => places.length > 1);
    this.traced.value = lines.length ? JSON.stringify(lines) : "";
    const outlines = this.outlines.filter(([, places]) => places.length > 2);
    this.outlined.value = outlines.length ? JSON.stringify(outlines) : "";
    this.tell();
  }

  tell() {
    const corners = this.outlines.reduce((sum, [, places]) => sum + places.length, 0);
    const around = corners ? `, ${counted(corners, "corner")} of an outline set` : "";
    const marked = `${counted(this.rows.length, "feature")} marked, ${counted(this.traces.length, "ridge")} traced${around}.`;
    const next = { ridge: "a place of a ridge", outline: "a corner of the outline, of three or more" }[this.kind];
    this.words.textContent = `${marked} The next one: ${next || `${this.certainty} ${this.kind}`}.`;
  }
}

function rows_in(field) {
  return field.value ? JSON.parse(field.value) : [];
}

function counted(count, word) {
  return `${count} ${count === 1 ? word : `${word}s`}`;
}

export function features_of(rows) {
  return rows.map(([, x, y, kind, certainty, direction]) => ({ x, y, kind, certainty, direction }));
}

export function traces_of(rows) {
  return rows.map(([, places]) => places.map(([x, y]) => ({ x, y })));
}

export function is_marked(features, x, y, ppi) {
  const reach = (SAME_PLACE_PX * (ppi || NOMINAL_PPI)) / NOMINAL_PPI;
  return features.some((feature) => Math.hypot(feature.x - x, feature.y - y) <= reach);
}
