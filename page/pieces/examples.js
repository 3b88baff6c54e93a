/* A tapped example travels as its number. */
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-number]");
  if (!button) return;
  seewhy.last = () => trigger("pick", { number: Number(button.dataset.number) });
  seewhy.last();
});
