// The page on which prints are looked at: tools, fingers, marking, and the keys for all of them.
import { Crosses } from "./crosses.js";
import { Evaluation } from "./evaluation.js";
import { Features, is_marked, traces_of } from "./features.js";
import { Grasp } from "./grasp.js";
import { keep } from "./keeper.js";
import { Marks } from "./marks.js";
import { measured } from "./measure.js";
import { Looks } from "./looks.js";
import { Pane } from "./pane.js";
import { watch_pointer } from "./pointer.js";

const STEP = 24;
const KEYS_OFF = "identlink-keys-off";

const root = document.querySelector("[data-viewer]");
const panes = [...root.querySelectorAll(".wb-pane")].map((section) => new Pane(section));
const fingers = [...document.querySelectorAll("[data-finger]")];
const tools = root.querySelector("[data-tools]");
const help = document.querySelector("[data-help]");
const shortcuts = document.querySelector("[data-shortcuts]");
const field = root.querySelector("[data-points]");
const marks = field ? new Marks(field, root.querySelector("[data-point-count]")) : null;
const featureField = root.querySelector("[data-features]");
const features = featureField ? new Features(featureField, root.querySelector("[data-traces]"), root.querySelector("[data-outlines]"), root.querySelector("[data-feature-count]")) : null;
// The sealed analysis of the probe, shown beside the exemplar.
const analysed = root.dataset.markup ? JSON.parse(root.dataset.markup) : [];
const traced = root.dataset.traced ? JSON.parse(root.dataset.traced) : [];
const outlined = root.dataset.outlined ? JSON.parse(root.dataset.outlined) : [];
const crosses = new Crosses(panes, marks, features ? [] : analysed, finger);
const grasp = new Grasp(marks, finger, refresh);
const looks = new Looks(root, panes, finger);
const isLinkable = panes.length > 1;
let active = panes[0] || null;
let isLinked = isLinkable;
let isMarking = false;
// The points somebody has sealed, looked at by whoever resolves a difference of opinion.
const sealings = [...root.querySelectorAll("[data-sealed]")];
let sealed = [];

tools.hidden = false;
shortcuts.checked = localStorage.getItem(KEYS_OFF) !== "yes";
shortcuts.addEventListener("change", () => localStorage.setItem(KEYS_OFF, shortcuts.checked ? "no" : "yes"));

function finger() {
  const current = fingers.find((link) => link.getAttribute("aria-current"));
  return current ? Number(current.dataset.position || current.dataset.finger) : 0;
}

function linked() {
  return isLinked ? panes : active ? [active] : [];
}

// Both prints at one scale, whatever their resolutions: a millimetre is as long in either.
function level() {
  const shown = panes.filter((pane) => pane.picture && pane.dpi);
  if (shown.length < 2 || shown.some((pane) => pane.moved)) return;
  const scale = Math.min(...shown.map((pane) => pane.fitted_zoom() * pane.dpi));
  for (const pane of shown) {
    pane.view.zoom = scale / pane.dpi;
    pane.draw();
  }
}

function activate(pane) {
  active = pane;
  for (const other of panes) {
    other.section.classList.toggle("wb-pane--active", isLinkable && other === pane);
    other.isMarked = isMarking && other === pane;
    if (other.isMarked) other.cross = other.cross || { x: 0, y: 0 };
    other.ghost = null;
    other.draw();
  }
  crosses.cast(active);
  looks.turn_to(active);
}

function press(tool, is) {
  const button = tools.querySelector(`[data-tool="${tool}"]`);
  if (button) button.setAttribute("aria-pressed", String(is));
}

function sealed_points(side) {
  const at = side === "probe" ? 1 : 3;
  return sealed.filter((row) => row[0] === finger()).map((row) => ({ x: row[at], y: row[at + 1] }));
}

function show_sealed(button) {
  const is_on = button.getAttribute("aria-pressed") === "true";
  for (const other of sealings) other.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-pressed", String(!is_on));
  sealed = is_on ? [] : JSON.parse(button.dataset.sealed);
  const marked = fingers.find((link) => sealed.some((row) => row[0] === Number(link.dataset.position)));
  if (marked && !sealed.some((row) => row[0] === finger())) choose(marked);
  refresh();
}

// What the analysis drew in the finger that is looked at; a mark's own finger is not known.
function drawn_here(rows) {
  return traces_of(rows.filter((row) => row[0] === 0 || row[0] === finger()));
}

function refresh() {
  for (const pane of panes) {
    pane.points = marks ? marks.points(finger(), pane.side) : sealed_points(pane.side);
    const here = crosses.analysed();
    const from = marks ? marks.points(finger(), "probe") : [];
    if (marks && root.dataset.markup) {
      pane.points = pane.points.map((point, n) => ({ ...point, isAdded: !is_marked(here, from[n].x, from[n].y, panes[0].dpi) }));
    }
    pane.features = features ? features.of(finger()) : pane.side === "probe" ? here : [];
    pane.traces = features ? features.traces_of(finger()) : pane.side === "probe" ? drawn_here(traced) : [];
    pane.outlines = features ? features.outlines_of(finger()) : pane.side === "probe" ? drawn_here(outlined) : [];
    pane.half = marks ? marks.half_on(pane.side) : null;
    pane.draw();
  }
  for (const part of root.querySelectorAll("[data-finger-analysed]")) {
    part.hidden = Number(part.dataset.fingerAnalysed) !== finger();
  }
  for (const link of fingers) {
    const count = link.querySelector("[data-count]");
    const marked = marks ? marks.of(Number(link.dataset.position)).length : features ? features.of(Number(link.dataset.finger)).length : 0;
    if (count) count.textContent = marked ? `· ${marked}` : "";
  }
}

// A point counts where its own cross was put on this print: nothing is set otherwise.
function mark(pane) {
  if (!(marks || features) || !pane.picture) return;
  if (!pane.how) {
    (marks || features).say(NOT_PUT);
    return;
  }
  const place = pane.to_picture(pane.cross.x, pane.cross.y);
  if (!pane.holds(place)) {
    (marks || features).say(OUTSIDE);
    return;
  }
  const how = pane.how;
  crosses.lift(pane);
  looks.note();
  if (features) {
    features.add(finger(), place);
    refresh();
    return;
  }
  const next = marks.add(finger(), pane.side, place, how);
  const other = panes.find((candidate) => candidate.side === next);
  if (other) {
    activate(other);
    other.frame.focus({ preventScroll: true });
  }
  refresh();
}

const OUTSIDE = "The cross is outside the print: move it onto the print.";
const NOT_PUT = "Move the cross first, or click: a point is where you put it.";

function snap(pane) {
  if (!isMarking || !pane || !pane.picture) return false;
  const is_there = crosses.snap(pane);
  if (!is_there) (marks || features).say(pane.how ? "No ridge ending or bifurcation within 1 mm of where you put the cross." : NOT_PUT);
  return is_there;
}

// The first press keeps the place of the cross, the second measures from there.
function measure() {
  if (!isMarking || !active || !active.picture || !active.cross) return;
  const place = active.to_picture(active.cross.x, active.cross.y);
  const from = active.measured;
  if (!active.holds(place)) return;
  active.measured = from ? null : place;
  (marks || features).say(from ? measured(active, from, place) : "Move the cross to the other place, and measure again.");
}

const DO = {
  "zoom-in": () => linked().forEach((pane) => pane.zoom(1.25)),
  "zoom-out": () => linked().forEach((pane) => pane.zoom(0.8)),
  "rotate-left": () => linked().forEach((pane) => pane.rotate(-5)),
  "rotate-right": () => linked().forEach((pane) => pane.rotate(5)),
  "turn-left": () => linked().forEach((pane) => pane.rotate(-1)),
  "turn-right": () => linked().forEach((pane) => pane.rotate(1)),
  "zoom-1": () => panes.forEach((pane) => pane.enlarge(1)),
  "zoom-3": () => panes.forEach((pane) => pane.enlarge(3)),
  "zoom-5": () => panes.forEach((pane) => pane.enlarge(5)),
  "more-contrast": () => looks.scale("contrast", 1.2),
  "less-contrast": () => looks.scale("contrast", 1 / 1.2),
  brighter: () => looks.scale("brightness", 1.1),
  darker: () => looks.scale("brightness", 1 / 1.1),
  invert: () => looks.invert(),
  "local-contrast": () => looks.turn("local contrast"),
  flatten: () => looks.turn("background removed"),
  equalise: () => looks.turn("equalised"),
  sharpen: () => looks.turn("sharpened"),
  "look-both": () => looks.join(),
  minutiae: () => {
    const is = !panes[0]?.showsMinutiae;
    for (const pane of panes) {
      pane.showsMinutiae = is;
      pane.draw();
    }
    press("minutiae", is);
  },
  link: () => { if (isLinkable) { isLinked = !isLinked; press("link", isLinked); } },
  mark: () => {
    if (!(marks || features) || !panes.length) return;
    isMarking = !isMarking;
    root.classList.toggle("wb-marking", isMarking);
    press("mark", isMarking);
    activate(marks && marks.half ? panes[1] : panes[0]);
    if (isMarking) active.frame.focus({ preventScroll: true });
  },
  undo: () => { (marks || features)?.undo(finger()); refresh(); },
  redo: () => { (marks || features)?.redo(finger()); refresh(); },
  snap: () => snap(active),
  measure,
  "full-screen": () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
  kind: () => { features?.next_kind(); refresh(); },
  "end-ridge": () => { features?.end_ridge(); refresh(); },
  certainty: () => features?.turn_certainty(),
  direction: () => { features?.direct(finger()); refresh(); },
  fit: () => panes.forEach((pane) => pane.fit()),
  reset: () => {
    looks.reset();
    if (panes[0]?.showsMinutiae) DO.minutiae();
  },
  help: () => help.showModal(),
  other: () => {
    if (!isLinkable) return;
    activate(panes[(panes.indexOf(active) + 1) % panes.length]);
    active.frame.focus({ preventScroll: true });
  },
};

function choose(link) {
  if (!link) return;
  looks.note();
  for (const other of fingers) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  for (const pane of panes) {
    const isProbe = pane.side === "probe";
    pane.show(isProbe ? link.dataset.probe : link.dataset.exemplar, isProbe ? link.dataset.aboutProbe : link.dataset.aboutExemplar);
  }
  if (marks) marks.half = null;
  evaluation.fold();
  for (const pane of panes) crosses.lift(pane);
  // A form that comes back with an error comes back to this finger.
  const form = root.querySelector("form");
  form.action = `${form.action.split("?")[0]}?finger=${link.dataset.finger}`;
  refresh();
}

function beside(by) {
  const current = fingers.findIndex((link) => link.getAttribute("aria-current"));
  return fingers[(current + by + fingers.length) % fingers.length];
}

function step(by) {
  choose(beside(by));
}

// Has the server draw the next finger while this one is looked at; what comes back is not kept.
function warm() {
  if (fingers.length < 2 || !panes.every((pane) => pane.section.dataset.ready)) return;
  const next = beside(1);
  for (const address of [next.dataset.probe, next.dataset.exemplar]) {
    if (address) fetch(`${address}.json?ahead=yes`, { credentials: "same-origin" }).catch(() => {});
  }
}

tools.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tool]");
  if (button) DO[button.dataset.tool]();
});

for (const button of sealings) {
  button.hidden = false;
  button.addEventListener("click", () => show_sealed(button));
}
// A difference opens on the finger in dispute, with the points that one record has there.
const opening = sealings.find((button) => JSON.parse(button.dataset.sealed).some((row) => row[0] === finger()));
if (opening) show_sealed(opening);

for (const link of fingers) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(link);
  });
}

for (const pane of panes) {
  watch_pointer(pane, {
    moved: () => (isLinked ? panes : [pane]),
    held: (at) => (isMarking ? grasp.held(pane, at) : null),
    isMarking: () => isMarking,
    focused: () => activate(pane),
    mark: (at) => {
      crosses.put(pane, at, "clicked");
      mark(pane);
    },
  });
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Keys that work on a focused print, shortcuts on or off.
function on_print(event) {
  const pane = panes.find((candidate) => candidate.frame === document.activeElement);
  if (!pane) return false;
  if (event.key in ARROWS) {
    const [x, y] = ARROWS[event.key];
    const far = event.shiftKey ? 5 : 1;
    if (event.ctrlKey) {
      if (isMarking) grasp.nudge(pane, x, y);
    } else if (isMarking) {
      crosses.move(pane, x * far * 2, y * far * 2);
    } else {
      for (const other of isLinked ? panes : [pane]) other.pan(x * far * STEP, y * far * STEP);
    }
    return true;
  }
  if (isMarking && (event.key === "Enter" || event.key === " ")) {
    if (!event.shiftKey || snap(pane)) mark(pane);
    return true;
  }
  if (isMarking && /^[1-9]$/.test(event.key)) {
    crosses.to_ninth(pane, Number(event.key));
    return true;
  }
  return zoom_key(event.key);
}

function zoom_key(key) {
  if (key === "+" || key === "=") DO["zoom-in"]();
  else if (key === "-") DO["zoom-out"]();
  else return false;
  return true;
}

const SHORTCUTS = {
  "[": "rotate-left", "]": "rotate-right", "{": "turn-left", "}": "turn-right", ".": "more-contrast", ",": "less-contrast",
  "(": "darker", ")": "brighter", C: "local-contrast", B: "flatten", G: "look-both", "!": "zoom-1", "#": "zoom-3", "%": "zoom-5", D: "direction",
  n: "invert", m: "minutiae", h: "equalise", y: "sharpen", l: "link", p: "mark", u: "undo", U: "redo", j: "snap", c: "measure", z: "reset", F: "full-screen",
  k: "kind", b: "end-ridge", t: "certainty", f: "fit", w: "other", "?": "help",
};

function shortcut(event) {
  const key = event.key;
  if (key in SHORTCUTS) DO[SHORTCUTS[key]]();
  else if (key === "<") step(-1);
  else if (key === ">") step(1);
  else if (/^[0-9]$/.test(key)) choose(fingers.find((link) => link.dataset.finger === (key === "0" ? "10" : key)));
  else if (key === "r") (root.querySelector("textarea") || document.body).focus();
  else return evaluation.key(key) || zoom_key(key);
  return true;
}

document.addEventListener("keydown", (event) => {
  if (help.open || event.altKey || event.metaKey) return;
  if (event.ctrlKey) {
    if (event.key === "Enter") {
      event.preventDefault();
      root.querySelector("form").requestSubmit(root.querySelector("[data-submit]"));
    } else if (event.key in ARROWS && on_print(event)) event.preventDefault();
    return;
  }
  const isTyping = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
  if (isTyping) return;
  if (on_print(event) || (shortcuts.checked && shortcut(event))) event.preventDefault();
});

for (const pane of panes) {
  pane.ondrawn = warm;
  pane.onfitted = level;
}
level();
const evaluation = new Evaluation(root, finger);
if (marks) {
  marks.onremoved = refresh;
  marks.tell();
}
refresh();
if (active) activate(active);
// What the outcome is sealed under counts as used, whenever it was turned on.
root.querySelector("form")?.addEventListener("submit", () => looks.note());
const kept = root.querySelector("form[data-keep]");
if (kept) keep(kept, [...kept.querySelectorAll("[data-points], [data-features], [data-traces], [data-outlines]")]);
