// A tablet at a counter: one person after the other. A signature is drawn, the form is sent without leaving the page, and afterwards
// the page is made anew, so that neither "back" nor the browser's memory shows anything of the person before.
"use strict";
{
  const main = document.getElementById("counter");
  const form = document.getElementById("sign");
  const pad = document.getElementById("pad");
  const still = document.getElementById("still");
  const draw = pad.getContext("2d");
  const seconds = (name) => Number(main.dataset[name]) * 1000;
  let inked = false;
  let last = null;
  let timer = 0;

  const leave = () => location.replace(main.dataset.again);
  const blank = () => {
    draw.fillStyle = "#fff";
    draw.fillRect(0, 0, pad.width, pad.height);
    inked = false;
  };
  const at = (e) => {
    const box = pad.getBoundingClientRect();
    return [(e.clientX - box.left) * pad.width / box.width, (e.clientY - box.top) * pad.height / box.height];
  };
  const stroke = (to) => {
    draw.strokeStyle = "#000";
    draw.lineWidth = 5;
    draw.lineCap = "round";
    draw.beginPath();
    draw.moveTo(...last);
    draw.lineTo(...to);
    draw.stroke();
    last = to;
    inked = true;
  };
  pad.addEventListener("pointerdown", (e) => {
    e.preventDefault();
    pad.setPointerCapture(e.pointerId);
    last = at(e);
    stroke(last);
  });
  pad.addEventListener("pointermove", (e) => {
    if (last) stroke(at(e));
  });
  for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, () => { last = null; });
  document.getElementById("wipe").addEventListener("click", blank);

  // idle: whoever walks away leaves nothing. First it asks, then it begins anew.
  const rest = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!still.open) still.showModal();
      timer = setTimeout(leave, 15000);
    }, seconds("idle"));
  };
  for (const sign of ["pointerdown", "keydown", "input"]) {
    document.addEventListener(sign, () => {
      if (!form.hidden && !still.open) rest();
    }, { passive: true });
  }
  document.getElementById("stay").addEventListener("click", () => {
    still.close();
    rest();
  });

  const wrong = (list) => {
    for (const p of form.querySelectorAll("[data-wrong]")) {
      p.textContent = list[p.dataset.wrong] || "";
      p.hidden = !p.textContent;
    }
    const first = form.querySelector("[data-wrong]:not([hidden])");
    if (first) first.scrollIntoView({ block: "center" });
  };

  const done = (a) => {
    form.reset();
    blank();
    form.hidden = true;
    const end = document.getElementById("done");
    for (const part of ["title", "text", "message", "stop"]) {
      const e = end.querySelector("[data-" + part + "]");
      e.textContent = a[part] || "";
      e.hidden = !a[part];
    }
    const code = document.getElementById("qr");
    code.toggleAttribute("hidden", !a.path);
    if (a.path) {
      code.setAttribute("viewBox", "0 0 " + a.size + " " + a.size);
      code.querySelector("path").setAttribute("d", a.path);
    }
    end.hidden = false;
    end.querySelector("h1").focus();
    scrollTo(0, 0);
    clearTimeout(timer);
    timer = setTimeout(leave, seconds("leave"));
  };

  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      const body = new FormData(form);
      if (inked) body.append("signature", await new Promise((ok) => pad.toBlob(ok, "image/png")), "signature.png");
      const answer = await fetch(location.pathname + location.search, { method: "POST", body, cache: "no-store" });
      const a = await answer.json();
      if (answer.status === 404) leave();
      else if (answer.ok) done(a);
      else wrong(a.wrong || { form: a.problem });
    } catch {
      wrong({ form: main.dataset.failed || "…" });
    }
    button.disabled = false;
  });
  document.querySelector("#done [data-leave]").addEventListener("click", leave);
  addEventListener("pageshow", (e) => { if (e.persisted) leave(); });

  blank();
  form.reset();
  form.hidden = false;
  rest();
}
