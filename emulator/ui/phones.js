// Keeps the phones live: swaps the parts the server renders, sends forms without leaving the page. Without it all works, too.
"use strict";
const grid = document.querySelector("[data-live]");

function swap(part, fresh) {
  if (!part || !fresh || part.innerHTML === fresh.innerHTML) return;
  const open = part.querySelectorAll("details[open]").length > 0;
  const busy = part.contains(document.activeElement) && open;
  if (busy) return;
  part.replaceChildren(...fresh.childNodes);
}

function bottom(talk) { if (talk) talk.scrollTop = talk.scrollHeight; }

async function refresh() {
  const answer = await fetch(grid.dataset.here, { headers: { "X-Live": "1" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  swap(document.querySelector("[data-part=folk]"), page.querySelector("[data-part=folk]"));
  swap(document.querySelector("[data-part=log]"), page.querySelector("[data-part=log]"));
  for (const phone of document.querySelectorAll("[data-phone]")) {
    const fresh = page.querySelector(`[data-phone="${phone.dataset.phone}"]`);
    if (!fresh) continue;
    for (const name of ["head", "talk", "acts"]) {
      const part = phone.querySelector(`[data-part=${name}]`);
      const before = part.innerHTML;
      swap(part, fresh.querySelector(`[data-part=${name}]`));
      if (name === "talk" && part.innerHTML !== before) bottom(part);
    }
  }
}

let waiting = 0;
function soon() {
  if (waiting) return;
  waiting = setTimeout(() => { waiting = 0; refresh().catch(() => {}); }, 80);
}

if (grid) {
  for (const talk of document.querySelectorAll(".talk")) bottom(talk);
  const events = new EventSource(grid.dataset.live);
  events.addEventListener("message", soon);
  document.addEventListener("submit", async (e) => {
    const form = e.target;
    if (!form.matches("[data-say], [data-act]")) return;
    e.preventDefault();
    const body = new URLSearchParams(new FormData(form, e.submitter));
    const typed = form.matches("[data-say]") ? form.elements.text : null;
    if (typed) typed.value = "";
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Live": "1" } });
    if (!answer.ok && typed) typed.value = body.get("text");
    form.closest("details")?.removeAttribute("open");
    soon();
  });
}
