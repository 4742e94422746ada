// Keeps what is marked while it is marked: a session or a browser that ends loses no point.

const EVERY_MS = 5000;

// `fields`: those of the form whose change is worth keeping at once; words are kept when the page is left.
export function keep(form, fields) {
  const address = new URL(form.action);
  address.searchParams.set("keep", "yes");
  const marked = () => fields.map((field) => field.value).join();
  const filled = () => new URLSearchParams(new FormData(form)).toString();
  let [kept, whole, isSent] = [marked(), filled(), false];

  async function save() {
    const [now, body] = [marked(), filled()];
    const answer = await fetch(address, {
      method: "POST", body, credentials: "same-origin", keepalive: true,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    }).catch(() => null);
    if (answer?.ok) [kept, whole] = [now, body];
  }

  form.addEventListener("submit", () => { isSent = true; });
  setInterval(() => { if (!isSent && marked() !== kept) save(); }, EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && !isSent && filled() !== whole) save();
  });
}
