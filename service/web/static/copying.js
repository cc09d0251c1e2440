// To the clipboard, and to a file.

// Copy a text, or the promise of one; whether it could be done. A page that was not sent over https (nor from this
// machine) has no clipboard: the old command then does it.
export async function copy(text) {
  if (navigator.clipboard?.write && globalThis.ClipboardItem) {
    const blob = Promise.resolve(text).then((found) => new Blob([found], { type: "text/plain" }));
    try {
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
      return true;
    } catch {
      await blob;
    }
  }
  const area = document.createElement("textarea");
  area.value = await text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}

// Have the browser save `content` (a text or a blob) as a file.
export function download(content, name, type) {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
