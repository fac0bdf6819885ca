// The phone's tab bar repeats numbers of the menu.
export function repeatCounts() {
  document.querySelectorAll(".tabbar [data-of]").forEach((tab) => {
    const n = document.querySelector(`#nav-counts [href="${tab.dataset.of}"] data`)?.value;
    tab.hidden = !n;
    tab.value = tab.firstChild.data = n ?? "";
  });
}
