// Keeps the phones live: swaps the parts the server renders, sends forms without leaving the page. Without it all works, too.
"use strict";
const grid = document.querySelector("[data-live]");

// swap puts a part in place of the old one, unless somebody has just opened something in it. It says whether anything changed.
function swap(part, fresh) {
  if (!part || !fresh || (part.raw ?? part.innerHTML) === fresh.innerHTML) return false;
  if (part.querySelector("details[open]") && part.contains(document.activeElement)) return false;
  part.raw = fresh.innerHTML;
  part.replaceChildren(...fresh.childNodes);
  return true;
}

function bottom(talk) { if (talk) talk.scrollTop = talk.scrollHeight; }

// newest tints the rows of the log that were not there before.
function newest(root) { return Math.max(0, ...[...root.querySelectorAll("[data-seq]")].map((li) => Number(li.dataset.seq))); }

function swapLog(fresh) {
  const log = document.querySelector("[data-part=log]");
  const seen = newest(log);
  if (!swap(log, fresh)) return;
  for (const li of log.querySelectorAll("[data-seq]")) li.classList.toggle("new", Number(li.dataset.seq) > seen);
}

async function refresh() {
  const answer = await fetch(grid.dataset.here, { headers: { "X-Live": "1" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  swap(document.querySelector("[data-part=folk]"), page.querySelector("[data-part=folk]"));
  swapLog(page.querySelector("[data-part=log]"));
  for (const phone of document.querySelectorAll("[data-phone]")) {
    const fresh = page.querySelector(`[data-phone="${phone.dataset.phone}"]`);
    if (!fresh) continue;
    for (const part of phone.querySelectorAll("[data-part]")) {
      if (swap(part, fresh.querySelector(`[data-part=${part.dataset.part}]`)) && part.dataset.part === "talk") bottom(part);
    }
  }
}

let waiting = 0;
function soon() {
  if (waiting) return;
  waiting = setTimeout(() => { waiting = 0; refresh().catch(() => {}); }, 80);
}

// answer makes the next message of a phone an answer to one it got; without a message it is one of its own again.
function answer(phone, message, words) {
  const form = phone.querySelector("[data-say]");
  const quote = phone.querySelector("[data-re]");
  if (!form || !quote || !form.elements.message) return;
  form.elements.message.value = message;
  quote.firstElementChild.textContent = words;
  quote.hidden = !message;
  if (message) form.elements.text.focus();
}

async function send(form, by) {
  const body = new URLSearchParams(new FormData(form, by));
  const typed = form.matches("[data-say]") ? form.elements.text : null;
  if (typed) typed.value = "";
  const reply = await fetch(form.action, { method: "POST", body, headers: { "X-Live": "1" } });
  if (!reply.ok && typed) typed.value = body.get("text");
  if (typed && reply.ok) answer(form.closest("[data-phone]"), "", "");
  form.closest("details")?.removeAttribute("open");
  soon();
}

async function copy(button) {
  try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
  button.classList.add("used");
}

if (grid) {
  for (const talk of document.querySelectorAll(".talk")) bottom(talk);
  const first = document.querySelector(".folk [aria-current]"), row = first?.closest("ul");
  if (row) row.scrollLeft = first.offsetLeft - row.offsetLeft;
  const events = new EventSource(grid.dataset.live);
  events.addEventListener("message", soon);
  document.addEventListener("submit", (e) => {
    if (!e.target.matches("[data-say], [data-act], [data-dial]")) return;
    e.preventDefault();
    send(e.target, e.submitter).catch(() => {});
  });
  document.addEventListener("click", (e) => {
    const key = e.target.closest("[data-key]"), code = e.target.closest("[data-copy]"), to = e.target.closest("[data-answer]");
    for (const open of document.querySelectorAll(".touch[open], .quick details[open]")) if (!open.contains(e.target)) open.removeAttribute("open");
    if (key) {
      const number = key.form.elements.choice;
      number.value = (number.value === number.defaultValue ? "" : number.value) + key.dataset.key; // what was there to begin with gives way
    }
    if (code) copy(code);
    if (to) {
      e.preventDefault();
      answer(to.closest("[data-phone]"), to.dataset.answer, to.closest(".bub").querySelector("p")?.textContent.slice(0, 80) ?? "");
      to.closest("details").removeAttribute("open");
    }
  });
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    for (const open of document.querySelectorAll(".touch[open], .quick details[open]")) open.removeAttribute("open");
    for (const phone of document.querySelectorAll("[data-phone]")) answer(phone, "", "");
  });
}
