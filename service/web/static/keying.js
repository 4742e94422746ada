// The keyers' page: the picture follows the field, and the keyboard is enough.
// Without this script the form is filled in with Tab, beside the whole picture.

const MARGIN = 0.03;

/** Shows a region of a picture, given as left, top, width and height in shares of the whole. */
function show(picture, region) {
  const image = picture.querySelector("img");
  if (!region) {
    image.style.transform = "";
    return;
  }
  const [left, top, width, height] = region.split(" ").map(Number);
  const frame = picture.getBoundingClientRect();
  const whole = { width: image.offsetWidth, height: image.offsetHeight };
  if (!whole.width || !whole.height) return;
  const wide = (width + 2 * MARGIN) * whole.width;
  const high = (height + 2 * MARGIN) * whole.height;
  const scale = Math.max(1, Math.min(frame.width / wide, frame.height / high, 6));
  const x = Math.max(0, (left - MARGIN) * whole.width * scale);
  const y = Math.max(0, (top - MARGIN) * whole.height * scale);
  image.style.transform = `translate(${-x}px, ${-y}px) scale(${scale})`;
}

function follow(picture, fields) {
  const image = picture.querySelector("img");
  let now = picture.dataset.region ?? "";
  const again = () => show(picture, now);
  for (const field of fields) {
    field.addEventListener("focus", () => {
      now = field.dataset.region;
      again();
    });
  }
  image.addEventListener("load", again);
  addEventListener("resize", again);
  // A click shows the whole frame, for forms of another layout.
  picture.addEventListener("click", () => show(picture, ""));
  if (document.activeElement?.dataset.region) now = document.activeElement.dataset.region;
  again();
}

/** Marks a field as illegible, or takes the mark back; an illegible one holds no text. */
function mark(field) {
  const box = document.getElementById(`${field.id}-illegible`);
  box.checked = !box.checked;
  if (box.checked) field.value = "";
}

function keyed(form, fields) {
  fields.forEach((field, at) => {
    field.addEventListener("keydown", (event) => {
      if (event.key === "PageDown") {
        event.preventDefault();
        mark(field);
        fields[at + 1]?.focus();
      } else if (event.key === "Enter" && at + 1 < fields.length) {
        event.preventDefault();
        fields[at + 1].focus();
      }
    });
    field.addEventListener("input", () => {
      if (field.value) document.getElementById(`${field.id}-illegible`).checked = false;
    });
  });
  form.addEventListener("submit", () => {
    form.querySelector("button:not([name])").disabled = true;
  });
}

const picture = document.querySelector("[data-picture]");
const form = document.querySelector("[data-keying]");
const fields = [...document.querySelectorAll("input[data-region]")];
if (picture) follow(picture, fields);
if (form) keyed(form, fields);
