// Jawort's opt-in form on other people's pages: one element with a shadow of its own. It sets no cookie, keeps nothing, loads nothing but
// its words, and needs of a page's policy no more than script-src and connect-src for the address it came from.
(() => {
  "use strict";
  const me = document.currentScript || document.querySelector("script[src$='/widget.js']");
  const base = new URL(me.src).origin;
  const css = `
:host{all:initial!important;display:block!important;contain:content}
*{box-sizing:border-box}
form,.box{font:400 16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--t);background:var(--g);border:1px solid var(--e);border-radius:10px;padding:20px;max-width:34rem;display:grid;gap:14px;text-align:start}
:host{--t:#12161c;--s:#444c58;--g:#fff;--e:#7f8792;--a:#1d3a8f;--o:#fff;--b:#8c1a14}
@media(prefers-color-scheme:dark){:host([theme=auto]){--t:#ebeef2;--s:#b7bfca;--g:#12161b;--e:#6f7988;--a:#a9bdff;--o:#0b1230;--b:#ffa79d}}
:host([theme=dark]){--t:#ebeef2;--s:#b7bfca;--g:#12161b;--e:#6f7988;--a:#a9bdff;--o:#0b1230;--b:#ffa79d}
p,h2,fieldset,legend{margin:0;padding:0;border:0;min-width:0}
h2{font:600 22px/1.2 Georgia,serif;text-wrap:balance}
h2:focus{outline:none}
.s{color:var(--s);font-size:14px}
.terms{font:400 15px/1.5 Georgia,serif;white-space:pre-line;border-inline-start:2px solid var(--t);padding-inline-start:14px}
.pick{display:grid;grid-template-columns:20px 1fr;gap:10px;padding:6px 0;cursor:pointer}
.pick input{width:20px;height:20px;margin:2px 0;accent-color:var(--a)}
.pick b,.pick span span{display:block}
.two{display:grid;grid-template-columns:1fr 1fr;gap:10px}
@container(max-width:22rem){.two{grid-template-columns:1fr}}
label.f{display:grid;gap:4px;font-weight:600;font-size:15px}
input.i,select{font:inherit;font-weight:400;width:100%;min-height:44px;padding:6px 10px;color:inherit;background:var(--g);border:1px solid var(--e);border-radius:6px}
button,a.m{font:inherit;font-weight:600;min-height:44px;padding:10px 18px;border:0;border-radius:6px;background:var(--a);color:var(--o);cursor:pointer;text-align:center;text-decoration:none;display:block;width:100%}
button[disabled]{opacity:.6}
a{color:var(--a)}
:focus-visible{outline:2px solid var(--a);outline-offset:2px}
.w{color:var(--b);font-size:14px;font-weight:600}
.said{font:400 15px/1.5 Georgia,serif;white-space:pre-line}
.trap{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}`;

  // el makes an element: attributes, then children; text is only ever text.
  const el = (name, attributes, ...children) => {
    const e = document.createElement(name);
    for (const [k, v] of Object.entries(attributes || {})) {
      if (v === true) e.setAttribute(k, "");
      else if (v !== false && v != null) e.setAttribute(k, v);
    }
    e.append(...children.filter((c) => c != null && c !== ""));
    return e;
  };

  class Optin extends HTMLElement {
    connectedCallback() {
      if (this.root) return;
      this.root = this.attachShadow({ mode: "open" });
      this.source = this.getAttribute("source") || "";
      this.load();
    }

    address(query) {
      return base + "/o/embed/" + encodeURIComponent(this.source) + query;
    }

    // ask talks to Jawort without cookies and without saying which page of the site this is.
    async ask(address, options) {
      const answer = await fetch(address, { credentials: "omit", mode: "cors", cache: "no-store", referrerPolicy: "origin", ...options });
      return [answer.status, await answer.json()];
    }

    async load() {
      const lang = this.getAttribute("lang") || document.documentElement.lang || navigator.language || "";
      try {
        const [status, offer] = await this.ask(this.address("?lang=" + encodeURIComponent(lang)));
        if (status !== 200) throw new Error(offer.problem || status);
        this.offer = offer;
        this.form({}, {});
      } catch (e) {
        this.fallback(e);
      }
    }

    // fallback leads to the page that always works.
    fallback(e) {
      console.warn("jawort-optin: " + e.message);
      this.show(el("div", { class: "box" }, el("a", { class: "m", href: base + "/o/" + encodeURIComponent(this.source), rel: "noopener" }, "WhatsApp")));
    }

    show(node) {
      const sheet = new CSSStyleSheet();
      const accent = (this.offer && this.offer.accent) || "";
      sheet.replaceSync(css + (/^#[0-9a-f]{6}$/i.test(accent) ? ":host(:not([theme])){--a:" + accent + "}" : ""));
      this.root.adoptedStyleSheets = [sheet];
      this.root.replaceChildren(node);
    }

    form(typed, wrong) {
      const o = this.offer, said = o.words;
      const fault = (field) => wrong[field] ? el("p", { class: "w", id: field + "-w", role: "alert" }, wrong[field]) : null;
      const tied = (field) => wrong[field] ? { "aria-invalid": "true", "aria-describedby": field + "-w" } : {};
      const box = (name, value, title, hint, on) => el("label", { class: "pick" },
        el("input", { type: "checkbox", name, value, checked: on, ...tied(name === "age" ? "age" : "topic") }),
        el("span", {}, el("b", {}, title), hint ? el("span", { class: "s" }, hint) : null));
      const ticked = typed.topic || [];
      const form = el("form", { novalidate: true, lang: o.own, dir: o.dir, autocomplete: "on" },
        el("h2", { tabindex: "-1" }, said.heading),
        el("p", { class: "s" }, said.invitation),
        wrong.form ? el("p", { class: "w", role: "alert" }, wrong.form) : null,
        el("fieldset", { lang: o.lang, ...tied("topic") },
          ...(o.one ? [...o.topics.map((t) => el("p", {}, el("b", {}, t.name), " ", el("span", { class: "s" }, t.value))), box("agree", "yes", said.agree, "", typed.agree)]
            : o.topics.map((t) => box("topic", t.code, t.name, t.value, ticked.includes(t.code)))),
          fault("topic")),
        el("div", { class: "two" },
          el("label", { class: "f" }, said.country, el("select", { name: "country", autocomplete: "country" },
            ...o.countries.map(([code, name]) => el("option", { value: code, selected: code === (typed.country || o.country) }, name)))),
          el("label", { class: "f" }, said.phone, el("input", { class: "i", type: "tel", name: "phone", autocomplete: "tel", inputmode: "tel", dir: "ltr", maxlength: "64", value: typed.phone || "", ...tied("phone") }))),
        fault("phone"),
        o.years ? box("age", "yes", said.age, "", typed.age) : null,
        o.years ? fault("age") : null,
        el("p", { class: "terms", lang: o.lang, dir: o.textDir }, o.notice),
        el("div", { class: "trap", "aria-hidden": "true" }, el("input", { name: "subject", tabindex: "-1", autocomplete: "off" })),
        el("button", { type: "submit" }, said.button),
        el("p", { class: "s" }, el("a", { href: o.privacy, target: "_blank", rel: "noopener noreferrer" }, said.privacy)));
      form.addEventListener("submit", (e) => {
        e.preventDefault();
        this.send(form);
      });
      this.show(form);
      const first = this.root.querySelector("[aria-invalid=true]:not(fieldset)");
      if (first) first.focus();
    }

    async send(form) {
      const data = new FormData(form);
      const typed = { topic: data.getAll("topic"), agree: data.has("agree"), age: data.has("age"), country: data.get("country"), phone: data.get("phone") };
      const button = form.querySelector("button");
      button.disabled = true;
      const body = new URLSearchParams(data);
      body.set("form", this.offer.stamp);
      try {
        const [status, answer] = await this.ask(this.address("?lang=" + encodeURIComponent(this.offer.lang)), { method: "POST", body });
        if (answer.offer) {
          this.offer = answer.offer;
          if (answer.anew) typed.topic = [], typed.agree = false;
        }
        if (status === 200) this.done(answer);
        else this.form(typed, answer.wrong || { form: answer.problem });
      } catch (e) {
        button.disabled = false;
        this.fallback(e);
      }
    }

    // done is the way into WhatsApp: the person writes first.
    done(a) {
      const box = el("div", { class: "box", lang: this.offer.own, dir: this.offer.dir },
        el("h2", { tabindex: "-1" }, a.title), el("p", {}, a.text),
        a.link ? el("a", { class: "m", href: a.link, target: "_blank", rel: "noopener noreferrer" }, a.button) : null,
        a.message ? el("p", { class: "s" }, a.hint) : null,
        a.message ? el("p", { class: "said", lang: this.offer.lang }, a.message) : null,
        el("p", { class: "s" }, a.stop));
      this.show(box);
      this.root.querySelector("h2").focus();
      this.dispatchEvent(new CustomEvent("jawort-optin", { bubbles: true, composed: true }));
    }
  }

  if (!customElements.get("jawort-optin")) customElements.define("jawort-optin", Optin);
  if (me.dataset.source) {
    const e = document.createElement("jawort-optin");
    e.setAttribute("source", me.dataset.source);
    for (const name of ["lang", "theme"]) if (me.dataset[name]) e.setAttribute(name, me.dataset[name]);
    me.after(e);
  }
})();
