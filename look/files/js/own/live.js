// Live parts (manager/live.go): a part is fetched anew when its kind of thing changed, while somebody looks at the page and not
// while they type in it.
const source = document.querySelector("[data-live-from]")?.dataset.liveFrom;
const parts = () => [...document.querySelectorAll("[data-live][id]")];
const stale = new Set();
const inUse = (part) => part.querySelector("dialog[open], details[open]:not([data-calm])") ||
  part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
const here = () => location.pathname + location.search;
let busy = false;

const swap = async (part, page) => {
  const fresh = page.getElementById(part.id);
  if (!fresh) return;
  await htmx.swap({ text: fresh.outerHTML, target: part, sourceElement: part, swap: "outerMorph" });
};
const refresh = async () => {
  if (busy || document.hidden) return;
  busy = true;
  const byAddress = new Map();
  for (const id of [...stale]) {
    const part = document.getElementById(id);
    if (!part) { stale.delete(id); continue; }
    if (inUse(part)) continue;
    stale.delete(id);
    const from = part.dataset.liveUrl || here();
    byAddress.set(from, [...(byAddress.get(from) || []), part]);
  }
  for (const [from, wanted] of byAddress) {
    const answer = await fetch(from, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer || !answer.ok) continue; // the next change tries again
    if (answer.redirected) { location.reload(); return; } // signed out
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of wanted) await swap(part, page);
  }
  busy = false;
};

if (source && parts().length) {
  let stream = null, opened = false;
  const open = () => {
    if (stream || document.hidden) return;
    stream = new EventSource(source);
    stream.addEventListener("hello", () => { // after a gap, everything may have changed
      if (opened) for (const part of parts()) stale.add(part.id);
      opened = true;
      refresh();
    });
    stream.addEventListener("changed", (event) => {
      const kinds = event.data.split(" ");
      for (const part of parts()) if (part.dataset.live.split(" ").some((kind) => kinds.includes(kind))) stale.add(part.id);
      refresh();
    });
    stream.addEventListener("enough", shut);
  };
  const shut = () => { stream?.close(); stream = null; };
  document.addEventListener("visibilitychange", () => { if (document.hidden) shut(); else open(); });
  addEventListener("pagehide", shut);
  addEventListener("pageshow", open);
  setInterval(() => { if (stale.size) refresh(); }, 1500);
  open();
}
