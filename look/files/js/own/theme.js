// Theme without a reload. The form works without this: it sets a cookie, and the server writes data-theme, so nothing flashes.
for (const form of document.querySelectorAll("[data-theme-form]")) form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  body.set(button.name, button.value);
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (!answer) return form.submit();
  const root = document.documentElement;
  if (button.value) root.dataset.theme = button.value; else delete root.dataset.theme;
  for (const other of form.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
});
