// Presents a pack without leaving full screen: each step is fetched when it is come to, so that a moment that was taken
// back meanwhile is not shown. Without this script its links do the same, page by page.

const said = document.getElementById("said");
let underway = false;

async function go(link) {
  if (!link || underway) return;
  underway = true;
  try {
    const answer = await fetch(link.href, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) {
      const told = answer.redirected ? "You are signed out. Leave, and sign in again." : (await answer.json()).wrong;
      document.querySelector("#stage").replaceChildren(); // what was open a moment ago may not be any more
      said.textContent = told;
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("stage").replaceWith(page.getElementById("stage"));
    history.replaceState(null, "", link.href);
    said.textContent = "";
    scrollTo(0, 0);
    document.querySelector("#stage h1").focus();
  } catch {
    said.textContent = "There is no connection just now. Try the step again.";
  } finally {
    underway = false;
  }
}

const step = (which) => document.querySelector(`#stage a[rel=${which}]`);

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => {
    said.textContent = "This browser does not go full screen.";
  });
}

if (document.getElementById("stage")) {
  for (const one of document.querySelectorAll(".scripted")) one.hidden = false;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#stage a[rel]");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      go(link);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowRight" || event.key === "PageDown") go(step("next"));
    else if (event.key === "ArrowLeft" || event.key === "PageUp") go(step("prev"));
    else if (event.key === "f" || event.key === "F") fullScreen();
    else return;
    event.preventDefault();
  });
  document.querySelector("[data-full]").addEventListener("click", fullScreen);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
