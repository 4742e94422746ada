// A print under the mouse, pen or finger: moved, zoomed, marked.

// `on`: the panes that move along, whether points are being marked, and what to do.
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
  pane.canvas.addEventListener("pointerdown", (event) => {
    pane.frame.focus({ preventScroll: true });
    if (on.isMarking()) {
      pane.cross = middle(event);
      on.mark(middle(event));
      return;
    }
    from = event;
    pane.canvas.setPointerCapture(event.pointerId);
  });
  pane.canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    for (const other of on.moved()) other.pan(event.clientX - from.clientX, event.clientY - from.clientY);
    from = event;
  });
  pane.canvas.addEventListener("pointerup", () => { from = null; });
}
