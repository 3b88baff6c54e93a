/* Files between the visitor and the server: sent up under a name that says nothing, and kept by the visitor. */

/* Sends a file up; gives {path}, as the server wants it named, or {problem}, a sentence. */
export async function upload(blob, words) {
  const problem = seewhy.refusal(blob);
  if (problem) return { problem };
  const form = new FormData();
  form.append("files", seewhy.parcel(blob, "picture"));
  try {
    const answer = await fetch(new URL("gradio_api/upload", document.baseURI), { method: "POST", body: form });
    const told = await answer.json();
    return answer.ok ? { path: told[0] } : { problem: told.error ?? words.lost };
  } catch {
    return { problem: words.lost };
  }
}

/* What stands in a `data:` address. */
export function blobOf(address) {
  const [kind, text] = address.split(",");
  return new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], {
    type: kind.slice(5).split(";")[0],
  });
}

/* Hands a file to the visitor. */
export const save = (blob, name) => seewhy.save(blob, name);
