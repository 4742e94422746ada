// The form beside the prints: outcomes, the fingers identified, and phrases of reasons, by keys too.

const PHRASE_KEYS = ["a", "s", "d"];

export class Evaluation {
  constructor(root, finger) {
    this.root = root;
    this.finger = finger;
    this.boxes = [...root.querySelectorAll("[data-finger-identified]")];
    this.phrases = [...root.querySelectorAll("[data-phrase]")];
    this.identified = root.querySelector("[data-identified]");
    this.folded = root.querySelector("[data-other-fingers]");
    const isOne = root.querySelector('[data-identified="one"]') !== null;
    for (const radio of root.querySelectorAll('input[name="outcome"]')) {
      radio.addEventListener("change", () => this.chosen(radio));
      if (radio.checked) this.offer(radio.value);
    }
    for (const box of this.boxes) {
      box.addEventListener("change", () => {
        if (isOne && box.checked) for (const other of this.boxes) other.checked = other === box;
        if (isOne) this.fold();
      });
    }
    for (const button of this.phrases) button.addEventListener("click", () => this.say(button));
    this.fold();
  }

  // The finger that is looked at and those ticked stand in sight, the others behind "Another finger".
  fold() {
    if (!this.folded) return;
    for (const box of this.boxes) {
      const isShown = box.checked || Number(box.dataset.fingerIdentified) === this.finger();
      (isShown ? this.identified : this.folded).append(box.parentElement);
    }
    this.folded.closest("details").hidden = !this.folded.childElementCount;
  }

  // Returns whether a key was one of these.
  key(key) {
    const radio = this.root.querySelector(`[data-shortcut="${CSS.escape(key)}"]`);
    if (radio) {
      radio.checked = true;
      radio.focus();
      this.chosen(radio);
      return true;
    }
    const phrase = this.phrases.filter((one) => !one.hidden)[PHRASE_KEYS.indexOf(key)];
    if (phrase) this.say(phrase);
    return Boolean(phrase);
  }

  // An identification names the finger that is looked at, unless one is named already; a mark is of one.
  chosen(radio) {
    this.offer(radio.value);
    const is = radio.value === "identified";
    if (!is) for (const box of this.boxes) box.checked = false;
    if (!is || this.boxes.some((box) => box.checked)) return;
    const box = this.boxes.find((candidate) => Number(candidate.dataset.fingerIdentified) === this.finger());
    if (box) box.checked = true;
  }

  offer(outcome) {
    for (const button of this.phrases) button.hidden = button.dataset.outcome !== outcome;
  }

  // A phrase is the start of a reason, to be edited; it is not put in twice.
  say(button) {
    const field = this.root.querySelector("textarea");
    const phrase = button.dataset.phrase;
    if (field.value.includes(phrase)) return;
    field.value = field.value ? `${field.value.trimEnd()} ${phrase}` : phrase;
  }
}
