// A question in place (look.Asking) becomes a dialog: focus goes in, Esc and the safe word lead out, focus returns.
const asDialog = (details) => {
  const body = details.querySelector(".ask-body"), opener = details.querySelector("summary");
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", body.getAttribute("aria-labelledby"));
  details.after(dialog);
  dialog.append(body);
  dialog.addEventListener("close", () => { details.append(body); details.open = false; dialog.remove(); opener.focus(); });
  dialog.showModal();
  (body.querySelector("[aria-invalid]") || body.querySelector("input:not([type=hidden]), textarea, select") || body.querySelector("h2")).focus();
};
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-ask] > summary");
  if (opener) { event.preventDefault(); asDialog(opener.parentElement); return; }
  const keep = event.target.closest("[data-keep]");
  if (!keep) return;
  const dialog = keep.closest("dialog"), details = keep.closest("[data-ask]");
  if (dialog) dialog.close(); else if (details) { details.open = false; details.querySelector("summary").focus(); }
});
for (const details of document.querySelectorAll("[data-ask][open]")) asDialog(details); // refused: what was typed stays
