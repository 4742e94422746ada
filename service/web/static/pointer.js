// A print under the mouse, pen or finger: a drag moves it, or the set point under it; a wheel zooms
// it, a click marks it.

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
  pane.canvas.addEventListener("pointerdown", (event) => {
    pane.frame.focus({ preventScroll: true });
    from = event;
    held = on.held(middle(event));
    isDragged = false;
    pane.canvas.setPointerCapture(event.pointerId);
  });
  pane.canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
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
    if (from && !isDragged && on.isMarking()) on.mark(middle(event));
    from = null;
  });
  pane.canvas.addEventListener("pointercancel", () => { from = null; });
}
