// Copies and prints what somebody has to keep. Without this file both buttons stay hidden.
const said = document.querySelector('[data-copied]');

document.querySelectorAll('[data-copy]').forEach((button) => {
  if (!navigator.clipboard) return;
  const label = button.querySelector('span');
  button.hidden = false;
  button.addEventListener('click', async () => {
    const part = document.getElementById(button.dataset.copy);
    const lines = [...part.children].map((line) => line.textContent);
    try {
      await navigator.clipboard.writeText(lines.length ? lines.join('\n') : part.textContent);
      said.textContent = label.textContent = 'Copied';
    } catch {
      said.textContent = 'We couldn’t copy it';
    }
  });
});

document.querySelectorAll('[data-print]').forEach((button) => {
  button.hidden = false;
  button.addEventListener('click', () => print());
});
