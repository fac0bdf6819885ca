// Text as it is compared: without case and accents.
export const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{Mn}/gu, "");

// Words from right to left keep to themselves inside a line of ours.
export const isolate = (text) => `\u2068${text}\u2069`;
