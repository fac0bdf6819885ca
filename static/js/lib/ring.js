// A ring that fills up: the second circle is drawn as far as this share of it.
export function fillRing(place, percent) {
  const drawn = Math.max(0, Math.min(100, Math.round(percent)));
  place.querySelector(".ring circle + circle").setAttribute("stroke-dasharray", `${drawn} 100`);
}
