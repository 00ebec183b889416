// A moment as a slider beside its field (the person as of then). The field does it all without this.
for (const slide of document.querySelectorAll("[data-slide]")) {
  const field = document.getElementById(slide.dataset.slide);
  const moment = () => new Date(slide.value * 1000).toISOString().slice(0, 16);
  slide.hidden = false;
  slide.addEventListener("input", () => { field.value = moment(); slide.setAttribute("aria-valuetext", field.value.replace("T", " ")); });
  slide.addEventListener("change", () => field.form.requestSubmit());
}
