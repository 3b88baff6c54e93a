/* What a visitor hands over: one answer for all the page's doors, whether it travels, and whether it is a picture at
   all. Comes before page.js, which acts on it. */
(() => {
  const { seewhy } = window;
  const { given } = seewhy;
  const { around } = seewhy.shared;
  const root = document.documentElement;
  const FIELDS =
    "textarea, [contenteditable], input:not([type]), input:is([type=text], [type=search], [type=email], [type=url])";

  // What a file is, only the server can tell: systems call a photograph whatever they like, or nothing.
  seewhy.refusal = (file) => (file.size > given.bytes ? given.too_many_bytes : "");

  /* The file as it travels: under a name that says nothing, and as a picture, since Gradio sends no others. */
  seewhy.parcel = (file, name) =>
    new File([file], name, { type: file.type.startsWith("image/") ? file.type : "image/unknown" });

  /* A folder, or a file that went away, can't be read. */
  seewhy.readable = (file) =>
    file
      .slice(0, 1)
      .arrayBuffer()
      .then(
        () => true,
        () => false,
      );

  const field = (event) => around(event, FIELDS);
  const testing = () => ["experiment", "tests"].includes(root.dataset.state ?? "");
  // A picture or a link that is dragged brings its address along, which nobody wrote.
  const written = (data) => !data.types.includes("text/uri-list") && data.getData("text/plain").trim();

  /* What a paste or a drop is: { file } to look at, { sentence } to tell, nothing to do ({}), or null where the browser
     does the right thing by itself. Word and Excel bring an image of each text along. */
  seewhy.offered = (event, data) => {
    if (!data) return null;
    const [file] = data.files;
    const text = written(data);
    if (field(event) && (text || !file)) return null;
    if (testing() && (text || !file)) return {};
    if (!file) return event.type === "drop" ? { sentence: given.not_a_picture } : {};
    return field(event) && testing() ? { sentence: given.words_only } : { file };
  };

  /* Whether what hovers above the page could become a picture; text above a field is the browser's. */
  seewhy.hovers = (event) => !(field(event) && event.dataTransfer?.types.includes("text/plain"));
})();
