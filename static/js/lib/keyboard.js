// What a key means in whatever alphabet it writes: Я stands where Z stands.
export function letter(event) {
  const key = event.key.toLowerCase();
  if (key.length > 1 || /[\x20-\x7e]/.test(key)) return key;
  return /^(?:Key|Digit)([A-Z0-9])$/.exec(event.code)?.[1].toLowerCase() ?? key;
}

// In a field the letters belong to the words in it.
export function isTyping(element) {
  return Boolean(element.matches?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]"));
}

export const hasModifier = (event) => event.ctrlKey || event.metaKey || event.altKey;
