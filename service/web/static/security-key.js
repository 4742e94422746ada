// Security keys: the answer of a key to the challenge of the page goes into a field of the form.

const bytes_of = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

const text_of = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const named = (list) => (list || []).map((one) => ({ ...one, id: bytes_of(one.id) }));

async function register(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes_of(options.challenge),
      user: { ...options.user, id: bytes_of(options.user.id) },
      excludeCredentials: named(options.excludeCredentials),
    },
  });
  return {
    ...told(made),
    response: {
      attestationObject: text_of(made.response.attestationObject),
      clientDataJSON: text_of(made.response.clientDataJSON),
    },
  };
}

async function prove(options) {
  const found = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes_of(options.challenge),
      allowCredentials: named(options.allowCredentials),
    },
  });
  const { authenticatorData, clientDataJSON, signature, userHandle } = found.response;
  return {
    ...told(found),
    response: {
      authenticatorData: text_of(authenticatorData),
      clientDataJSON: text_of(clientDataJSON),
      signature: text_of(signature),
      userHandle: userHandle ? text_of(userHandle) : null,
    },
  };
}

const told = (credential) => ({
  id: credential.id,
  rawId: text_of(credential.rawId),
  type: credential.type,
  clientExtensionResults: {},
});

async function press(button) {
  const form = button.form;
  const is_new = "keyNew" in button.dataset;
  // In a form that registers a key, another one may prove who asks: each has a field of its own.
  const field = form.querySelector(is_new ? "[name=key]" : "[name=answer]");
  const status = button.previousElementSibling;
  status.textContent = "Touch your security key now.";
  try {
    const options = JSON.parse(button.dataset.keyOptions);
    field.value = JSON.stringify(await (is_new ? register : prove)(options));
    status.textContent = "The security key has answered.";
    if ("keySubmits" in button.dataset) form.requestSubmit();
  } catch {
    field.value = "";
    status.textContent = "The security key gave no answer. Try again, or enter a code instead.";
  }
}

if (window.PublicKeyCredential) {
  for (const one of document.querySelectorAll("[data-key-form]")) one.hidden = false;
  for (const one of document.querySelectorAll(".wb-needs-scripts")) one.hidden = true;
  for (const button of document.querySelectorAll("[data-key-options]")) {
    button.hidden = false;
    button.addEventListener("click", () => press(button));
  }
}
