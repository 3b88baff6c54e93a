/* A page that nobody touches draws nothing. The sign that Gradio shows while it loads counts its seconds on after it
   has gone, on every animation frame for as long as the page is open; it is not seen here, so nothing is lost with it.
   What Gradio's own scripts keep of the browser is what they find here, before them. */
(() => {
  const COUNTS = "(performance.now()-"; // in the function that counts, and in no other that asks for a frame
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (call) => (String(call).includes(COUNTS) ? 0 : ask(call));
})();
