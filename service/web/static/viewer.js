// The page on which prints are looked at: tools, fingers, marking, and the keys for all of them.
import { Marks } from "./marks.js";
import { Pane } from "./pane.js";

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

function moved() {
  return isLinked ? panes : active ? [active] : [];
}

function activate(pane) {
  active = pane;
  for (const other of panes) {
    other.section.classList.toggle("wb-pane--active", isLinkable && other === pane);
    other.cross = isMarking && other === pane ? other.cross || { x: 0, y: 0 } : null;
    other.draw();
  }
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

function refresh() {
  for (const pane of panes) {
    pane.points = marks ? marks.points(finger(), pane.side) : sealed_points(pane.side);
    pane.half = marks ? marks.half_on(pane.side) : null;
    pane.draw();
  }
  for (const link of fingers) {
    const count = link.querySelector("[data-count]");
    const marked = marks ? marks.of(Number(link.dataset.position)).length : 0;
    if (count) count.textContent = marked ? `· ${marked}` : "";
  }
}

function mark(pane, at) {
  if (!marks || !pane.picture) return;
  const place = pane.to_picture(at.x, at.y);
  if (!pane.holds(place)) return;
  const next = marks.add(finger(), pane.side, place);
  const other = panes.find((candidate) => candidate.side === next);
  if (other) {
    activate(other);
    other.frame.focus({ preventScroll: true });
  }
  refresh();
}

function look(change) {
  for (const pane of panes) {
    change(pane.look);
    pane.draw();
  }
}

const DO = {
  "zoom-in": () => moved().forEach((pane) => pane.zoom(1.25)),
  "zoom-out": () => moved().forEach((pane) => pane.zoom(0.8)),
  "rotate-left": () => moved().forEach((pane) => pane.rotate(-5)),
  "rotate-right": () => moved().forEach((pane) => pane.rotate(5)),
  "more-contrast": () => look((it) => { it.contrast = Math.min(4, it.contrast * 1.2); }),
  "less-contrast": () => look((it) => { it.contrast = Math.max(0.3, it.contrast / 1.2); }),
  invert: () => { look((it) => { it.inverted = !it.inverted; }); press("invert", panes[0].look.inverted); },
  minutiae: () => { look((it) => { it.showsMinutiae = !it.showsMinutiae; }); press("minutiae", panes[0].look.showsMinutiae); },
  link: () => { if (isLinkable) { isLinked = !isLinked; press("link", isLinked); } },
  mark: () => {
    if (!marks) return;
    isMarking = !isMarking;
    root.classList.toggle("wb-marking", isMarking);
    press("mark", isMarking);
    activate(marks.half ? panes[1] : panes[0]);
    if (isMarking) active.frame.focus({ preventScroll: true });
  },
  undo: () => { if (marks) { marks.undo(finger()); refresh(); } },
  fit: () => panes.forEach((pane) => pane.fit()),
  help: () => help.showModal(),
  other: () => {
    if (!isLinkable) return;
    activate(panes[(panes.indexOf(active) + 1) % panes.length]);
    active.frame.focus({ preventScroll: true });
  },
};

function choose(link) {
  if (!link) return;
  for (const other of fingers) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  for (const pane of panes) {
    const isProbe = pane.side === "probe";
    pane.show(isProbe ? link.dataset.probe : link.dataset.exemplar, isProbe ? link.dataset.aboutProbe : link.dataset.aboutExemplar);
  }
  if (marks) marks.half = null;
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

for (const link of fingers) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(link);
  });
}

for (const pane of panes) {
  const middle = (event) => {
    const frame = pane.frame.getBoundingClientRect();
    return { x: event.clientX - frame.left - frame.width / 2, y: event.clientY - frame.top - frame.height / 2 };
  };
  pane.frame.addEventListener("focus", () => activate(pane));
  pane.canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const around = middle(event);
    for (const other of isLinked ? panes : [pane]) other.zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1, around);
  }, { passive: false });
  let from = null;
  pane.canvas.addEventListener("pointerdown", (event) => {
    pane.frame.focus({ preventScroll: true });
    if (isMarking) {
      pane.cross = middle(event);
      mark(pane, middle(event));
      return;
    }
    from = event;
    pane.canvas.setPointerCapture(event.pointerId);
  });
  pane.canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    for (const other of isLinked ? panes : [pane]) other.pan(event.clientX - from.clientX, event.clientY - from.clientY);
    from = event;
  });
  pane.canvas.addEventListener("pointerup", () => { from = null; });
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Keys that work on a focused print, shortcuts on or off.
function on_print(event) {
  const pane = panes.find((candidate) => candidate.frame === document.activeElement);
  if (!pane) return false;
  if (event.key in ARROWS) {
    const [x, y] = ARROWS[event.key];
    const far = event.shiftKey ? 5 : 1;
    if (isMarking) {
      pane.cross.x += x * far * 2;
      pane.cross.y += y * far * 2;
      pane.draw();
    } else {
      for (const other of isLinked ? panes : [pane]) other.pan(x * far * STEP, y * far * STEP);
    }
    return true;
  }
  if (isMarking && (event.key === "Enter" || event.key === " ")) {
    mark(pane, pane.cross);
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
  "[": "rotate-left", "]": "rotate-right", ".": "more-contrast", ",": "less-contrast",
  n: "invert", m: "minutiae", l: "link", p: "mark", u: "undo", f: "fit", w: "other", "?": "help",
};

function shortcut(event) {
  const key = event.key;
  if (key in SHORTCUTS) DO[SHORTCUTS[key]]();
  else if (key === "<") step(-1);
  else if (key === ">") step(1);
  else if (/^[0-9]$/.test(key)) choose(fingers.find((link) => link.dataset.finger === (key === "0" ? "10" : key)));
  else if (key === "r") (root.querySelector("textarea") || document.body).focus();
  else return outcome(key) || zoom_key(key);
  return true;
}

function outcome(key) {
  const radio = root.querySelector(`[data-shortcut="${CSS.escape(key)}"]`);
  if (!radio) return false;
  radio.checked = true;
  radio.focus();
  named(radio);
  return true;
}

// An identification names the finger that is looked at, unless one is named already; a mark is of one.
const identified = [...root.querySelectorAll("[data-finger-identified]")];
const isOne = root.querySelector('[data-identified="one"]') !== null;

function named(radio) {
  const is = radio.value === "identified";
  if (!is) for (const box of identified) box.checked = false;
  if (!is || identified.some((box) => box.checked)) return;
  const box = identified.find((candidate) => Number(candidate.dataset.fingerIdentified) === finger());
  if (box) box.checked = true;
}

for (const radio of root.querySelectorAll('input[name="outcome"]')) {
  radio.addEventListener("change", () => named(radio));
}
for (const box of identified) {
  box.addEventListener("change", () => {
    if (isOne && box.checked) for (const other of identified) other.checked = other === box;
  });
}

document.addEventListener("keydown", (event) => {
  if (help.open || event.altKey || event.metaKey) return;
  if (event.ctrlKey) {
    if (event.key === "Enter") {
      event.preventDefault();
      root.querySelector("form").requestSubmit(root.querySelector("[data-submit]"));
    }
    return;
  }
  const isTyping = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
  if (isTyping) return;
  if (on_print(event) || (shortcuts.checked && shortcut(event))) event.preventDefault();
});

for (const pane of panes) pane.ondrawn = warm;
if (marks) marks.tell();
refresh();
if (active) activate(active);
