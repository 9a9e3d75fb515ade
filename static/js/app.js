// Small comforts on top of pages that all work without this file.
const find = (selector, root = document) => root.querySelector(selector);
const each = (selector, run, root = document) => root.querySelectorAll(selector).forEach(run);
const write = (node, text) => { if (node && node.textContent !== text) node.textContent = text; };

// After a failed form the summary takes focus; its links bring the label into view as well as the field.
const summary = find('[data-error-summary]');
(summary ?? find('[data-flash]'))?.focus();
summary?.addEventListener('click', (event) => {
  const link = event.target.closest('a');
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const heading = field.closest('fieldset')?.querySelector('legend') ?? field.labels?.[0] ?? field;
  heading.scrollIntoView();
  field.focus({ preventScroll: true });
});

// Show and hide a password. It is always hidden again before it is sent.
each('[data-reveal]', (button) => {
  const input = document.getElementById(button.getAttribute('aria-controls'));
  const name = button.dataset.reveal;
  const show = (on) => {
    input.type = on ? 'text' : 'password';
    write(button, on ? 'Hide' : 'Show');
    button.setAttribute('aria-label', `${on ? 'Hide' : 'Show'} ${name}`);
    write(find('[data-reveal-status]', button.closest('.field')), `Your ${name} is ${on ? 'visible' : 'hidden'}`);
  };
  button.hidden = false;
  button.addEventListener('click', () => show(input.type === 'password'));
  input.form?.addEventListener('submit', () => { input.type = 'password'; });
});

// How many characters are left, said after a pause in typing.
each('[data-count-for]', (note) => {
  const input = document.getElementById(note.dataset.countFor);
  const max = Number(note.dataset.max);
  let pause;
  const count = () => {
    const left = max - [...input.value].length;
    const n = Math.abs(left);
    write(note, `You have ${n.toLocaleString('en-GB')} character${n === 1 ? '' : 's'} ${left < 0 ? 'too many' : 'left'}`);
  };
  input.addEventListener('input', () => { clearTimeout(pause); pause = setTimeout(count, 500); });
  count();
});

// How long a new password is: drawn at once, said after a pause in typing. It never blocks.
each('[data-gauge]', (gauge) => {
  const input = document.getElementById(gauge.dataset.gauge);
  const bar = find('progress', gauge);
  let pause;
  input.addEventListener('input', () => {
    const signs = [...input.value.normalize('NFKC')];
    const isOne = signs.length > 3 && new Set(signs).size === 1;
    const words = isOne ? 'The same character repeated is easy to guess'
      : signs.length < bar.max ? `${signs.length} of ${bar.max} characters`
        : 'Long enough. A few unrelated words are best';
    gauge.hidden = false;
    bar.value = isOne ? 1 : Math.min(signs.length, bar.max);
    clearTimeout(pause);
    pause = setTimeout(() => write(find('p', gauge), words), 400);
  });
});

// Choices that are not saved yet: marked, counted in a bar that stays in sight, said once. Whoever
// leaves the page with some of them is asked first.
each('form[data-unsaved]', (form) => {
  const boxes = [...form.querySelectorAll('input[type="checkbox"]')];
  const moved = () => boxes.filter((one) => one.checked !== one.defaultChecked);
  const bar = find('[data-unsaved-bar]', form);
  const count = (event) => {
    const now = moved();
    for (const one of boxes) one.closest('.choice').classList.toggle('moved', now.includes(one));
    const said = `${now.length} ${now.length === 1 ? 'change' : 'changes'} not saved`;
    bar.hidden = !now.length && !form.dataset.unsaved;
    find('[data-unsaved-undo]', bar).hidden = false;
    if (now.length || !form.dataset.unsaved) write(find('[data-unsaved-note]', bar), said);
    if (event) write(find('[data-unsaved-spoken]', form), now.length ? said : 'Nothing left to save');
  };
  form.addEventListener('change', count);
  form.addEventListener('reset', (event) => setTimeout(count, 0, event));
  addEventListener('beforeunload', (event) => { if (moved().length && !('sent' in form.dataset) && !leaving) event.preventDefault(); });
  count();
});

// The menu "More" closes on Escape, and when something else is pressed.
each('.nav__more', (menu) => {
  document.addEventListener('click', (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    menu.open = false;
    find('summary', menu).focus();
  });
});

// A form is sent once. Forms that answer with a download carry data-multi and are left alone.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || 'multi' in form.dataset) return;
  if ('sent' in form.dataset) { event.preventDefault(); return; }
  form.dataset.sent = '';
  each('button:not([type="button"])', (button) => button.setAttribute('aria-disabled', 'true'), form);
});

// The form that something was typed into and not sent.
const isTouched = (field) => field.type === 'checkbox' || field.type === 'radio' ? field.checked !== field.defaultChecked
  : field.options ? [...field.options].some((option) => option.selected !== option.defaultSelected)
    : field.value !== field.defaultValue;
const findTouched = () => [...document.querySelectorAll('main form[method=post]')].find((one) => [...one.elements].some(isTouched));

// What one tab says, the others of the same sign-in hear; in older browsers by way of a note that is gone at once.
const openLine = (name) => {
  if ('BroadcastChannel' in window) return new BroadcastChannel(name);
  const line = new EventTarget();
  line.postMessage = (data) => {
    try { localStorage.setItem(name, `${data} ${Date.now()}`); localStorage.removeItem(name); } catch { /* The look on coming back does it. */ }
  };
  addEventListener('storage', ({ key, newValue }) => {
    if (key === name && newValue) line.dispatchEvent(new MessageEvent('message', { data: newValue.split(' ')[0] }));
  });
  return line;
};

// Signing out is for every tab, and so is a session that ended on another device: the page asks whether it is
// still the same person's whenever somebody comes back to it, and once a minute. Asking keeps nothing alive.
const page = document.body.dataset;
const who = page.signedIn ?? page.signedOut;
const tabs = who ? openLine(`session-${who}`) : null;
let leaving = false;
// Who was signed in goes from a page that stays: their name at the top, and what a form had of them before anybody typed.
const forget = () => {
  each('.masthead__end, .nav, [data-timeout], [data-theirs]', (part) => part.remove());
  each('main form input, main form textarea', (field) => {
    if (['hidden', 'checkbox', 'radio', 'submit'].includes(field.type) || isTouched(field)) return;
    field.value = field.defaultValue = '';
  });
};
const look = async () => {
  if (leaving || !page.look) return;
  try {
    const reply = await fetch(page.look, { cache: 'no-store' });
    const told = await reply.text();
    if (leaving || (reply.status !== 401 && !reply.ok) || (reply.ok && told === page.visit)) return;
    leaving = true;
    // On a page for everybody nothing typed is lost: who was signed in goes from it, and the form stays.
    if ('anybody' in page && findTouched()) { forget(); return; }
    document.body.hidden = true;
    if (reply.ok || 'anybody' in page) location.reload();
    else location.replace(told === 'idle' ? `${page.gone}?why=idle` : page.gone);
  } catch { /* No network: nothing can be asked, and nothing new is shown. */ }
};
if (page.look) {
  tabs.addEventListener('message', ({ data }) => { if (data === 'out') look(); });
  addEventListener('focus', look);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
  setInterval(() => { if (!document.hidden) look(); }, 60000);
}
if (page.signedOut) tabs.postMessage('out');

// A signed-in page that comes back from the browser's memory may be out of date, or someone else's.
addEventListener('pageshow', (event) => {
  if (event.persisted && page.signedIn) { document.body.hidden = true; location.reload(); return; }
  each('form[data-sent]', (form) => {
    delete form.dataset.sent;
    each('[aria-disabled]', (button) => button.removeAttribute('aria-disabled'), form);
  });
});

// Time-out warning: one clock for every tab of the same sign-in.
const box = find('[data-timeout]');
if (box?.showModal) {
  const set = box.dataset;
  const life = set.timeout * 1000;
  const lead = set.warn * 1000;
  const form = find('form', box);
  const title = document.title;
  let end = Date.now() + life;
  let over = false;
  let gone = false;

  const words = (s) => {
    const n = s >= 60 ? Math.ceil(s / 60) : s;
    return `${n} ${s >= 60 ? 'minute' : 'second'}${n === 1 ? '' : 's'}`;
  };
  const renew = () => {
    end = Date.now() + life;
    document.title = title;
    box.close();
  };
  const stay = async () => {
    try {
      const reply = await fetch(set.stay, { method: 'POST', headers: { 'X-CSRFToken': form.elements.csrf_token.value } });
      if (!reply.ok || reply.redirected) { location.assign(set.ended); return; }
      renew();
      tabs.postMessage('active');
    } catch { /* No network: the clock runs on and the warning comes back. */ }
  };
  // What is typed and not sent is kept, sealed, for the same person. Which fields: the server decides.
  const keep = async () => {
    const touched = findTouched();
    if (!touched) return;
    const body = new FormData(touched);
    for (const secret of touched.querySelectorAll('[type=password]')) body.delete(secret.name);
    body.set('path', location.pathname);
    try { await fetch(set.keep, { method: 'POST', body }); } catch { /* No network: nothing can be kept. */ }
  };
  const finish = async () => {
    if (over) return;
    over = true;
    await keep();
    // Other tabs end in the same moment; each keeps what is its own before the session goes.
    setTimeout(() => {
      if (gone) return;
      gone = leaving = true;
      tabs.postMessage('ended');
      form.submit();
    }, 1000);
  };
  const tick = () => {
    if (leaving) return;
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left <= 0) { finish(); return; }
    if (left * 1000 > lead) return;
    // Read out once a minute, then at 60, 40 and 20 seconds: never every second.
    const step = left > 60 ? 60 : 20;
    if (!box.open) {
      keep();
      box.showModal();
      document.title = `You’re about to be signed out – ${title}`;
    }
    write(find('[data-left]', box), words(left));
    write(find('[data-spoken]', box), `We’ll sign you out in ${words(Math.ceil(left / step) * step)}.`);
  };

  tabs.addEventListener('message', ({ data }) => {
    if (data === 'active') { renew(); return; }
    if (data === 'out') return; // Whether that is so, the look above asks.
    // A tab that is signing out itself goes on: to leave now would take its request back.
    if (gone) return;
    over = gone = leaving = true;
    location.assign(set.ended);
  });
  tabs.postMessage('active');
  find('[data-stay-button]', box).addEventListener('click', stay);
  // Escape closes the box and means "stay"; a close made by renew() has already moved the end.
  box.addEventListener('close', () => { if (end - Date.now() <= lead) stay(); });
  // "Sign out" pressed by hand is not a time-out.
  form.addEventListener('submit', () => { form.elements.reason.disabled = true; });
  setInterval(tick, 1000);
}
