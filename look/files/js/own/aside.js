// What was typed into a form marked data-aside stays when another form of the page is sent: it is put aside, and back in place when
// the page comes again, still unsaved. Passwords and files are never put aside.
const aside = [...document.querySelectorAll("form[data-aside]")];
const fields = (form) => [...form.elements].filter((e) => e.name && !/^(hidden|password|file|submit|button)$/.test(e.type));
for (const form of aside) {
  const key = "aside:" + form.action;
  const typed = JSON.parse(sessionStorage.getItem(key) || "null");
  sessionStorage.removeItem(key);
  if (!typed) continue;
  for (const e of fields(form)) {
    const was = typed.find(([name, value]) => name === e.name && (!/^(checkbox|radio)$/.test(e.type) || value === e.value));
    if (!was) continue;
    if (/^(checkbox|radio)$/.test(e.type)) e.checked = was[2]; else e.value = was[1];
  }
}
const put = (sent) => {
  for (const form of aside) {
    if (form !== sent) sessionStorage.setItem("aside:" + form.action, JSON.stringify(fields(form).map((e) => [e.name, e.value, e.checked])));
  }
};
document.addEventListener("submit", (event) => { if (event.target.closest("main")) put(event.target); });
document.addEventListener("sent", (event) => put(event.target)); // form.submit() by a script tells nobody
