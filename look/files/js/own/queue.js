// The review queue: 1, 2 and 3 press the buttons of the answer that has focus, else of the first. Off with the other keys.
const queue = () => document.querySelector("[data-keys]") && document.querySelector("[data-queue]");
document.addEventListener("keydown", (event) => {
  if (!/^[123]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  const all = queue();
  if (!all || event.target.closest?.("input, textarea, select, dialog, [contenteditable]")) return;
  const item = document.activeElement?.closest?.("[data-review]") || all.querySelector("[data-review]");
  const button = item?.querySelector(`[data-pick="${event.key}"]`);
  if (button && !button.form.dataset.sent) {
    event.preventDefault();
    button.form.dataset.sent = "1"; // once
    button.form.requestSubmit(button);
  }
});
