// The phone's tab bar repeats numbers of the menu.
export function repeatCounts() {
  document.querySelectorAll(".tabbar [data-of]").forEach((tab) => {
    const count = document.querySelector(`#nav-counts [href="${tab.dataset.of}"] data`);
    tab.hidden = !count?.value;
    tab.value = count?.value ?? "";
    tab.firstChild.data = count?.firstChild.data.trim() ?? "";
  });
}
