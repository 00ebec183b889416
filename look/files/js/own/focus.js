// After a swap focus stays where it was, or goes to the new heading when what had it is gone (LOOK section 7).
let had = false;
document.addEventListener("htmx:before:swap", () => { had = document.activeElement !== document.body; });
document.addEventListener("htmx:after:swap", (event) => {
  if (!had || document.activeElement !== document.body) return;
  const heading = event.target.querySelector?.("h1, h2, h3");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
});
// The menu of the tab bar closes when one goes elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("[data-menu][open]")) { menu.open = false; menu.querySelector("summary").focus(); }
});
