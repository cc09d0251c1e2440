// A quote as a picture: the words, the name, the source.
import { download } from "./copying.js";
import { notify } from "./page.js";

const WIDTH = 1200;
const HEIGHT = 630;
const MARGIN = 90;
const SERIF = "Georgia, 'Liberation Serif', 'Times New Roman', serif";
const SANS = "'Helvetica Neue', 'Liberation Sans', Arial, sans-serif";
const SIZES = [68, 60, 52, 46, 40, 35, 30, 26, 22];
const ROOM = 370;

// Show the card of some words in a dialog, to be saved. `type` is the quote's: only a direct quote has quotation marks.
export function openCard(dialog, words, type, credit) {
  const svg = quoteCard(words, type, credit);
  const blob = new Blob([svg], { type: "image/svg+xml" });
  const address = URL.createObjectURL(blob);
  const image = new Image(WIDTH, HEIGHT);
  image.alt = `Quote card: ${words}${credit.name ? `, ${credit.name}` : ""}`;
  image.src = address;
  dialog.querySelector(".card-preview").replaceChildren(image);
  const name = (credit.name ?? "quote").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "quote";
  dialog.onclick = async (event) => {
    const what = event.target.closest("[data-do]")?.dataset.do;
    if (what === "save-svg") download(blob, `${name}.svg`);
    if (what === "save-png") {
      try {
        download(await asPng(image), `${name}.png`);
      } catch {
        notify("The picture could not be drawn.", { problem: true });
      }
    }
    if (what === "close") dialog.close();
  };
  dialog.onclose = () => URL.revokeObjectURL(address);
  dialog.showModal();
}

// The card as SVG; it needs nothing beside itself. `name`, `role` and `source` may be null.
export function quoteCard(words, type, { name, role, source }) {
  const { size, lines } = fit(type === "direct" ? `“${inside(words)}”` : words);
  const text = lines
    .map((line, place) => `<tspan x="${MARGIN + 28}" dy="${place ? Math.round(size * 1.3) : 0}">${safe(line)}</tspan>`)
    .join("");
  const high = lines.length * size * 1.3;
  const top = Math.round(MARGIN + size * 0.9 + Math.max(0, (ROOM - high) / 2));
  // what an article reports in words of its own is not to look like somebody's own words
  const reported = type === "indirect" ? "as reported" : null;
  const under = [role, reported, source].filter(Boolean).join(" · ");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fbfaf7"/>`,
    `<rect x="${MARGIN}" y="${top - Math.round(size * 0.8)}" width="5" height="${Math.round(high)}" fill="#0072b2"/>`,
    `<text y="${top}" font-family="${SERIF}" font-size="${size}" fill="#1b1d21">${text}</text>`,
    `<text x="${MARGIN + 28}" y="${HEIGHT - 96}" font-family="${SANS}" font-size="32" font-weight="700" fill="#1b1d21">${safe(cut(name ?? "", 58))}</text>`,
    `<text x="${MARGIN + 28}" y="${HEIGHT - 54}" font-family="${SANS}" font-size="24" fill="#5f636b">${safe(cut(under, 84))}</text>`,
    "</svg>",
  ].join("");
}

// A direct quote without the marks around it and its parts, nor the comma before them.
function inside(words) {
  return words.replace(/,?["”’»]\s*…\s*["“‘«]/g, " … ").replace(/^["“‘«']+|,?["”’»']+$/g, "");
}

// The largest type in which the words have room.
function fit(words) {
  const pen = document.createElement("canvas").getContext("2d");
  let found;
  for (const size of SIZES) {
    pen.font = `${size}px ${SERIF}`;
    found = { size, lines: wrap(words, (line) => pen.measureText(line).width <= WIDTH - 2 * MARGIN - 28) };
    if (found.lines.length * size * 1.3 <= ROOM) return found;
  }
  // longer than a card can be: it says so
  const most = Math.floor(ROOM / (found.size * 1.3));
  const lines = found.lines.slice(0, most);
  lines[most - 1] = `${lines[most - 1].replace(/\s*\S+$/, "")} …${words.endsWith("”") ? "”" : ""}`;
  return { size: found.size, lines };
}

function wrap(words, fits) {
  const lines = [];
  let line = "";
  for (const word of words.split(/\s+/)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && !fits(longer)) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

function cut(text, most) {
  return text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
}

function safe(text) {
  const named = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  // characters that XML cannot have are left out
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").replace(/[&<>"']/g, (sign) => named[sign]);
}

async function asPng(image) {
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  canvas.getContext("2d").drawImage(image, 0, 0, WIDTH, HEIGHT);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
}
