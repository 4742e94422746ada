// One print in its frame: picture, place, turn, contrast, minutiae and marked points on a canvas.
import { draw_cross, draw_features, draw_grid, draw_minutiae, draw_outlines, draw_points, draw_scale, draw_traces } from "./drawing.js";
import { FILTERS, filtered } from "./filters.js";

const SMALLEST = 0.2;
const LARGEST = 12;

export function plain() {
  return { inverted: false, contrast: 1, brightness: 1, filters: new Set() };
}

// A look as it is sealed: its filters, contrast and brightness in percent; null for the plain one.
export function look_told(look) {
  const names = FILTERS.filter((name) => look.filters.has(name));
  if (look.inverted) names.push("inverted");
  const [contrast, brightness] = [Math.round(100 * look.contrast), Math.round(100 * look.brightness)];
  return names.length || contrast !== 100 || brightness !== 100 ? [names, contrast, brightness] : null;
}

export class Pane {
  constructor(section) {
    this.section = section;
    this.side = section.dataset.side;
    this.frame = section.querySelector("[data-view]");
    this.title = section.getAttribute("aria-label");
    this.about = section.querySelector("[data-about]");
    this.origin = section.querySelector("[data-origin]");
    this.still = section.querySelector("img");
    this.canvas = document.createElement("canvas");
    this.canvas.className = "wb-pane__canvas";
    this.canvas.setAttribute("aria-hidden", "true");
    this.frame.append(this.canvas);
    this.still.hidden = true;
    this.frame.tabIndex = 0;
    this.frame.setAttribute("role", "application");
    this.picture = null;
    this.minutiae = [];
    this.points = [];
    this.features = [];
    this.traces = [];
    this.outlines = [];
    this.half = null;
    // Where the examiner put the cross, and how; null until they have, for each point anew.
    this.cross = null;
    this.put = null;
    this.how = null;
    this.cell = null;
    this.isMarked = false;
    this.ghost = null;
    this.dpi = 0;
    this.said = "";
    this.loads = 0;
    this.ondrawn = null;
    this.onfitted = null;
    this.look = plain();
    this.showsMinutiae = false;
    this.view = { x: 0, y: 0, zoom: 1, turn: 0 };
    new ResizeObserver(() => this.resize()).observe(this.frame);
    this.show(this.frame.dataset.image.replace(/\.png$/, ""), this.about.textContent.trim());
  }

  // Show another print; what arrives after a still later one was asked for is dropped.
  async show(address, about) {
    const load = ++this.loads;
    this.about.textContent = about;
    delete this.section.dataset.ready;
    this.frame.setAttribute("aria-label", `${this.title}: ${about}`);
    this.picture = null;
    this.minutiae = [];
    this.origin.textContent = "The print is being drawn…";
    this.draw();
    try {
      const [picture, facts] = await Promise.all([picture_at(`${address}.png`), json_at(`${address}.json`)]);
      if (load !== this.loads) return;
      this.picture = picture;
      this.minutiae = facts.minutiae;
      this.dpi = facts.dpi;
      this.said = {
        captured: "captured image",
        synthetic: "synthetic rendering",
        none: "there is no image of this print",
      }[facts.origin];
      this.filter();
      this.section.dataset.ready = about;
      this.fit();
      if (this.ondrawn) this.ondrawn();
    } catch {
      if (load === this.loads) this.origin.textContent = "This print could not be loaded. Reload the page.";
    }
  }

  resize() {
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.max(1, Math.round(this.frame.clientWidth * ratio));
    this.canvas.height = Math.max(1, Math.round(this.frame.clientHeight * ratio));
    if (this.picture && !this.moved) this.fit();
    this.draw();
  }

  fit() {
    if (!this.picture) return;
    this.view = { x: 0, y: 0, zoom: this.fitted_zoom(), turn: 0 };
    this.moved = false;
    this.slip();
    this.draw();
    if (this.onfitted) this.onfitted();
  }

  fitted_zoom() {
    const width = this.frame.clientWidth / this.picture.naturalWidth;
    const height = this.frame.clientHeight / this.picture.naturalHeight;
    return Math.max(SMALLEST, Math.min(width, height));
  }

  pan(x, y) {
    this.view.x += x;
    this.view.y += y;
    this.change();
  }

  zoom(factor, around = { x: 0, y: 0 }) {
    const before = this.view.zoom;
    this.view.zoom = Math.min(LARGEST, Math.max(SMALLEST, before * factor));
    const grown = this.view.zoom / before;
    this.view.x = around.x + (this.view.x - around.x) * grown;
    this.view.y = around.y + (this.view.y - around.y) * grown;
    this.change();
  }

  // So many pixels of the screen to each pixel that a print of 500 an inch would have.
  enlarge(times) {
    if (!this.picture) return;
    this.zoom((times * 500) / (this.dpi || 500) / this.view.zoom);
  }

  filter() {
    this.shown = this.picture ? filtered(this.picture, this.look.filters, this.dpi) : null;
    this.draw();
  }

  // Origin, resolution and turn, in words under the print.
  tell() {
    if (!this.picture) return;
    const degrees = Math.round((this.view.turn * 180) / Math.PI) % 360;
    const words = `${this.said}, ${this.dpi} ppi, turned ${degrees}°`;
    if (this.origin.textContent !== words) this.origin.textContent = words;
  }

  rotate(degrees) {
    this.view.turn += (degrees * Math.PI) / 180;
    this.change();
  }

  change() {
    this.moved = true;
    this.slip();
    this.draw();
  }

  // The print went away under the cross, which is no longer at the minutia that it was sent to.
  slip() {
    if (this.how === "snapped") this.how = "moved";
    this.put = this.cross;
    this.cell = null;
  }

  // From the middle of the frame to the picture, in pixels of each.
  to_picture(x, y) {
    const { zoom, turn } = this.view;
    const left = (x - this.view.x) / zoom;
    const up = (y - this.view.y) / zoom;
    return {
      x: Math.round(left * Math.cos(-turn) - up * Math.sin(-turn) + this.picture.naturalWidth / 2),
      y: Math.round(left * Math.sin(-turn) + up * Math.cos(-turn) + this.picture.naturalHeight / 2),
    };
  }

  // From the picture to the middle of the frame.
  from_picture(place) {
    const { zoom, turn } = this.view;
    const x = place.x - this.picture.naturalWidth / 2;
    const y = place.y - this.picture.naturalHeight / 2;
    return {
      x: this.view.x + zoom * (x * Math.cos(turn) - y * Math.sin(turn)),
      y: this.view.y + zoom * (x * Math.sin(turn) + y * Math.cos(turn)),
    };
  }

  holds(place) {
    return (
      place.x >= 0 && place.y >= 0 && place.x < this.picture.naturalWidth && place.y < this.picture.naturalHeight
    );
  }

  draw() {
    const paint = this.canvas.getContext("2d");
    const ratio = window.devicePixelRatio || 1;
    paint.setTransform(1, 0, 0, 1, 0, 0);
    paint.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (!this.picture) return;
    paint.setTransform(ratio, 0, 0, ratio, this.canvas.width / 2, this.canvas.height / 2);
    paint.translate(this.view.x, this.view.y);
    paint.scale(this.view.zoom, this.view.zoom);
    paint.rotate(this.view.turn);
    paint.translate(-this.picture.naturalWidth / 2, -this.picture.naturalHeight / 2);
    paint.filter = `brightness(${this.look.brightness}) contrast(${this.look.contrast})${this.look.inverted ? " invert(1)" : ""}`;
    paint.drawImage(this.shown || this.picture, 0, 0);
    paint.filter = "none";
    if (this.showsMinutiae) draw_minutiae(paint, this.minutiae, this.view);
    draw_outlines(paint, this.outlines, this.view);
    draw_traces(paint, this.traces, this.view);
    draw_features(paint, this.features, this.view);
    draw_points(paint, this.half ? [...this.points, this.half] : this.points, this.view);
    paint.setTransform(ratio, 0, 0, ratio, this.canvas.width / 2, this.canvas.height / 2);
    if (this.ghost) draw_cross(paint, this.ghost, true);
    if (this.isMarked && this.cell) draw_grid(paint, this.cell);
    if (this.isMarked && this.cross) draw_cross(paint, this.cross, false);
    draw_scale(paint, this.dpi, this.view.zoom, this.frame);
    this.tell();
  }
}

function picture_at(address) {
  return new Promise((resolve, reject) => {
    const picture = new Image();
    picture.addEventListener("load", () => resolve(picture));
    picture.addEventListener("error", () => reject(new Error("no picture")));
    picture.src = address;
  });
}

async function json_at(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error("no minutiae");
  return answer.json();
}
