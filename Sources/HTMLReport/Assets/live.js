"use strict";
/* Follows a run: takes each new report from the server, section by section, so that what is zoomed, opened or read stays. */
(() => {
  const status = document.getElementById("live");
  const source = new EventSource("events");
  let shown = -1, wanted = -1, isLoading = false;

  /* What is opened stays open, by its line without its counts; what is scrolled stays where it was. */
  const name = (summary) => summary.textContent.replace(/[\d.,]+/g, "#");
  function replace(old, next) {
    const opened = new Set([...old.querySelectorAll("details[open] > summary")].map(name));
    next.querySelectorAll("details > summary").forEach((node) => {
      if (opened.has(name(node))) node.parentElement.open = true;
    });
    const offsets = [...old.querySelectorAll(".scroll")].map((node) => [node.scrollLeft, node.scrollTop]);
    old.replaceChildren(...next.childNodes);
    [...old.querySelectorAll(".scroll")].forEach((node, index) => {
      if (offsets[index]) [node.scrollLeft, node.scrollTop] = offsets[index];
    });
  }

  function adopt(next) {
    document.title = next.title;
    replace(document.getElementById("top"), next.getElementById("top"));
    document.querySelector("nav").replaceWith(next.querySelector("nav"));
    const main = document.getElementById("content");
    const sections = [...next.querySelectorAll("#content > section")];
    for (const old of [...main.children]) if (!sections.some((section) => section.id === old.id)) old.remove();
    sections.forEach((section, index) => {
      const old = document.getElementById(section.id);
      if (!old) return main.insertBefore(section, main.children[index] ?? null);
      replace(old, section);
    });
    document.dispatchEvent(new Event("timeline-data"));
  }

  async function load() {
    if (isLoading || shown === wanted) return;
    isLoading = true;
    const number = wanted;
    try {
      const answer = await fetch("./");
      adopt(new DOMParser().parseFromString(await answer.text(), "text/html"));
      shown = number;
    } catch {
      wanted = shown; // The next report tries again.
    }
    isLoading = false;
    load();
  }

  source.addEventListener("progress", (event) => { status.textContent = event.data; });
  source.addEventListener("report", (event) => { wanted = Number(event.data); load(); });
  source.addEventListener("end", (event) => {
    source.close();
    status.textContent = event.data;
    status.className = "over";
  });
  source.onerror = () => { status.textContent = "No connection to the run: this is what it last told."; };
})();
