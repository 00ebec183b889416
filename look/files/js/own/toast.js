// A toast stays 6 s, longer while somebody points at it or has focus in it. It is put in anew, so that it is read aloud.
const toast = document.querySelector("[data-toast]");
if (toast) {
  const words = [...toast.childNodes], close = toast.querySelector("[data-close]");
  let left = 6000, began = 0, timer = 0;
  const gone = () => { toast.remove(); };
  const go = () => { clearTimeout(timer); began = Date.now(); timer = setTimeout(gone, left); };
  const wait = () => { clearTimeout(timer); left = Math.max(1500, left - (Date.now() - began)); };
  toast.replaceChildren();
  setTimeout(() => toast.append(...words), 100);
  close.hidden = false;
  close.addEventListener("click", gone);
  for (const on of ["mouseenter", "focusin"]) toast.addEventListener(on, wait);
  for (const off of ["mouseleave", "focusout"]) toast.addEventListener(off, go);
  go();
}
