// Things that stand in lines, as wide as the window makes them.
const TOLERANCE = 4; // what is higher or lower than this stands on another line

// The one straight below (1) or above (-1): the nearest line that way, and in it the nearest place.
export function nearestOnNextLine(all, now, way) {
  const here = now.getBoundingClientRect();
  const beyond = all
    .map((one) => ({ one, spot: one.getBoundingClientRect() }))
    .map(({ one, spot }) => ({ one, down: (spot.top - here.top) * way, aside: Math.abs(spot.left - here.left) }))
    .filter(({ down }) => down > TOLERANCE);
  const next = Math.min(...beyond.map(({ down }) => down));
  const line = beyond.filter(({ down }) => down - next < TOLERANCE);
  return line.sort((a, b) => a.aside - b.aside)[0]?.one;
}
