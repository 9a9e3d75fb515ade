// Copies and prints codes that are shown once. Without this file both buttons stay hidden.
const said = document.querySelector('[data-copied]');

document.querySelectorAll('[data-copy]').forEach((button) => {
  if (!navigator.clipboard) return;
  const label = button.querySelector('span');
  button.hidden = false;
  button.addEventListener('click', async () => {
    const lines = [...document.getElementById(button.dataset.copy).children].map((line) => line.textContent);
    try {
      await navigator.clipboard.writeText(lines.join('\n'));
      label.textContent = 'Copied';
      said.textContent = 'The codes are copied';
    } catch {
      said.textContent = 'The codes could not be copied';
    }
  });
});

document.querySelectorAll('[data-print]').forEach((button) => {
  button.hidden = false;
  button.addEventListener('click', () => print());
});
