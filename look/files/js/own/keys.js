// Keys: / searches, g and a letter lead to an area, j and k go through a list, ? shows them all. Never inside a field, never
// with a modifier, and not at all when the reader turned them off (then data-keys is not there).
const stage = document.querySelector("[data-keys]");
const inField = (e) => e.closest("input, textarea, select, [contenteditable], dialog");
const rows = () => [...document.querySelectorAll("main table.flow tbody tr, main [data-rows] > *")].map((row) => row.matches("a, button") ? row : row.querySelector("a, button")).filter(Boolean);
const step = (by) => {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((link) => link === document.activeElement || link.closest("tr, [data-rows] > *")?.contains(document.activeElement));
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
};
const list = async (href) => {
  const answer = await fetch(href, { headers: { "HX-Request": "true" } }).catch(() => null);
  const part = answer && answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-keys-list]");
  if (!part) { location.href = href; return; }
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  for (const h of part.querySelectorAll("h1")) { const h2 = document.createElement("h2"); h2.textContent = h.textContent; h2.id = "keys-title"; h.replaceWith(h2); }
  part.querySelector("form")?.querySelector("[name=back]")?.setAttribute("value", location.pathname + location.search);
  dialog.setAttribute("aria-labelledby", "keys-title");
  dialog.append(document.importNode(part, true));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
};
if (stage) {
  let went = 0; // when g was pressed
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && event.target.closest?.("[data-find]")) { event.target.blur(); return; }
    if (event.target.closest && inField(event.target)) return;
    const jump = went && Date.now() - went < 1500;
    went = 0;
    if (jump) {
      const link = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    switch (event.key) {
      case "/": {
        const field = document.querySelector("[data-find]");
        event.preventDefault();
        if (field && field.offsetParent) { field.focus(); field.select(); } else location.href = "/search";
        break;
      }
      case "g": went = Date.now(); break;
      case "j": event.preventDefault(); step(1); break;
      case "k": event.preventDefault(); step(-1); break;
      case "?": event.preventDefault(); list(stage.dataset.keys); break;
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-help]");
    if (link && !event.ctrlKey && !event.metaKey) { event.preventDefault(); list(link.href); }
  });
}
