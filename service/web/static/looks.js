// How the prints look: each print by itself, or both together; what was used is sealed.
import { look_told, plain } from "./pane.js";

const BOUNDS = { contrast: [0.3, 4], brightness: [0.3, 3] };
const TOOLS = { "local-contrast": "local contrast", flatten: "background removed", equalise: "equalised", sharpen: "sharpened" };
const MOST = 80;

export class Looks {
  constructor(root, panes, finger) {
    this.root = root;
    this.panes = panes;
    this.finger = finger;
    this.active = panes[0] || null;
    this.areJoined = panes.length < 2;
    this.field = root.querySelector("[data-enhancements]");
    this.used = new Map((this.field?.value ? JSON.parse(this.field.value) : []).map((row) => [JSON.stringify(row), row]));
  }

  turn_to(pane) {
    this.active = pane;
    this.tell();
  }

  change(change) {
    for (const pane of this.areJoined ? this.panes : [this.active]) {
      if (!pane) continue;
      change(pane.look);
      pane.filter();
    }
    this.tell();
  }

  scale(name, by) {
    const [least, most] = BOUNDS[name];
    this.change((look) => { look[name] = Math.min(most, Math.max(least, look[name] * by)); });
  }

  // A filter that the active print has is taken from all that change, and put on otherwise.
  turn(name) {
    const is = !this.active?.look.filters.has(name);
    this.change((look) => (is ? look.filters.add(name) : look.filters.delete(name)));
  }

  invert() {
    const is = !this.active?.look.inverted;
    this.change((look) => { look.inverted = is; });
  }

  join() {
    this.areJoined = !this.areJoined;
    this.tell();
  }

  reset() {
    for (const pane of this.panes) {
      pane.look = plain();
      pane.filter();
    }
    this.tell();
  }

  // The looks of now count as used: a point is set, the finger changes, or the outcome is sealed.
  note() {
    if (!this.field) return;
    for (const pane of this.panes) {
      const told = look_told(pane.look);
      if (!told || !pane.picture) continue;
      const row = [this.finger(), pane.side, ...told];
      if (this.used.size < MOST) this.used.set(JSON.stringify(row), row);
    }
    this.field.value = this.used.size ? JSON.stringify([...this.used.values()]) : "";
  }

  // The buttons say how the active print looks.
  tell() {
    const look = this.active?.look || plain();
    for (const [tool, name] of Object.entries(TOOLS)) this.press(tool, look.filters.has(name));
    this.press("invert", look.inverted);
    this.press("look-both", this.areJoined);
    const words = this.root.querySelector("[data-look-of]");
    if (words) words.textContent = this.areJoined ? "both prints" : this.active?.title || "";
  }

  press(tool, is) {
    this.root.querySelector(`[data-tool="${tool}"]`)?.setAttribute("aria-pressed", String(is));
  }
}
