// Passkeys: the browser makes or uses one, the form carries its answer. Without this file the form stays hidden.
const able = globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON;

document.querySelectorAll('form[data-passkey]').forEach((form) => {
  if (!able) return;
  const { passkey, options } = form.dataset;
  const field = form.elements.answer;
  const note = form.querySelector('[data-passkey-error]');
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    if (field.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    note.hidden = true;
    try {
      const body = new FormData(form);
      const reply = await fetch(options, { method: 'POST', body });
      if (!reply.ok) throw new Error(reply.statusText);
      const asked = await reply.json();
      const made = passkey === 'create'
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
      field.value = JSON.stringify(made.toJSON());
      form.submit();
    } catch {
      note.hidden = false;
    }
  });
});
