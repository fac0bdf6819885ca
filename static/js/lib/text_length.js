// How long a text is, counted in the platform's own way. The server counts again before anything leaves.
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const picture = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;

// Most European scripts weigh one a letter. The ranges are those of twitter-text, configuration 3.
const LIGHT = [[0, 4351], [8192, 8205], [8208, 8223], [8242, 8247]];
const isLight = (code) => LIGHT.some(([first, last]) => code >= first && code <= last);

// Only the endings people meet. An unknown one is counted in full, as the server does with what is no address.
const ENDINGS = "nl|com|net|org|eu|be|de|fr|at|ch|io|info|nu|app|shop|store|online|co|uk|me|tv|biz|dev|amsterdam";
const address = new RegExp(
  String.raw`\b(?:https?:\/\/)?(?:[a-z0-9-]+\.)+(?:${ENDINGS})\b(?::\d+)?(?:\/[^\s]*)?`, "gi",
);

function weighted(text, linkLength) {
  let total = 0;
  const rest = text.normalize("NFC").replace(address, () => {
    total += linkLength;
    return "";
  });
  for (const { segment } of graphemes.segment(rest)) {
    if (picture.test(segment)) total += 2;
    else for (const letter of segment) total += isLight(letter.codePointAt(0)) ? 1 : 2;
  }
  return total;
}

// By "weighted", "bytes" or "characters". A weighted text counts every link as equally long.
export function lengthOf(text, way, linkLength) {
  if (way === "weighted") return weighted(text, linkLength);
  return way === "bytes" ? new TextEncoder().encode(text).length : [...text].length;
}
