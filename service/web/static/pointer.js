// A print under the mouse, pen or finger: a drag moves it, or the set point under it; a wheel or two
// fingers zoom it, a click marks it.

const CLICK_PX = 5;

// `on`: the panes that move along, the set point that a place holds, whether points are being
// marked, and what to do.
export function watch_pointer(pane, on) {
  const middle = (event) => {
    const frame = pane.frame.getBoundingClientRect();
    return { x: event.clientX - frame.left - frame.width / 2, y: event.clientY - frame.top - frame.height / 2 };
  };
  pane.frame.addEventListener("focus", on.focused);
  pane.canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const around = middle(event);
    for (const other of on.moved()) other.zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1, around);
  }, { passive: false });
  // The focus is set below; the browser's own would come after it, back to the print clicked.
  pane.canvas.addEventListener("mousedown", (event) => event.preventDefault());
  let from = null;
  let isDragged = false;
  let held = null;
  // The fingers on the print, by their ids; two of them zoom it, and mark nothing.
  const touching = new Map();
  const spread = () => {
    const [one, other] = [...touching.values()];
    return { apart: Math.hypot(one.x - other.x, one.y - other.y), x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
  };
  const lifted = (event) => {
    touching.delete(event.pointerId);
    if (touching.size) isDragged = true;
    else from = null;
  };
  pane.canvas.addEventListener("pointerdown", (event) => {
    touching.set(event.pointerId, middle(event));
    pane.frame.focus({ preventScroll: true });
    from = event;
    held = touching.size > 1 ? null : on.held(middle(event));
    isDragged = touching.size > 1;
    pane.canvas.setPointerCapture(event.pointerId);
  });
  pane.canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    if (touching.size === 2 && touching.has(event.pointerId)) {
      const before = spread();
      touching.set(event.pointerId, middle(event));
      const now = spread();
      isDragged = true;
      for (const other of on.moved()) {
        other.pan(now.x - before.x, now.y - before.y);
        if (before.apart > 0 && now.apart > 0) other.zoom(now.apart / before.apart, now);
      }
      return;
    }
    const [x, y] = [event.clientX - from.clientX, event.clientY - from.clientY];
    if (!isDragged && Math.hypot(x, y) < CLICK_PX) return;
    isDragged = true;
    if (held) {
      held(middle(event));
      return;
    }
    for (const other of on.moved()) other.pan(x, y);
    from = event;
  });
  pane.canvas.addEventListener("pointerup", (event) => {
    if (from && !isDragged && touching.size < 2 && on.isMarking()) on.mark(middle(event));
    lifted(event);
  });
  pane.canvas.addEventListener("pointercancel", lifted);
}
